//! Takes the record and the names out of a report that this program wrote. It is no PDF reader: it knows the one shape
//! that `ximu-report` writes, and refuses every other.
//!
//! What an outsider could add to a report and a viewer would show or hand out in its place is refused: a second version
//! of the file appended to it, bytes between objects, one more embedded file, two of one name.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use ximu_procedure::wire::{Record, RecordKind};

use super::{FORMS_FILE, Forms, NAMES_FILE, Names, PaperError, RECORD_FILE};

/// The largest report: a thousand bidders take about three megabytes.
pub const REPORT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Objects of a report: ten for each of a thousand pages.
const OBJECTS_MAX: usize = 10_000;

/// The longest dictionary: the widths of every character of a font take less.
const DICTIONARY_BYTES_MAX: usize = 1024 * 1024;

const CLOSE: &[u8] = b"\nendobj\n";
const CLOSE_STREAM: &[u8] = b"\nendstream\nendobj\n";

/// What a report carries.
#[derive(Debug, Clone)]
pub struct Extracted {
    /// The record's bytes, exactly.
    pub bytes: Vec<u8>,
    /// The record.
    pub record: Record,
    /// The names shown, each opening its commitment in the record, and the forms that the record names.
    pub names: Names,
    /// The fonts that the file says it was made with (`Fonts::label` of `ximu-report`); whoever wrote it can say what he likes.
    pub fonts: String,
}

/// Takes a report apart.
///
/// # Errors
/// [`PaperError::Foreign`], [`PaperError::NamesDiffer`].
pub fn extract(pdf: &[u8]) -> Result<Extracted, PaperError> {
    let foreign = |expected| PaperError::Foreign { expected };
    if pdf.len() > REPORT_BYTES_MAX {
        return Err(foreign("at most 64 MiB"));
    }
    let objects = objects(pdf)?;
    let specs: Vec<&[u8]> = objects
        .iter()
        .filter(|object| is(object, "/Type/Filespec"))
        .map(|object| object.dictionary)
        .collect();
    let streams = objects.iter().filter(|object| is(object, "/EmbeddedFile") && object.stream.is_some());
    let embedded = streams.count();
    if specs.len() != embedded {
        return Err(foreign("embedded files, each named once"));
    }
    let file = |name: &'static str| -> Result<Vec<u8>, PaperError> {
        let wanted = format!("/F({name})");
        let mut named = specs.iter().filter(|spec| find(spec, wanted.as_bytes(), 0).is_some());
        let (Some(spec), None) = (named.next(), named.next()) else {
            return Err(foreign("record.json, names.json and of an opening forms.json, each once"));
        };
        let number = reference(spec).ok_or_else(|| foreign("an embedded file"))?;
        let stream = objects.iter().find(|object| object.number == number);
        let stream = stream.filter(|object| is(object, "/EmbeddedFile"));
        let stream = stream.and_then(|object| object.stream);
        Ok(stream.ok_or_else(|| foreign("an embedded file that is not compressed"))?.to_vec())
    };
    let bytes = file(RECORD_FILE)?;
    let record = Record::parse(&bytes).map_err(|_| foreign("a record in canonical JSON"))?;
    let is_opening = record.kind() == RecordKind::OpeningRecord;
    if embedded != if is_opening { 3 } else { 2 } {
        return Err(foreign("two embedded files, of an opening three"));
    }
    let mut names = Names::parse(&record, &file(NAMES_FILE)?)?;
    if is_opening {
        names = names.with_forms(Forms::parse(&record, &file(FORMS_FILE)?)?);
    }
    let fonts = producer(&objects).unwrap_or_default();
    Ok(Extracted { bytes, record, names, fonts })
}

/// What the file says of the fonts.
fn producer(objects: &[Object<'_>]) -> Option<String> {
    let begin = b"/Producer(ximu; ";
    let info = objects.iter().find(|object| find(object.dictionary, begin, 0).is_some())?;
    let text = info.dictionary.get(find(info.dictionary, begin, 0)?.checked_add(begin.len())?..)?;
    let end = text.iter().position(|byte| *byte == b')')?;
    Some(core::str::from_utf8(text.get(..end)?).ok()?.to_owned())
}

/// One object of the file.
struct Object<'a> {
    number: u32,
    dictionary: &'a [u8],
    stream: Option<&'a [u8]>,
}

fn is(object: &Object<'_>, what: &str) -> bool {
    find(object.dictionary, what.as_bytes(), 0).is_some()
}

/// The objects of the file: those of the one cross-reference table, each beginning where the one before it ends.
fn objects(pdf: &[u8]) -> Result<Vec<Object<'_>>, PaperError> {
    let foreign = |expected| PaperError::Foreign { expected };
    if !pdf.starts_with(b"%PDF-1.7\n") {
        return Err(foreign("PDF 1.7"));
    }
    let table = tail(pdf).ok_or_else(|| foreign("one cross-reference table at the end"))?;
    let mut places = entries(pdf, table)
        .filter(|places| places.len() <= OBJECTS_MAX)
        .ok_or_else(|| foreign("a cross-reference table"))?;
    places.sort_unstable();
    let mut objects = Vec::with_capacity(places.len());
    let mut end = places.first().map_or(0, |(offset, _)| *offset);
    if end > 32 {
        return Err(foreign("objects from the beginning"));
    }
    for (offset, number) in places {
        if offset != end {
            return Err(foreign("objects one after the other"));
        }
        let (object, next) =
            object(pdf, offset, number).ok_or_else(|| foreign("objects as they are written"))?;
        objects.push(object);
        end = next;
    }
    if end == table { Ok(objects) } else { Err(foreign("nothing between the objects and their table")) }
}

/// Where the cross-reference table begins, when the file ends with exactly one.
fn tail(pdf: &[u8]) -> Option<usize> {
    let end = pdf.strip_suffix(b"\n").unwrap_or(pdf).strip_suffix(b"%%EOF")?.strip_suffix(b"\n")?;
    let begin = rfind(end, b"startxref\n")?;
    let table: usize = core::str::from_utf8(end.get(begin.checked_add(10)?..)?).ok()?.parse().ok()?;
    let trailer = pdf.get(table..begin)?;
    let lone = trailer.starts_with(b"xref\n") && find(trailer, b"/Prev", 0).is_none();
    lone.then_some(table)
}

/// Offset and number of every object in use.
fn entries(pdf: &[u8], table: usize) -> Option<Vec<(usize, u32)>> {
    let text = pdf.get(table..)?.strip_prefix(b"xref\n0 ")?;
    let line = text.iter().position(|byte| *byte == b'\n')?;
    let count: usize = core::str::from_utf8(text.get(..line)?).ok()?.trim_end().parse().ok()?;
    let rows = text.get(line.checked_add(1)?..)?;
    let rows = rows.get(..count.checked_mul(20)?)?;
    let mut found = Vec::new();
    for (number, row) in (0_u32..).zip(rows.chunks_exact(20)) {
        let offset: usize = core::str::from_utf8(row.get(..10)?).ok()?.parse().ok()?;
        match row.get(17)? {
            b'n' => found.push((offset, number)),
            b'f' => {}
            _ => return None,
        }
    }
    Some(found)
}

/// The object at an offset, and where the next one begins.
fn object(pdf: &[u8], offset: usize, number: u32) -> Option<(Object<'_>, usize)> {
    let rest = pdf.get(offset..)?;
    let body = rest.strip_prefix(format!("{number} 0 obj\n").as_bytes())?;
    let near = body.get(..DICTIONARY_BYTES_MAX.min(body.len()))?;
    let end =
        find(near, b"\nend", 0).filter(|end| near.get(*end..).is_some_and(|rest| rest.starts_with(CLOSE)));
    let marker = find(near, b"\nstream\n", 0).filter(|marker| end.is_none_or(|end| *marker < end));
    let next = |used: usize| pdf.len().checked_sub(body.len())?.checked_add(used);
    let Some(marker) = marker else {
        let end = end?;
        let object = Object { number, dictionary: near.get(..end)?, stream: None };
        return Some((object, next(end.checked_add(CLOSE.len())?)?));
    };
    let dictionary = near.get(..marker)?;
    let data = marker.checked_add(8)?;
    let stop = data.checked_add(length(dictionary)?)?;
    let stream = body.get(data..stop)?;
    body.get(stop..)?.strip_prefix(CLOSE_STREAM)?;
    let plain = find(dictionary, b"/Filter", 0).is_none();
    let object = Object { number, dictionary, stream: Some(stream).filter(|_| plain) };
    Some((object, next(stop.checked_add(CLOSE_STREAM.len())?)?))
}

fn length(dictionary: &[u8]) -> Option<usize> {
    digits(dictionary.get(find(dictionary, b"<</Length ", 0)?.checked_add(10)?..)?)
}

/// The number of the stream that a file specification names.
fn reference(spec: &[u8]) -> Option<u32> {
    let file = find(spec, b"/EF<</F ", 0)?.checked_add(8)?;
    u32::try_from(digits(spec.get(file..)?)?).ok()
}

fn digits(text: &[u8]) -> Option<usize> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    core::str::from_utf8(text.get(..end)?).ok()?.parse().ok()
}

fn find(within: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let place = within.get(from..)?.windows(what.len()).position(|window| window == what)?;
    place.checked_add(from)
}

fn rfind(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).rposition(|window| window == what)
}
