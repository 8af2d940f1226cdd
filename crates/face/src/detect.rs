//! Finding the one face of a picture.

use crate::{
    FaceError,
    model::Loaded,
    picture::{Cut, Picture},
    settings::{DetectorSettings, InputSettings},
};

/// Two boxes that overlap by more than this part of what they cover together are one face.
const SAME_FACE: f32 = 0.3;

/// A model that finds faces.
pub struct Detector {
    settings: DetectorSettings,
    model: Loaded,
}

#[derive(Clone, Copy)]
struct Found {
    score: f32,
    edges: [f32; 4],
}

impl Detector {
    /// Loads the model.
    ///
    /// # Errors
    /// Those of [`Loaded::open`].
    pub fn open(settings: &DetectorSettings) -> Result<Detector, FaceError> {
        Ok(Detector { settings: settings.clone(), model: Loaded::open(&settings.input)? })
    }

    /// Where the face is, with the proportions of the next model's input.
    ///
    /// # Errors
    /// [`FaceError::Faces`] when there is none or several, [`FaceError::ModelShape`] when the model does not say so.
    pub fn find(
        &self,
        picture: &Picture,
        next: &InputSettings,
        which: &'static str,
    ) -> Result<Cut, FaceError> {
        let numbers = picture.tensor(picture.whole(), &self.settings.input);
        let told = self.model.run(numbers, &["scores", "boxes"])?;
        let [(scores_shape, scores), (boxes_shape, boxes)] = told.as_slice() else {
            return Err(self.model.shape("two outputs", &[told.len()]));
        };
        let columns = match *scores_shape.as_slice() {
            [1, _, columns @ 1..=2] => columns,
            _ => return Err(self.model.shape("scores [1, n, 1 or 2]", scores_shape)),
        };
        if !matches!(*boxes_shape.as_slice(), [1, n, 4] if n == scores.len() / columns) {
            return Err(self.model.shape("as many boxes [1, n, 4] as scores", boxes_shape));
        }
        let scores = scores.chunks_exact(columns).filter_map(|line| line.last().copied());
        let found = scores.zip(boxes.chunks_exact(4)).filter_map(|(score, edges)| {
            let edges: [f32; 4] = edges.try_into().ok()?;
            let [left, top, right, bottom] = edges;
            let is_box = edges.iter().all(|edge| edge.is_finite()) && left < right && top < bottom;
            (is_box && score >= self.settings.score).then_some(Found { score, edges })
        });
        let found: Vec<Found> = found.collect();
        let best = found.iter().max_by(|a, b| a.score.total_cmp(&b.score));
        let best = *best.ok_or(FaceError::Faces { which, found: "none" })?;
        if found.iter().any(|other| overlap(&other.edges, &best.edges) < SAME_FACE) {
            return Err(FaceError::Faces { which, found: "several" });
        }
        cut(&best.edges, picture, next).ok_or(FaceError::Faces { which, found: "none" })
    }
}

/// What two boxes share, as a part of what they cover together.
#[allow(clippy::float_arithmetic, reason = "boxes of a model; nothing of it enters the log")]
fn overlap(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let side = |from: f32, to: f32| (to - from).max(0.0);
    let [al, at, ar, ab] = *a;
    let [bl, bt, br, bb] = *b;
    let shared = side(al.max(bl), ar.min(br)) * side(at.max(bt), ab.min(bb));
    let together = side(al, ar) * side(at, ab) + side(bl, br) * side(bt, bb) - shared;
    if together > 0.0 { shared / together } else { 0.0 }
}

/// The smallest cut around a box with the proportions of an input, moved and shrunk into the picture.
#[allow(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels; the cast saturates"
)]
fn cut(edges: &[f32; 4], picture: &Picture, next: &InputSettings) -> Option<Cut> {
    let (wide, high) = (picture.width as f32, picture.height as f32);
    let [left, top, right, bottom] = edges.map(|edge| edge.clamp(0.0, 1.0));
    let (left, right, top, bottom) = (left * wide, right * wide, top * high, bottom * high);
    if right - left < 1.0 || bottom - top < 1.0 {
        return None;
    }
    let ratio = next.width as f32 / next.height as f32;
    let width = (right - left).max((bottom - top) * ratio).min(wide).min(high * ratio);
    let (width, height) = ((width as usize).max(1), ((width / ratio) as usize).max(1));
    let first = |from: f32, to: f32, size: usize, whole: usize| {
        let middle = f32::midpoint(from, to);
        let most = whole.saturating_sub(size);
        ((middle - size as f32 / 2.0).max(0.0) as usize).min(most)
    };
    let (left, top) = (first(left, right, width, picture.width), first(top, bottom, height, picture.height));
    Some(Cut { left, top, width, height })
}
