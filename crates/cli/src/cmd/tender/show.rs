//! `ximu tender show`: where a procedure stands, in a few lines that a script can read.

use crate::{
    args::TrustArguments,
    fault::{Done, Exit, Fault},
    out, outside,
};
use clap::Args;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use ximu_basics::{Instant, Money, PartyId, ProcedureId};
use ximu_client::{Address, Centre, Timeouts};
use ximu_procedure::{
    method::Ranking,
    tender::StageName,
    wire::event::{Listed, OpenedBid, Route, StaysClosed},
};

/// Between two looks while waiting.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Shows where a procedure stands, as its centre says it; what is true is what `ximu verify` finds.
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
                let said = format!("expected the procedure {procedure} at {address}, found none");
                Fault::new("procedure-unknown", said, "check the address")
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
    Public::deserialize(value).map_err(|error| Fault::new("json", format!("the tender's state: {error}"), ""))
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
        if let Some(awarded) = &self.awarded {
            lines.push(format!("awarded {} {}", awarded.bidder, awarded.price.amount()));
        }
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
