//! `[faces]`: the models with which a witness officer's machine matches a face at the seat with the picture of a document
//! (evaluation 3.6, docs/faces.md). The member's consent comes first; the result is signed; no picture is kept.

use crate::{
    cmd::committee::Who,
    config::{self, Loaded},
    fault::Fault,
    out,
};
use clap::Args;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use ximu_basics::{Decimal, Hash};
use ximu_face::{Channels, DetectorSettings, FaceError, InputSettings, Layout, Matcher, Settings};
use ximu_procedure::wire::identity::{FaceMatch, IdentityChoice};
use ximu_text::Text;

/// `[faces]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faces {
    /// The ONNX model that makes an embedding of a face. Who changes it without the hash stops every match; with it can make
    /// any two faces match, which the hash in the log shows.
    pub model: PathBuf,
    /// SHA-256 of the file.
    pub sha256: Hash,
    /// Similarity from which two faces count as the same, 0.001 to 1.000 with three decimals. Who changes it moves what
    /// matches; it stands in the log beside every result.
    pub threshold: Decimal,
    /// Width and height of the model's input, in pixels.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// Order of the axes.
    #[serde(default)]
    pub layout: Axes,
    /// Order of the colours.
    #[serde(default)]
    pub channels: Colours,
    /// Taken off each colour, which is 0 to 255.
    pub mean: [f32; 3],
    /// What the difference is multiplied by. Who changes one of these makes the results worse, in both directions.
    pub scale: [f32; 3],
    /// A model that finds the one face in a picture; without it pictures show the face alone.
    pub detector: Option<Finder>,
}

/// `[faces.detector]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finder {
    /// The ONNX model, with the outputs `scores` and `boxes`. Who changes it makes matches fail, or look at something else.
    pub model: PathBuf,
    /// SHA-256 of the file.
    pub sha256: Hash,
    /// From which score a box is a face, 0 to 1.
    pub score: f32,
    /// As in `[faces]`.
    pub width: u32,
    /// As in `[faces]`.
    pub height: u32,
    /// As in `[faces]`.
    #[serde(default)]
    pub layout: Axes,
    /// As in `[faces]`.
    #[serde(default)]
    pub channels: Colours,
    /// As in `[faces]`.
    pub mean: [f32; 3],
    /// As in `[faces]`.
    pub scale: [f32; 3],
}

/// Order of the axes of a model's input: picture, colour, row, column; or picture, row, column, colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axes {
    /// The usual one.
    #[default]
    Nchw,
    /// Colours last.
    Nhwc,
}

/// Order of the colours of a model's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colours {
    /// Red, green, blue.
    #[default]
    Rgb,
    /// Blue, green, red.
    Bgr,
}

impl From<Axes> for Layout {
    fn from(axes: Axes) -> Layout {
        match axes {
            Axes::Nchw => Layout::Nchw,
            Axes::Nhwc => Layout::Nhwc,
        }
    }
}

impl From<Colours> for Channels {
    fn from(colours: Colours) -> Channels {
        match colours {
            Colours::Rgb => Channels::Rgb,
            Colours::Bgr => Channels::Bgr,
        }
    }
}

impl From<FaceError> for Fault {
    fn from(error: FaceError) -> Fault {
        Fault::new(error.code(), error.to_string(), error.advice())
    }
}

/// What a match at the seat needs.
#[derive(Debug, Args)]
pub struct FaceArguments {
    /// The settings with the table [faces]
    #[arg(long, value_name = "FILE", default_value = "ximu.toml")]
    config: PathBuf,
    /// The picture of the document, PNG or JPEG; for the officer, with the member's consent
    #[arg(long, value_name = "FILE", requires = "face_seat")]
    face_document: Option<PathBuf>,
    /// The picture taken at the seat, PNG or JPEG, for instance a frame of the camera
    #[arg(long, value_name = "FILE", requires = "face_document")]
    face_seat: Option<PathBuf>,
    /// Vouches although the faces differ: you have decided by the document
    #[arg(long, requires = "face_document")]
    although_different: bool,
}

/// What there is to sign.
pub enum Found {
    /// No match was asked for.
    None,
    /// A result.
    Match(FaceMatch),
    /// The faces differ, and the officer has not decided yet.
    Unsigned,
}

impl FaceArguments {
    /// Makes the match, where one is asked for.
    ///
    /// # Errors
    /// Without consent, by the keeper, without settings, and when no similarity can be computed.
    pub fn run(&self, who: Who, choice: Option<IdentityChoice>) -> Result<Found, Fault> {
        let (Some(document), Some(seat)) = (&self.face_document, &self.face_seat) else {
            return Ok(Found::None);
        };
        if who != Who::Officer {
            return Err(Fault::argument(Text::found_face_keeper, Text::advice_officer_matches));
        }
        if choice != Some(IdentityChoice::Face) {
            let said = if choice.is_some() { Text::found_face_officer } else { Text::found_face_no_choice };
            let advice = Text::advice_no_face;
            return Err(Fault::new("consent_missing", said, advice));
        }
        let loaded = config::load(Some(&self.config), Path::new("."))?;
        let settings = loaded.config.faces.as_ref().ok_or_else(|| {
            let said = |t: Text| t.found_no_table(self.config.display().to_string(), "faces");
            Fault::new("config", said, Text::advice_vouch_document)
        })?;
        let found = Matcher::open(&settings.settings(&loaded))?.compare_files(document, seat)?;
        out::say(|t| told(t, &found));
        out::remark(Text::cli_face_delete);
        if !found.matched && !self.although_different {
            out::remark(Text::cli_face_unsigned);
            return Ok(Found::Unsigned);
        }
        Ok(Found::Match(found))
    }
}

impl Faces {
    fn settings(&self, loaded: &Loaded) -> Settings {
        let input = InputSettings {
            path: loaded.at(&self.model),
            hash: self.sha256,
            width: self.width,
            height: self.height,
            layout: self.layout.into(),
            channels: self.channels.into(),
            mean: self.mean,
            scale: self.scale,
        };
        let detector = self.detector.as_ref().map(|finder| DetectorSettings {
            input: InputSettings {
                path: loaded.at(&finder.model),
                hash: finder.sha256,
                width: finder.width,
                height: finder.height,
                layout: finder.layout.into(),
                channels: finder.channels.into(),
                mean: finder.mean,
                scale: finder.scale,
            },
            score: finder.score,
        });
        Settings { input, threshold: self.threshold, detector }
    }
}

/// What a centre's pages offer: the models are loaded once, so that nothing is offered that does not work.
///
/// # Errors
/// When a model is not what the settings say.
pub fn offered(loaded: &Loaded) -> Result<Option<ximu_web::Faces>, Fault> {
    let Some(faces) = &loaded.config.faces else { return Ok(None) };
    Matcher::open(&faces.settings(loaded))?;
    Ok(Some(ximu_web::Faces { model: faces.sha256.to_string(), threshold: faces.threshold.to_string() }))
}

/// A result as one line.
pub fn told(t: Text, found: &FaceMatch) -> String {
    let FaceMatch { matched, model, similarity, threshold } = found;
    let (model, similarity, threshold) = (model.to_string(), similarity.to_string(), threshold.to_string());
    if *matched {
        t.cli_face_match(model, similarity, threshold)
    } else {
        t.cli_face_differ(model, similarity, threshold)
    }
}
