//! What happens in a world, instant by instant: the public commands, which are the same in every world, and what the
//! crowd does, which is not.
//!
//! The clock moves a quarter of a second at a time, a beat of the rehearsal. Tender `yc-2020-0603` runs to just before
//! its CLOSE; `yc-2020-0604` is cancelled on the way. The centre is stopped and started once, its keeper of second
//! copies is away for a while, and one firm's signing key is replaced.

use ximu_basics::{Hash, Signature, json::to_canonical};
use ximu_client::{peer::EpochRequest, statement};
use ximu_procedure::{
    registry::party_id,
    role::Role,
    rules::BeatStep,
    wire::{
        Command,
        command::{BondFault, Document, Epoch, SealedRecord, Subject, key_statement},
    },
};
use ximu_sealed::{EnvelopeHeader, Sealed};
use ximu_sim::{
    Bid, Key,
    centre::{ORIGIN, START, TENDER},
    entry::{KEEPER, OFFICER, account, apply, confirm},
    rules::{CREDENTIALS, PEERS, enter, rules},
};

use ximu_web::api::commands::LISTING_BYTES;

use super::{
    look::TENDERS,
    net::{Answer, request},
    peers::policy,
    people::{FIRMS, People, firm, name_hash, noise, party, person},
    world::{OWN, World, class_seed},
};

/// The firm that bids in the world with one bidder, and also in the third world.
pub const ONE: usize = 10;

/// The length of a step, in milliseconds of the fake clock.
pub const STEP_MS: i64 = 250;

/// Tenders for which nobody bids: their beats make the log longer than one tile.
const QUIET_TENDERS: [&str; 6] =
    ["yc-2020-0605", "yc-2020-0606", "yc-2020-0607", "yc-2020-0608", "yc-2020-0609", "yc-2020-0610"];

/// A beat every half second, and every quarter in the end: some steps have none.
const BEATS: [BeatStep; 2] =
    [BeatStep { within_minutes: 1_440, every_ms: 2_000 }, BeatStep { within_minutes: 60, every_ms: 1_000 }];

/// The step in which one witness is away.
const AWAY: i64 = 44;

/// The documents of the tender.
const DOCUMENTS: [(&str, &str); 2] =
    [("招标公告.txt", "白洋高速公路匝道绿化二期工程招标公告\n"), ("工程量清单.csv", "序号,项目,单位,数量\n")];

/// Who bids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// One firm submits one bid and nothing else happens.
    One,
    /// Nine other firms submit, replace, withdraw, are refused, ask for receipts and upload.
    Nine,
    /// The one firm does the same as alone, and eight of the nine are there as well.
    #[cfg_attr(feature = "planted", allow(dead_code, reason = "the planted leak is found without it"))]
    OneAmongNine,
}

impl Crowd {
    fn has(self, number: usize) -> bool {
        match self {
            Crowd::One => number == ONE,
            Crowd::Nine => number != ONE,
            Crowd::OneAmongNine => number != ONE - 1,
        }
    }
}

/// Plays a whole world up to just before CLOSE.
pub fn play(crowd: Crowd) -> World {
    let mut world = World::new();
    world.glance("before the founding");
    found(&mut world);
    world.look("before any tender");
    // The peers read the register: they make keys only for a tenderer that stands in it.
    let now = world.now();
    world.advance_to(now);
    publish(&mut world);
    world.watch("/api/v1/tenders/yc-2020-0603/events", None);
    world.watch("/api/v1/tenders/yc-2020-0604/events", None);
    world.watch("/tenders/yc-2020-0603/hall/live", None);
    world.watch("/tenders/yc-2020-0603/hall/live?lang=en&letters=large", None);
    world.look("just published");
    let published = world.now();
    let mut step = 0;
    while world.now().plus_ms(STEP_MS) <= deadline(&world) {
        step += 1;
        let instant = published.plus_ms(step * STEP_MS);
        world.record.moment(&format!("step {step}"), instant);
        if step == AWAY {
            world.advance_without(PEERS[2], instant, "a witness is away");
        }
        world.advance_to(instant);
        publicly(&mut world, step);
        world.quietly(|world| quietly(world, crowd, step));
        match step % 6 {
            1 => world.look(&format!("step {step}")),
            _ => world.glance(&format!("step {step}")),
        }
    }
    end(&mut world, crowd);
    world
}

/// The end of the tender in force.
fn deadline(world: &World) -> ximu_basics::Instant {
    world.view().world.tenders[&TENDER.parse().unwrap()].deadline
}

/// The deadline itself, and the moments after it while the witnesses are silent and CLOSE has to wait.
fn end(world: &mut World, crowd: Crowd) {
    let deadline = deadline(world);
    world.advance_to(deadline);
    world.quietly(|world| last_bids(world, crowd));
    world.look("on the deadline");
    world.peers.hold(true);
    world.tick_at(deadline.plus_ms(1));
    world.peers.wait_until_held();
    world.quietly(|world| late_bids(world, crowd));
    world.look("after the deadline, its beat not cosigned");
    world.tick_at(deadline.plus_ms(900));
    world.quietly(|world| receipts(world, crowd));
    world.look("just before CLOSE");
}

/// Lets CLOSE happen: the control, for now the worlds must differ.
pub fn close(world: &mut World) {
    world.peers.hold(false);
    world.settle();
    world.see_close();
}

fn found(world: &mut World) {
    let found = Command::Found {
        centre_key: Key::of("centre").public(),
        policy: policy(),
        name: name_hash("administrator"),
        rehearsal: true,
    };
    expect(&world.publicly("administrator", "registry", found));
    register(world, "tenderer", &[Role::Tenderer]);
    for number in 1..=FIRMS {
        register(world, &firm(number), &[Role::Bidder]);
    }
    register(world, OFFICER, &[Role::QualificationOfficer]);
    register(world, KEEPER, &[Role::BondKeeper]);
}

fn register(world: &mut World, label: &str, roles: &[Role]) {
    let name = name_hash(label);
    expect(&world.publicly(label, "registry", Command::RegisterParty { name }));
    let party = party_id(&name, &Key::of(label).public()).unwrap();
    expect(&world.publicly(
        "administrator",
        "registry",
        Command::AdmitParty { party, roles: roles.to_vec() },
    ));
    let answer = world.ask(request("POST", "/api/v1/records", &[], People::name(label)));
    expect(&answer);
    world.record.push(format!("answer to the record of {label}"), answer.bytes());
}

fn publish(world: &mut World) {
    let documents = DOCUMENTS.map(|(name, text)| {
        let (hash, bytes) = (Hash::of(text.as_bytes()), u32::try_from(text.len()).unwrap());
        let key = Key::of("tenderer");
        let signature = key.sign(&ximu_office::statement::document(ORIGIN, &hash, u64::from(bytes)));
        let (key, signature) = (key.public().to_string(), signature.to_string());
        let headers = [("ximu-key", key.as_str()), ("ximu-signature", signature.as_str())];
        let path = format!("/api/v1/documents/{hash}");
        expect(&world.ask(request("PUT", &path, &headers, text.as_bytes().to_vec())));
        Document { name: name.into(), hash, bytes }
    });
    let tenders = [(TENDERS[0], 14_350), (TENDERS[1], 15_100)].into_iter();
    for (tender, deadline_ms) in tenders.chain(QUIET_TENDERS.map(|tender| (tender, 60_000))) {
        let mut rules = rules(party("tenderer"), world.now().plus_ms(deadline_ms));
        rules.id = tender.parse().unwrap();
        rules.beats.steps = BEATS.to_vec();
        if tender == TENDER {
            enter(&mut rules, Some(party(OFFICER)), party(KEEPER));
        }
        let epochs = PEERS.map(|name| epoch(world, name, tender));
        let command = Command::Publish {
            rules,
            documents: documents.to_vec(),
            epochs: epochs.to_vec(),
            policy: Hash::of(policy().as_bytes()),
        };
        expect(&world.publicly("tenderer", tender, command));
    }
    for drawn in 1..=8 {
        world.secret(format!("the seed of class {drawn}"), Hash(class_seed(1, drawn)));
    }
}

/// The tenderer's question for a holder's key.
pub fn epoch_question(tender: &str) -> String {
    let (procedure, key) = (tender.parse().unwrap(), Key::of("tenderer"));
    let signature = key.sign(&statement::epoch_request(ORIGIN, &procedure));
    let request = EpochRequest { origin: ORIGIN.into(), procedure, key: key.public(), signature };
    String::from_utf8(to_canonical(&request).unwrap()).unwrap()
}

/// Asks a holder for its key of a tender.
fn epoch(world: &World, name: &str, tender: &str) -> Epoch {
    let answer = world.peers.ask(name, "POST", "/epochs", epoch_question(tender).as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

/// The public commands of a step, refused ones among them.
fn publicly(world: &mut World, step: i64) {
    let reason = || "补充文件 第一号".to_string();
    match step {
        8 => {
            let deadline = START.plus_ms(16_350);
            expect(&world.publicly(
                "tenderer",
                TENDER,
                Command::Amend { deadline, reason: reason(), documents: Vec::new() },
            ));
        }
        9 => {
            let ask = Command::Ask { text: "第 12 项的单位？".into(), author: None };
            expect(&world.publicly("used-once", TENDER, ask));
        }
        10 => {
            let (text, documents) = ("以图纸为准。".into(), Vec::new());
            expect(&world.publicly("tenderer", TENDER, Command::Answer { question: 1, text, documents }));
        }
        12 => {
            let person = person("firm-02");
            let new = Key::of("firm-02 again");
            let proof = new.sign(&key_statement(ORIGIN, &person));
            let replace = Command::ReplaceKey { person, key: new.public(), proof, countersignature: None };
            expect(&world.publicly("administrator", "registry", replace));
        }
        // Every world goes down and comes back.
        16 => world.restart(),
        20 => {
            expect(&world.publicly("tenderer", TENDERS[1], Command::Cancel { reason: reason() }));
        }
        24 => {
            let deadline = START.plus_ms(9_000);
            let earlier = world.publicly(
                "tenderer",
                TENDER,
                Command::Amend { deadline, reason: reason(), documents: Vec::new() },
            );
            assert_eq!(earlier.status, 422, "{}", earlier.text());
            let early = world.publicly("tenderer", TENDER, Command::Propose { candidates: Vec::new() });
            assert_eq!(early.status, 422, "{}", early.text());
        }
        25 => register(world, "objector", &[Role::Bidder]),
        26 => {
            let ask = Command::Ask { text: "第 13 项的单位？".into(), author: None };
            let known = world.publicly("objector", TENDER, ask);
            assert_eq!(known.status, 422, "a key that the register knows asks nothing: {}", known.text());
            let text = "评标办法与公告不一致。".into();
            let object = Command::Object { to: Subject::Documents, against: None, text };
            expect(&world.publicly("objector", TENDER, object));
        }
        28 => {
            let (objection, upheld, text) = (1, false, "已在第三章说明。".into());
            let answer = Command::AnswerObjection { objection, upheld, text };
            expect(&world.publicly("tenderer", TENDER, answer));
        }
        30 => world.peers.keeper_up(false),
        34 => world.peers.keeper_up(true),
        40 => register(world, "late-firm", &[Role::Bidder]),
        _ => {}
    }
}

/// Applies, is examined and pays, whoever is there; some twice, some in vain. The officer looks as often as somebody
/// has applied.
fn enter_quietly(world: &mut World, crowd: Crowd) {
    for number in (1..=FIRMS).filter(|number| crowd.has(*number)) {
        let label = firm(number);
        let applicant = party(&label);
        world.secret(format!("the account of {label}"), account(&label));
        for name in CREDENTIALS {
            let hash = Hash::of(format!("{name} of {label}").as_bytes());
            world.secret(format!("a credential of {label}"), hash);
        }
        let applied = world.give(&label, TENDER, apply(&label, &[]));
        accepted(&applied);
        if number == ONE {
            own(world, "answer to the application", &applied);
        }
        let looked = world.give(OFFICER, TENDER, Command::ReadApplications {});
        accepted(&looked);
        assert_eq!(looked.body.len(), LISTING_BYTES, "one length, however many have applied");
        if number == 3 {
            let reason = "缺少业绩证明".into();
            let turned_down = Command::RefuseApplication { applicant: applicant.clone(), reason };
            accepted(&world.give(OFFICER, TENDER, turned_down));
            refused(&world.give(KEEPER, TENDER, confirm(&label, &applicant)), "unknown");
            accepted(&world.give(&label, TENDER, apply(&label, &[])));
        }
        if number == 7 {
            // It thinks of a joint venture after all.
            accepted(&world.give(&label, TENDER, Command::WithdrawApplication {}));
            accepted(&world.give(&label, TENDER, apply(&label, &[party(&firm(9))])));
        }
        accepted(&world.give(OFFICER, TENDER, Command::Admit { applicant: applicant.clone() }));
        accepted(&world.give(KEEPER, TENDER, confirm(&label, &applicant)));
    }
    if crowd.has(4) {
        let fault = BondFault::Reversed;
        let (applicant, payer) = (party(&firm(4)), account(&firm(4)));
        accepted(&world.give(KEEPER, TENDER, Command::FailBond { applicant, payer, fault }));
        let other = Command::Admit { applicant: party("tenderer") };
        refused(&world.give(OFFICER, TENDER, other), "unknown");
        refused(&world.give(&firm(4), TENDER, Command::ReadApplications {}), "role_not_allowed");
    }
}

/// What the crowd does in a step. Each line stands for one firm; a firm that is not there does nothing.
fn quietly(world: &mut World, crowd: Crowd, step: i64) {
    if step == 1 {
        enter_quietly(world, crowd);
    }
    for number in (1..=FIRMS).filter(|number| crowd.has(*number)) {
        let label = firm(number);
        match (number, step) {
            (1, 2) => accepted(&submit(world, &label, 1, "9328450.00")),
            (1, 5) => same_again(world, &label),
            (2, 3) => {
                let bid = world.people.seal(&label, 1, "9415200.00");
                upload(world, &label, &bid.form);
                let unsigned = |record: &mut SealedRecord| record.custody = Signature([0; 64]);
                refused(&give_bid(world, &label, &bid, unsigned), "custody_missing");
                accepted(&submit(world, &label, 2, "9415200.00"));
            }
            (2, 13) => {
                let bid = world.people.seal(&label, 3, "9400000.00");
                let old = give_bid(world, &label, &bid, |_| {});
                assert_eq!(old.status, 401, "{}", old.text());
            }
            (3, 4) => {
                for (version, price) in [(1, "9276800.50"), (2, "9266800.50"), (4, "9256800.50")] {
                    accepted(&submit(world, &label, version, price));
                }
                // The same version with other contents voids it.
                accepted(&submit(world, &label, 4, "9000000.00"));
                refused(&submit(world, &label, 4, "9010000.00"), "version_used");
                receipt_of_last(world, &label);
            }
            (4, 5) => malformed(world, &label),
            (4, 6) => {
                // The first firm's ciphertexts under another name.
                let bid = world.people.seal(&firm(1), 1, "9328450.00");
                upload(world, &label, &bid.form);
                upload(world, &label, &bid.body);
                let copied = give_bid(world, &label, &bid, |_| {});
                assert!(copied.status == 422, "{}", copied.text());
            }
            (5, 7) => bad_uploads(world, &label),
            (5, 9) => accepted(&submit(world, &label, 1, "9502310.00")),
            (6, 9) => accepted(&submit(world, &label, 1, "9198745.20")),
            (6, 11) => accepted(&withdraw(world, &label, TENDER, 2)),
            (6, 14) => accepted(&submit(world, &label, 3, "9188745.20")),
            (7, 8) => {
                for number in 0..5 {
                    let bytes = noise(&format!("{label} {number}"), 5_000 * (number + 1));
                    let commitment = ximu_sealed::Commitment::of(&bytes).root;
                    let tender = TENDERS[number % 2];
                    assert_eq!(world.upload(&label, tender, &commitment, &bytes).status, 201);
                }
                assert_eq!(withdraw(world, &label, TENDER, 1).status, 422);
                assert_eq!(withdraw(world, &label, TENDERS[1], 1).status, 422);
            }
            (8, 15) => {
                let answers: Vec<Answer> =
                    (1..=20).map(|version| withdraw(world, &label, TENDER, version)).collect();
                assert!(answers.iter().any(|answer| answer.text().contains("too_many_in_beat")));
            }
            (8, 18) => accepted(&submit(world, &label, 20, "9355000.00")),
            // In the beat of the one firm, before it.
            (1 | 4, 10) => accepted(&withdraw(world, &label, TENDER, 14)),
            (8, 10) => refused(&withdraw(world, &label, TENDER, 14), "unknown"),
            (ONE, 10) => {
                let submitted = submit(world, &label, 1, "9287654.32");
                accepted(&submitted);
                own(world, "answer to the bid", &submitted);
            }
            (ONE, 11 | 12 | 17 | 33) => {
                let receipt = receipt_of_last(world, &label);
                let receipt = if receipt.status == 200 { without_place(receipt) } else { receipt };
                own(world, "receipt", &receipt);
            }
            // The keeper of second copies is away.
            (1 | 3 | 8, 31) => {
                let away = submit(world, &label, 9, "9100000.00");
                assert_ne!(away.status, 200, "{}", away.text());
            }
            (5, 23) => begin_slowly(world, &label),
            (5, 30) => assert_eq!(world.end_slowly(noise("slow", 4_000)).status, 400),
            (_, 22 | 36) => {
                receipt_of_last(world, &label);
            }
            // It knows what the others keep secret, and is answered as if it did not exist.
            (1, 26) => super::foreign::probe(world, &label),
            _ => {}
        }
    }
}

/// Bids on the last instant.
fn last_bids(world: &mut World, crowd: Crowd) {
    for number in [5, 6, 7, 9].into_iter().filter(|number| crowd.has(*number)) {
        accepted(&submit(world, &firm(number), 11, "9120888.00"));
    }
}

/// Bids that come too late are refused, in the class of what they refuse.
fn late_bids(world: &mut World, crowd: Crowd) {
    for number in [1, 3, 4].into_iter().filter(|number| crowd.has(*number)) {
        let label = firm(number);
        let bid = world.people.seal(&label, 12, "9000000.00");
        refused(&give_bid(world, &label, &bid, |_| {}), "deadline_passed");
        refused(&withdraw(world, &label, TENDER, 13), "deadline_passed");
    }
}

fn receipts(world: &mut World, crowd: Crowd) {
    for number in (1..=FIRMS).filter(|number| crowd.has(*number)) {
        receipt_of_last(world, &firm(number));
    }
}

/// The answer that only its sender gets, kept for the firm that is in two worlds.
fn own(world: &mut World, what: &str, answer: &Answer) {
    world.record.push(format!("{OWN} {what}"), answer.bytes());
}

/// A receipt without the operation's place in its beat: a random slot of one to four digits, and what follows from it.
fn without_place(receipt: Answer) -> Answer {
    let mut json = receipt.json();
    let path = json["path"].as_object_mut().unwrap();
    assert_eq!(path["siblings"].as_array().unwrap().len(), 12);
    for member in ["order", "salt", "siblings", "slot"] {
        path.remove(member).unwrap();
    }
    let headers = receipt.headers.into_iter().filter(|(name, _)| name != "content-length").collect();
    Answer { body: json.to_string().into_bytes(), length: None, headers, ..receipt }
}

/// Seals, uploads and submits.
fn submit(world: &mut World, label: &str, version: u32, price: &str) -> Answer {
    let bid = world.people.seal(label, version, price);
    let mut last = None;
    for sealed in [&bid.form, &bid.body] {
        let answer = upload(world, label, sealed);
        if label == firm(ONE) {
            own(world, "answer to an upload", &answer);
        }
        if answer.status != 201 {
            last = Some(answer);
        }
    }
    match last {
        Some(failed) => failed,
        None => give_bid(world, label, &bid, |_| {}),
    }
}

fn upload(world: &mut World, label: &str, sealed: &Sealed) -> Answer {
    world.upload(label, TENDER, &sealed.commitment.root, &sealed.envelope)
}

/// Submits a sealed bid whose ciphertexts are uploaded, its form's record changed by `change`.
fn give_bid(world: &mut World, label: &str, bid: &Bid, change: impl FnOnce(&mut SealedRecord)) -> Answer {
    let record = |sealed: &Sealed| {
        let bytes = u32::try_from(sealed.envelope.len()).unwrap();
        let commitment = sealed.commitment.root;
        let statement = ximu_procedure::wire::command::custody_statement(ORIGIN, TENDER, &commitment, bytes);
        let (header, _) = EnvelopeHeader::parse(&sealed.envelope).unwrap();
        SealedRecord {
            commitment,
            bytes,
            header: sealed.header_hash,
            context: *header.context_hash(),
            custody: Key::of(PEERS[0]).sign(&statement),
        }
    };
    let (mut form, body) = (record(&bid.form), record(&bid.body));
    for (name, hash) in [("header", form.header), ("context", form.context), ("header", body.header)] {
        world.secret(format!("a {name} of {label}"), hash);
    }
    change(&mut form);
    let (header, _) = EnvelopeHeader::parse(&bid.form.envelope).unwrap();
    let escrow = ximu_procedure::envelope::commitments(&header).unwrap_or_default();
    let (lot, plain) = ("lot-1".parse().unwrap(), bid.form.plain_commitment);
    let command = Command::Submit { lot, version: bid.version, form, body, escrow, plain };
    world.give(label, TENDER, command)
}

fn withdraw(world: &mut World, label: &str, tender: &str, version: u32) -> Answer {
    world.give(label, tender, Command::Withdraw { lot: "lot-1".parse().unwrap(), version })
}

/// Commands that mean nothing, or too much.
fn malformed(world: &mut World, label: &str) {
    let bid = world.people.seal(label, 1, "9611090.00");
    upload(world, label, &bid.form);
    upload(world, label, &bid.body);
    let large = |record: &mut SealedRecord| record.bytes = 2_000_000_000;
    let answer = give_bid(world, label, &bid, large);
    assert_eq!(answer.status, 422, "{}", answer.text());
    // The centre refuses to hold what was sealed for something else; its answer is the author's alone.
    let other = |record: &mut SealedRecord| record.context = Hash::of(b"another tender");
    let sealed_for_another = give_bid(world, label, &bid, other);
    assert_eq!(sealed_for_another.status, 400, "{}", sealed_for_another.text());
    accepted(&give_bid(world, label, &bid, |_| {}));
    let unknown = Command::Withdraw { lot: "lot-9".parse().unwrap(), version: 1 };
    assert_eq!(world.give(label, TENDER, unknown).status, 422);
    let not_mine = Command::Propose { candidates: vec![party(label)] };
    assert_ne!(world.give(label, TENDER, not_mine).status, 200);
    assert_ne!(withdraw(world, label, "no-such-tender", 1).status, 200);
    for body in ["", "{", "{\"body\":\"\"}", "{\"key\":1,\"key\":1}"] {
        let answer = world.ask(request("POST", "/api/v1/commands", &[], body.as_bytes().to_vec()));
        assert!((400..500).contains(&answer.status), "{}", answer.text());
    }
}

/// Uploads that are too large, short, or of other bytes than announced.
fn bad_uploads(world: &mut World, label: &str) {
    let bytes = noise(label, 9_000);
    let commitment = ximu_sealed::Commitment::of(&bytes).root;
    assert_ne!(world.upload(label, TENDER, &commitment, &bytes[..8_000]).status, 201);
    assert_ne!(world.upload(label, TENDER, &Hash::of(b"another"), &bytes).status, 201);
    assert_ne!(world.upload(label, "no-such-tender", &commitment, &bytes).status, 201);
    let key = Key::of(label).public().to_string();
    let signature = Signature([1; 64]).to_string();
    for length in ["300000000", "268435457", "x"] {
        let headers =
            [("ximu-key", key.as_str()), ("ximu-signature", signature.as_str()), ("content-length", length)];
        let path = format!("/api/v1/uploads/{TENDER}/{commitment}");
        let answer = world.ask(request("PUT", &path, &headers, bytes.clone()));
        assert!((400..500).contains(&answer.status), "{}", answer.text());
    }
}

/// Begins an upload that is still under way at the next looks.
fn begin_slowly(world: &mut World, label: &str) {
    let commitment = Hash::of(b"slow");
    let key = Key::of(label);
    let id = TENDER.parse().unwrap();
    let signature = key.sign(&ximu_office::statement::upload(ORIGIN, &id, &commitment, 6_000));
    let question = axum::http::Request::put(format!("/api/v1/uploads/{TENDER}/{commitment}"))
        .header("ximu-key", key.public().to_string())
        .header("ximu-signature", signature.to_string())
        .header("content-length", "6000");
    world.secret(format!("a commitment of {label}"), commitment);
    world.begin_slowly(question.body(()).unwrap(), noise("slow", 2_000));
}

/// The same command again gets the same answer.
fn same_again(world: &mut World, label: &str) {
    let lot = "lot-1".parse().unwrap();
    let signed = world.people.sign(label, TENDER, Command::Withdraw { lot, version: 1 });
    world.secret(format!("the command id of {label}"), signed.id());
    let body = ximu_basics::json::to_canonical(&signed).unwrap();
    let give = || world.ask(request("POST", "/api/v1/commands", &[], body.clone()));
    assert_eq!(give().bytes(), give().bytes());
}

/// Asks for the receipt of the newest command of a firm.
fn receipt_of_last(world: &mut World, label: &str) -> Answer {
    let last = world
        .secrets
        .iter()
        .rev()
        .find(|(name, bytes)| *name == format!("the command id of {label}") && bytes.len() == 64);
    let Some((_, id)) = last else { return world.ask(super::net::get("/api/v1/receipts/none")) };
    let id = String::from_utf8(id.clone()).unwrap();
    world.ask(super::net::get(&format!("/api/v1/receipts/{id}")))
}

fn expect(answer: &Answer) {
    assert!((200..300).contains(&answer.status), "{} {}", answer.status, answer.text());
}

fn accepted(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn refused(answer: &Answer, code: &str) {
    assert_eq!((answer.status, answer.json()["code"].as_str()), (422, Some(code)), "{}", answer.text());
}
