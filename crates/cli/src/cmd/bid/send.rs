//! `ximu bid submit`, `receipt`, `withdraw`, `open`: what is sent in the name of a sealed bid.

use crate::{
    args::{CentreArguments, KeyArguments},
    bidding::{
        folder::{self, BidFolder, Step},
        hand, release, submit,
    },
    cmd::{act, tender},
    fault::{Done, Exit, Fault},
    files,
    follow::{Pin, follow},
    out, outside,
    remote::{Answer, Remote},
};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use ximu_basics::{Hash, Instant};
use ximu_bidder::proof::Receipted;
use ximu_client::{Address, centre::ReceiptState};
use ximu_procedure::wire::Refusal;
use ximu_text::Text;

/// Between two questions for a receipt.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// How often a receipt is asked for without news before `submit` gives up waiting: ten minutes; the acknowledgement
/// is kept and `ximu bid receipt` asks again.
const ASKS_MAX: u32 = 2400;

/// Uploads a sealed bid and waits for its receipt.
#[derive(Debug, Args)]
pub struct Submit {
    /// The folder that `ximu bid seal` wrote
    folder: PathBuf,
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// Does not wait for the receipt; fetch it later with `ximu bid receipt`
    #[arg(long)]
    no_wait: bool,
    /// Prints the answer as JSON
    #[arg(long)]
    json: bool,
}

/// Fetches or checks a receipt: `ximu bid receipt DIR --centre URL`, or offline `ximu bid receipt DIR --policy FILE`.
#[derive(Debug, Args)]
pub struct Receipt {
    /// The folder of the bid
    folder: PathBuf,
    /// Where the centre is served, to fetch the receipt and check it
    #[arg(long, value_name = "URL", required_unless_present = "policy")]
    centre: Option<ximu_client::Address>,
    #[command(flatten)]
    trust: crate::args::TrustArguments,
    /// The policy's file: the receipt in the folder is checked under it, with no network
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
}

/// Withdraws a bid.
#[derive(Debug, Args)]
pub struct Withdraw {
    /// The folder of the bid
    folder: PathBuf,
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// Prints the answer as JSON
    #[arg(long)]
    json: bool,
}

/// Opens a bid in the window.
#[derive(Debug, Args)]
pub struct Open {
    /// The folder of the bid
    folder: PathBuf,
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// The form's key is lost: asks the holders to open the form, where the rules allow it
    #[arg(long)]
    rescue: bool,
    /// Where a holder is served, beside what the centre says; may be repeated
    #[arg(long = "peer", value_name = "NAME=URL", value_parser = tender::peer)]
    peers: Vec<(String, Address)>,
    /// The policy's file: with it and --peer the holders can be reached also when the centre does not answer
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Prints the answer as JSON
    #[arg(long)]
    json: bool,
}

impl Submit {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let folder = BidFolder::at(&self.folder);
        let remote = self.centre.connect()?;
        let bar = out::bar(0, &out::text().cli_uploading());
        let signed = submit::prepare(&remote, &folder, &key, &mut |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })?;
        bar.finish_and_clear();
        let answer = submit::give(&remote, &folder, Step::Submit, &signed)?;
        act::show(&answer, self.json);
        if matches!(answer, Answer::Refused { .. }) {
            out::remark(|t| t.cli_refusal_kept(self.folder.display().to_string()));
            return Ok(Exit::Refused);
        }
        if self.no_wait {
            return Ok(Exit::Done);
        }
        wait(&remote, &folder, self.json)
    }
}

/// Waits for a receipt and says what for.
fn wait(remote: &Remote, folder: &BidFolder, json: bool) -> Done {
    let t = out::text();
    let spinner = out::spinner(&t.cli_waiting());
    let mut said = String::new();
    for _ in 0..ASKS_MAX {
        match submit::receipt(remote, folder)? {
            ReceiptState::Ready(_) => {
                spinner.finish_and_clear();
                return held(remote, folder, json);
            }
            ReceiptState::Waits(waits) => {
                let now = match (waits.waits_for.as_str(), waits.scheduled) {
                    ("beat", Some(at)) => t.cli_waits_beat(at.to_string()),
                    ("beat", None) => t.cli_waits_close(),
                    (_, _) => t.cli_waits_witnesses(),
                };
                if now != said {
                    spinner.set_message(now.clone());
                    out::note(&now);
                    said = now;
                }
            }
            ReceiptState::Unknown => {
                return Err(Fault::new(
                    "receipt-unknown",
                    Text::found_receipt_forgotten,
                    Text::advice_keep_acknowledgement,
                ));
            }
        }
        outside::pause(ASK_EVERY);
    }
    Err(Fault::new("receipt-late", Text::found_receipt_late, Text::advice_ask_receipt))
}

/// Says since when the bid is in the cosigned log, and whether that was in time: by the deadline that the cosigned log
/// itself names, read under the policy of the bid.
fn held(remote: &Remote, folder: &BidFolder, json: bool) -> Done {
    let text = folder.receipt()?.unwrap_or_default();
    let held = submit::check_receipt(folder, &text, &remote.info.policy)?;
    let submission = folder.submission()?;
    let followed = follow(remote, &submission.procedure, &Pin::Fingerprint(submission.policy))?;
    let tender = followed.tender(&submission.procedure)?;
    let counts = held.counts(&tender.rules, tender.deadline);
    tell(&held, counts, json);
    if counts {
        return Ok(Exit::Done);
    }
    if !json {
        let until = tender.deadline.plus_ms(tender.rules.beats.grace_ms);
        out::say(|t| t.cli_will_not_count(until.to_string()));
    }
    Ok(Exit::Refused)
}

fn tell(held: &Receipted, counts: bool, json: bool) {
    match json {
        true => out::json(&serde_json::json!({ "ok": counts, "cosigned_s": held.time_s })),
        false => out::say(|t| since(t, held)),
    }
}

fn since(t: Text, held: &Receipted) -> String {
    let at = held.time_s.map(|seconds| {
        let ms = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000);
        Instant::from_unix_ms(ms).to_string()
    });
    match (at, held.happened) {
        (Some(at), true) => t.cli_receipted_since(at),
        (Some(at), false) => t.cli_refusal_receipted_since(at),
        (None, true) => t.cli_receipted(),
        (None, false) => t.cli_refusal_receipted(),
    }
}

impl Receipt {
    pub(super) fn run(self) -> Done {
        let folder = BidFolder::at(&self.folder);
        if let Some(path) = &self.policy {
            let text = folder.receipt()?.ok_or_else(|| {
                let said = |t: Text| t.found_receipt_missing(self.folder.display().to_string());
                Fault::new("receipt-missing", said, Text::advice_fetch_receipt)
            })?;
            let held = submit::check_receipt(&folder, &text, &files::read_text(path)?)?;
            if !self.json {
                out::say(Text::cli_receipt_holds);
            }
            tell(&held, true, self.json);
            out::remark(Text::cli_receipt_counts);
            return Ok(Exit::Done);
        }
        let Some(address) = &self.centre else { return Ok(Exit::Failed) };
        let remote = Remote::connect(address, &self.trust.load()?)?;
        match submit::receipt(&remote, &folder)? {
            ReceiptState::Ready(_) => held(&remote, &folder, self.json),
            ReceiptState::Waits(_) => wait(&remote, &folder, self.json),
            ReceiptState::Unknown => {
                Err(Fault::new("receipt-unknown", Text::found_receipt_unknown, Text::advice_submit_first))
            }
        }
    }
}

impl Withdraw {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let folder = BidFolder::at(&self.folder);
        let remote = self.centre.connect()?;
        let signed = submit::withdrawal(&remote, &folder, &key)?;
        let answer = submit::give(&remote, &folder, Step::Withdraw, &signed)?;
        act::finish(&answer, self.json)
    }
}

/// The policy under which the bid was sealed, from its file or as the centre tells it; `None` when neither is there.
fn policy_text(
    file: Option<&Path>,
    remote: Option<&Remote>,
    expected: Hash,
) -> Result<Option<String>, Fault> {
    let told = match file {
        Some(path) => Some(files::read_text(path)?),
        None => remote.map(|remote| remote.info.policy.clone()),
    };
    told.map(|told| Pin::Fingerprint(expected).check(&told)).transpose()
}

impl Open {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let folder = BidFolder::at(&self.folder);
        let remote = self.centre.connect();
        let known = remote.as_ref().ok();
        let (step, signed) = if self.rescue {
            (Step::Rescue, release::rescue(known, &folder, &key)?)
        } else {
            (Step::Release, release::release(known, &folder, &key, &outside::seed()?)?)
        };
        let answer = match &remote {
            Ok(remote) => submit::give(remote, &folder, step, &signed),
            Err(fault) => Err(fault.clone()),
        };
        // Whatever the centre says or does not say, the holders are told. When it says that the window is not open, it is
        // so or they know better: then nobody is waited for.
        let asked = if is_too_early(&answer) { 1 } else { hand::ASKED_MAX };
        let expected = folder.submission()?.policy;
        match policy_text(self.policy.as_deref(), known, expected)? {
            Some(text) => {
                let doors = hand::doors(&self.peers, known, &self.centre.trust.load()?)?;
                folder.keep_handed(step, hand::hand(&signed, &hand::policy(&text)?, &doors, asked)?)?;
            }
            None => out::remark(Text::cli_holders_alone),
        }
        act::finish(&answer?, self.json)
    }
}

/// Whether the centre's signed word is that this is another stage's command.
fn is_too_early(answer: &Result<Answer, Fault>) -> bool {
    match answer {
        Ok(Answer::Refused { given: Some(given), .. }) => {
            matches!(folder::refusal(given), Some(Refusal::StageWrong { .. }))
        }
        Ok(Answer::Refused { given: None, .. } | Answer::Accepted(_)) | Err(_) => false,
    }
}
