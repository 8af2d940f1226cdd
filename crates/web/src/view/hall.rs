//! The opening hall: the table of the opening list at any moment of it.

use std::collections::BTreeMap;

use ximu_basics::{Instant, PartyId, ProcedureId, words};
use ximu_procedure::{
    Stage,
    rules::EscrowOpens,
    wire::Form,
    wire::command::Subject,
    wire::event::{BondState, OpenedBid},
};
use ximu_text::Text;

use super::{
    Column, Names, Status,
    after::{self, Item},
    beats::{self, Beats},
    draws::{self, Draws},
    enquiry::{self, Objection},
    plain::{self, Cell},
    stages::{self, Step},
    status::Mood,
    timeline,
};
use crate::{
    host::Host,
    scene::{Fate, Scene, Seat},
    story::Story,
};

/// The lines of the hall's own account that fit beside the table.
const LINES_SHOWN: usize = 5;

/// The hall after one entry.
#[derive(Debug, Clone)]
pub struct Hall {
    /// The procedure.
    pub id: ProcedureId,
    /// The last entry in it.
    pub number: u32,
    /// The newest entry there is.
    pub newest: u32,
    /// Where the procedure stands.
    pub stage: Status,
    /// The stage bar.
    pub steps: Vec<Step>,
    /// Whether this is the present, and not a moment of the past.
    pub live: bool,
    /// Whether the procedure has ended: what can still follow, such as the contract, is no opening any more.
    pub is_over: bool,
    /// What ends next and when; `None` when nothing does.
    pub clock: Option<(String, Instant)>,
    /// One sentence for everybody: what happens now and what comes next.
    pub notice: String,
    /// The columns of the reading; empty before it.
    pub columns: Vec<Column>,
    /// Whether there are scores: each row then says what came of it.
    pub is_scored: bool,
    /// Whether bids have ranks; not where evaluation and award are apart (award 2.6).
    pub is_ranked: bool,
    /// What prices were measured against; `None` before there is a score, and where no bid entered.
    pub base: Option<String>,
    /// The opening list: by rank once there is one, before that in the list's own order; `None` before CLOSE.
    pub rows: Option<Vec<Row>>,
    /// What is to be seen before CLOSE instead of it; `None` from then on.
    pub beats: Option<Beats>,
    /// Holders and whether each has released its shares; empty before the window is over.
    pub holders: Vec<(String, Status)>,
    /// Coefficients and experts drawn so far.
    pub draws: Draws,
    /// Objections so far, the newest first.
    pub objections: Vec<Objection>,
    /// Complaints and orders so far, the newest first.
    pub supervision: Vec<Item>,
    /// The newest lines of the account.
    pub lines: Vec<Told>,
}

/// One line of the account: an entry, or the beats between two entries.
#[derive(Debug, Clone)]
pub struct Told {
    /// When; of several beats the newest.
    pub at: Instant,
    /// Where in the log.
    pub place: String,
    /// Where its proof is, and what a link to it is called; an entry's alone.
    pub proof: Option<(String, String)>,
    /// What happened.
    pub sentence: String,
}

/// One bid on the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its place on the list, from 1.
    pub place: usize,
    /// The bidder's id.
    pub party: PartyId,
    /// The bidder's name.
    pub name: String,
    /// The version that counts.
    pub version: u32,
    /// When it signed in.
    pub signed_in: Option<String>,
    /// When it released its key or asked for rescue.
    pub acted: Option<String>,
    /// Its rank; none without one, and where evaluation and award are apart (award 2.6).
    pub rank: Option<u32>,
    /// Its score, as the method or the committee gave it; none without one.
    pub score: Option<String>,
    /// Whether it is a candidate, or has won.
    pub result: Option<Status>,
    /// What state it is in.
    pub status: Status,
    /// The cells of the reading, one for each column; empty before it.
    pub cells: Vec<String>,
    /// Remarks.
    pub remarks: Vec<String>,
}

impl Hall {
    /// The hall after entry `upto`, or now; `None` before publication.
    #[must_use]
    pub fn build(
        t: Text,
        host: &dyn Host,
        id: &ProcedureId,
        story: &Story,
        upto: Option<u32>,
    ) -> Option<Hall> {
        let scene = Scene::of(story, upto)?;
        let names = Names::new(host);
        let read = scene.opened.is_some();
        let columns = match scene.rules.unseal() {
            Some(unseal) if read => Column::of(t, &unseal.read_out),
            Some(_) | None => Vec::new(),
        };
        let forms = if read { forms(host, id, &scene) } else { BTreeMap::new() };
        let rows = scene.is_closed().then(|| rows(t, &scene, &names, &columns, &forms));
        let suspended_until = match upto {
            Some(_) => scene.suspended_until(scene.at),
            None => scene.suspended_until(host.now()),
        };
        let beats = rows.is_none().then(|| Beats::of(host, id, story, upto));
        Some(Hall {
            id: id.clone(),
            number: scene.number,
            newest: story.last()?,
            stage: plain::standing(t, scene.stage, suspended_until),
            steps: stages::steps(t, &scene, suspended_until),
            live: upto.is_none(),
            is_over: scene.stage == Stage::Awarded || scene.stage.is_failed(),
            clock: clock(t, &scene, suspended_until),
            notice: notice(t, &scene, suspended_until, &names),
            columns,
            is_scored: scene.ranking.is_some(),
            is_ranked: scene.ranking.is_some() && !scene.rules.is_separated(),
            base: scene.ranking.as_ref().and_then(|ranking| ranking.base).map(|base| t.money(base)),
            rows,
            beats,
            holders: holders(t, &scene),
            draws: draws::draws(t, story, &scene),
            objections: enquiry::objections(t, story, &names, Some(scene.number)),
            supervision: after::supervision(t, story, &names, Some(scene.number)),
            lines: account(t, host, id, story, &names, upto),
        })
    }

    /// How many bids are on the list.
    #[must_use]
    pub fn listed(&self) -> usize {
        self.rows.as_ref().map_or(0, Vec::len)
    }

    /// Whether the reading is shown.
    #[must_use]
    pub fn is_read(&self) -> bool {
        !self.columns.is_empty()
    }

    /// The entry before the one shown.
    #[must_use]
    pub const fn before(&self) -> Option<u32> {
        self.number.checked_sub(1)
    }

    /// The entry after the one shown.
    #[must_use]
    pub fn after(&self) -> Option<u32> {
        (self.number < self.newest).then_some(self.number.saturating_add(1))
    }
}

/// The newest lines up to an entry, the newest first. Beats with no entry among them are one line.
fn account(
    t: Text,
    host: &dyn Host,
    id: &ProcedureId,
    story: &Story,
    names: &Names<'_>,
    upto: Option<u32>,
) -> Vec<Told> {
    let view = host.view();
    let mut beats = view.world.tenders.get(id).map_or(&[][..], |tender| beats::until(tender, story, upto));
    let mut lines = Vec::new();
    let facts = story.facts.iter().rev().filter(|fact| upto.is_none_or(|last| fact.number <= last));
    for fact in facts.take(LINES_SHOWN) {
        let (before, after) = beats.split_at(beats.partition_point(|beat| beat.leaf < fact.leaf));
        if let (Some(first), Some(last)) = (after.first(), after.last()) {
            let place = if after.len() > 1 { t.leaves(first.leaf, last.leaf) } else { t.leaf(last.leaf) };
            lines.push(Told { at: last.scheduled, place, proof: None, sentence: t.fact_beats(after.len()) });
        }
        beats = before;
        let line = timeline::line(t, story, fact, names);
        let leaf = line.proof.leaf;
        lines.push(Told {
            at: line.proof.at,
            place: t.leaf(leaf),
            proof: Some((line.proof.href, t.proof_of(leaf))),
            sentence: line.sentence,
        });
    }
    lines.truncate(LINES_SHOWN);
    lines
}

fn clock(t: Text, scene: &Scene, suspended_until: Option<Instant>) -> Option<(String, Instant)> {
    if let Some(until) = suspended_until {
        return Some((t.hall_clock_suspended(), until));
    }
    match scene.stage {
        Stage::Sealing => Some((t.hall_clock_deadline(), scene.deadline)),
        Stage::Window => Some((t.hall_clock_window(), scene.window_until?)),
        // The clock stands still.
        Stage::Published if scene.waits(Subject::Candidates) => None,
        Stage::Published => Some((t.hall_clock_publication(), scene.candidates.as_ref()?.1)),
        Stage::Opening
        | Stage::Drawing
        | Stage::Evaluating
        | Stage::Ranking
        | Stage::Awarded
        | Stage::Failed(_) => None,
    }
}

fn notice(t: Text, scene: &Scene, suspended_until: Option<Instant>, names: &Names<'_>) -> String {
    if let Some(until) = suspended_until {
        return t.hall_notice_ordered(t.instant(until));
    }
    match scene.stage {
        Stage::Sealing if scene.waits(Subject::Documents) => t.hall_notice_suspended(),
        Stage::Sealing => t.hall_notice_sealing(),
        Stage::Window => match scene.rules.escrow.opens {
            EscrowOpens::All => t.hall_notice_window_all(),
            EscrowOpens::WhoAsked => t.hall_notice_window_asked(),
            EscrowOpens::None => t.hall_notice_window_none(),
        },
        Stage::Opening => t.hall_notice_opening(scene.rules.escrow.t, scene.holders.len()),
        Stage::Drawing => t.hall_notice_drawing(),
        Stage::Evaluating if scene.conclusion.is_some() => t.hall_notice_recheck(),
        Stage::Evaluating => t.hall_notice_evaluating(),
        Stage::Ranking => t.hall_notice_ranking(),
        Stage::Published if scene.waits(Subject::Candidates) => t.hall_notice_paused(),
        Stage::Published => t.hall_notice_published(),
        Stage::Awarded => scene.awarded.as_ref().map_or_else(String::new, |(winner, price, _)| {
            t.hall_notice_awarded(names.of(winner), t.money(*price))
        }),
        Stage::Failed(_) => t.hall_notice_failed(),
    }
}

/// The forms of the bids that were read out.
#[must_use]
pub fn forms(host: &dyn Host, id: &ProcedureId, scene: &Scene) -> BTreeMap<PartyId, Form> {
    let forms = scene.read_out().filter_map(|bid| Some((bid.bidder.clone(), host.form(id, &bid.bidder)?)));
    forms.collect()
}

/// What phase Enter left to say about a listed bid; from CLOSE on (enter 6).
#[must_use]
pub fn entry_remarks(t: Text, seat: &Seat) -> Vec<String> {
    let bond = seat.line.bond.and_then(|bond| match bond {
        BondState::Missing => Some(t.remark_bond_missing()),
        BondState::Ok => None,
    });
    bond.into_iter().chain(seat.line.twice.then(|| t.reject_member_twice())).collect()
}

fn rows(
    t: Text,
    scene: &Scene,
    names: &Names<'_>,
    columns: &[Column],
    forms: &BTreeMap<PartyId, Form>,
) -> Vec<Row> {
    let rows = scene.seats.iter().enumerate().map(|(index, (party, seat))| {
        let (status, cells, mut remarks) = match &seat.fate {
            Fate::Opened(bid) => {
                let status = Status::new(Mood::Good, plain::route(t, bid.route));
                (status, cells(t, columns, bid, forms.get(party)), remarks(t, bid))
            }
            Fate::Waiting | Fate::ToOpen(_) | Fate::StaysClosed(_) | Fate::Voided(_) => {
                (status(t, seat), Vec::new(), Vec::new())
            }
        };
        remarks.extend(entry_remarks(t, seat));
        remarks.extend(seat.relayed.as_ref().map(|holder| t.seat_relayed(holder)));
        let without_score = scene.ranking.iter().flat_map(|ranking| &ranking.rejected);
        let rejected =
            without_score.filter(|bid| bid.party == *party).map(|bid| plain::rejected(t, bid.reason));
        for reason in rejected {
            if !remarks.contains(&reason) {
                remarks.push(reason);
            }
        }
        Row {
            place: index + 1,
            party: party.clone(),
            name: names.of(party),
            version: seat.line.version,
            signed_in: seat.signed_in.map(|at| t.clock(at)),
            acted: seat.released.or(seat.rescue).map(|at| t.clock(at)),
            rank: rank(scene, party),
            score: score(scene, party),
            result: result(t, scene, party),
            status,
            cells,
            remarks,
        }
    });
    let mut rows: Vec<Row> = rows.collect();
    // Stable: who has no rank stands below, in the order of the list.
    rows.sort_by_key(|row| row.rank.unwrap_or(u32::MAX));
    rows
}

fn score(scene: &Scene, party: &PartyId) -> Option<String> {
    let line = scene.ranking.as_ref()?.lines.iter().find(|line| line.party == *party)?;
    Some(line.score.to_string())
}

fn rank(scene: &Scene, party: &PartyId) -> Option<u32> {
    let ranking = scene.ranking.as_ref().filter(|_| !scene.rules.is_separated())?;
    ranking.lines.iter().find(|line| line.party == *party).map(|line| line.rank)
}

/// Whether a bidder has won or is a candidate: who has left since is neither.
fn result(t: Text, scene: &Scene, party: &PartyId) -> Option<Status> {
    if scene.awarded.as_ref().is_some_and(|(winner, _, _)| winner == party) {
        return Some(Status::new(Mood::Good, t.seat_winner()));
    }
    let (candidates, _) = scene.candidates.as_ref()?;
    let is_candidate = candidates.contains(party) && !scene.struck.contains_key(party);
    is_candidate.then(|| Status::new(Mood::Now, t.seat_candidate()))
}

fn status(t: Text, seat: &Seat) -> Status {
    match &seat.fate {
        Fate::Waiting if seat.released.is_some() => Status::new(Mood::Good, t.seat_released()),
        Fate::Waiting if seat.rescue.is_some() => Status::new(Mood::Warn, t.seat_rescue_asked()),
        Fate::Waiting => Status::new(Mood::Quiet, t.seat_waiting()),
        Fate::ToOpen(route) => Status::new(Mood::Now, t.seat_to_open(plain::route(t, *route))),
        Fate::StaysClosed(fault) => Status::new(Mood::Bad, plain::fault(t, *fault)),
        Fate::Opened(bid) => Status::new(Mood::Good, plain::route(t, bid.route)),
        Fate::Voided(reason) => Status::new(Mood::Bad, t.seat_voided(plain::void(t, *reason))),
    }
}

/// The cells of a bid that was read out. What only the form says is a dash when the form cannot be read here.
#[must_use]
pub fn cells(t: Text, columns: &[Column], bid: &OpenedBid, form: Option<&Form>) -> Vec<String> {
    let missing = || "—".to_string();
    let cell = |column: &Column| match column.cell {
        Cell::Price => t.money(bid.price),
        Cell::Words => form.map_or_else(|| words::spell(bid.price), |form| form.price_words.clone()),
        Cell::Bond => form.map_or_else(missing, |form| t.money(form.bond)),
        Cell::Quality => form.map_or_else(missing, |form| form.quality.clone()),
        Cell::Duration => form.map_or_else(missing, |form| t.unit_days(form.duration_days)),
        Cell::Manager => form.map_or_else(missing, |form| form.manager.clone()),
    };
    columns.iter().map(cell).collect()
}

/// The remarks at the reading of a bid.
#[must_use]
pub fn remarks(t: Text, bid: &OpenedBid) -> Vec<String> {
    bid.flags.iter().map(|flag| plain::flag(t, *flag)).collect()
}

fn holders(t: Text, scene: &Scene) -> Vec<(String, Status)> {
    if scene.window_ended.is_none() {
        return Vec::new();
    }
    let holders = scene.rules.escrow.holders.iter().map(|name| {
        let released = scene.holders.iter().find(|(holder, _)| holder == name);
        let status = match (released, scene.opened) {
            (Some(_), _) => Status::new(Mood::Good, t.holder_released()),
            (None, Some(_)) => Status::new(Mood::Quiet, t.holder_not_needed()),
            (None, None) => Status::new(Mood::Quiet, t.holder_waited_for()),
        };
        (name.clone(), status)
    });
    holders.collect()
}
