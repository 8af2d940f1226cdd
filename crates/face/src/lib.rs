//! One face compared with one other (evaluation 3.6, `docs/faces.md`): a model that the operator supplies, pinned by its
//! hash, two pictures, one similarity in thousandths.
//!
//! Ring 1. Nothing here decides, searches among many, writes a file, or says anything about a face but the similarity.
//! Pictures as they were read, their pixels, and the embeddings are overwritten with zeros when they are dropped. What
//! the decoders and the engine allocate inside themselves is freed and not overwritten.
#![forbid(unsafe_code)]

mod detect;
mod error;
mod matcher;
mod model;
mod picture;
mod settings;

pub use error::FaceError;
pub use matcher::Matcher;
pub use model::MODEL_BYTES_MAX;
pub use picture::{PICTURE_BYTES_MAX, PIXELS_MAX};
pub use settings::{Channels, DetectorSettings, InputSettings, Layout, Settings};
