//! Paper as PDF/A-3b (ISO 19005-3), with the record and the proven names embedded.
//!
//! No clock and no randomness: the date of the file is the stamp of the last entry that the record rests on, its id is
//! the record's hash. Of the outside only the fonts matter, and the file names them.

use krilla::{
    Document, SerializeSettings,
    color::{luma, rgb},
    configure::{Archival, ConfigurationBuilder},
    embed::{AssociationKind, EmbeddedFile, MimeType},
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, Paint, Stroke},
    surface::Surface,
    text::{GlyphId, KrillaGlyph},
};
use ximu_basics::Instant;
use ximu_procedure::wire::{Record, RecordKind};
use ximu_verify::paper::{FORMS_FILE, NAMES_FILE, RECORD_FILE};

use crate::{
    Fonts, Names, ReportError, Sheet,
    paper::{HEIGHT, Ink, Item, Milli, WIDTH, lay_out},
    sheet::Tongue,
};

/// How thick a rule is.
const RULE: Milli = 400;

/// A record as a PDF.
///
/// # Errors
/// [`ReportError::GlyphMissing`], [`ReportError::Pdf`].
pub fn pdf(record: &Record, names: &Names, fonts: &Fonts) -> Result<Vec<u8>, ReportError> {
    let tongue = Tongue::both();
    let sheet = Sheet::of(record, names, tongue);
    let pages = lay_out(&sheet, tongue, fonts)?;
    let failed = |why: String| ReportError::Pdf { why };
    let canonical = record.canonical().map_err(|error| failed(error.to_string()))?;
    let hash = ximu_basics::Hash::of(&canonical).to_string();
    let made = record.basis.last().and_then(|basis| date(basis.at));
    let made = made.ok_or_else(|| failed("expected a record with a date".into()))?;

    let mut document = Document::new_with(settings()?);
    let title = format!("{} {}", sheet.title.first, record.procedure);
    let metadata = Metadata::new()
        .title(title)
        .language("zh-CN".into())
        .creator("ximu report".into())
        .producer(format!("ximu; {}", fonts.label()))
        .description(format!("record.json sha256 {hash}"))
        .document_id(hash)
        .creation_date(made);
    document.set_metadata(metadata);
    embed(&mut document, RECORD_FILE, "The record for machines", AssociationKind::Data, canonical, made);
    let about = "Names of parties, with the salts that open their commitments";
    embed(&mut document, NAMES_FILE, about, AssociationKind::Supplement, names.to_json(), made);
    if record.kind() == RecordKind::OpeningRecord {
        let about = "The forms that were read out";
        let forms = names.forms().to_json();
        embed(&mut document, FORMS_FILE, about, AssociationKind::Supplement, forms, made);
    }
    for page in pages {
        let settings = PageSettings::from_wh(points(WIDTH), points(HEIGHT));
        let settings = settings.ok_or_else(|| failed("expected a page".into()))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        for item in &page {
            draw(&mut surface, item, fonts)?;
        }
        surface.finish();
        sheet.finish();
    }
    document.finish().map_err(|error| failed(format!("{error:?}")))
}

fn settings() -> Result<SerializeSettings, ReportError> {
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A3_B).finish();
    let configuration = configuration.map_err(|error| ReportError::Pdf { why: format!("{error:?}") })?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

/// Embeds a file as it is: whoever reads the PDF by eye finds it, and so does `extract` of `ximu-verify`.
fn embed(
    document: &mut Document,
    path: &str,
    about: &str,
    association_kind: AssociationKind,
    data: Vec<u8>,
    made: DateTime,
) {
    let _ = document.embed_file(EmbeddedFile {
        path: path.into(),
        mime_type: MimeType::new("application/json"),
        description: Some(about.into()),
        association_kind,
        data: data.into(),
        modification_date: Some(made),
        compress: Some(false),
        location: None,
    });
}

fn draw(surface: &mut Surface<'_>, item: &Item, fonts: &Fonts) -> Result<(), ReportError> {
    match item {
        Item::Words { x, y, size, ink, text } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(paint(*ink))));
            words(surface, (*x, *y), *size, text, fonts)?;
        }
        Item::Rule { from, to, ink } => {
            let mut path = PathBuilder::new();
            path.move_to(points(from.0), points(from.1));
            path.line_to(points(to.0), points(to.1));
            surface.set_fill(None);
            let stroke = Stroke { paint: paint(*ink), width: points(RULE), ..Stroke::default() };
            surface.set_stroke(Some(stroke));
            path.finish().iter().for_each(|path| surface.draw_path(path));
        }
        Item::Shade { x, y, width, height } => {
            let mut path = PathBuilder::new();
            let rect = Rect::from_xywh(points(*x), points(*y), points(*width), points(*height));
            rect.into_iter().for_each(|rect| path.push_rect(rect));
            surface.set_stroke(None);
            surface.set_fill(Some(fill(luma::Color::new(0xEE).into())));
            path.finish().iter().for_each(|path| surface.draw_path(path));
        }
    }
    Ok(())
}

/// Draws a line of words, run by run of one face.
fn words(
    surface: &mut Surface<'_>,
    (mut x, y): (Milli, Milli),
    size: Milli,
    text: &str,
    fonts: &Fonts,
) -> Result<(), ReportError> {
    let mut run = Run::default();
    for character in text.chars() {
        let glyph = fonts.glyph(character)?;
        if glyph.face != run.face && !run.text.is_empty() {
            x += run.draw(surface, (x, y), size, fonts);
        }
        run.face = glyph.face;
        let begin = run.text.len();
        run.text.push(character);
        let advance = em(glyph.advance, glyph.units_per_em);
        let range = begin..run.text.len();
        run.glyphs.push(KrillaGlyph::new(GlyphId::new(glyph.id), advance, 0.0, 0.0, 0.0, range, None));
        run.width += Milli::from(glyph.advance) * size / Milli::from(glyph.units_per_em.max(1));
    }
    run.draw(surface, (x, y), size, fonts);
    Ok(())
}

/// Characters of one face in a row.
#[derive(Default)]
struct Run {
    face: usize,
    text: String,
    glyphs: Vec<KrillaGlyph>,
    width: Milli,
}

impl Run {
    /// Draws what is there and begins anew; gives its width.
    fn draw(
        &mut self,
        surface: &mut Surface<'_>,
        (x, y): (Milli, Milli),
        size: Milli,
        fonts: &Fonts,
    ) -> Milli {
        if let Some(font) = fonts.font(self.face).filter(|_| !self.text.is_empty()) {
            let start = Point::from_xy(points(x), points(y));
            surface.draw_glyphs(start, &self.glyphs, font.clone(), &self.text, points(size), false);
        }
        let width = self.width;
        *self = Run::default();
        width
    }
}

fn fill(paint: Paint) -> Fill {
    Fill { paint, opacity: NormalizedF32::ONE, ..Fill::default() }
}

fn paint(ink: Ink) -> Paint {
    match ink {
        Ink::Black => luma::Color::black().into(),
        Ink::Grey => luma::Color::new(0x58).into(),
        Ink::Red => rgb::Color::new(0xB0, 0x12, 0x12).into(),
    }
}

/// Thousandths of a point as the library wants them. The one division of a report: exact enough to one thousandth, and
/// the same on every machine (IEEE 754).
#[allow(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "places on a page have at most seven digits"
)]
fn points(milli: Milli) -> f32 {
    milli as f32 / 1_000.0
}

/// An advance in parts of an em, as the library wants it.
#[allow(clippy::float_arithmetic, reason = "two 16-bit numbers of the font")]
fn em(advance: u16, units_per_em: u16) -> f32 {
    f32::from(advance) / f32::from(units_per_em.max(1))
}

/// An instant as a date of PDF, in the law's zone; from its one spelling `2020-06-03T10:00:00.000+08:00`.
fn date(at: Instant) -> Option<DateTime> {
    let text = at.to_string();
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
    let part = |range: std::ops::Range<usize>| u8::try_from(number(range)?).ok();
    let (year, month, day) = (number(0..4)?, part(5..7)?, part(8..10)?);
    let date = DateTime::new(year).month(month).day(day);
    Some(
        date.hour(part(11..13)?)
            .minute(part(14..16)?)
            .second(part(17..19)?)
            .utc_offset_hour(8)
            .utc_offset_minute(0),
    )
}
