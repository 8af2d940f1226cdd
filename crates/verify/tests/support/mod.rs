//! Honest bundles of the simulated centre, and the means to change them: every key is the test's own.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken world must stop the test at once"
)]

use std::collections::BTreeMap;

use ximu_basics::{Hash, ProcedureId, Salt, json};
use ximu_procedure::{
    registry::party_id,
    role::Role,
    rules::Phase,
    wire::{
        Command, Operation,
        command::{Document, Measure},
        evaluation::RejectionGround,
    },
};
use ximu_sim::{
    Bid, Bidder, Centre, Key, Sitting,
    centre::{ORIGIN, TENDER, policy},
    committee::POOL,
    entry::{Examined, KEEPER, OFFICER, apply, confirm},
    keys::seed,
};
use ximu_tlog::{Checkpoint, Note, beat, merkle::leaf_hash};
use ximu_verify::{
    Code, Contents, Disclosed, Options, Report,
    bundle::{FileLine, Manifest, join_checkpoints, path, split_checkpoints},
    check::Record,
    verify, zip,
};

/// A tender with everybody who took part.
pub struct Case {
    pub centre: Centre,
    pub cast: Vec<(Bidder, Bid)>,
    pub documents: BTreeMap<Hash, Vec<u8>>,
    pub records: BTreeMap<Hash, Vec<u8>>,
}

/// Files of a bundle by path.
pub type FileMap = BTreeMap<String, Vec<u8>>;

pub const PRICES: [&str; 5] = ["9712000.00", "9650000.00", "9590000.00", "9468000.00", "9300000.00"];
const DOCUMENT: &[u8] = "招标文件：匝道绿化二期工程\n".as_bytes();

/// The simulated tender's id.
pub fn tender_id() -> ProcedureId {
    TENDER.parse().unwrap()
}

impl Case {
    /// A centre with a published tender that has a document, and a supervisor whose name is on record.
    pub fn published() -> Case {
        let mut case = Case::unpublished();
        case.publish(|_| {});
        case
    }

    /// The same before the publication.
    pub fn unpublished() -> Case {
        let mut centre = Centre::new();
        let mut records = BTreeMap::new();
        let record = Record {
            salt: Salt(seed("salt", "supervisor")), text: "宜昌市发展和改革委员会".into()
        };
        let bytes = json::to_canonical(&record).unwrap();
        let name = Hash::of(&bytes);
        records.insert(name, bytes);
        centre.expect_events("supervisor", "registry", Command::RegisterParty { name });
        let party = party_id(&name, &Key::of("supervisor").public()).unwrap();
        let admit = Command::AdmitParty { party, roles: vec![Role::Supervisor] };
        centre.expect_events("administrator", "registry", admit);
        Case { centre, cast: Vec::new(), documents: BTreeMap::new(), records }
    }

    pub fn publish(&mut self, change: impl FnOnce(&mut Document)) {
        let tenderer = party_id(&Hash::of(b"tenderer"), &Key::of("tenderer").public()).unwrap();
        let rules = ximu_sim::rules::rules(tenderer, self.centre.now.plus_ms(14_350));
        let mut publish = self.centre.publication(rules);
        if let Command::Publish { documents, .. } = &mut publish {
            let hash = Hash::of(DOCUMENT);
            self.documents.insert(hash, DOCUMENT.to_vec());
            let name = "招标文件.txt".into();
            let mut document = Document { name, hash, bytes: DOCUMENT.len() as u32 };
            change(&mut document);
            documents.push(document);
        }
        self.centre.expect_events("tenderer", TENDER, publish);
        self.centre.checkpoint();
    }

    /// Five bidders have submitted; one more has withdrawn, one has replaced its bid.
    pub fn submitted() -> Case {
        let mut case = Case::published();
        for (number, price) in PRICES.iter().enumerate() {
            case.bid(&format!("bidder-{number}"), price);
        }
        let withdrawn = Bidder::register(&mut case.centre, "withdrawn");
        withdrawn.submit(&mut case.centre, 1, "9000000.00");
        let withdraw = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 2 };
        case.centre.advance_ms(700);
        case.centre.expect_events("withdrawn", TENDER, withdraw);
        let (first, _) = case.cast[0].clone();
        let second = first.submit(&mut case.centre, 2, "9700000.00");
        case.cast[0].1 = second;
        case
    }

    /// Five bidders have applied, were examined and have bid; the fourth is a member behind the third, the last has no
    /// bond.
    pub fn entered() -> Case {
        Case::entered_at(|_| {})
    }

    /// The same at a centre that may write something else than it decides.
    pub fn entered_at(tamper: impl FnOnce(&mut Centre)) -> Case {
        let mut case = Case::unpublished();
        tamper(&mut case.centre);
        case.centre.publish_with_entry(Examined::Before);
        for (number, price) in PRICES.iter().enumerate() {
            let label = format!("bidder-{number}");
            let bidder = Bidder::register(&mut case.centre, &label);
            let members: Vec<_> = match number {
                3 => vec![case.cast[2].0.party.clone()],
                _ => vec![],
            };
            case.centre.expect_events(&label, TENDER, apply(&label, &members));
            case.centre.expect_events(OFFICER, TENDER, Command::ReadApplications {});
            case.centre.expect_events(OFFICER, TENDER, Command::Admit { applicant: bidder.party.clone() });
            if number != 4 {
                case.centre.expect_events(KEEPER, TENDER, confirm(&label, &bidder.party));
            }
            case.centre.advance_ms(700);
            let bid = bidder.submit(&mut case.centre, 1, price);
            case.cast.push((bidder, bid));
        }
        case
    }

    pub fn bid(&mut self, label: &str, price: &str) {
        let bidder = Bidder::register(&mut self.centre, label);
        self.centre.advance_ms(700);
        let bid = bidder.submit(&mut self.centre, 1, price);
        self.cast.push((bidder, bid));
    }

    /// Closed, one bid too late, before and after CLOSE.
    pub fn in_window() -> Case {
        let mut case = Case::submitted();
        case.close();
        case
    }

    pub fn close(&mut self) {
        let deadline = self.centre.tender().deadline;
        let late = Bidder::register(&mut self.centre, "late");
        self.centre.advance_to(deadline);
        self.centre.now = deadline.plus_ms(1);
        let bid = late.seal(&self.centre, 1, "7000000.00", |_| {});
        let command = late.submission(&mut self.centre, &bid);
        self.centre.give("late", TENDER, command).unwrap();
        self.centre.advance_ms(9);
        let command = late.submission(&mut self.centre, &bid);
        self.centre.give("late", TENDER, command).unwrap();
    }

    /// Three released, one was rescued, one stayed silent; everything is open.
    pub fn opened() -> Case {
        let mut case = Case::in_window();
        case.open();
        case
    }

    pub fn open(&mut self) {
        for (bidder, bid) in &self.cast[..3] {
            let release = bidder.release(&self.centre, bid);
            self.centre.expect_events(&bidder.label, TENDER, release);
        }
        let rescue = Command::AskRescue { lot: "lot-1".parse().unwrap() };
        self.centre.expect_events("bidder-3", TENDER, rescue);
        let until = self.centre.tender().window_until.unwrap();
        self.centre.advance_to(until);
    }

    /// A whole tender, from the notice to the award.
    pub fn awarded() -> Case {
        let mut case = Case::opened();
        case.award();
        case
    }

    pub fn award(&mut self) {
        let candidates = ximu_procedure::outcome::candidates(self.centre.tender());
        let award = Command::Award { bidder: candidates[0].clone() };
        self.centre.expect_events("tenderer", TENDER, Command::Propose { candidates });
        self.centre.advance_ms(2_100);
        self.centre.expect_events("tenderer", TENDER, award);
    }

    /// The committee has revealed its sheets; nothing is concluded.
    pub fn revealed() -> Case {
        let mut sitting = Case::sitting();
        sitting.constitute();
        sitting.reveal(300);
        Case::of(sitting)
    }

    /// A committee has evaluated, signed and concluded.
    pub fn evaluated() -> Case {
        let mut sitting = Case::sitting();
        sitting.evaluate();
        Case::of(sitting)
    }

    /// A committee has evaluated, and the authority has ordered that it rechecks.
    pub fn reopened(before: impl FnOnce(&mut Sitting)) -> Case {
        let mut sitting = Case::sitting();
        sitting.evaluate();
        before(&mut sitting);
        reopen(&mut sitting);
        Case::of(sitting)
    }

    /// The same; a member is replaced by an alternate, who gives a sheet, the lowest bid is rejected, and the recheck is
    /// concluded.
    pub fn rechecked(before: impl FnOnce(&mut Sitting)) -> Case {
        Case::rechecked_by(Case::sitting(), before)
    }

    /// The same with a committee of other rules.
    pub fn rechecked_by(mut sitting: Sitting, before: impl FnOnce(&mut Sitting)) -> Case {
        sitting.evaluate();
        reopen(&mut sitting);
        before(&mut sitting);
        let leaf = sitting.member(3);
        sitting.centre.expect_events(POOL, TENDER, Command::Decline { leaf, ground: None });
        sitting.constitute();
        sitting.centre.advance_ms(0);
        let sheet = sitting.sealed_sheet(3, &sitting.sheet(3, 300));
        sitting.says(3, sheet);
        sitting.centre.advance_ms(0);
        let (bidder, reason) = (sitting.bidder(2), "未响应工期要求。".to_string());
        let ground = RejectionGround::Unresponsive;
        sitting.says(1, Command::ProposeRejection { bidder, ground, reason });
        for place in [2, 4] {
            sitting.says(place, Command::VoteRejection { proposal: 1, agree: true, reason: None });
        }
        sitting.sign_all();
        Case::of(sitting)
    }

    /// Three bids are opened, and a committee is drawn.
    pub fn sitting() -> Sitting {
        Sitting::new(&PRICES[..3])
    }

    /// The same, whose committee reads the documents.
    pub fn reading() -> Sitting {
        Sitting::with(&PRICES[..3], |rules| {
            for phase in &mut rules.phases {
                if let Phase::Score(score) = phase {
                    score.papers = true;
                }
            }
        })
    }

    /// The tender of a committee.
    pub fn of(sitting: Sitting) -> Case {
        let Sitting { centre, cast, .. } = sitting;
        Case { centre, cast, documents: BTreeMap::new(), records: BTreeMap::new() }
    }

    /// Changes the log's leaves from an index on, and has what covers them checkpointed and cosigned again.
    pub fn rewrite(&mut self, from: usize, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
        change(&mut self.centre.leaves);
        self.centre.tree = self.centre.leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        self.centre.checkpoints.retain(|note| size_of(note) <= from as u64);
        self.centre.checkpoint().unwrap();
    }

    /// The index of the CLOSE entry.
    pub fn close_index(&self) -> usize {
        let closes = |leaf: &Vec<u8>| String::from_utf8_lossy(leaf).contains(r#""type":"closed""#);
        self.centre.leaves.iter().position(closes).unwrap()
    }

    /// The bundle's files: the newest checkpoint covers the whole log.
    pub fn files(&mut self) -> FileMap {
        let covered = self.centre.checkpoints.last().map(|note| size_of(note));
        if covered != Some(self.centre.leaves.len() as u64) {
            self.centre.checkpoint().unwrap();
        }
        let mut contents = Contents::new(policy().as_bytes());
        contents.checkpoints(&self.centre.checkpoints);
        contents.leaves(&self.centre.leaves).unwrap();
        for (id, tender) in &self.centre.world.tenders {
            if tender.closed_at.is_some() {
                contents.operations(id, &self.disclosed()).unwrap();
            }
            if tender.evaluation.as_ref().is_some_and(|evaluation| evaluation.concluded.is_some()) {
                contents.panel(id, &self.centre.panel_operations);
            }
            for to_open in &tender.to_open {
                let commitment = tender.bids[&to_open.bidder].form.commitment;
                contents.envelope(id, &commitment, self.centre.vault[&commitment].clone());
            }
            for (bidder, opened) in &tender.opened {
                contents.key(id, bidder, &opened.key);
            }
        }
        self.documents.iter().for_each(|(hash, bytes)| contents.document(hash, bytes.clone()));
        self.records.iter().for_each(|(hash, bytes)| contents.record(hash, bytes.clone()));
        let centre = Key::of("centre");
        let bytes = contents.to_bytes(ORIGIN, centre.public(), |message| centre.sign(message)).unwrap();
        unzip(&bytes)
    }

    /// The operations as the centre discloses them.
    pub fn disclosed(&self) -> Vec<Disclosed> {
        let all = &self.centre.operations[&tender_id()];
        let beat_of = |bytes: &[u8]| json::from_canonical::<Operation>(bytes).unwrap().beat;
        let mut slots = BTreeMap::new();
        for number in 0..=u32::try_from(self.centre.tender().beats.len()).unwrap() {
            let ours: Vec<_> = all.iter().filter(|operation| beat_of(&operation.bytes) == number).collect();
            let operations: Vec<beat::Operation<'_>> = ours
                .iter()
                .map(|operation| beat::Operation { order: operation.order, bytes: &operation.bytes })
                .collect();
            let beat = beat::Beat::new(&self.centre.class_seed(), number.into(), &operations).unwrap();
            for (position, operation) in ours.iter().enumerate() {
                slots.insert(operation.order, beat.path(position).unwrap().slot);
            }
        }
        all.iter()
            .map(|operation| Disclosed {
                operation: String::from_utf8(operation.bytes.clone()).unwrap(),
                order: operation.order,
                slot: slots[&operation.order],
            })
            .collect()
    }
}

/// The size that a checkpoint note states.
pub fn size_of(note: &str) -> u64 {
    Checkpoint::parse(Note::parse(note.as_bytes()).unwrap().text()).unwrap().size
}

/// The fingerprint of the simulated centres' policy.
pub fn pin() -> Hash {
    Hash::of(policy().as_bytes())
}

pub fn unzip(bytes: &[u8]) -> FileMap {
    let files = zip::read(bytes).unwrap();
    files.into_iter().map(|(path, data)| (path.to_string(), data.to_vec())).collect()
}

/// Zips files as they are; checksums are right, the manifest is whatever it is.
pub fn rezip(files: &FileMap) -> Vec<u8> {
    let files: zip::Files<'_> = files.iter().map(|(path, data)| (path.as_str(), data.as_slice())).collect();
    let mut bytes = Vec::new();
    zip::write(&files, &mut |piece| bytes.extend_from_slice(piece)).unwrap();
    bytes
}

/// Signs the manifest again over the files as they are, with the centre key, and zips.
pub fn resign(files: &FileMap) -> Vec<u8> {
    resign_by(files, ORIGIN, "centre")
}

pub fn resign_by(files: &FileMap, origin: &str, label: &str) -> Vec<u8> {
    let mut files = files.clone();
    files.remove(path::MANIFEST);
    let lines = files.iter().map(|(path, data)| FileLine::of(path, data)).collect();
    let key = Key::of(label);
    let manifest = Manifest::sign(origin, key.public(), lines, |message| key.sign(message)).unwrap();
    files.insert(path::MANIFEST.into(), json::to_canonical(&manifest).unwrap());
    rezip(&files)
}

/// Changes the notes of `checkpoints`, and `checkpoint` with them.
pub fn change_notes(files: &mut FileMap, change: impl FnOnce(&mut Vec<String>)) {
    let text = String::from_utf8(files[path::CHECKPOINTS].clone()).unwrap();
    let mut notes = split_checkpoints(&text).unwrap();
    change(&mut notes);
    files.insert(path::CHECKPOINT.into(), notes.last().unwrap().clone().into_bytes());
    files.insert(path::CHECKPOINTS.into(), join_checkpoints(&notes).into_bytes());
}

/// Checks a bundle under the pinned policy.
pub fn check(bundle: &[u8]) -> Report {
    verify(bundle, &Options { policy: Some(pin()), ..Options::default() })
}

/// The codes of a report's failures.
pub fn codes(report: &Report) -> Vec<Code> {
    report.failures.iter().map(|failure| failure.code).collect()
}

/// Asserts that everything holds.
#[track_caller]
pub fn holds(report: &Report) {
    assert!(report.ok, "{:#?}", report.failures);
    assert_eq!(report.exit(), 0);
}

/// The authority orders that the committee rechecks.
fn reopen(sitting: &mut Sitting) {
    let measure = Measure::ReEvaluate { exclude: Vec::new() };
    let order = Command::Order { measure, article: "第六十一条".into(), reason: "评分有误".into() };
    sitting.centre.expect_events("supervisor", TENDER, order);
}
