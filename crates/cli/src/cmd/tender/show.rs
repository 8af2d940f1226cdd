//! `ximu tender show`: where a procedure stands, in a few lines that a script can read.

use crate::{
    args::TrustArguments,
    fault::{Done, Exit, Fault},
    out, outside,
};
use clap::Args;
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};
use ximu_basics::{Instant, Money, PartyId, ProcedureId};
use ximu_client::{Address, Centre, Timeouts};
use ximu_procedure::{
    method::Ranking,
    tender::StageName,
    wire::{
        bond::BondState,
        event::{Listed, OpenedBid, Route, StaysClosed},
    },
};
use ximu_text::Text;

/// Between two looks while waiting.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Shows where a procedure stands, or waits until it stands somewhere.
///
/// As its centre says it; what is true is what `ximu verify` finds. One fact a line: `stage`, `deadline`, then what there
/// is of `listed`, `closed` (a bid that stays closed), `rank`, `opened` (without a rank), `candidate`, `bond` (after the
/// reading, where the rules ask for one: ok or missing), `bond-returned`, `awarded`.
#[derive(Debug, Args)]
pub struct Show {
    /// The tender's page, for instance https://centre.example/tenders/yc-2020-0603
    #[arg(value_name = "URL", value_parser = super::super::bid::tender)]
    tender: (Address, ProcedureId),
    /// Waits until this stage or a later one: window, opening, ranking, published, awarded
    #[arg(long, value_name = "STAGE", value_parser = stage)]
    wait: Option<StageName>,
    /// Gives up waiting after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    patience: u32,
    #[command(flatten)]
    trust: TrustArguments,
    /// Prints the whole public state as JSON
    #[arg(long)]
    json: bool,
}

/// What is shown.
#[derive(Debug, Deserialize)]
struct Public {
    stage: StageName,
    failure: Option<String>,
    deadline: Instant,
    window_until: Option<Instant>,
    list: Vec<Listed>,
    stays_closed: Vec<StaysClosed>,
    opened: Vec<OpenedBid>,
    ranking: Option<Ranking>,
    candidates: Vec<PartyId>,
    candidates_until: Option<Instant>,
    awarded: Option<Awarded>,
    suspended_until: Option<Instant>,
    #[serde(default)]
    bonds_returned: BTreeMap<PartyId, Instant>,
}

#[derive(Debug, Deserialize)]
struct Awarded {
    bidder: PartyId,
    price: Money,
}

impl Show {
    pub(super) fn run(self) -> Done {
        let (address, procedure) = &self.tender;
        let centre = Centre::new(address.clone(), &self.trust.load()?, Timeouts::default())?;
        let end = outside::now().plus_ms(i64::from(self.patience) * 1000);
        loop {
            let value = centre.tender(procedure)?.ok_or_else(|| {
                let said = |t: Text| t.found_procedure_at(address.to_string(), procedure.as_str());
                Fault::new("procedure-unknown", said, Text::advice_check_address)
            })?;
            let public = read(&value)?;
            let arrived = self.wait.is_none_or(|wanted| public.stage >= wanted);
            if arrived || outside::now() > end {
                if self.json {
                    out::json(&value);
                } else {
                    public.lines().into_iter().for_each(out::line);
                }
                let failed = public.stage == StageName::Failed && self.wait.is_some();
                return Ok(if arrived && !failed { Exit::Done } else { Exit::False });
            }
            outside::pause(LOOK_EVERY);
        }
    }
}

fn read(value: &Value) -> Result<Public, Fault> {
    Public::deserialize(value)
        .map_err(|error| Fault::new("json", |t: Text| t.found_tender_state(error.to_string()), ""))
}

impl Public {
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("stage {}", word(self.stage))];
        if let Some(failure) = &self.failure {
            lines.push(format!("failure {failure}"));
        }
        lines.push(format!("deadline {}", self.deadline));
        if let Some(until) = self.suspended_until {
            lines.push(format!("suspended-until {until}"));
        }
        if let Some(until) = self.window_until {
            lines.push(format!("window-until {until}"));
            lines.push(format!("listed {}", self.list.len()));
        }
        for bid in &self.stays_closed {
            lines.push(format!("closed {}", bid.bidder));
        }
        let ranked = self.ranking.as_ref().map(|ranking| ranking.lines.as_slice()).unwrap_or_default();
        for line in ranked {
            let bid = self.opened.iter().find(|bid| bid.bidder == line.party);
            let how = bid.map(how).unwrap_or_default();
            lines.push(format!(
                "rank {} {} {} {} {how}",
                line.rank,
                line.party,
                line.price.amount(),
                line.score
            ));
        }
        let unranked = self.opened.iter().filter(|bid| ranked.iter().all(|line| line.party != bid.bidder));
        lines
            .extend(unranked.map(|bid| format!("opened {} {} {}", bid.bidder, bid.price.amount(), how(bid))));
        lines.extend(self.candidates.iter().map(|party| format!("candidate {party}")));
        if let Some(until) = self.candidates_until {
            lines.push(format!("published-until {until}"));
        }
        lines.extend(self.bonds());
        if let Some(awarded) = &self.awarded {
            lines.push(format!("awarded {} {}", awarded.bidder, awarded.price.amount()));
        }
        lines
    }

    /// Of every bid on the list whether its bond stands, once the bids were read out; and who has its bond back.
    fn bonds(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.opened.is_empty() && self.stage > StageName::Opening {
            for line in &self.list {
                let state = match line.bond {
                    None => continue,
                    Some(BondState::Ok) => "ok",
                    Some(BondState::Missing) => "missing",
                };
                lines.push(format!("bond {} {state}", line.bidder));
            }
        }
        let returned = self.bonds_returned.iter();
        lines.extend(returned.map(|(bidder, at)| format!("bond-returned {bidder} {at}")));
        lines
    }
}

/// How a bid came open, and what the reader must know about it.
fn how(bid: &OpenedBid) -> String {
    let route = match bid.route {
        Route::Released => "released",
        Route::Rescued => "rescued",
    };
    bid.flags.iter().fold(route.to_owned(), |text, flag| {
        let flag = serde_json::to_value(flag).ok();
        format!("{text} {}", flag.as_ref().and_then(Value::as_str).unwrap_or("flagged"))
    })
}

fn word(stage: StageName) -> String {
    serde_json::to_value(stage).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn stage(text: &str) -> Result<StageName, String> {
    let expected = "expected one of sealing, window, opening, ranking, published, awarded, failed";
    serde_json::from_value(Value::String(text.to_owned())).map_err(|_| format!("{expected}, found {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(stage: &str, opened: bool) -> Vec<String> {
        let hash = "00".repeat(32);
        let bid = serde_json::json!({
            "bidder": "p-00000000000000000001", "version": 1, "price": {"amount": "1.00", "currency": "CNY"},
            "route": "released", "key": "", "form": hash, "flags": [],
        });
        let listed = serde_json::json!({
            "bidder": "p-00000000000000000001", "version": 1, "form": hash, "body": hash, "beat": 1,
            "bond": "missing",
        });
        let state = serde_json::json!({
            "stage": stage, "failure": null, "deadline": 0, "window_until": 0, "list": [listed], "stays_closed": [],
            "opened": if opened { vec![bid] } else { vec![] }, "ranking": null, "candidates": [],
            "candidates_until": null, "awarded": null,
            "bonds_returned": {"p-00000000000000000001": 0},
        });
        read(&state).unwrap().bonds()
    }

    #[test]
    fn a_bond_is_shown_once_the_bids_were_read_out() {
        assert_eq!(shown("window", false).len(), 1, "its return, which is a fact of its own");
        assert_eq!(shown("opening", true).len(), 1);
        let lines = shown("ranking", true);
        assert!(lines[0].starts_with("bond p-") && lines[0].ends_with(" missing"), "{lines:?}");
        assert!(lines[1].starts_with("bond-returned p-"), "{lines:?}");
    }
}
