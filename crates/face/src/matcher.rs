//! One match: two pictures, two embeddings, one similarity in thousandths.

use std::{fs::File, io::Read, path::Path};

use ximu_basics::Decimal;
use ximu_procedure::wire::identity::{FaceMatch, SIMILARITY_SCALE};
use zeroize::Zeroizing;

use crate::{
    FaceError, Settings,
    detect::Detector,
    model::Loaded,
    picture::{PICTURE_BYTES_MAX, Picture},
};

/// What messages call the two pictures.
const PICTURES: [&str; 2] = ["of the document", "at the seat"];

/// The longest embedding.
const EMBEDDING_MAX: usize = 8_192;

/// The models, loaded.
pub struct Matcher {
    settings: Settings,
    model: Loaded,
    detector: Option<Detector>,
}

impl Matcher {
    /// Loads the models that the settings name, after comparing them with their pinned hashes.
    ///
    /// # Errors
    /// [`FaceError::Settings`], and those of the models.
    pub fn open(settings: &Settings) -> Result<Matcher, FaceError> {
        settings.check()?;
        let model = Loaded::open(&settings.input)?;
        let detector = settings.detector.as_ref().map(Detector::open).transpose()?;
        Ok(Matcher { settings: settings.clone(), model, detector })
    }

    /// Compares the pictures in two files. The files stay as they are: who took them removes them.
    ///
    /// # Errors
    /// Those of [`Matcher::compare`], and [`FaceError::PictureFile`].
    pub fn compare_files(&self, document: &Path, seat: &Path) -> Result<FaceMatch, FaceError> {
        let [of, at] = PICTURES;
        self.compare(&read(document, of)?, &read(seat, at)?)
    }

    /// Compares two pictures: that of the document, and that taken at the seat.
    ///
    /// # Errors
    /// When no similarity can be computed; a face that differs is a result.
    pub fn compare(&self, document: &[u8], seat: &[u8]) -> Result<FaceMatch, FaceError> {
        let [of, at] = PICTURES;
        let (first, second) = (self.embed(document, of)?, self.embed(seat, at)?);
        if first.len() != second.len() {
            return Err(self.model.shape("embeddings of one length", &[first.len(), second.len()]));
        }
        let similarity = cosine(&first, &second);
        let threshold = self.settings.threshold;
        let matched = similarity.compare(threshold) != std::cmp::Ordering::Less;
        Ok(FaceMatch { matched, model: self.settings.input.hash, similarity, threshold })
    }

    fn embed(&self, bytes: &[u8], which: &'static str) -> Result<Zeroizing<Vec<f32>>, FaceError> {
        let picture = Picture::read(bytes, which)?;
        let input = &self.settings.input;
        let cut = match &self.detector {
            Some(detector) => detector.find(&picture, input, which)?,
            None => picture.middle(input),
        };
        let mut told = self.model.run(picture.tensor(cut, input), &[])?;
        let Some((shape, numbers)) = told.pop() else { return Err(self.model.shape("one output", &[0])) };
        let numbers = Zeroizing::new(numbers);
        if !matches!(*shape.as_slice(), [1, length] | [length] | [1, length, 1, 1] if (2..=EMBEDDING_MAX).contains(&length))
        {
            return Err(self.model.shape("an embedding [1, n], n from 2 to 8192", &shape));
        }
        let whole =
            numbers.iter().all(|number| number.is_finite()) && numbers.iter().any(|number| *number != 0.0);
        if whole { Ok(numbers) } else { Err(FaceError::Embedding { which }) }
    }
}

/// The cosine of two embeddings of one length, finite and not zero, in thousandths, rounded down (towards minus infinity):
/// rounding never makes two faces more similar.
#[allow(clippy::float_arithmetic, clippy::cast_possible_truncation, reason = "one number between -1 and 1")]
fn cosine(first: &[f32], second: &[f32]) -> Decimal {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    // Numbers of 32 bits, squared and added in 64, neither overflow nor vanish.
    let cosine = dot(first, second) / (dot(first, first).sqrt() * dot(second, second).sqrt());
    // The same numbers give 1 but for the last bits; without them the floor would say 0.999.
    let thousandths = (cosine * 1000.0 + 1e-6).floor().clamp(-1000.0, 1000.0) as i64;
    Decimal::new(i128::from(thousandths), SIMILARITY_SCALE).unwrap_or(Decimal::whole(-1))
}

fn read(path: &Path, which: &'static str) -> Result<Zeroizing<Vec<u8>>, FaceError> {
    let trouble = |found: String| FaceError::PictureFile { which, max: PICTURE_BYTES_MAX, found };
    let file = File::open(path).map_err(|error| trouble(error.to_string()))?;
    let length = file.metadata().map_err(|error| trouble(error.to_string()))?.len();
    if length > PICTURE_BYTES_MAX {
        return Err(trouble(format!("{length} bytes")));
    }
    // Room for all of it at once: a buffer that grows would leave copies behind.
    let mut bytes =
        Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0).saturating_add(1)));
    let read = file.take(PICTURE_BYTES_MAX.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| trouble(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_similarity_is_rounded_down_and_the_same_is_one() {
        for (first, second, expected) in [
            (vec![1.0, 0.0], vec![1.0, 0.0], "1.000"),
            (vec![0.1, 0.2, 0.3], vec![0.1, 0.2, 0.3], "1.000"),
            (vec![1.0, 0.0], vec![-3.0, 0.0], "-1.000"),
            (vec![1.0, 0.0], vec![0.0, 2.0], "0.000"),
            // 0.70710...; and its opposite, further from zero.
            (vec![1.0, 0.0], vec![1.0, 1.0], "0.707"),
            (vec![1.0, 0.0], vec![-1.0, 1.0], "-0.708"),
            (vec![3e38, 3e38], vec![3e38, 3e38], "1.000"),
            (vec![1e-45, 0.0], vec![1e-45, 0.0], "1.000"),
        ] {
            assert_eq!(cosine(&first, &second).to_string(), expected, "{first:?} {second:?}");
        }
    }
}
