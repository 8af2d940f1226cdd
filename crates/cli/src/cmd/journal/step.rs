//! `ximu journal step`: one leaf, decided again in front of the reader.

use super::show::line;
use crate::{
    books::Books,
    fault::{Done, Exit, Fault},
    out,
};
use clap::Args;
use std::path::PathBuf;
use ximu_basics::ProcedureId;
use ximu_journal::Reader as _;
use ximu_procedure::wire::Leaf;
use ximu_text::Text;
use ximu_verify::Replay;

/// Decides the log again up to one leaf.
#[derive(Debug, Args)]
pub struct Step {
    /// The leaf's index, as `ximu journal show` prints it
    leaf: u64,
    /// The centre's data directory
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

impl Step {
    pub(super) fn run(self) -> Done {
        let books = Books::open(&self.data_dir)?;
        let size = books.reader().size()?;
        if self.leaf >= size {
            let said = |t: Text| t.found_leaf_below(self.leaf, size);
            return Err(Fault::argument(said, Text::advice_journal_names));
        }
        let leaves = books.leaves(self.leaf + 1)?;
        let Some((stored, before)) = leaves.split_last() else { return Ok(Exit::Done) };
        let leaf = Leaf::from_bytes(&stored.bytes)?;
        let short = line(stored.idx, &leaf);
        // The first leaf founds the log; before it there is no state.
        let stage_before =
            if before.is_empty() { None } else { stage(&books.replay(before)?, &short.procedure) };
        let after = books.replay(&leaves)?;
        let stage_after = stage(&after, &short.procedure);
        if self.json {
            let value: serde_json::Value = serde_json::from_slice(&stored.bytes)
                .map_err(|error| Fault::new("json", error.to_string(), ""))?;
            out::json(&serde_json::json!({
                "line": short, "leaf": value, "hash": stored.hash,
                "stage_before": stage_before, "stage_after": stage_after, "root": after.tree().root(),
            }));
            return Ok(Exit::Done);
        }
        out::say(|t| t.cli_step_leaf(stored.hash.to_string(), stored.idx, size));
        out::say(|t| {
            let actor = short.actor.clone().unwrap_or_else(|| t.cli_step_clock());
            t.cli_step_said(actor, &short.said)
        });
        if let Leaf::Entry(entry) = &leaf {
            out::say(|t| t.cli_step_signed(&entry.signed.body));
            out::say(|t| t.cli_step_key(entry.signed.key.to_string()));
        }
        out::say(|t| t.cli_step_followed(short.followed.join(", ")));
        let shown = |t: Text, stage: Option<String>| stage.unwrap_or_else(|| t.cli_step_none());
        out::say(|t| t.cli_step_stage(shown(t, stage_after), shown(t, stage_before)));
        out::say(|t| t.cli_step_decided(after.tree().root().to_string()));
        Ok(Exit::Done)
    }
}

fn stage(replay: &Replay, procedure: &ProcedureId) -> Option<String> {
    let name = replay.tender(procedure)?.stage.name();
    serde_json::to_value(name).ok()?.as_str().map(str::to_owned)
}
