//! Fonts of the system: found by the names of their files, read whole, identified by their hash.
//!
//! No font is shipped, and none is replaced silently: a character without a glyph stands as its number.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use krilla::text::Font;
use skrifa::{
    FontRef, MetadataProvider as _,
    instance::{LocationRef, Size},
    string::StringId,
};
use ximu_basics::Hash;

use crate::{ReportError, visible::number};

/// Characters that every report has: fonts without one of them cannot draw a report at all.
const NEEDED: &str = "中标候选人公示记录评审。，[]0123456789ABCDEFU+abcdefghijklmnopqrstuvwxyz";

/// Where systems keep their fonts.
pub const FOLDERS: [&str; 3] = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts"];

/// Files with Chinese characters in the order in which they are taken, by how their names begin: 宋体 first, as
/// official papers are printed.
const PREFERRED: [&str; 12] = [
    "NotoSerifCJK-Regular",
    "NotoSerifCJKsc-Regular",
    "NotoSerifSC-Regular",
    "SourceHanSerifSC-Regular",
    "SourceHanSerifCN-Regular",
    "NotoSansCJK-Regular",
    "NotoSansCJKsc-Regular",
    "NotoSansSC-Regular",
    "SourceHanSansSC-Regular",
    "SourceHanSansCN-Regular",
    "wqy-microhei",
    "wqy-zenhei",
];

/// Folders below folders that are searched: a desktop has three levels.
const DEPTH_MAX: u8 = 6;

/// Files looked at in all: a desktop has a few thousand.
const FILES_MAX: usize = 50_000;

/// Faces in one collection: the Noto collections have ten.
const FACES_MAX: u32 = 64;

/// The largest font file: the Noto collections have 26 MB.
const FONT_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// The fonts of a report: of each character the first that has it is taken.
#[derive(Debug, Clone)]
pub struct Fonts {
    faces: Vec<Face>,
}

/// One face.
#[derive(Clone)]
pub struct Face {
    data: Arc<Vec<u8>>,
    index: u32,
    font: Font,
    units_per_em: u16,
    label: String,
}

/// A glyph and how far it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Glyph {
    /// Which face, by position.
    pub face: usize,
    /// Its number there.
    pub id: u32,
    /// Its advance in units of the face.
    pub advance: u16,
    /// Units of the face in an em.
    pub units_per_em: u16,
}

impl std::fmt::Debug for Face {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.label)
    }
}

impl Fonts {
    /// The fonts named, in their order; when none is named, the best that the folders have.
    ///
    /// # Errors
    /// [`ReportError::FontMissing`], [`ReportError::FontUnreadable`].
    pub fn load(named: &[PathBuf], folders: &[PathBuf]) -> Result<Fonts, ReportError> {
        if !named.is_empty() {
            let faces = named.iter().map(|path| Face::read(path)).collect::<Result<Vec<Face>, _>>()?;
            return Ok(Fonts { faces });
        }
        let missing = || ReportError::FontMissing { searched: folders.to_vec() };
        let path = best(folders).ok_or_else(missing)?;
        Ok(Fonts { faces: vec![Face::read(&path)?] })
    }

    /// The usual folders.
    #[must_use]
    pub fn folders() -> Vec<PathBuf> {
        FOLDERS.iter().map(PathBuf::from).collect()
    }

    /// What identifies the fonts: name and SHA-256 of each file, in their order.
    #[must_use]
    pub fn label(&self) -> String {
        let labels: Vec<&str> = self.faces.iter().map(|face| face.label.as_str()).collect();
        labels.join(", ")
    }

    /// Whether a report can be drawn at all.
    ///
    /// # Errors
    /// [`ReportError::GlyphMissing`] for the first character that every report has and these fonts have not.
    pub(crate) fn check(&self) -> Result<(), ReportError> {
        NEEDED.chars().try_for_each(|character| self.glyph(character).map(|_| ()))
    }

    /// The text with every character that no font has written as `[U+1F600]`: whoever chose a name must not be able to
    /// keep an official record from being made.
    pub(crate) fn drawable(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for character in text.chars() {
            match self.glyph(character) {
                Ok(_) => out.push(character),
                Err(_) => out.push_str(&number(character)),
            }
        }
        out
    }

    pub(crate) fn glyph(&self, character: char) -> Result<Glyph, ReportError> {
        let found = self.faces.iter().enumerate().find_map(|(face, one)| one.glyph(face, character));
        found.ok_or(ReportError::GlyphMissing { character })
    }

    pub(crate) fn font(&self, face: usize) -> Option<&Font> {
        self.faces.get(face).map(|face| &face.font)
    }
}

impl Face {
    /// Reads a font file; of a collection the face for mainland Chinese, or the first.
    ///
    /// # Errors
    /// [`ReportError::FontUnreadable`].
    pub fn read(path: &Path) -> Result<Face, ReportError> {
        let unreadable = || ReportError::FontUnreadable { path: path.to_owned() };
        let bytes = fs::metadata(path).map_err(|_| unreadable())?.len();
        if bytes > FONT_BYTES_MAX {
            return Err(unreadable());
        }
        let data = Arc::new(fs::read(path).map_err(|_| unreadable())?);
        let index = chinese_face(&data);
        let font = Font::new(data.clone().into(), index).ok_or_else(unreadable)?;
        let reference = FontRef::from_index(&data, index).map_err(|_| unreadable())?;
        let units_per_em = reference.metrics(Size::unscaled(), LocationRef::default()).units_per_em;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let label = format!("{name} #{index} sha256 {}", Hash::of(&data));
        Ok(Face { data, index, font, units_per_em, label })
    }

    fn glyph(&self, face: usize, character: char) -> Option<Glyph> {
        let reference = FontRef::from_index(&self.data, self.index).ok()?;
        let id = reference.charmap().map(character).filter(|id| id.to_u32() != 0)?;
        let advance = reference.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(id)?;
        Some(Glyph { face, id: id.to_u32(), advance: units(advance), units_per_em: self.units_per_em })
    }
}

/// An unscaled advance: a whole number of units, of at most 16 bits in the file.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a 16-bit number of the file")]
const fn units(advance: f32) -> u16 {
    advance as u16
}

/// The face for mainland Chinese in a collection, or the first.
fn chinese_face(data: &[u8]) -> u32 {
    let is_chinese = |index: &u32| {
        let Ok(font) = FontRef::from_index(data, *index) else { return false };
        font.localized_strings(StringId::FAMILY_NAME).any(|name| {
            let name: String = name.chars().collect();
            name.ends_with(" SC") || name.ends_with(" CN")
        })
    };
    (0..FACES_MAX).take_while(|index| FontRef::from_index(data, *index).is_ok()).find(is_chinese).unwrap_or(0)
}

/// The best file below the folders; of two with one name the first by path.
fn best(folders: &[PathBuf]) -> Option<PathBuf> {
    let mut found = Vec::new();
    let mut seen = 0;
    for folder in folders {
        search(folder, DEPTH_MAX, &mut seen, &mut found);
    }
    found.sort();
    found.into_iter().next().map(|(_, path)| path)
}

fn search(folder: &Path, depth: u8, seen: &mut usize, found: &mut Vec<(usize, PathBuf)>) {
    let Ok(files) = fs::read_dir(folder) else { return };
    for file in files.flatten() {
        *seen = seen.saturating_add(1);
        if *seen > FILES_MAX {
            return;
        }
        let path = file.path();
        if path.is_dir() {
            if depth > 0 {
                search(&path, depth.saturating_sub(1), seen, found);
            }
            continue;
        }
        let name = file.file_name().to_string_lossy().into_owned();
        let is_font = [".otf", ".ttf", ".ttc", ".otc"].iter().any(|end| name.ends_with(end));
        if let Some(place) = PREFERRED.iter().position(|begin| name.starts_with(begin)).filter(|_| is_font) {
            found.push((place, path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_without_a_chinese_font_is_told_where_was_searched() {
        let empty = tempfile::tempdir().unwrap();
        let error = Fonts::load(&[], &[empty.path().to_owned()]).unwrap_err();
        assert_eq!(error.code(), "font_missing");
        assert!(error.to_string().contains(&empty.path().display().to_string()), "{error}");
        let text = empty.path().join("NotoSerifCJK-Regular.ttc");
        fs::write(&text, "no font").unwrap();
        assert_eq!(Fonts::load(&[], &[empty.path().to_owned()]).unwrap_err().code(), "font_unreadable");
        assert_eq!(Fonts::load(&[text], &[]).unwrap_err().code(), "font_unreadable");
    }

    #[test]
    fn a_character_without_a_glyph_is_named() {
        let fonts = Fonts::load(&[], &Fonts::folders()).unwrap();
        assert!(fonts.glyph('标').is_ok() && fonts.glyph('a').is_ok());
        let error = fonts.glyph('\u{1F600}').unwrap_err();
        assert_eq!(error.to_string(), "expected a font with the character 😀 (U+1F600), found none");
        assert_eq!(fonts.drawable("甲😀b"), "甲[U+1F600]b");
        assert_eq!(fonts.check(), Ok(()));
        let none = Fonts { faces: Vec::new() };
        assert_eq!(none.check().unwrap_err().code(), "glyph_missing");
    }
}
