//! The state of one procedure, split by disclosure class: [`Tender`] is public, [`SealedState`] is readable by nobody
//! but the ingesting centre until CLOSE. A decision of the public class cannot name the sealed state: its functions
//! are not given one, but for CLOSE, which discloses it.

use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, Instant, Money, PartyId, PersonId, PublicKey, Salt, Seed, SetId, ShareValue};

use crate::{
    actor::Authenticated,
    conclusion::Conclusion,
    enquiry::Enquiry,
    enter::Application,
    envelope::ReleaseHeader,
    evaluation::Evaluation,
    experts::Drawing,
    method::{Coefficients, Ranking},
    record::Records,
    rules::Rules,
    set::SealedSet,
    supervision::Supervision,
    wire::{
        Command, Refusal,
        command::{Document, Part, SealedRecord, ShareRelease},
        event::{Listed, NotCounted, OpenedBid, StaysClosed, ToOpen, VoidReason},
    },
};

/// How many times the length of the window the reading waits for holders that have not answered, when an envelope has
/// neither t shares nor so many broken parts that it can never have them (opening 5.1): the first for an answer, three
/// more in which people can find out whose answer the log does not show, and why.
pub const UNSETTLED_WINDOWS: i64 = 4;

/// Into how many parts the length of the window is divided, down to a millisecond: for one of them `end_window` waits, after
/// the end, for holders that have not said that everything they were handed is in the log (opening 3.5).
pub const RELAY_WAIT_PART: i64 = 4;

/// The public state of one procedure.
#[derive(Debug, Clone)]
pub struct Tender {
    /// SHA-256 of the signed body of the publication.
    pub genesis: Hash,
    /// The log it stands in.
    pub origin: String,
    /// The key of the centre that runs it.
    pub centre_key: PublicKey,
    /// The text of the policy in force.
    pub policy: String,
    /// The rules document.
    pub rules: Rules,
    /// Every document it has named, also those replaced since; of each name the last is in force.
    pub documents: Vec<Document>,
    /// The holders, in the order of the rules; a holder's share index is its position, from 1.
    pub holders: Vec<HolderKey>,
    /// When it was published.
    pub published: Instant,
    /// The deadline in force.
    pub deadline: Instant,
    /// When the entry was stamped that moved it last.
    pub deadline_moved_at: Option<Instant>,
    /// Where it stands.
    pub stage: Stage,
    /// The beats of the sealed class so far.
    pub beats: Vec<Beat>,
    /// The seed of the sealed class, disclosed at CLOSE.
    pub seed: Option<Seed>,
    /// The opening list, from CLOSE on.
    pub list: Vec<Listed>,
    /// What each listed bid submitted, from CLOSE on.
    pub bids: BTreeMap<PartyId, Submitted>,
    /// What was submitted and does not count.
    pub not_counted: Vec<NotCounted>,
    /// What bidders gave and were refused; what was sealed is here from CLOSE on.
    pub refused: Vec<Refused>,
    /// When CLOSE was stamped.
    pub closed_at: Option<Instant>,
    /// End of the release window.
    pub window_until: Option<Instant>,
    /// Parties that signed in.
    pub signed_in: BTreeSet<PartyId>,
    /// Release envelopes by bidder.
    pub releases: BTreeMap<PartyId, Release>,
    /// Bidders that asked for rescue.
    pub rescues: BTreeSet<PartyId>,
    /// Holders, by index, that have handed in everything that they were handed in this window (opening 3.4).
    pub relays_done: BTreeSet<u8>,
    /// What the holders are to open.
    pub to_open: Vec<ToOpen>,
    /// What stays closed.
    pub stays_closed: Vec<StaysClosed>,
    /// Answers by holder index (from 1), one for each member of `to_open`.
    pub shares: BTreeMap<u8, Vec<ShareRelease>>,
    /// Bids as read out.
    pub opened: BTreeMap<PartyId, OpenedBid>,
    /// Bids voided at the opening.
    pub voided: BTreeMap<PartyId, VoidReason>,
    /// The coefficients drawn so far, by the names of their sets (rules 10.4).
    pub coefficients: Coefficients,
    /// The draw of the experts; `None` when the rules draw none.
    pub drawing: Option<Drawing>,
    /// When the last of them was drawn.
    pub drawn_at: Option<Instant>,
    /// The evaluation; `None` before it begins, and when the rules have none.
    pub evaluation: Option<Evaluation>,
    /// The public sealed sets that exist so far.
    pub sets: BTreeMap<SetId, SealedSet>,
    /// When the opening was complete.
    pub opened_at: Option<Instant>,
    /// The ranking the rules compute, once the opening is complete.
    pub ranking: Option<Ranking>,
    /// Questions, answers and objections.
    pub enquiry: Enquiry,
    /// Candidates proposed.
    pub candidates: Vec<PartyId>,
    /// End of the publication of the candidates.
    pub candidates_until: Option<Instant>,
    /// The winner.
    pub awarded: Option<(PartyId, Money)>,
    /// Suspensions, orders, complaints.
    pub supervision: Supervision,
    /// What happens with and after the award: who left, the contract, the bonds, the archives.
    pub conclusion: Conclusion,
    /// Persons who have acted in it: in its entries, and, from CLOSE on, in what CLOSE disclosed.
    pub acted: BTreeSet<PersonId>,
    /// The stamp of its last entry.
    pub last_at: Instant,
    /// What official records rest on, and which were kept.
    pub records: Records,
}

/// A holder in one procedure.
#[derive(Debug, Clone)]
pub struct HolderKey {
    /// Its name: a witness of the policy.
    pub name: String,
    /// The key the policy pins: it signs epoch statements, custody statements and share releases.
    pub key: PublicKey,
    /// Its age recipient for this procedure alone.
    pub recipient: String,
}

impl Tender {
    /// The share index, from 1, of the holder that signs with this key.
    #[must_use]
    pub fn holder_index(&self, key: &PublicKey) -> Option<u8> {
        let position = self.holders.iter().position(|holder| holder.key == *key)?;
        u8::try_from(position).ok()?.checked_add(1)
    }

    /// The next beat of the sealed class; `None` from the deadline on (journal 5.5). When the deadline has moved it is one of
    /// the new schedule and later than the move: what was given before the move enters no beat that lies before it.
    #[must_use]
    pub fn next_beat(&self) -> Option<Instant> {
        let last = self.beats.last().map_or(self.published, |beat| beat.scheduled);
        let last = self.deadline_moved_at.map_or(last, |moved| moved.max(last));
        self.rules.next_beat_after(self.published, self.deadline, last)
    }

    /// The documents in force, by name.
    #[must_use]
    pub fn documents_in_force(&self) -> BTreeMap<&str, &Document> {
        self.documents.iter().map(|document| (document.name.as_str(), document)).collect()
    }

    /// The holder that keeps second copies.
    #[must_use]
    pub fn custody(&self) -> Option<&HolderKey> {
        self.holders.iter().find(|holder| holder.name == self.rules.custody)
    }

    /// Whether the holders take releases and requests for rescue too (opening 3.4).
    #[must_use]
    pub fn relays(&self) -> bool {
        self.rules.unseal().is_some_and(|unseal| unseal.relays)
    }

    /// From when on the window can be ended: at its end when every holder has said that it has handed in everything, some
    /// time after it when t of them have; `None` as long as fewer have (opening 3.5). At its end where holders hand in
    /// nothing.
    #[must_use]
    pub fn window_ends(&self) -> Option<Instant> {
        let until = self.window_until?;
        if !self.relays() || self.relays_done.len() >= self.holders.len() {
            return Some(until);
        }
        if self.relays_done.len() < usize::from(self.rules.escrow.t) {
            return None;
        }
        let window = self.rules.unseal().map_or(0, |unseal| unseal.window_minutes);
        let wait = self.rules.units().minutes_ms(window).div_euclid(RELAY_WAIT_PART);
        Some(self.moved(until, until.plus_ms(wait)))
    }

    /// From when on everything on the list can be read out; `None` as long as fewer than t holders have answered
    /// (opening 5.1).
    ///
    /// Every coefficient is drawn before. As soon as each envelope has t shares, or so many broken parts that it can never
    /// have them. Otherwise after [`UNSETTLED_WINDOWS`]: a bidder that dealt some parts badly must not wait with one
    /// dead holder and block the rest for ever. Whom that voids, and who answered what, `outcome::unsettled` names.
    #[must_use]
    pub fn reading_due(&self) -> Option<Instant> {
        let until = self.window_until?;
        // Nobody answers for the bids before everything is drawn.
        let until = self.drawn_at.map_or(until, |drawn| until.max(drawn));
        let threshold = usize::from(self.rules.escrow.t);
        if self.to_open.is_empty() {
            return Some(until);
        }
        if self.shares.len() < threshold {
            return None;
        }
        let settled = |position: usize| {
            let found = self.shares_at(position).count();
            let broken = self.shares.len().saturating_sub(found);
            found >= threshold || broken > self.holders.len().saturating_sub(threshold)
        };
        if (0..self.to_open.len()).all(settled) {
            return Some(until);
        }
        let window = self.rules.unseal().map_or(0, |unseal| unseal.window_minutes);
        let wait = self.rules.units().minutes_ms(window.saturating_mul(UNSETTLED_WINDOWS));
        Some(self.moved(until, until.plus_ms(wait)))
    }

    /// The shares found for one position of the list, ascending by holder index.
    pub fn shares_at(&self, position: usize) -> impl Iterator<Item = (u8, ShareValue, Salt)> + '_ {
        self.shares.iter().filter_map(move |(index, answers)| match answers.get(position)?.part {
            Part::Share { share, salt } => Some((*index, share, salt)),
            Part::Broken {} => None,
        })
    }
}

/// Where a procedure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Published; sealed bids are accepted until the deadline.
    Sealing,
    /// Closed; bidders release their keys.
    Window,
    /// The window is over; holders release, the centre opens.
    Opening,
    /// Everything is open; the experts of the committee are drawn.
    Drawing,
    /// The committee evaluates; what it does is veiled.
    Evaluating,
    /// Everything is open; candidates can be proposed.
    Ranking,
    /// Candidates are published.
    Published,
    /// Awarded.
    Awarded,
    /// Ended without an award.
    Failed(Failure),
}

/// Why a procedure ended without an award.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Fewer bids than the law requires.
    TooFewBids,
    /// Cancelled before the deadline.
    Cancelled,
    /// No bid could be opened or ranked.
    NothingOpened,
    /// A draw had no valid contribution.
    NothingDrawn,
    /// Every candidate has given up or is unfit.
    NoCandidate,
    /// Annulled by the supervising authority.
    Annulled,
    /// Ended by the supervising authority, to be tendered again.
    Retender,
    /// The committee rejected every bid.
    AllRejected,
    /// Too few bids were left, and the committee found that competition was lacking.
    CompetitionLacking,
}

/// A stage's name on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// See [`Stage::Sealing`].
    Sealing,
    /// See [`Stage::Window`].
    Window,
    /// See [`Stage::Opening`].
    Opening,
    /// See [`Stage::Drawing`].
    Drawing,
    /// See [`Stage::Evaluating`].
    Evaluating,
    /// See [`Stage::Ranking`].
    Ranking,
    /// See [`Stage::Published`].
    Published,
    /// See [`Stage::Awarded`].
    Awarded,
    /// See [`Stage::Failed`].
    Failed,
}

impl Stage {
    /// Whether it ended without an award.
    #[must_use]
    pub fn is_failed(self) -> bool {
        match self {
            Stage::Failed(_) => true,
            Stage::Sealing
            | Stage::Window
            | Stage::Opening
            | Stage::Drawing
            | Stage::Evaluating
            | Stage::Ranking
            | Stage::Published
            | Stage::Awarded => false,
        }
    }

    /// Why it ended without an award, if it did.
    #[must_use]
    pub fn failure(self) -> Option<Failure> {
        match self {
            Stage::Failed(failure) => Some(failure),
            Stage::Sealing
            | Stage::Window
            | Stage::Opening
            | Stage::Drawing
            | Stage::Evaluating
            | Stage::Ranking
            | Stage::Published
            | Stage::Awarded => None,
        }
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> StageName {
        match self {
            Stage::Sealing => StageName::Sealing,
            Stage::Window => StageName::Window,
            Stage::Opening => StageName::Opening,
            Stage::Drawing => StageName::Drawing,
            Stage::Evaluating => StageName::Evaluating,
            Stage::Ranking => StageName::Ranking,
            Stage::Published => StageName::Published,
            Stage::Awarded => StageName::Awarded,
            Stage::Failed(_) => StageName::Failed,
        }
    }
}

/// One beat in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beat {
    /// The instant the schedule names.
    pub scheduled: Instant,
    /// Its leaf index.
    pub leaf: u64,
    /// Its published root.
    pub root: Hash,
}

/// A release envelope held for the holders.
#[derive(Debug, Clone)]
pub struct Release {
    /// The age file.
    pub envelope: Vec<u8>,
    /// What its header commits to.
    pub header: ReleaseHeader,
    /// The key that signed the release.
    pub key: PublicKey,
}

/// What a bidder submitted under one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// The version.
    pub version: u32,
    /// The key that signed the submission.
    pub key: PublicKey,
    /// The form's envelope.
    pub form: SealedRecord,
    /// The body's envelope.
    pub body: SealedRecord,
    /// Commitments to the form's shares.
    pub escrow: Vec<Hash>,
    /// Salted commitment to the form's plaintext.
    pub plain: Hash,
    /// The beat that holds it.
    pub beat: u32,
}

/// The sealed class of one procedure: everything about bids before CLOSE.
#[derive(Debug, Clone, Default)]
pub struct SealedState {
    /// Each bidder's versions.
    pub histories: BTreeMap<PartyId, BTreeMap<u32, Version>>,
    /// Commitments and header hashes seen, against copies.
    pub seen: BTreeSet<Hash>,
    /// Each party's last application.
    pub applications: BTreeMap<PartyId, Application>,
    /// Operations so far.
    pub operations: u64,
    /// The key with which each person's first accepted operation was signed (journal 7.5).
    pub keys: BTreeMap<PersonId, PublicKey>,
    /// What bidders gave and were refused.
    pub refused: Vec<Refused>,
}

/// Something that a bidder gave and that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Whose.
    pub by: PartyId,
    /// When it was decided.
    pub at: Instant,
    /// The command, by its name.
    pub command: &'static str,
    /// The code of the refusal.
    pub code: &'static str,
    /// Its leaf; none for what was sealed.
    pub leaf: Option<u64>,
}

impl Refused {
    /// What was refused, when it is a bidder's: a bid, what belongs to one, or its key.
    pub(crate) fn of(
        given: &Authenticated,
        at: Instant,
        refusal: &Refusal,
        leaf: Option<u64>,
    ) -> Option<Refused> {
        let command = &given.body.command;
        let is_bidders = matches!(
            command,
            Command::Submit { .. }
                | Command::Withdraw { .. }
                | Command::Apply { .. }
                | Command::WithdrawApplication {}
                | Command::Release { .. }
                | Command::AskRescue { .. }
        );
        let by = given.actor.party.clone().filter(|_| is_bidders)?;
        Some(Refused { by, at, command: command.name(), code: refusal.code(), leaf })
    }
}

/// What stands under one version number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// A bid.
    Bid(Box<Submitted>),
    /// A withdrawal, and the beat that holds it.
    Withdrawal(u32),
    /// Two contents, and what the first was: counts for nothing from the beat that holds the second on.
    Void(Box<Submitted>, u32),
}
