//! What the operator says of its models (`[faces]` in `ximu.toml`).

use std::path::PathBuf;

use ximu_basics::{Decimal, Hash};
use ximu_procedure::wire::identity::SIMILARITY_SCALE;

use crate::FaceError;

/// The widest and highest input of a model, in pixels.
const SIDE_MAX: u32 = 1_024;

/// One match: the model, how pictures are put before it, what is similar enough.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The model that makes an embedding of a face.
    pub input: InputSettings,
    /// Similarity from which two faces count as the same, in thousandths: 0.001 to 1.000.
    pub threshold: Decimal,
    /// A model that finds the face in a picture. Without one a picture shows the face alone.
    pub detector: Option<DetectorSettings>,
}

/// A model and the pictures that it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct InputSettings {
    /// The ONNX file.
    pub path: PathBuf,
    /// SHA-256 of the file.
    pub hash: Hash,
    /// Width of the input, in pixels.
    pub width: u32,
    /// Height of the input, in pixels.
    pub height: u32,
    /// Order of the axes.
    pub layout: Layout,
    /// Order of the colours.
    pub channels: Channels,
    /// Taken off each colour, in the model's order of colours; colours are 0 to 255.
    pub mean: [f32; 3],
    /// What the difference is multiplied by.
    pub scale: [f32; 3],
}

/// A model that finds faces: outputs `scores` [1, n, 1 or 2], the last column that of a face, and `boxes` [1, n, 4], left,
/// top, right, bottom in parts of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct DetectorSettings {
    /// The model and its pictures.
    pub input: InputSettings,
    /// From which score a box is a face, 0 to 1.
    pub score: f32,
}

/// Order of the axes of a model's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Picture, colour, row, column.
    Nchw,
    /// Picture, row, column, colour.
    Nhwc,
}

/// Order of the colours of a model's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
}

impl InputSettings {
    /// The shape of the input.
    pub(crate) fn shape(&self) -> [usize; 4] {
        let (width, height) = (self.width as usize, self.height as usize);
        match self.layout {
            Layout::Nchw => [1, 3, height, width],
            Layout::Nhwc => [1, height, width, 3],
        }
    }

    fn check(&self) -> Result<(), FaceError> {
        for (member, side) in [("width", self.width), ("height", self.height)] {
            if !(1..=SIDE_MAX).contains(&side) {
                let expected = "1 to 1024 pixels";
                return Err(FaceError::Settings { member, expected, found: side.to_string() });
            }
        }
        let usable = |number: &f32| number.is_finite();
        if !self.mean.iter().all(usable) || !self.scale.iter().all(|one| usable(one) && *one != 0.0) {
            let (expected, found) =
                ("finite numbers, no scale zero", format!("{:?} {:?}", self.mean, self.scale));
            return Err(FaceError::Settings { member: "mean and scale", expected, found });
        }
        Ok(())
    }
}

impl Settings {
    /// Whether all of it can be.
    pub(crate) fn check(&self) -> Result<(), FaceError> {
        self.input.check()?;
        let threshold = self.threshold;
        if threshold.scale() != SIMILARITY_SCALE || !(1..=1000).contains(&threshold.mantissa()) {
            let expected = "0.001 to 1.000 with three decimals";
            return Err(FaceError::Settings { member: "threshold", expected, found: threshold.to_string() });
        }
        let Some(detector) = &self.detector else { return Ok(()) };
        detector.input.check()?;
        if !(0.0..=1.0).contains(&detector.score) {
            let found = detector.score.to_string();
            return Err(FaceError::Settings { member: "score", expected: "0 to 1", found });
        }
        Ok(())
    }
}
