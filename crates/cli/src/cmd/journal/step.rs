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
            let said = format!("expected a leaf below {size}, found {}", self.leaf);
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
        out::line(format!("leaf {} of {size}, hash {}", stored.idx, stored.hash));
        out::line(format!(
            "said: {} by {}",
            short.said,
            short.actor.as_deref().unwrap_or("the centre's clock")
        ));
        if let Leaf::Entry(entry) = &leaf {
            out::line(format!("signed: {}", entry.signed.body));
            out::line(format!("by key: {}", entry.signed.key));
        }
        out::line(format!("followed: {}", short.followed.join(", ")));
        let shown = |stage: Option<String>| stage.unwrap_or_else(|| "none".to_owned());
        out::line(format!("stage: {} -> {}", shown(stage_before), shown(stage_after)));
        out::line(format!("decided again: the same, root {}", after.tree().root()));
        Ok(Exit::Done)
    }
}

fn stage(replay: &Replay, procedure: &ProcedureId) -> Option<String> {
    let name = replay.tender(procedure)?.stage.name();
    serde_json::to_value(name).ok()?.as_str().map(str::to_owned)
}
