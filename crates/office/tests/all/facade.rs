//! What people and other programs see of an office: founding, uploads, documents, names, what is disclosed when.

use crate::support::{self, House, id_of, open_tender, tender_id};
use std::{io::Cursor, io::Read as _};
use ximu_basics::{Hash, ProcedureId, Salt};
use ximu_office::{
    Answer, DOCUMENT_BYTES_MAX, DocumentHead, OPERATIONS_PER_PERSON_MAX, REFUSALS_PER_PERSON_MAX,
    REFUSED_BYTES_MAX, ReceiptState, STRANGER_EVERY_MS, STRANGERS_AT_ONCE_MAX, Trouble, TroubleKind,
    UPLOADS_AT_ONCE_MAX, UploadHead, committee::Asking, statement,
};
use ximu_procedure::{
    Stage,
    role::Role,
    wire::{
        Command, Refusal,
        command::{Document, SealedRecord, custody_statement},
        evaluation::sitting_statement,
    },
};
use ximu_sim::{
    Key,
    centre::{ORIGIN, TENDER, policy},
};
use ximu_vault::Record;

#[test]
fn a_log_begins_with_its_founding_and_no_other_command() {
    let mut house = House::new();
    let name = Hash::of(b"oak");
    assert_eq!(house.give("oak", "registry", Command::RegisterParty { name }), Err(Trouble::NotFounded));
    let foreign =
        Command::Found { centre_key: Key::of("somebody").public(), policy: policy(), name, rehearsal: true };
    assert_eq!(house.give("administrator", "registry", foreign), Err(Trouble::CentreKeyDiffers));
    let real =
        Command::Found { centre_key: Key::of("centre").public(), policy: policy(), name, rehearsal: false };
    let refused = house.give("administrator", "registry", real);
    assert_eq!(refused, Err(Trouble::RehearsalDiffers { expected: true }));
    assert_eq!(house.office().view().size, 0);
    assert!(!house.office().health().is_ready(), "without a policy nothing can be cosigned");
    let found = house.found();
    house.expect_events("administrator", "registry", found.clone());
    house.settle();
    assert!(house.office().health().is_ready());
    let again = house.give("administrator", "registry", found).unwrap();
    assert_eq!(again, Answer::Refused { refusal: Refusal::AlreadyExists {}, recorded: None });
}

#[test]
fn strangers_and_false_signatures_are_rejected_without_a_trace() {
    let mut house = House::founded();
    house.settle();
    let size = house.office().view().size;
    let mut false_signature =
        house.signed("tenderer", "registry", Command::RegisterParty { name: Hash::of(b"x") });
    false_signature.signature.0[0] ^= 1;
    let rejected = house.office().give(false_signature).unwrap_err();
    assert_eq!((rejected.code(), rejected.kind()), ("signature_invalid", TroubleKind::Unauthenticated));
    let stranger = house.give(
        "nobody",
        "registry",
        Command::AdmitParty { party: "p-1".parse().unwrap(), roles: vec![] },
    );
    assert_eq!(stranger.unwrap_err().code(), "key_unknown");
    let nowhere = house.give("tenderer", "no-such", Command::SignIn {}).unwrap_err();
    assert_eq!((nowhere.code(), nowhere.kind()), ("procedure_unknown", TroubleKind::NotFound));
    assert_eq!(house.office().view().size, size);
}

#[test]
fn a_command_is_answered_again_after_its_key_was_replaced() {
    let mut house = House::founded();
    house.bidder("ash");
    let signed = house.signed("ash", "registry", Command::RegisterParty { name: Hash::of(b"again") });
    let first = house.office().give(signed.clone()).unwrap();
    assert!(matches!(first, Answer::Refused { recorded: None, .. }));
    // What was recorded keeps its answer; what was only answered is unknown once the key is gone.
    let registered = house.signed("birch", "registry", Command::RegisterParty { name: Hash::of(b"birch") });
    let first = house.office().give(registered.clone()).unwrap();
    let person = ximu_procedure::registry::person_id(&Key::of("birch").public()).unwrap();
    let proof = Key::of("birch-2").sign(&ximu_procedure::wire::command::key_statement(ORIGIN, &person));
    let replace =
        Command::ReplaceKey { person, key: Key::of("birch-2").public(), proof, countersignature: None };
    house.expect_events("administrator", "registry", replace);
    assert_eq!(house.office().give(registered), Ok(first));
    let fresh = house.give("birch", "registry", Command::RegisterParty { name: Hash::of(b"birch") });
    assert_eq!(fresh.unwrap_err().code(), "key_unknown");
}

#[test]
fn an_upload_is_refused_for_each_reason() {
    let mut house = House::founded();
    house.bidder("ash");
    house.register("oak", &[Role::Supervisor]);
    house.publish(|_| {});
    let bytes = b"ciphertext".to_vec();
    let commitment = ximu_sealed::Commitment::of(&bytes).root;
    let head = |label: &str, bytes: u64, commitment: Hash| {
        let statement = statement::upload(ORIGIN, &tender_id(), &commitment, bytes);
        let key = Key::of(label);
        let signature = key.sign(&statement);
        UploadHead { procedure: tender_id(), commitment, bytes, key: key.public(), signature }
    };
    let office = house.office();
    let upload = |head: &UploadHead| office.upload(head, &mut Cursor::new(&bytes)).map(|_| ());
    let honest = head("ash", 10, commitment);
    assert_eq!(upload(&head("nobody", 10, commitment)), Err(Trouble::UploadKey));
    assert_eq!(upload(&head("oak", 10, commitment)), Err(Trouble::UploadRole { needs: "bidder" }));
    let signature = Key::of("oak").sign(b"");
    assert_eq!(upload(&UploadHead { signature, ..honest.clone() }), Err(Trouble::UploadSignature));
    assert_eq!(upload(&UploadHead { bytes: 11, ..honest.clone() }), Err(Trouble::UploadSignature));
    assert_eq!(
        upload(&head("ash", 9, commitment)),
        Err(Trouble::UploadLength { expected: 9, found: 10 }),
        "more bytes than announced"
    );
    let short = upload(&head("ash", 11, commitment));
    assert_eq!(short, Err(Trouble::UploadLength { expected: 11, found: 10 }), "fewer bytes than announced");
    let other = Hash::of(b"other");
    assert!(matches!(upload(&head("ash", 10, other)), Err(Trouble::UploadDiffers { .. })));
    let large = upload(&head("ash", 268_435_457, commitment));
    assert_eq!(large, Err(Trouble::UploadTooLarge { max: 268_435_456, found: 268_435_457 }));
    let elsewhere = {
        let procedure: ximu_basics::ProcedureId = "no-such".parse().unwrap();
        let statement = statement::upload(ORIGIN, &procedure, &commitment, 10);
        UploadHead { procedure, signature: Key::of("ash").sign(&statement), ..honest.clone() }
    };
    assert_eq!(upload(&elsewhere), Err(Trouble::UploadClosed));
    assert_eq!(upload(&honest), Ok(()));
}

/// A sender that says when it is asked for the first byte, and then waits until it is told to end.
struct Slow(Option<std::sync::mpsc::Sender<()>>, std::sync::mpsc::Receiver<()>);

impl std::io::Read for Slow {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        // Errors say that the test has ended.
        let _ = self.0.take().map(|asked| asked.send(()));
        let _ = self.1.recv();
        Ok(0)
    }
}

#[test]
fn one_bidder_cannot_hold_every_thread_with_slow_uploads_of_the_same_bytes() {
    let mut house = House::founded();
    house.bidder("ash");
    let birch = house.bidder("birch");
    house.publish(|_| {});
    let (commitment, bytes) = (Hash::of(b"never sent"), 100_000);
    let key = Key::of("ash");
    let signature = key.sign(&statement::upload(ORIGIN, &tender_id(), &commitment, bytes));
    let head = UploadHead { procedure: tender_id(), commitment, bytes, key: key.public(), signature };
    let office = std::sync::Arc::new(house.office.take().unwrap());
    let (asked, begun) = std::sync::mpsc::channel();
    let slow: Vec<_> = (0..UPLOADS_AT_ONCE_MAX)
        .map(|_| {
            let (end, ended) = std::sync::mpsc::channel();
            let (office, head, asked) = (office.clone(), head.clone(), asked.clone());
            let sending =
                std::thread::spawn(move || office.upload(&head, &mut Slow(Some(asked), ended)).map(|_| ()));
            (end, sending)
        })
        .collect();
    slow.iter().for_each(|_| begun.recv_timeout(support::PATIENCE).unwrap());
    let more = office.upload(&head, &mut Cursor::new(b"")).map(|_| ());
    assert_eq!(more, Err(Trouble::UploadsAtOnce), "it is told before a byte is read");
    let ended = slow.into_iter().map(|(end, sending)| {
        drop(end);
        sending.join().unwrap()
    });
    assert!(ended.into_iter().all(|result| matches!(result, Err(Trouble::UploadLength { .. }))));
    house.office = std::sync::Arc::into_inner(office);
    let bid = birch.seal(&house.people, 1, "9500000.00", |_| {});
    assert!(house.upload("ash", &bid.body).is_ok(), "there is room again");
}

#[test]
fn a_keeper_that_signs_for_bytes_that_nobody_has_blocks_no_opening() {
    let mut house = House::founded();
    let ash = house.bidder("ash");
    house.publish(|_| {});
    let bid = ash.seal(&house.people, 1, "9500000.00", |_| {});
    let mut command = house.submission(&ash, &bid);
    let missing = Hash::of(b"bytes that were never sent");
    let Command::Submit { form, .. } = &mut command else { panic!() };
    let keeper = Key::of(ximu_sim::rules::PEERS[0]);
    form.commitment = missing;
    form.custody = keeper.sign(&custody_statement(ORIGIN, TENDER, &missing, form.bytes));
    assert_eq!(house.give("ash", TENDER, command), Err(Trouble::UploadMissing));
    assert!(matches!(house.submit(&ash, 1, "9500000.00").1, Answer::Accepted(_)));
}

#[test]
fn an_envelope_that_was_sealed_for_something_else_is_refused_before_anything_is_recorded() {
    let mut house = House::founded();
    let (ash, birch) = (house.bidder("ash"), house.bidder("birch"));
    house.publish(|_| {});
    let bid = ash.seal(&house.people, 2, "9500000.00", |_| {});
    let other = birch.seal(&house.people, 1, "9500000.00", |_| {});
    let (command, foreign) = (house.submission(&ash, &bid), house.submission(&birch, &other));
    let Command::Submit { body: of_birch, .. } = &foreign else { panic!() };
    type Change = fn(&mut Command, &SealedRecord);
    let changes: [(&str, Change); 4] = [
        ("form", |command, _| {
            let Command::Submit { version, .. } = command else { panic!() };
            *version = 1;
        }),
        ("form", |command, _| {
            let Command::Submit { form, body, .. } = command else { panic!() };
            std::mem::swap(form, body);
        }),
        ("form", |command, _| {
            let Command::Submit { form, .. } = command else { panic!() };
            form.context = Hash::of(b"another context");
        }),
        ("body", |command, of_birch| {
            let Command::Submit { body, .. } = command else { panic!() };
            *body = of_birch.clone();
        }),
    ];
    for (envelope, change) in changes {
        let mut changed = command.clone();
        change(&mut changed, of_birch);
        assert_eq!(house.give("ash", TENDER, changed), Err(Trouble::ContextDiffers { envelope }));
    }
    assert!(matches!(house.give("ash", TENDER, command), Ok(Answer::Accepted(_))), "nothing was used up");
}

#[test]
fn one_bidder_cannot_fill_the_log_with_what_it_is_refused() {
    let mut house = House::founded();
    house.bidder("ash");
    house.publish(|_| {});
    let ask = Command::AskRescue { lot: "lot-1".parse().unwrap() };
    let hidden = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 1 };
    for number in 0..REFUSALS_PER_PERSON_MAX + 3 {
        // Two in the open, then one in the beat to come.
        let command = if number % 3 < 2 || number < 20 { ask.clone() } else { hidden.clone() };
        let Ok(Answer::Refused { recorded, .. }) = house.give("ash", TENDER, command) else { panic!() };
        assert_eq!(recorded.is_some(), number < REFUSALS_PER_PERSON_MAX, "{number}");
    }
}

#[test]
fn what_is_refused_and_too_long_is_not_recorded() {
    let (mut house, bidders) = open_tender();
    let bid = bidders[0].seal(&house.people, 1, "9500000.00", |_| {});
    for (more, is_recorded) in [(1, true), (REFUSED_BYTES_MAX / 64, false)] {
        let mut command = house.submission(&bidders[0], &bid);
        let Command::Submit { escrow, .. } = &mut command else { panic!() };
        escrow.extend(vec![Hash::of(b"one too many"); more]);
        let Ok(Answer::Refused { recorded, .. }) = house.give("ash", TENDER, command) else { panic!() };
        assert_eq!(recorded.is_some(), is_recorded, "{more} more than there are holders");
    }
}

#[test]
fn strangers_cannot_fill_the_log_and_keep_nobody_from_working() {
    let mut house = House::founded();
    let mut entered = 0;
    while house
        .give(
            &format!("stranger-{entered}"),
            "registry",
            Command::RegisterParty { name: Hash::of(format!("stranger-{entered}").as_bytes()) },
        )
        .is_ok()
    {
        entered += 1;
        assert!(entered <= STRANGERS_AT_ONCE_MAX);
    }
    let name = Hash::of(b"one too many");
    let refused = house.give("one too many", "registry", Command::RegisterParty { name });
    assert_eq!(refused, Err(Trouble::TooManyStrangers));
    house.publish(|_| {});
    house.advance_ms(STRANGER_EVERY_MS);
    assert!(house.give("one too many", "registry", Command::RegisterParty { name }).is_ok());
}

#[test]
fn nobody_registers_under_a_name_that_stands_in_the_register() {
    let mut house = House::founded();
    let name = Hash::of(b"tenderer");
    let copied = house.give("stranger", "registry", Command::RegisterParty { name });
    assert_eq!(copied, Ok(Answer::Refused { refusal: Refusal::AlreadyExists {}, recorded: None }));
}

#[test]
fn documents_come_from_officers_and_are_read_when_published() {
    let mut house = House::founded();
    house.bidder("ash");
    let file = "招标文件 第一章".as_bytes();
    let hash = Hash::of(file);
    let head = |label: &str, bytes: u64| {
        let key = Key::of(label);
        let signature = key.sign(&statement::document(ORIGIN, &hash, bytes));
        DocumentHead { hash, bytes, key: key.public(), signature }
    };
    let size = file.len() as u64;
    let put = |house: &House, head: &DocumentHead| house.office().put_document(head, &mut Cursor::new(file));
    assert_eq!(put(&house, &head("ash", size)), Err(Trouble::UploadRole { needs: "tenderer, agent" }));
    let large = put(&house, &head("tenderer", DOCUMENT_BYTES_MAX + 1));
    assert!(matches!(large, Err(Trouble::UploadTooLarge { .. })));
    assert_eq!(put(&house, &head("tenderer", size)), Ok(()));
    assert_eq!(put(&house, &head("tenderer", size)), Ok(()), "it may be sent again");
    assert_eq!(house.office().document(&hash).unwrap_err(), Trouble::NotFound, "nothing names it yet");
    let tenderer = ximu_procedure::registry::party_id(&Hash::of(b"tenderer"), &Key::of("tenderer").public());
    let rules = ximu_sim::rules::rules(tenderer.unwrap(), house.now().plus_ms(14_350));
    let Command::Publish { rules, epochs, policy, .. } = house.people.publication(rules) else { panic!() };
    let documents =
        vec![Document { name: "招标文件.md".into(), hash, bytes: u32::try_from(size).unwrap() }];
    house.expect_events("tenderer", TENDER, Command::Publish { rules, documents, epochs, policy });
    let mut read = Vec::new();
    house.office().document(&hash).unwrap().read_to_end(&mut read).unwrap();
    assert_eq!(read, file);
    house.settle();
    assert_eq!(house.verify().count("documents"), 1);
}

#[test]
fn who_waits_for_its_admission_is_named_to_whoever_admits_and_to_nobody_else() {
    let mut house = House::founded();
    let record = Record { salt: Salt([7; 32]), text: "某园林有限公司".into() };
    let name = record.address().unwrap();
    house.expect_events("firm", "registry", Command::RegisterParty { name });
    let party = ximu_procedure::registry::party_id(&name, &Key::of("firm").public()).unwrap();
    let register: ProcedureId = "registry".parse().unwrap();
    let ask = |house: &House, label: &str, late_ms: i64| {
        let key = Key::of(label);
        let at = house.now().plus_ms(-late_ms);
        let signature = key.sign(&sitting_statement(ORIGIN, register.as_str(), at));
        house.office().waiting_parties(&Asking { key: key.public(), at, signature })
    };
    assert!(ask(&house, "administrator", 0).unwrap().is_empty(), "the centre does not have the name yet");
    house.office().put_record(&record.bytes().unwrap()).unwrap();
    let named = ask(&house, "administrator", 0).unwrap();
    assert_eq!(named.into_iter().collect::<Vec<_>>(), [(party.clone(), record.text.clone())]);
    for other in ["firm", "stranger"] {
        assert_eq!(ask(&house, other, 0), Err(Trouble::NotFound), "{other}");
    }
    assert_eq!(ask(&house, "administrator", 60_001), Err(Trouble::NotFound), "signed long ago");
    let (key, other, at) = (Key::of("administrator").public(), Key::of("firm"), house.now());
    let signature = other.sign(&sitting_statement(ORIGIN, register.as_str(), at));
    let forged = house.office().waiting_parties(&Asking { key, at, signature });
    assert_eq!(forged, Err(Trouble::NotFound), "signed by another key");
    // Whoever is admitted as a bidder might bid: its name is nobody's business until CLOSE.
    house.expect_events(
        "administrator",
        "registry",
        Command::AdmitParty { party, roles: vec![Role::Bidder] },
    );
    assert!(ask(&house, "administrator", 0).unwrap().is_empty());
}

#[test]
fn names_of_bidders_are_given_out_from_the_close_that_names_them() {
    let mut house = House::founded();
    let record = |text: &str| Record { salt: Salt([7; 32]), text: text.into() };
    let register = |house: &mut House, label: &str, roles: &[Role]| {
        let name = record(label).address().unwrap();
        house.expect_events(label, "registry", Command::RegisterParty { name });
        let party = ximu_procedure::registry::party_id(&name, &Key::of(label).public()).unwrap();
        house.expect_events(
            "administrator",
            "registry",
            Command::AdmitParty { party: party.clone(), roles: roles.to_vec() },
        );
        assert_eq!(house.office().put_record(&record(label).bytes().unwrap()), Ok(name));
        party
    };
    register(&mut house, "agency", &[Role::Agent]);
    let labels = ["ash", "birch", "cedar", "elm"];
    let parties = labels.map(|label| register(&mut house, label, &[Role::Bidder]));
    let unknown = house.office().put_record(&record("nobody").bytes().unwrap());
    assert_eq!(unknown, Err(Trouble::RecordUnknown));
    let malformed = house.office().put_record(br#"{"text":"x"}"#);
    assert!(matches!(malformed, Err(Trouble::RecordMalformed { .. })));
    for text in ["甲\u{202e}00.1", "甲\u{1b}[2J", "甲\n乙"] {
        let hides = house.office().put_record(&record(text).bytes().unwrap());
        assert!(matches!(hides, Err(Trouble::RecordMalformed { .. })), "{text:?}");
    }
    house.publish(|_| {});
    house.settle();
    for (label, party) in labels.iter().zip(parties).take(3) {
        let bidder = ximu_sim::Bidder { label: (*label).into(), party };
        house.submit(&bidder, 1, "9500000.00");
    }
    let read = |house: &House, label: &str| house.office().record(&record(label).address().unwrap());
    assert!(read(&house, "agency").is_ok(), "who runs tenders is public");
    assert!(labels.iter().all(|label| read(&house, label) == Err(Trouble::NotFound)));
    house.advance_past_deadline();
    assert!(labels[..3].iter().all(|label| read(&house, label).is_ok()));
    assert_eq!(read(&house, "elm"), Err(Trouble::NotFound), "who did not bid stays unnamed");
}

#[test]
fn nothing_of_the_sealed_class_is_disclosed_before_its_time() {
    let mut house = House::founded();
    let bidders = ["ash", "birch", "cedar"].map(|label| house.bidder(label));
    house.publish(|_| {});
    house.settle();
    let bids = bidders.each_ref().map(|bidder| house.submit(bidder, 1, "9500000.00").0);
    let form = bids[0].form.commitment.root;
    let unknown = house.office().envelope(&tender_id(), &Hash::of(b"unknown"));
    assert_eq!(house.office().envelope(&tender_id(), &form), unknown, "like one that does not exist");
    let missing = house.office().operations(&"no-such".parse().unwrap());
    assert_eq!(house.office().operations(&tender_id()), missing);
    house.advance_past_deadline();
    assert_eq!(house.office().operations(&tender_id()).unwrap().lines().count(), 3);
    assert_eq!(house.office().envelope(&tender_id(), &form), Err(Trouble::NotFound), "the window is open");
    let command = bidders[0].release(&house.people, &bids[0]);
    house.expect_events("ash", TENDER, command);
    let left = house.tender().window_until.unwrap().ms_since(house.now());
    house.advance_ms(left + 50);
    assert_eq!(house.tender().stage, Stage::Opening);
    assert_eq!(house.office().envelope(&tender_id(), &form).as_ref(), Ok(&bids[0].form.envelope));
    let silent = bids[1].form.commitment.root;
    assert_eq!(house.office().envelope(&tender_id(), &silent), Err(Trouble::NotFound), "it is never opened");
}

#[test]
fn one_person_cannot_fill_a_beat_and_strangers_leave_nothing_in_it() {
    let mut house = House::founded();
    let ash = house.bidder("ash");
    house.register("oak", &[Role::Supervisor]);
    house.publish(|_| {});
    house.settle();
    let withdraw = |version| Command::Withdraw { lot: "lot-1".parse().unwrap(), version };
    let stranger = house.give("oak", TENDER, withdraw(1)).unwrap();
    assert!(matches!(stranger, Answer::Refused { recorded: None, refusal: Refusal::RoleNotAllowed { .. } }));
    for _ in 0..OPERATIONS_PER_PERSON_MAX {
        let refused = house.give("ash", TENDER, withdraw(1)).unwrap();
        assert!(
            matches!(refused, Answer::Refused { recorded: Some(_), .. }),
            "what a bidder is refused is recorded"
        );
    }
    let full = house.give("ash", TENDER, withdraw(1)).unwrap_err();
    assert_eq!(full, Trouble::TooManyInBeat { limit: OPERATIONS_PER_PERSON_MAX });
    house.advance_ms(10_000);
    let (_, answer) = house.submit(&ash, 1, "9500000.00");
    assert!(matches!(answer, Answer::Accepted(_)), "after the beat there is room again");
    assert!(matches!(
        house.office().receipt(&id_of(&answer)),
        Ok(ReceiptState::WaitsForBeat { scheduled: Some(_) })
    ));
    house.advance_past_deadline();
    assert_eq!(
        house.office().operations(&tender_id()).unwrap().lines().count(),
        OPERATIONS_PER_PERSON_MAX + 1
    );
    house.verify();
}

#[test]
fn a_cancelled_tender_ends_and_its_bids_are_never_disclosed() {
    let mut house = House::founded();
    let ash = house.bidder("ash");
    house.publish(|_| {});
    house.submit(&ash, 1, "9500000.00");
    house.advance_ms(10_000);
    let (_, held) = house.submit(&ash, 2, "9400000.00");
    house.expect_events("tenderer", TENDER, Command::Cancel { reason: "项目终止".into() });
    house.advance_ms(20_000);
    assert!(matches!(house.tender().stage, Stage::Failed(_)));
    assert_eq!(house.office().operations(&tender_id()), Err(Trouble::NotFound));
    assert_eq!(house.office().receipt(&id_of(&held)), Ok(ReceiptState::WaitsForBeat { scheduled: None }));
    house.verify();
    house.stop();
    house.open().unwrap();
}

#[test]
fn the_published_log_is_served_file_by_file() {
    let mut house = House::founded();
    house.settle();
    let note = house.office().view().cosigned.as_ref().unwrap().note.clone();
    assert_eq!(house.office().log_file("checkpoint"), Ok(note.into_bytes()));
    let size = house.office().view().size;
    assert!(house.office().log_file(&format!("tile/0/000.p/{size}")).is_ok());
    assert!(house.office().log_file(&format!("tile/entries/000.p/{size}")).is_ok());
    for path in ["", "tile/0/001", "../journal.db", "tile/../checkpoint", "unfinished/tile", "tile/0/000.p/0"]
    {
        assert_eq!(house.office().log_file(path), Err(Trouble::NotFound), "{path}");
    }
}

#[test]
fn entries_can_be_followed_from_any_number() {
    let mut house = House::founded();
    house.publish(|_| {});
    house.settle();
    let registry = house.office().entries(&"registry".parse().unwrap(), 0).unwrap();
    assert_eq!(registry.iter().map(|entry| entry.number).collect::<Vec<_>>(), [0, 1, 2]);
    let rest = house.office().entries(&"registry".parse().unwrap(), 2).unwrap();
    assert_eq!(rest, registry[2..]);
    assert_eq!(house.office().entries(&tender_id(), 1), Ok(vec![]));
    assert_eq!(house.office().entries(&"no-such".parse().unwrap(), 0), Err(Trouble::NotFound));
    let office = house.office.take().unwrap();
    let name = Hash::of(b"oak");
    let signed = house.people.signed("oak", "registry", Command::RegisterParty { name });
    let next = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| office.wait_entries(&"registry".parse().unwrap(), 3, support::PATIENCE));
        office.give(signed).unwrap();
        waiting.join().unwrap()
    });
    assert_eq!(next.unwrap().len(), 1);
}
