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
        let bar = out::bar(0, "uploading");
        let signed = submit::prepare(&remote, &folder, &key, &mut |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })?;
        bar.finish_and_clear();
        let answer = submit::give(&remote, &folder, Step::Submit, &signed)?;
        act::show(&answer, self.json);
        if matches!(answer, Answer::Refused { .. }) {
            out::note(format!("the signed refusal is in {}", self.folder.display()));
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
    let spinner = out::spinner("waiting");
    let mut said = String::new();
    for _ in 0..ASKS_MAX {
        match submit::receipt(remote, folder)? {
            ReceiptState::Ready(_) => {
                spinner.finish_and_clear();
                return held(remote, folder, json);
            }
            ReceiptState::Waits(waits) => {
                let now = match (waits.waits_for.as_str(), waits.scheduled) {
                    ("beat", Some(at)) => format!("the bid is kept; its beat falls at {at}"),
                    ("beat", None) => "the bid is kept; its beat falls at CLOSE".to_owned(),
                    (_, _) => "the beat is cut; the witnesses are cosigning it".to_owned(),
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
                    "expected the centre to know the command it acknowledged, found that it does not",
                    Text::advice_keep_acknowledgement,
                ));
            }
        }
        outside::pause(ASK_EVERY);
    }
    Err(Fault::new("receipt-late", "expected a receipt, found none yet", Text::advice_ask_receipt))
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
        out::line(format!(
            "it will not count: expected a cosigned time up to {}, the deadline and its grace",
            tender.deadline.plus_ms(tender.rules.beats.grace_ms)
        ));
    }
    Ok(Exit::Refused)
}

fn tell(held: &Receipted, counts: bool, json: bool) {
    match json {
        true => out::json(&serde_json::json!({ "ok": counts, "cosigned_s": held.time_s })),
        false => out::line(since(held)),
    }
}

fn since(held: &Receipted) -> String {
    let what = if held.happened { "receipted" } else { "the refusal is receipted" };
    match held.time_s {
        Some(seconds) => {
            let ms = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000);
            format!("{what}: in the cosigned log since {}", Instant::from_unix_ms(ms))
        }
        None => format!("{what}: in the log"),
    }
}

impl Receipt {
    pub(super) fn run(self) -> Done {
        let folder = BidFolder::at(&self.folder);
        if let Some(path) = &self.policy {
            let text = folder.receipt()?.ok_or_else(|| {
                let said = format!("expected receipt.json in {}, found none", self.folder.display());
                Fault::new("receipt-missing", said, Text::advice_fetch_receipt)
            })?;
            let held = submit::check_receipt(&folder, &text, &files::read_text(path)?)?;
            if !self.json {
                out::line("the receipt holds under this policy");
            }
            tell(&held, true, self.json);
            out::note(
                "it counts when that is not later than the deadline in force and its grace; see the record",
            );
            return Ok(Exit::Done);
        }
        let Some(address) = &self.centre else { return Ok(Exit::Failed) };
        let remote = Remote::connect(address, &self.trust.load()?)?;
        match submit::receipt(&remote, &folder)? {
            ReceiptState::Ready(_) => held(&remote, &folder, self.json),
            ReceiptState::Waits(_) => wait(&remote, &folder, self.json),
            ReceiptState::Unknown => Err(Fault::new(
                "receipt-unknown",
                "the centre knows no such command",
                Text::advice_submit_first,
            )),
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
            None => {
                out::note("without the centre the holders are reached with --policy FILE --peer NAME=URL")
            }
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
