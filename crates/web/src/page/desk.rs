//! `/tenders/{id}/desk` and `/desk`: one page on which every command is signed (desk). The server renders the steps and
//! the words; the module in the browser follows the log, makes the form, signs. What stands here depends on public
//! entries alone, and is the same for whoever opens it.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use ximu_basics::{PartyId, ProcedureId};
use ximu_bidder::desk::{
    Elsewhere, Kind, Place,
    offers::WORDS,
    table::{EVENTS, ROLES, TABLE},
};
use ximu_office::Trouble;
use ximu_procedure::{Tender, World, actor::REGISTRY};
use ximu_text::Text;

use super::{
    built, frame, missing, show,
    walk::{self, Texts},
};
use crate::{
    codes::{REFUSALS, REJECTIONS},
    reader::Reader,
    site::Site,
    story::Story,
    view::{
        Frame, Names,
        seats::{self, Alarm},
    },
};

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    p: Frame,
    id: ProcedureId,
    tender: Option<String>,
    record: Option<String>,
    texts: Vec<(String, String)>,
    /// Who tried to sit twice: the witness officer looks.
    alarms: Vec<Alarm>,
}

/// `GET /tenders/{id}/desk`.
pub async fn handle(State(site): State<Site>, reader: Reader, Path(id): Path<String>) -> Response {
    built(site, reader, move |site, reader| match id.parse::<ProcedureId>() {
        Ok(id) => of_tender(site, reader, id),
        Err(_) => Ok(missing::page(site, reader)),
    })
    .await
}

/// `GET /desk`: the register's.
pub async fn of_register(State(site): State<Site>, reader: Reader) -> Response {
    built(site, reader, move |site, reader| {
        let t = reader.t;
        let Ok(id) = REGISTRY.parse::<ProcedureId>() else { return Ok(missing::page(site, reader)) };
        let world = site.host.view().world.clone();
        // Parties whose names some tender has made public (journal 7.2); nobody else's.
        let mut named: BTreeSet<PartyId> = BTreeSet::new();
        for (id, tender) in &world.tenders {
            named.extend(disclosed(&world, tender, site.story(id)?.as_deref()));
        }
        let names = Names::new(&*site.host);
        let mut texts = texts(t);
        texts.extend(
            named
                .into_iter()
                .filter_map(|party| names.disclosed(&party).map(|name| (format!("name-{party}"), name))),
        );
        let p = frame(site, reader, t.desk_register_title());
        let page = DeskPage { p, id, tender: None, record: None, texts, alarms: Vec::new() };
        Ok(show(StatusCode::OK, &page))
    })
    .await
}

fn of_tender(site: &Site, reader: Reader, id: ProcedureId) -> Result<Response, Trouble> {
    let t = reader.t;
    let world = site.host.view().world.clone();
    let Some(tender) = world.tenders.get(&id) else { return Ok(missing::page(site, reader)) };
    let mut texts = texts(t);
    let names = Names::new(&*site.host);
    let story = site.story(&id)?;
    let named = disclosed(&world, tender, story.as_deref()).into_iter();
    texts.extend(
        named.filter_map(|party| names.disclosed(&party).map(|name| (format!("name-{party}"), name))),
    );
    let alarms = story.map(|story| seats::alarms(t, &story)).unwrap_or_default();
    let title = t.desk_title_of(t.pick(&tender.rules.title.zh, &tender.rules.title.en));
    let p = frame(site, reader, title);
    let (record, overview) = (Some(p.record(&id)), Some(p.tender(&id)));
    Ok(show(StatusCode::OK, &DeskPage { p, id, tender: overview, record, texts, alarms }))
}

/// Parties whose names everybody may read: the tenderer, from CLOSE on the bidders on the list, and whoever an accepted public
/// entry is from, as the hall says it.
fn disclosed(world: &World, tender: &Tender, story: Option<&Story>) -> BTreeSet<PartyId> {
    let listed = tender.list.iter().map(|line| &line.bidder);
    let accepted = story.into_iter().flat_map(|story| &story.facts).filter(|fact| fact.refusal().is_none());
    let authors = accepted.filter_map(|fact| Some(&world.registry.persons.get(&fact.actor)?.party));
    core::iter::once(&tender.rules.tenderer).chain(listed).chain(authors).cloned().collect()
}

/// What the script says, with the places it fills in braces.
fn texts(t: Text) -> Vec<(String, String)> {
    let said = [walk::steps(t), walk::key(t), walk::faults(t), said(t)].concat();
    let mut texts: Vec<(String, String)> =
        said.into_iter().map(|(name, text)| (name.to_string(), text)).collect();
    texts.extend(named().into_iter().filter_map(|name| {
        let text = t.named(&name)?;
        let short = name.strip_prefix("desk-").unwrap_or(&name).to_string();
        Some((short, text))
    }));
    texts
}

fn said(t: Text) -> Texts {
    vec![
        ("stage-failed", t.desk_stage_failed()),
        ("log", t.desk_log("{size}")),
        ("stage", t.desk_stage("{stage}")),
        ("suspended", t.desk_suspended("{time}")),
        ("who-party", t.desk_who_party("{party}", "{roles}")),
        ("who-waiting", t.desk_who_waiting("{party}")),
        ("law", t.desk_law("{number}")),
        ("regulation", t.desk_regulation("{number}")),
        ("spec", t.desk_spec("{section}")),
        ("now", t.desk_now("{time}")),
        ("foreseen-refused", t.desk_foreseen_refused("{detail}")),
        ("advice", t.desk_do("{advice}")),
        ("accepted", t.desk_accepted("{time}")),
        ("entry", t.desk_entry("{number}")),
        ("refused", t.desk_refused("{code}", "{detail}")),
        ("apply-line", t.desk_apply_line("{number}", "{party}", "{state}")),
        ("fault-need", t.desk_fault_need("{field}")),
        ("fault-long", t.desk_fault_long("{field}")),
        ("fault-text", t.desk_fault_text("{field}")),
        ("fault-number", t.desk_fault_number("{field}")),
        ("fault-amount", t.desk_fault_amount("{field}")),
        ("fault-instant", t.desk_fault_instant("{field}")),
        ("fault-choice", t.desk_fault_choice("{field}")),
        ("fault-file", t.desk_fault_file("{field}")),
        ("fault-form", t.desk_fault_form("{field}")),
        ("file-taken", t.desk_file_taken("{file}")),
        ("event-number", t.desk_event_number("{number}")),
        ("command-other", t.desk_command_other("{file}")),
    ]
}

/// Messages of the desk without variables that the script says as they are.
const PLAIN: &[&str] = &[
    "desk-who-stranger",
    "desk-who-retired",
    "desk-who-seat",
    "desk-log-close",
    "desk-nothing",
    "desk-nothing-to-choose",
    "desk-basis",
    "desk-optional",
    "desk-none",
    "desk-yes",
    "desk-no",
    "desk-comma",
    "desk-foreseen-accepted",
    "desk-foreseen-hidden",
    "desk-foreseen-anyway",
    "desk-signing",
    "desk-operation",
    "desk-veiled",
    "desk-refused-signed",
    "desk-kept-why",
    "desk-applications-none",
    "desk-file-local",
    "desk-ask-fresh",
    "desk-fault-elsewhere",
];

const STAGES: &[&str] =
    &["sealing", "window", "opening", "drawing", "evaluating", "ranking", "published", "awarded"];

const CREDENTIALS: &[&str] = &[
    "licence",
    "qualification",
    "safety-permit",
    "past-performance",
    "financial-statement",
    "tax-and-social-security",
    "no-serious-violation",
];

/// The names of all messages that are said as they are.
fn named() -> Vec<String> {
    let mut names: Vec<String> = PLAIN.iter().map(|name| (*name).to_string()).collect();
    let mut add = |kind: &str, of: &str, end: &str| {
        let name = format!("{kind}-{of}{end}");
        if !names.contains(&name) {
            names.push(name);
        }
    };
    for deed in TABLE {
        add("deed", deed.command, "");
        let Place::Desk(fields) = deed.place else { continue };
        add("deed", deed.command, "-does");
        for field in fields {
            add("field", field.label, "");
            add("field", field.label, "-hint");
            if let Kind::Word(words) | Kind::Grounds(_, words) = field.kind {
                words.iter().for_each(|word| add("word", word, ""));
            }
        }
    }
    WORDS.iter().for_each(|word| add("word", word, ""));
    ROLES.iter().for_each(|role| add("role", role, ""));
    EVENTS.iter().for_each(|event| add("event", event, ""));
    STAGES.iter().for_each(|stage| add("stage", stage, ""));
    CREDENTIALS.iter().for_each(|credential| add("credential", credential, ""));
    Elsewhere::ALL.iter().for_each(|place| add("desk-elsewhere", place.name(), ""));
    for code in REFUSALS.iter().chain(REJECTIONS) {
        add("code", code, "");
        add("code", code, "-do");
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_text::Language;

    #[test]
    fn everything_that_the_script_says_has_its_words_in_both_languages() {
        for language in Language::ALL {
            let t = Text::new(language);
            for name in named() {
                assert!(t.named(&name).is_some(), "{name} in {language:?}");
            }
            let script = [include_str!("../../assets/desk.js"), include_str!("../../assets/desk-form.js")];
            let texts = texts(t);
            for name in script.iter().flat_map(|script| script.split("text(\"").skip(1)) {
                let name = name.split('"').next().unwrap_or_default();
                assert!(texts.iter().any(|(known, _)| known == name), "{name} in {language:?}");
            }
        }
    }
}
