//! `/tenders/{id}`: stages with their clocks and articles, documents, the rules in plain words, who protects it.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_office::Trouble;
use ximu_procedure::Stage;

use super::{about_tender, frame, missing, show};
use crate::{
    reader::Reader,
    scene::Scene,
    site::Site,
    story::Story,
    view::{
        Frame, Names, Status,
        after::{self, Item},
        enquiry::{self, Objection, Question},
        plain,
        rules::{self, LegalRow, Part},
        stages::{self, Step},
        timeline::{self, Line},
    },
};

/// The newest entries shown; the record shows all.
const LINES_MAX: usize = 12;

#[derive(Template)]
#[template(path = "tender.html")]
struct TenderPage {
    p: Frame,
    ocid: String,
    id: ProcedureId,
    scene: Scene,
    status: Status,
    tenderer: String,
    lot: String,
    ceiling: String,
    estimate: String,
    genesis: Hash,
    rules_hash: Option<Hash>,
    steps: Vec<Step>,
    documents: Vec<enquiry::File>,
    questions: Vec<Question>,
    objections: Vec<Objection>,
    objections_until: Option<Instant>,
    supervision: Vec<Item>,
    questions_until: Option<Instant>,
    holders: Vec<Holder>,
    parts: Vec<Part>,
    legal: Vec<LegalRow>,
    lines: Vec<Line>,
    /// Whether a bidder still has something to do: until the deadline, and in the window.
    is_bidding: bool,
}

struct Holder {
    name: String,
    is_custody: bool,
}

/// `GET /tenders/{id}`.
pub async fn handle(State(site): State<Site>, reader: Reader, Path(id): Path<String>) -> Response {
    about_tender(site, reader, id, page).await
}

fn page(site: &Site, reader: Reader, id: ProcedureId, story: &Story) -> Result<Response, Trouble> {
    let t = reader.t;
    let world = site.host.view().world.clone();
    let (Some(scene), Some(tender)) = (Scene::of(story, None), world.tenders.get(&id)) else {
        return Ok(missing::page(site, reader));
    };
    let names = Names::new(&*site.host);
    let suspended_until = scene.suspended_until(site.host.now());
    let title = t.pick(&scene.rules.title.zh, &scene.rules.title.en).to_string();
    let lot = scene.rules.lot();
    let custody = scene.rules.custody.clone();
    let holders = scene
        .rules
        .escrow
        .holders
        .iter()
        .map(|name| Holder { name: name.clone(), is_custody: *name == custody });
    let mut lines = timeline::lines(t, story, &names, None);
    lines.truncate(LINES_MAX);
    let page = TenderPage {
        ocid: site.host.centre().ocds.ocid(&id),
        status: plain::standing(t, scene.stage, suspended_until),
        tenderer: names.of(&scene.rules.tenderer),
        lot: lot.map_or_else(String::new, |lot| t.pick(&lot.title.zh, &lot.title.en).to_string()),
        ceiling: lot.map_or_else(String::new, |lot| t.money(lot.ceiling)),
        estimate: lot.map_or_else(String::new, |lot| t.money(lot.estimate)),
        genesis: tender.genesis,
        rules_hash: scene.rules.hash().ok(),
        steps: stages::steps(t, &scene, suspended_until),
        documents: enquiry::files(&id, tender),
        questions: enquiry::questions(t, &id, story),
        questions_until: tender.questions_until(),
        objections: enquiry::objections(t, story, &names, None),
        objections_until: tender.objections_until(),
        supervision: after::supervision(t, story, &names, None),
        holders: holders.collect(),
        parts: rules::parts(t, &scene),
        legal: rules::legal(t, &scene),
        lines,
        is_bidding: matches!(scene.stage, Stage::Sealing | Stage::Window),
        p: frame(site, reader, title),
        id,
        scene,
    };
    Ok(show(StatusCode::OK, &page))
}
