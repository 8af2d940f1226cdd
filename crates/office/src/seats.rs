//! The waiting room at the door of a committee (evaluation 3.5): a member asks for its seat, the keeper of the pool and
//! the witness officer vouch for it, the member fetches their signatures and takes the seat by a command. In memory
//! alone: after a restart members ask again. Nothing here is recorded, and nothing here decides: `take_seat` checks
//! both signatures again.

use crate::{
    committee::{ASK_MS_MAX, Asking},
    trouble::Trouble,
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use ximu_basics::{Instant, ProcedureId, PublicKey};
use ximu_procedure::{
    Tender, World,
    phase::seat::{is_of_form, may_vouch},
    wire::{
        identity::IdentityChoice,
        signed::verify,
        waiting::{Capacity, SeatAsk, SeatVouch, WaitingRoom, WaitingSeat, ask_statement, read_statement},
    },
};

/// Members that wait for one committee at a time: the largest committee that is drawn has 15, each may begin again, and
/// a stranger who fills the room is shown to those who vouch as what it is. 600 bytes each.
pub const WAITING_MAX: usize = 64;

/// Committees for which members may wait at a time.
pub const ROOMS_MAX: usize = 256;

/// How long a member waits before it must ask again, in milliseconds: 20 minutes.
pub const WAIT_MS: i64 = 20 * 60_000;

/// What the door knows: the public state, the log's origin, the centre's clock.
#[derive(Clone, Copy)]
pub(crate) struct Door<'a> {
    pub world: &'a World,
    pub origin: &'a str,
    pub now: Instant,
}

/// Who waits, by procedure and key.
#[derive(Default)]
pub(crate) struct Rooms(Mutex<BTreeMap<ProcedureId, BTreeMap<PublicKey, WaitingSeat>>>);

impl Rooms {
    /// The rooms, without those whose time is over.
    fn open(&self, now: Instant) -> MutexGuard<'_, BTreeMap<ProcedureId, BTreeMap<PublicKey, WaitingSeat>>> {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.values_mut().for_each(|room| room.retain(|_, seat| seat.until > now));
        rooms.retain(|_, room| !room.is_empty());
        rooms
    }
}

/// A member asks for a seat; asking again keeps what was signed for the same seat and recipient.
///
/// # Errors
/// [`Trouble::NotFound`] without a committee, [`Trouble::SeatMalformed`], [`Trouble::SeatSignature`],
/// [`Trouble::SeatsFull`].
pub(crate) fn ask(
    rooms: &Rooms,
    door: Door<'_>,
    procedure: &ProcedureId,
    ask: &SeatAsk,
) -> Result<WaitingSeat, Trouble> {
    let Door { world, origin, now } = door;
    let tender = open_tender(world, procedure)?;
    if ask.v != 1 || !is_of_form(tender, &ask.seat, &ask.recipient) {
        return Err(Trouble::SeatMalformed);
    }
    let said = ask_statement(origin, procedure.as_str(), (&ask.seat, &ask.recipient), ask.choice, ask.at);
    if now.ms_since(ask.at).abs() > ASK_MS_MAX || !verify(&ask.key, &said, &ask.signature) {
        return Err(Trouble::SeatSignature);
    }
    let mut rooms = rooms.open(now);
    if !rooms.contains_key(procedure) && rooms.len() >= ROOMS_MAX {
        return Err(Trouble::SeatsFull);
    }
    let room = rooms.entry(procedure.clone()).or_default();
    let until = now.plus_ms(WAIT_MS);
    let fresh = WaitingSeat {
        asked: now,
        choice: ask.choice,
        face: None,
        keeper: None,
        key: ask.key,
        leaf: None,
        officer: None,
        recipient: ask.recipient.clone(),
        seat: ask.seat.clone(),
        until,
    };
    if room.len() >= WAITING_MAX && !room.contains_key(&ask.key) {
        // Who waits longest without a keeper's word goes, and asks again when it is still there: a crowd of strangers keeps
        // nobody out.
        let strangers = room.values().filter(|waiting| waiting.keeper.is_none());
        let first = strangers.min_by_key(|waiting| (waiting.asked, waiting.key)).map(|waiting| waiting.key);
        room.remove(&first.ok_or(Trouble::SeatsFull)?);
    }
    match room.get_mut(&ask.key) {
        Some(waiting)
            if waiting.seat == ask.seat
                && waiting.recipient == ask.recipient
                && waiting.choice == ask.choice =>
        {
            waiting.until = until;
            Ok(waiting.clone())
        }
        Some(waiting) => {
            *waiting = fresh;
            Ok(waiting.clone())
        }
        None => {
            room.insert(ask.key, fresh.clone());
            Ok(fresh)
        }
    }
}

/// Who waits: all for those who may vouch, itself for a member.
///
/// # Errors
/// [`Trouble::NotFound`] for everybody else, and for what does not exist alike.
pub(crate) fn read(
    rooms: &Rooms,
    door: Door<'_>,
    procedure: &ProcedureId,
    asking: &Asking,
) -> Result<WaitingRoom, Trouble> {
    let Door { world, origin, now } = door;
    let tender = open_tender(world, procedure)?;
    let said = read_statement(origin, procedure.as_str(), asking.at);
    if now.ms_since(asking.at).abs() > ASK_MS_MAX || !verify(&asking.key, &said, &asking.signature) {
        return Err(Trouble::NotFound);
    }
    let registry = &world.registry;
    let vouches = [Capacity::Keeper, Capacity::Officer]
        .into_iter()
        .any(|capacity| may_vouch(registry, tender, &asking.key, capacity, None));
    let rooms = rooms.open(now);
    let room = rooms.get(procedure);
    let mut seats: Vec<WaitingSeat> = match (vouches, room) {
        (true, room) => room.into_iter().flat_map(BTreeMap::values).cloned().collect(),
        (false, room) => {
            vec![room.and_then(|room| room.get(&asking.key)).cloned().ok_or(Trouble::NotFound)?]
        }
    };
    seats.sort_by_key(|seat| (seat.asked, seat.key));
    Ok(WaitingRoom { seats, v: 1 })
}

/// Somebody vouches for a member that waits. The keeper says which member it is; the officer signs the same.
///
/// # Errors
/// [`Trouble::NotFound`] for whoever may not vouch or did not sign, and for a member that does not wait; then
/// [`Trouble::SeatConsent`], [`Trouble::SeatMalformed`] for a result of a match, [`Trouble::SeatDiffers`].
pub(crate) fn vouch(
    rooms: &Rooms,
    door: Door<'_>,
    procedure: &ProcedureId,
    key: &PublicKey,
    vouch: &SeatVouch,
) -> Result<WaitingSeat, Trouble> {
    let Door { world, origin, now } = door;
    let tender = open_tender(world, procedure)?;
    let registry = &world.registry;
    if vouch.v != 1 || !may_vouch(registry, tender, &vouch.by.key, vouch.capacity, None) {
        return Err(Trouble::NotFound);
    }
    let mut rooms = rooms.open(now);
    let waiting = rooms.get_mut(procedure).and_then(|room| room.get_mut(key)).ok_or(Trouble::NotFound)?;
    let said = waiting.statement(origin, procedure.as_str(), &vouch.leaf, vouch.capacity, vouch.face.clone());
    if !verify(&vouch.by.key, &said, &vouch.by.signature) {
        // Somebody who only knows the key of one who may vouch learns nothing.
        return Err(Trouble::NotFound);
    }
    check_face(waiting, vouch)?;
    let other = match vouch.capacity {
        Capacity::Keeper => {
            if !may_vouch(registry, tender, &vouch.by.key, Capacity::Keeper, Some(&vouch.leaf)) {
                return Err(Trouble::SeatDiffers);
            }
            &waiting.officer
        }
        Capacity::Officer => {
            if waiting.leaf != Some(vouch.leaf) {
                return Err(Trouble::SeatDiffers);
            }
            &waiting.keeper
        }
    };
    if other.as_ref().is_some_and(|other| other.key == vouch.by.key) {
        return Err(Trouble::SeatDiffers);
    }
    match vouch.capacity {
        Capacity::Keeper => {
            if waiting.leaf != Some(vouch.leaf) {
                // What the officer signed was for another member.
                (waiting.officer, waiting.face) = (None, None);
            }
            (waiting.leaf, waiting.keeper) = (Some(vouch.leaf), Some(vouch.by.clone()));
        }
        Capacity::Officer => {
            (waiting.officer, waiting.face) = (Some(vouch.by.clone()), vouch.face.clone());
        }
    }
    Ok(waiting.clone())
}

/// A result comes from the officer, for a member that consented, in the form that the log takes.
fn check_face(waiting: &WaitingSeat, vouch: &SeatVouch) -> Result<(), Trouble> {
    let Some(face) = &vouch.face else { return Ok(()) };
    if waiting.choice != Some(IdentityChoice::Face) {
        return Err(Trouble::SeatConsent);
    }
    match vouch.capacity {
        Capacity::Officer if face.holds() => Ok(()),
        Capacity::Officer | Capacity::Keeper => Err(Trouble::SeatMalformed),
    }
}

/// A tender whose committee sits.
fn open_tender<'a>(world: &'a World, procedure: &ProcedureId) -> Result<&'a Tender, Trouble> {
    let tender = world.tenders.get(procedure).ok_or(Trouble::NotFound)?;
    if tender.is_sitting() { Ok(tender) } else { Err(Trouble::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_basics::Hash;
    use ximu_procedure::{
        role::Role,
        wire::{evaluation::SeatCosignature, identity::FaceMatch},
    };
    use ximu_sim::{
        Key,
        centre::{ORIGIN, TENDER},
        committee::{OFFICER, POOL, Sitting},
    };

    struct Case {
        sitting: Sitting,
        rooms: Rooms,
        now: Instant,
        id: ProcedureId,
    }

    impl Case {
        fn new() -> Case {
            let mut sitting = Sitting::new(&["9300000.00", "9712000.00", "9500000.00"]);
            sitting.centre.register("other-keeper", &[Role::PoolKeeper]);
            let now = sitting.centre.now;
            Case { sitting, rooms: Rooms::default(), now, id: TENDER.parse().unwrap() }
        }

        fn door(&self) -> Door<'_> {
            Door { world: &self.sitting.centre.world, origin: ORIGIN, now: self.now }
        }

        fn ask(&self, label: &str, seat: &str) -> Result<WaitingSeat, Trouble> {
            ask(&self.rooms, self.door(), &self.id, &self.form(label, seat))
        }

        fn form(&self, label: &str, seat: &str) -> SeatAsk {
            self.choosing(label, seat, None)
        }

        fn choosing(&self, label: &str, seat: &str, choice: Option<IdentityChoice>) -> SeatAsk {
            let (at, key) = (self.now, Key::of(label));
            let recipient = ximu_sealed::Identity::from_bytes(key.public().0).recipient().to_string();
            let signature = key.sign(&ask_statement(ORIGIN, TENDER, (seat, &recipient), choice, at));
            SeatAsk { at, choice, key: key.public(), recipient, seat: seat.into(), signature, v: 1 }
        }

        fn read(&self, label: &str) -> Result<Vec<WaitingSeat>, Trouble> {
            let key = Key::of(label);
            let signature = key.sign(&read_statement(ORIGIN, TENDER, self.now));
            let asking = Asking { key: key.public(), at: self.now, signature };
            read(&self.rooms, self.door(), &self.id, &asking).map(|room| room.seats)
        }

        fn vouch(&self, by: &str, capacity: Capacity, leaf: Hash) -> Result<WaitingSeat, Trouble> {
            self.telling(by, capacity, leaf, None)
        }

        /// Vouches for whoever waits under the key "me", with the result of a match.
        fn telling(
            &self,
            by: &str,
            capacity: Capacity,
            leaf: Hash,
            face: Option<FaceMatch>,
        ) -> Result<WaitingSeat, Trouble> {
            let (of, key) = (Key::of("me").public(), Key::of(by));
            let rooms = self.rooms.open(self.now);
            let waiting = rooms.get(&self.id).and_then(|room| room.get(&of)).cloned();
            drop(rooms);
            let said = waiting.ok_or(Trouble::NotFound)?;
            let said = said.statement(ORIGIN, TENDER, &leaf, capacity, face.clone());
            let by = SeatCosignature { key: key.public(), signature: key.sign(&said) };
            let word = SeatVouch { capacity, by, face, leaf, v: 1 };
            vouch(&self.rooms, self.door(), &self.id, &of, &word)
        }
    }

    #[test]
    fn keeper_and_officer_vouch_for_whoever_waits_and_the_member_reads_both() {
        let case = Case::new();
        let leaf = case.sitting.member(0);
        case.ask("me", "nantong-1").unwrap();
        case.ask("somebody", "nantong-2").unwrap();
        assert_eq!(case.read(POOL).unwrap().len(), 2);
        assert_eq!(case.read(OFFICER).unwrap().len(), 2);
        let early = case.vouch(OFFICER, Capacity::Officer, leaf);
        assert_eq!(early.unwrap_err(), Trouble::SeatDiffers, "the keeper says which member it is");
        case.vouch(POOL, Capacity::Keeper, leaf).unwrap();
        case.vouch(OFFICER, Capacity::Officer, leaf).unwrap();
        let mine = case.read("me").unwrap();
        assert!(mine.len() == 1 && mine[0].keeper.is_some() && mine[0].officer.is_some());
        // Another member than before: the officer has seen somebody else.
        let other = case.vouch(POOL, Capacity::Keeper, case.sitting.member(1)).unwrap();
        assert!(other.officer.is_none() && other.leaf == Some(case.sitting.member(1)));
    }

    #[test]
    fn a_face_is_told_by_the_officer_of_whom_consented_and_another_choice_is_another_ask() {
        let case = Case::new();
        let (leaf, officer) = (case.sitting.member(0), Capacity::Officer);
        let face = |similarity: &str, matched| FaceMatch {
            matched,
            model: Hash::of(b"model"),
            similarity: similarity.parse().unwrap(),
            threshold: "0.400".parse().unwrap(),
        };
        let choose = |choice| {
            let form = case.choosing("me", "nantong-1", choice);
            ask(&case.rooms, case.door(), &case.id, &form).unwrap();
            case.vouch(POOL, Capacity::Keeper, leaf).unwrap();
        };
        for choice in [None, Some(IdentityChoice::Officer)] {
            choose(choice);
            let told = case.telling(OFFICER, officer, leaf, Some(face("0.512", true)));
            assert_eq!(told, Err(Trouble::SeatConsent), "{choice:?}");
            assert!(case.vouch(OFFICER, officer, leaf).is_ok(), "the officer alone is always enough");
        }
        choose(Some(IdentityChoice::Face));
        let mine = case.read("me").unwrap().remove(0);
        assert!(mine.officer.is_none(), "the officer signed for another choice");
        let bent = case.telling(OFFICER, officer, leaf, Some(face("0.399", true)));
        assert_eq!(bent, Err(Trouble::SeatMalformed));
        let keeper = case.telling(POOL, Capacity::Keeper, leaf, Some(face("0.512", true)));
        assert_eq!(keeper, Err(Trouble::SeatMalformed), "the keeper makes no match");
        let told = case.telling(OFFICER, officer, leaf, Some(face("0.399", false))).unwrap();
        assert_eq!(told.face, Some(face("0.399", false)), "another face is told, and decides nothing");
        assert!(case.vouch(OFFICER, officer, leaf).unwrap().face.is_none(), "consent alone is no match");
    }

    #[test]
    fn for_whoever_may_not_read_there_is_nothing() {
        let mut case = Case::new();
        case.ask("me", "nantong-1").unwrap();
        for label in ["tenderer", "bidder-0", "stranger", "administrator"] {
            // A tenderer that sends no delegate vouches for nobody; this one sends one.
            let expected = label == "tenderer";
            assert_eq!(case.read(label).is_ok(), expected, "{label}");
        }
        assert_eq!(case.read("other-keeper"), Err(Trouble::NotFound), "it keeps no pool of this committee");
        let leaf = case.sitting.member(0);
        assert_eq!(case.vouch("stranger", Capacity::Officer, leaf), Err(Trouble::NotFound));
        assert_eq!(case.vouch("tenderer", Capacity::Keeper, leaf), Err(Trouble::SeatDiffers));
        assert_eq!(case.vouch(POOL, Capacity::Keeper, Hash::of(b"nobody")), Err(Trouble::SeatDiffers));
        case.id = "registry".parse().unwrap();
        assert_eq!(case.read(POOL), Err(Trouble::NotFound));
        assert_eq!(case.ask("me", "nantong-1"), Err(Trouble::NotFound));
    }

    #[test]
    fn an_ask_is_of_the_form_signed_now_and_waits_for_a_while_in_a_room_that_ends() {
        let mut case = Case::new();
        assert_eq!(case.ask("me", "nantong 1"), Err(Trouble::SeatMalformed));
        let mut form = case.form("me", "nantong-1");
        form.seat = "nantong-2".into();
        assert_eq!(ask(&case.rooms, case.door(), &case.id, &form), Err(Trouble::SeatSignature));
        let form = case.form("me", "nantong-1");
        case.now = case.now.plus_ms(ASK_MS_MAX + 1);
        assert_eq!(ask(&case.rooms, case.door(), &case.id, &form), Err(Trouble::SeatSignature));
        for number in 0..WAITING_MAX {
            case.ask(&format!("stranger {number}"), "nantong-1").unwrap();
        }
        let leaf = case.sitting.member(0);
        case.ask("me", "nantong-1").unwrap();
        assert_eq!(case.read(POOL).unwrap().len(), WAITING_MAX, "one stranger went");
        case.vouch(POOL, Capacity::Keeper, leaf).unwrap();
        for number in 0..2 * WAITING_MAX {
            case.ask(&format!("stranger {number}"), "nantong-1").unwrap();
        }
        assert!(case.read("me").is_ok(), "whom the keeper knows stays");
        case.now = case.now.plus_ms(WAIT_MS + 1);
        assert!(case.ask("me", "nantong-1").is_ok(), "the others' time is over");
        assert_eq!(case.read(POOL).unwrap().len(), 1);
    }
}
