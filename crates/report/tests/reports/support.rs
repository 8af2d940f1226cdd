//! A simulated tender whose bidders have names on record, and the poppler tools.

use std::{collections::BTreeMap, path::Path, process::Command as Process};

use ximu_basics::{Hash, Salt, json};
use ximu_procedure::{
    envelope, outcome,
    registry::party_id,
    role::Role,
    wire::{Command, Outcome, Record, RecordKind, command::Subject},
};
use ximu_report::{Fonts, Forms, Names};
use ximu_sim::{Bidder, Centre, Key, Sitting, centre::TENDER, keys::seed};
use ximu_verify::check::Record as NameRecord;

/// Names as firms have them.
pub const FIRMS: [&str; 5] = [
    "宜昌市西陵园林绿化工程有限公司",
    "三峡市政建设集团股份有限公司",
    "湖北长江生态工程有限责任公司",
    "江苏金陵园林建设有限公司",
    "浙江之江环境工程有限公司",
];

/// A tender with the names of its parties.
pub struct Case {
    pub centre: Centre,
    pub records: BTreeMap<Hash, Vec<u8>>,
}

impl Case {
    /// Awarded: of the bidders one was rescued, one stayed silent, one objected.
    pub fn awarded(names: &[&str]) -> Case {
        let mut case = Case { centre: Centre::new(), records: BTreeMap::new() };
        case.centre.publish(|_| {});
        let mut cast = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let label = format!("bidder-{number}");
            let bidder = case.register(&label, name);
            let bid = bidder.submit(&mut case.centre, 1, &format!("{}.00", 9_712_000 - 61_000 * number));
            cast.push((bidder, bid));
        }
        let quitter = case.register("quitter", "湖北撤回建设有限公司");
        quitter.submit(&mut case.centre, 1, "9000000.00");
        let lot = || "lot-1".parse().unwrap();
        case.centre.expect_events("quitter", TENDER, Command::Withdraw { lot: lot(), version: 2 });
        let refused =
            case.centre.give("quitter", TENDER, Command::Withdraw { lot: lot(), version: 2 }).unwrap();
        assert!(matches!(refused, Outcome::Refusal(_)), "{refused:?}");
        let deadline = case.centre.tender().deadline;
        case.centre.advance_to(deadline.plus_ms(1));
        let last = cast.len() - 1;
        for (number, (bidder, bid)) in cast.iter().enumerate() {
            if number % 2 == 0 {
                case.centre.expect_events(&bidder.label, TENDER, Command::SignIn {});
            }
            if number == 1 {
                case.centre.expect_events(&bidder.label, TENDER, Command::AskRescue { lot: lot() });
            } else if number != last {
                let release = bidder.release(&case.centre, bid);
                case.centre.expect_events(&bidder.label, TENDER, release);
            }
        }
        let until = case.centre.tender().window_until.unwrap();
        case.centre.advance_to(until);
        let text = "唱标价格与投标文件不符。".into();
        let object = Command::Object { to: Subject::Opening, against: None, text };
        case.centre.expect_events("bidder-0", TENDER, object);
        let text = "经核对，唱标无误。".into();
        let answer = Command::AnswerObjection { objection: 1, upheld: false, text };
        case.centre.expect_events("tenderer", TENDER, answer);
        let candidates = outcome::candidates(case.centre.tender());
        let first = candidates[0].clone();
        case.centre.expect_events("tenderer", TENDER, Command::Propose { candidates });
        case.centre.advance_ms(2_100);
        case.centre.expect_events("tenderer", TENDER, Command::Award { bidder: first });
        case
    }

    /// Evaluated by a committee, with everything that a report tells; the firms have no names on record.
    pub fn evaluated() -> Case {
        let mut sitting = Sitting::new(&["9712000.00", "9650000.00", "9590000.00", "9468000.00"]);
        sitting.evaluate_with_all();
        Case { centre: sitting.centre, records: BTreeMap::new() }
    }

    /// A tender that has the record of a kind.
    pub fn with(kind: RecordKind) -> Case {
        match kind {
            RecordKind::EvaluationReport => Case::evaluated(),
            RecordKind::OpeningRecord | RecordKind::CandidateNotice | RecordKind::AwardNotice => {
                Case::awarded(&FIRMS)
            }
        }
    }

    fn register(&mut self, label: &str, name: &str) -> Bidder {
        let record = NameRecord { salt: Salt(seed("salt", label)), text: name.into() };
        let bytes = json::to_canonical(&record).unwrap();
        let name = Hash::of(&bytes);
        self.records.insert(name, bytes);
        self.centre.expect_events(label, "registry", Command::RegisterParty { name });
        let party = party_id(&name, &Key::of(label).public()).unwrap();
        let admit = Command::AdmitParty { party: party.clone(), roles: vec![Role::Bidder] };
        self.centre.expect_events("administrator", "registry", admit);
        Bidder { label: label.into(), party }
    }

    pub fn record(&self, kind: RecordKind) -> Record {
        self.centre.record(kind).unwrap()
    }

    pub fn names(&self, record: &Record) -> Names {
        let tender = self.centre.tender();
        let forms = Forms::of(record, |bidder| {
            let commitment = tender.bids.get(bidder)?.form.commitment;
            envelope::read_again(tender.opened.get(bidder)?, self.centre.vault.get(&commitment)?)
        });
        Names::of(record, |hash| self.records.get(hash).cloned()).with_forms(forms)
    }

    pub fn pdf(&self, kind: RecordKind) -> Vec<u8> {
        let record = self.record(kind);
        ximu_report::pdf(&record, &self.names(&record), &fonts()).unwrap()
    }
}

pub fn fonts() -> Fonts {
    Fonts::load(&[], &Fonts::folders()).unwrap()
}

/// Runs a tool of poppler in a folder and gives what it printed.
pub fn poppler(tool: &str, folder: &Path, arguments: &[&str]) -> String {
    let ran = Process::new(tool).args(arguments).current_dir(folder).output().unwrap();
    assert!(ran.status.success(), "{tool}: {}", String::from_utf8_lossy(&ran.stderr));
    assert!(ran.stderr.is_empty(), "{tool}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}
