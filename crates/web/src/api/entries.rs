//! `GET /api/v1/tenders/{id}/entries?from=N`: the public entries, one JSON line each, with their leaf indices.
//! `registry` is a procedure too: the centre's register.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use ximu_basics::{ProcedureId, json};
use ximu_office::{Trouble, answer::PublicEntry};

use super::problem::Problem;
use crate::{reader::Reader, site::Site};

/// The most entries of one answer; whoever wants more asks from the next number.
pub const ENTRIES_PER_ANSWER_MAX: usize = 512;

/// One line: the exact bytes as a string, and where they stand.
#[derive(Serialize)]
pub struct Line<'a> {
    entry: &'a str,
    leaf: u64,
}

/// Answers with lines, none when there are none yet.
pub async fn handle(
    State(site): State<Site>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    let from = match reader.parameter("from") {
        None => 0,
        Some(text) => text.parse::<u32>().map_err(|_| {
            Problem::new("body_malformed")
                .detail(format!("expected from=N with an entry number, found {text}"))
        })?,
    };
    let lines = site.blocking(move |site| read(site, &id, from)).await??;
    Ok(([(header::CONTENT_TYPE, "application/jsonl")], lines).into_response())
}

fn read(site: &Site, id: &ProcedureId, from: u32) -> Result<String, Trouble> {
    let mut lines = String::new();
    let mut count = 0;
    let mut next = from;
    while count < ENTRIES_PER_ANSWER_MAX {
        let entries = site.host.entries(id, next)?;
        let Some(last) = entries.last() else { break };
        next = last.number.saturating_add(1);
        for entry in entries.iter().take(ENTRIES_PER_ANSWER_MAX - count) {
            lines.push_str(&line(entry)?);
            lines.push('\n');
            count += 1;
        }
    }
    Ok(lines)
}

/// An entry as a JSON line, without its newline.
///
/// # Errors
/// [`Trouble::Unreadable`] for bytes that have no canonical form.
pub fn line(entry: &PublicEntry) -> Result<String, Trouble> {
    let bytes = json::to_canonical(&Line { entry: &entry.bytes, leaf: entry.leaf });
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or(Trouble::Unreadable { code: "not_canonical" })
}
