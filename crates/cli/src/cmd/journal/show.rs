//! `ximu journal show`.

use crate::{
    books::Books,
    fault::{Done, Exit},
    out,
};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use ximu_basics::{Instant, ProcedureId};
use ximu_journal::Reader as _;
use ximu_procedure::wire::{Leaf, Outcome};

/// Lists the leaves of the log.
#[derive(Debug, Args)]
pub struct Show {
    /// The centre's data directory
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// The first leaf to show
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Only this procedure's leaves; `registry` for the register
    #[arg(long, value_name = "ID")]
    procedure: Option<ProcedureId>,
    /// Prints one JSON object a line
    #[arg(long)]
    json: bool,
}

/// What stands where a leaf has no instant: as wide as one.
const NO_TIME: &str = "-----------------------------";

/// One leaf in short.
#[derive(Debug, Serialize)]
pub struct Line {
    /// Its index.
    pub leaf: u64,
    /// When it was stamped; a beat's scheduled instant; nothing for a veil, which tells none (journal 6.5).
    pub at: Option<Instant>,
    /// The procedure.
    pub procedure: ProcedureId,
    /// What was said: a command's name, or `beat`.
    pub said: String,
    /// By whom; nobody says a beat.
    pub actor: Option<String>,
    /// The events, or `refused` and the code.
    pub followed: Vec<String>,
}

impl Show {
    pub(super) fn run(self) -> Done {
        let books = Books::open(&self.data_dir)?;
        for stored in books.leaves(books.reader().size()?)? {
            let wanted = self.procedure.as_ref().is_none_or(|procedure| *procedure == stored.procedure);
            if stored.idx < self.from || !wanted {
                continue;
            }
            let line = line(stored.idx, &Leaf::from_bytes(&stored.bytes)?);
            if self.json {
                out::json(&line);
            } else {
                let actor = line.actor.unwrap_or_default();
                let followed = line.followed.join(" ");
                let (leaf, procedure, said) = (line.leaf, line.procedure, line.said);
                let at = line.at.map_or_else(|| NO_TIME.to_owned(), |at| at.to_string());
                out::line(format!("{leaf:>6} {at} {procedure} {said} {actor} -> {followed}"));
            }
        }
        Ok(Exit::Done)
    }
}

/// A leaf in short.
pub fn line(index: u64, leaf: &Leaf) -> Line {
    match leaf {
        Leaf::Beat(beat) => Line {
            leaf: index,
            at: Some(beat.scheduled),
            procedure: beat.procedure.clone(),
            said: format!("beat {}", beat.number),
            actor: None,
            followed: Vec::new(),
        },
        Leaf::Veil(veil) => Line {
            leaf: index,
            at: None,
            procedure: veil.procedure.clone(),
            said: format!("veil {}", veil.number),
            actor: None,
            followed: Vec::new(),
        },
        Leaf::Entry(entry) => Line {
            leaf: index,
            at: Some(entry.at),
            procedure: entry.procedure.clone(),
            said: entry.signed.open().map_or_else(|_| "?".to_owned(), |body| body.command.name().to_owned()),
            actor: Some(entry.actor.to_string()),
            followed: followed(&entry.outcome),
        },
    }
}

fn followed(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Refusal(refusal) => vec!["refused".to_owned(), refusal.code().to_owned()],
        Outcome::Events(events) => events
            .iter()
            .filter_map(|event| serde_json::to_value(event).ok()?.get("type")?.as_str().map(str::to_owned))
            .collect(),
    }
}
