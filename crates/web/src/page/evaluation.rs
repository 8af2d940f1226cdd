//! `/tenders/{id}/evaluation`: the desk of a committee's member. The server renders the steps and the public facts;
//! scripts and the module do the work in the browser. Until the conclusion nothing here depends on what the committee did.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use ximu_basics::{Instant, PartyId, ProcedureId};
use ximu_office::Trouble;
use ximu_procedure::{
    Stage, Tender,
    rules::{Rules, Score},
    wire::{
        command::RecusalGround,
        evaluation::{Conclusion, EvaluationReason, RejectionGround, Stand},
    },
};
use ximu_text::Text;

use super::{built, frame, missing, show};
use crate::{
    reader::Reader,
    site::{Faces, Site},
    view::{
        Frame, Names, plain,
        seats::{self, Alarm, Seats},
        stages,
    },
};

mod texts;

#[derive(Template)]
#[template(path = "evaluation.html")]
struct EvaluationPage {
    p: Frame,
    id: ProcedureId,
    title: String,
    stage: String,
    size: String,
    times: String,
    opened: Option<Instant>,
    /// Whether the committee is at work: then the desk is here.
    is_open: bool,
    /// Whether bidders have ranks; with evaluation and award apart (award 2.6) they have none.
    is_ranked: bool,
    /// Whether members may call scores abnormal (evaluation 6.3).
    has_calls: bool,
    result: Option<Outcome>,
    /// The names of bids that were read out.
    names: Vec<(PartyId, String)>,
    recusals: Vec<(&'static str, String)>,
    rejections: Vec<(&'static str, String)>,
    texts: Vec<(String, String)>,
    /// The match of faces that this centre offers.
    faces: Option<Faces>,
    seats: Seats,
    alarms: Vec<Alarm>,
}

/// What followed, once it is public.
struct Outcome {
    lines: Vec<Line>,
    rejected: Vec<(String, String)>,
    report: String,
    stands: String,
}

struct Line {
    rank: u32,
    name: String,
    criteria_score: String,
    price_score: String,
    total: String,
}

/// `GET /tenders/{id}/evaluation`.
pub async fn handle(State(site): State<Site>, reader: Reader, Path(id): Path<String>) -> Response {
    built(site, reader, move |site, reader| {
        Ok(match id.parse::<ProcedureId>() {
            Ok(id) => page(site, reader, id)?,
            Err(_) => missing::page(site, reader),
        })
    })
    .await
}

fn page(site: &Site, reader: Reader, id: ProcedureId) -> Result<Response, Trouble> {
    let t = reader.t;
    let world = site.host.view().world.clone();
    let tender = world.tenders.get(&id);
    let Some((tender, score)) = tender.and_then(|tender| Some((tender, tender.rules.score()?))) else {
        return Ok(missing::page(site, reader));
    };
    let names = Names::new(&*site.host);
    let concluded = tender.evaluation.as_ref().and_then(|evaluation| evaluation.concluded.as_ref());
    let rejections = RejectionGround::ALL.map(|ground| rejection(t, ground)).to_vec();
    let seats = site.story(&id)?.map(|story| seats::seats(t, &story)).unwrap_or_default();
    let page = EvaluationPage {
        faces: site.faces.clone(),
        alarms: seats.alarms.clone(),
        seats,
        title: t.pick(&tender.rules.title.zh, &tender.rules.title.en).to_string(),
        stage: stage(t, tender),
        size: size(t, tender),
        times: times(t, &tender.rules, score),
        opened: tender.opened_at,
        is_open: tender.is_sitting(),
        is_ranked: !tender.rules.is_separated(),
        has_calls: score.abnormal.is_some(),
        result: concluded.map(|concluded| outcome(t, &names, &concluded.conclusion)),
        names: tender.opened.keys().map(|party| (party.clone(), names.of(party))).collect(),
        recusals: recusals(t),
        texts: texts::all(t, &rejections),
        rejections,
        p: frame(site, reader, t.eval_title()),
        id,
    };
    Ok(show(StatusCode::OK, &page))
}

/// Where it stands, in words that say nothing of what the committee did.
fn stage(t: Text, tender: &Tender) -> String {
    let begun = tender.evaluation.is_some();
    match tender.stage {
        Stage::Sealing | Stage::Window | Stage::Opening => t.eval_stage_before(),
        Stage::Evaluating if tender.is_recheck() => t.eval_stage_recheck(),
        Stage::Drawing if begun => t.eval_stage_drawing(),
        Stage::Drawing => t.eval_stage_before(),
        Stage::Evaluating => t.eval_stage_open(),
        Stage::Ranking | Stage::Published | Stage::Awarded => t.eval_stage_over(),
        Stage::Failed(_) => t.eval_stage_failed(),
    }
}

fn size(t: Text, tender: &Tender) -> String {
    let delegates = tender.rules.draw().map_or(0, |draw| u64::from(draw.delegates));
    t.eval_size_of(tender.committee_full(), delegates)
}

fn times(t: Text, rules: &Rules, score: &Score) -> String {
    let span = |minutes: i64| stages::span(t, rules, minutes);
    t.eval_times_of(span(score.review_minutes), span(score.sheet_minutes), span(score.sign_minutes))
}

fn outcome(t: Text, names: &Names<'_>, conclusion: &Conclusion) -> Outcome {
    let lines = conclusion.lines.iter().map(|line| Line {
        rank: line.rank,
        name: names.of(&line.bidder),
        criteria_score: line.criteria_score.to_string(),
        price_score: line.price_score.to_string(),
        total: line.total.to_string(),
    });
    let rejected = conclusion.rejected.iter().map(|one| {
        let reason = match one.reason {
            EvaluationReason::Vote { ground } => t.eval_reason_vote(rejection(t, ground).1),
            EvaluationReason::BelowPass {} => t.eval_reason_pass(),
            EvaluationReason::NoPriceScore {} => t.eval_reason_price(),
            EvaluationReason::Left { reason } => plain::rejected(t, reason),
        };
        (names.of(&one.bidder), reason)
    });
    let count = |stand: Stand| conclusion.members.iter().filter(|member| member.stand == stand).count();
    Outcome {
        lines: lines.collect(),
        rejected: rejected.collect(),
        report: conclusion.report.to_string(),
        stands: t.eval_stands_of(count(Stand::Deemed), count(Stand::Dissented), count(Stand::Signed)),
    }
}

/// The grounds on which a member must withdraw, as they stand on the wire and in words.
fn recusals(t: Text) -> Vec<(&'static str, String)> {
    let all = [
        RecusalGround::Employment,
        RecusalGround::Kin,
        RecusalGround::Interest,
        RecusalGround::Authority,
        RecusalGround::Barred,
    ];
    all.map(|ground| match ground {
        RecusalGround::Employment => ("employment", t.eval_ground_employment()),
        RecusalGround::Kin => ("kin", t.eval_ground_kin()),
        RecusalGround::Interest => ("interest", t.eval_ground_interest()),
        RecusalGround::Authority => ("authority", t.eval_ground_authority()),
        RecusalGround::Barred => ("barred", t.eval_ground_barred()),
    })
    .to_vec()
}

/// A ground to reject a bid, as it stands on the wire and in words.
fn rejection(t: Text, ground: RejectionGround) -> (&'static str, String) {
    match ground {
        RejectionGround::Unsigned => ("unsigned", t.exclusion_unsigned()),
        RejectionGround::NoConsortiumAgreement => ("no_consortium_agreement", t.exclusion_no_agreement()),
        RejectionGround::Unqualified => ("unqualified", t.exclusion_unqualified()),
        RejectionGround::TwoBids => ("two_bids", t.exclusion_two_bids()),
        RejectionGround::Price => ("price", t.exclusion_price()),
        RejectionGround::Unresponsive => ("unresponsive", t.exclusion_unresponsive()),
        RejectionGround::Offence => ("offence", t.exclusion_collusion()),
    }
}
