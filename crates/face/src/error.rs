//! Why no match was made, each with a stable code. Nothing of a picture stands in a message but its size.

use ximu_basics::Hash;

/// No match was made. A face that differs is none of these: it is a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaceError {
    /// The settings say something that cannot be.
    #[error("faces: {member}: expected {expected}, found {found}")]
    Settings {
        /// Which member.
        member: &'static str,
        /// What it can be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// The model's file cannot be read.
    #[error("{path}: expected a model of at most {max} bytes that can be read, found: {found}")]
    ModelFile {
        /// Which file.
        path: String,
        /// The most bytes.
        max: u64,
        /// What was found.
        found: String,
    },
    /// The file is another than the one that is pinned.
    #[error("{path}: expected the model with SHA-256 {expected}, found {found}")]
    ModelHash {
        /// Which file.
        path: String,
        /// The pinned hash.
        expected: Hash,
        /// That of the file.
        found: Hash,
    },
    /// The file is no ONNX model, or one with an operator that is not known here.
    #[error("{path}: expected an ONNX model in one file, of the operators in docs/faces.md, found: {found}")]
    ModelMalformed {
        /// Which file.
        path: String,
        /// What the engine said.
        found: String,
    },
    /// The model takes or gives something else than the settings say.
    #[error("{path}: expected {expected}, found {found}")]
    ModelShape {
        /// Which file.
        path: String,
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
    },
    /// The picture's file cannot be read, or is too long.
    #[error("the picture {which}: expected a file of at most {max} bytes that can be read, found: {found}")]
    PictureFile {
        /// `of the document` or `at the seat`.
        which: &'static str,
        /// The most bytes.
        max: u64,
        /// What was found.
        found: String,
    },
    /// The file is no picture that can be read.
    #[error("the picture {which}: expected a whole PNG or JPEG, found: {found}")]
    PictureMalformed {
        /// Which picture.
        which: &'static str,
        /// What the decoder said.
        found: String,
    },
    /// The picture is too large or too small.
    #[error("the picture {which}: expected {expected}, found {width} by {height}")]
    PictureSize {
        /// Which picture.
        which: &'static str,
        /// What it can be.
        expected: String,
        /// How wide it is, in pixels.
        width: u64,
        /// How high it is, in pixels.
        height: u64,
    },
    /// The detector finds no face, or more than one.
    #[error("the picture {which}: expected one face, found {found}")]
    Faces {
        /// Which picture.
        which: &'static str,
        /// `none` or `several`.
        found: &'static str,
    },
    /// The model gives nothing that can be compared.
    #[error(
        "the picture {which}: expected an embedding of finite numbers that are not all zero, found another"
    )]
    Embedding {
        /// Which picture.
        which: &'static str,
    },
}

impl FaceError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            FaceError::Settings { .. } => "face-settings",
            FaceError::ModelFile { .. } => "face-model-file",
            FaceError::ModelHash { .. } => "face-model-hash",
            FaceError::ModelMalformed { .. } => "face-model-malformed",
            FaceError::ModelShape { .. } => "face-model-shape",
            FaceError::PictureFile { .. } => "face-picture-file",
            FaceError::PictureMalformed { .. } => "face-picture-malformed",
            FaceError::PictureSize { .. } => "face-picture-size",
            FaceError::Faces { .. } => "face-count",
            FaceError::Embedding { .. } => "face-embedding",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            FaceError::Settings { .. } => "compare [faces] in ximu.toml with `ximu admin example-config`",
            FaceError::ModelFile { .. } => "check the path in [faces] and its permissions",
            FaceError::ModelHash { .. } => {
                "use the model that was approved, or pin the new hash after approving it"
            }
            FaceError::ModelMalformed { .. } => "export the model again, as docs/faces.md says",
            FaceError::ModelShape { .. } => {
                "let width, height, layout and channels of [faces] be those of the model"
            }
            FaceError::PictureFile { .. }
            | FaceError::PictureMalformed { .. }
            | FaceError::PictureSize { .. }
            | FaceError::Faces { .. }
            | FaceError::Embedding { .. } => "take the picture again, or vouch by the document alone",
        }
    }
}
