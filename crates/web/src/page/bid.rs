//! `/tenders/{id}/bid`: the desk of a bidder. The server renders the steps; scripts and the sealing module do the work
//! in the browser. What stands here depends on the public state of the tender alone, never on bids.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_office::Trouble;
use ximu_procedure::{Stage, Tender, rules::EscrowOpens};
use ximu_text::Text;

use super::{
    built, frame, missing, show,
    walk::{self, Texts},
};
use crate::{
    reader::Reader,
    site::Site,
    view::{Frame, opens},
};

#[derive(Template)]
#[template(path = "bid.html")]
struct BidPage {
    p: Frame,
    id: ProcedureId,
    title: String,
    deadline: Instant,
    /// As a number, for the script's comparison.
    ceiling: String,
    ceiling_shown: String,
    genesis: Hash,
    /// Who opens the form.
    opens: String,
    /// Who opens the documents.
    body: String,
    rescue: bool,
    relays: bool,
    /// The criteria of the evaluation, with their titles: where the rules have them, a bid may say where it answers them.
    criteria: Vec<(String, String)>,
    /// Whether a bidder still has something to do; otherwise the page says that bidding is over.
    is_bidding: bool,
    texts: Texts,
}

/// `GET /tenders/{id}/bid`.
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
    let Some(tender) = world.tenders.get(&id) else { return Ok(missing::page(site, reader)) };
    let lot = tender.rules.lot();
    let page = BidPage {
        title: t.pick(&tender.rules.title.zh, &tender.rules.title.en).to_string(),
        deadline: tender.deadline,
        ceiling: lot.map_or_else(String::new, |lot| lot.ceiling.amount().to_string()),
        ceiling_shown: lot.map_or_else(String::new, |lot| t.money(lot.ceiling)),
        genesis: tender.genesis,
        opens: opens::form(t, &tender.rules),
        body: opens::body(t, &tender.rules),
        rescue: tender.rules.escrow.opens == EscrowOpens::WhoAsked,
        relays: tender.relays(),
        criteria: criteria(t, tender),
        is_bidding: matches!(tender.stage, Stage::Sealing | Stage::Window),
        texts: texts(t),
        p: frame(site, reader, t.bid_title()),
        id,
    };
    Ok(show(StatusCode::OK, &page))
}

/// Where the committee reads documents, what it scores.
fn criteria(t: Text, tender: &Tender) -> Vec<(String, String)> {
    let score = tender.rules.score().filter(|score| score.papers);
    let criteria = score.map_or(&[][..], |score| &score.criteria);
    criteria
        .iter()
        .map(|one| (one.id.to_string(), t.pick(&one.title.zh, &one.title.en).to_string()))
        .collect()
}

/// What the script says, with the places it fills in braces.
fn texts(t: Text) -> Texts {
    let log = vec![("log-ok", t.bid_log_ok("{holders}", "{needed}", "{size}"))];
    [walk::steps(t), log, walk::key(t), own(t), walk::faults(t)].concat()
}

fn own(t: Text) -> Texts {
    vec![
        ("register-known", t.bid_register_known("{party}")),
        ("register-waiting", t.bid_register_waiting("{party}")),
        ("register-unknown", t.bid_register_unknown()),
        ("register-retired", t.bid_register_retired()),
        ("item", t.bid_form_item()),
        ("unit", t.bid_form_unit()),
        ("quantity", t.bid_form_quantity()),
        ("unit_price", t.bid_form_unit_price()),
        ("total", t.bid_form_total()),
        ("remove-line", t.bid_form_remove("{number}")),
        ("imported", t.bid_form_imported("{count}")),
        ("above", t.bid_form_above("{ceiling}")),
        ("need", t.bid_need("{field}")),
        ("need-step", t.bid_need_step("{field}", "{number}")),
        ("need-amount", t.bid_need_amount("{field}")),
        ("need-number", t.bid_need_number("{field}")),
        ("need-days", t.bid_need_days("{field}")),
        ("need-files", t.bid_need_files()),
        ("need-page", t.bid_need_page()),
        ("index-whole", t.bid_index_whole("{file}", "{title}")),
        ("index-page", t.bid_index_place("{file}", "{page}", "{title}")),
        ("files-none", t.bid_files_none()),
        ("remove-file", t.bid_files_remove("{name}")),
        ("files-double", t.bid_files_double("{name}")),
        ("files-large", t.bid_files_large("{bytes}", "{max}")),
        ("stage-hash", t.bid_seal_hash("{percent}")),
        ("stage-seal", t.bid_seal_seal("{percent}")),
        ("stage-check", t.bid_seal_check("{percent}")),
        ("rehearsed", t.bid_seal_rehearsed("{bidder}", "{days}", "{price}", "{words}")),
        ("saved", t.bid_saved()),
        ("upload", t.bid_submit_upload("{percent}")),
        ("retry", t.bid_submit_retry("{number}", "{seconds}")),
        ("sign", t.bid_submit_sign()),
        ("acknowledged", t.bid_acknowledged("{time}")),
        ("waits-beat", t.bid_waits_beat("{time}")),
        ("waits-close", t.bid_waits_close()),
        ("waits-cosignatures", t.bid_waits_cosignatures()),
        ("receipted", t.bid_receipted("{time}")),
        ("receipted-late", t.bid_receipted_late("{deadline}", "{time}")),
        ("refused", t.bid_refused("{code}", "{detail}")),
        ("loaded", t.bid_change_loaded("{version}")),
        ("unanswered", t.bid_change_unanswered()),
        ("submitted-here", t.bid_change_submitted_here("{version}")),
        ("changed-here", t.bid_change_changed_here("{version}")),
        ("replace-lead", t.bid_change_replace_lead("{version}")),
        ("withdrawn", t.bid_change_withdrawn()),
        ("submit-start", t.bid_submit_start()),
        ("submit-again", t.bid_submit_again()),
        ("clock-window", t.bid_clock_window()),
        ("clock-over", t.bid_clock_over()),
        ("open-before", t.bid_open_before("{time}")),
        ("open-window", t.bid_open_window("{time}")),
        ("open-over", t.bid_open_over()),
        ("released", t.bid_open_released()),
        ("rescue-asked", t.bid_open_rescue_asked()),
    ]
}
