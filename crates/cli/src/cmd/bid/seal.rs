//! `ximu bid seal`.

use crate::{
    args::{KeyArguments, TrustArguments},
    bidding::{
        draft::{self, Draft},
        folder::BidFolder,
        index::{Answer, answer},
        seal::{Sealing, seal},
    },
    fault::{Done, Exit},
    follow::{Pin, follow},
    out, outside,
    remote::Remote,
    strict_json,
};
use clap::Args;
use std::path::PathBuf;
use ximu_basics::ProcedureId;
use ximu_client::Address;
use ximu_text::{Language, Text};
use ximu_web::view::opens;

/// Seals a bid.
#[derive(Debug, Args)]
pub struct Seal {
    /// The tender's page, for instance https://centre.example/tenders/yc-2020-0603
    #[arg(long, value_name = "URL", value_parser = tender)]
    tender: (Address, ProcedureId),
    /// What is read out: bidder_name, bond, quality, duration_days, manager, and lines [{item, unit, quantity,
    /// unit_price}]; price, price_words and totals are computed, or checked when they are there
    #[arg(long, value_name = "bid.json")]
    form: PathBuf,
    /// Seals the form as it is written, also where words, sums and digits differ: at the opening that is flagged in
    /// front of everybody, and nothing is corrected
    #[arg(long)]
    as_written: bool,
    /// A file of the body; may be repeated
    #[arg(long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where a criterion is answered, for the committee that reads: CRITERION=FILE or CRITERION=FILE#PAGE; may be repeated
    #[arg(long = "answers", value_name = "CRITERION=FILE#PAGE", value_parser = answer)]
    answers: Vec<Answer>,
    /// The folder of the bid that this one replaces
    #[arg(long, value_name = "DIR")]
    replaces: Option<PathBuf>,
    /// The policy you rely on: its fingerprint (from the notice, by another way than this network) or its file
    #[arg(long, value_name = "HASH_OR_FILE")]
    policy: Option<String>,
    #[command(flatten)]
    key: KeyArguments,
    #[command(flatten)]
    trust: TrustArguments,
    /// The folder to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

impl Seal {
    pub(super) fn run(self, language: Language) -> Done {
        let key = self.key.load()?;
        let draft: Draft = strict_json::read_file(&self.form)?;
        let version = match &self.replaces {
            None => 1,
            Some(folder) => BidFolder::at(folder).submission()?.version.saturating_add(1),
        };
        let (address, procedure) = &self.tender;
        let remote = Remote::connect(address, &self.trust.load()?)?;
        let pin = Pin::of(self.policy.as_deref())?;
        let followed = follow(&remote, procedure, &pin)?;
        let tender = followed.tender(procedure)?;
        let (_, bidder) = followed.party_of(&key.public())?;
        let folder = BidFolder::at(&self.out);
        let (policy, files) = (followed.policy, self.files.as_slice());
        let answers = self.answers.as_slice();
        let (bidder, key, draft, as_written) = (&bidder, &key, &draft, self.as_written);
        let sealing = Sealing { tender, policy, bidder, key, version, draft, as_written, files, answers };
        let t = Text::new(language);
        // On standard error, so that a program that reads the answer is told too.
        for sentence in [opens::form(t, &tender.rules), opens::body(t, &tender.rules)] {
            out::note(sentence);
        }
        let bar = out::bar(0, &t.cli_sealing());
        let form = seal(&sealing, &folder, &mut |_| outside::seed(), &mut |progress| {
            bar.set_length(progress.total_bytes);
            bar.set_position(progress.done_bytes);
        })?;
        bar.finish_and_clear();
        if let Some(lot) = tender.rules.lot() {
            draft::warnings(t, &form, lot).iter().for_each(|warning| out::note(t.cli_warning(warning)));
        }
        if self.json {
            out::json(&folder.submission()?);
            return Ok(Exit::Done);
        }
        let out = self.out.display().to_string();
        out::say(|t| t.cli_sealed(form.price.to_string(), version, &form.price_words));
        out::say_below(|t| t.cli_keep_form_key(&out));
        if matches!(pin, Pin::AsTold) {
            out::say_below(|t| t.cli_policy_as_told(followed.policy.to_string()));
        }
        out::say_below(|t| t.cli_next(format!("ximu bid submit {out} --centre {address} --key ...")));
        Ok(Exit::Done)
    }
}

/// Takes a tender's address apart: the centre and the procedure.
///
/// # Errors
/// What was expected and found.
pub fn tender(text: &str) -> Result<(Address, ProcedureId), String> {
    let expected = "expected an address such as https://centre.example/tenders/yc-2020-0603";
    let (centre, procedure) = text.trim_end_matches('/').split_once("/tenders/").ok_or(expected)?;
    let address = centre.parse::<Address>().map_err(|error| error.to_string())?;
    let procedure = procedure.parse().map_err(|error: ximu_basics::id::IdSyntax| error.to_string())?;
    Ok((address, procedure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenders_address_names_centre_and_procedure() {
        let (address, procedure) = tender("http://127.0.0.1:8080/tenders/yc-2020-0603").unwrap();
        assert_eq!((address.as_str(), procedure.as_str()), ("http://127.0.0.1:8080", "yc-2020-0603"));
        for bad in
            ["http://127.0.0.1:8080", "http://127.0.0.1:8080/tenders/", "x/tenders/y", "http://a/tenders/A"]
        {
            assert!(tender(bad).is_err(), "{bad}");
        }
    }
}
