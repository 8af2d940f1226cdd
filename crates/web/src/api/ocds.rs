//! `/ocds/releases`, `/ocds/records/{ocid}` and `/ocds/extension/...`: the public entries in the Open Contracting Data
//! Standard (ocds 6). Open data: any page may read it. What a release says is in `ximu-ocds`.

use std::{cmp::Reverse, collections::BTreeSet};

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use ximu_basics::{Hash, PartyId, ProcedureId};
use ximu_ocds::{Fact, Json, Package, Release, Setting, extension, package, record, releases};
use ximu_office::Trouble;
use ximu_procedure::{World, role::Role};

use super::problem::Problem;
use crate::{reader::Reader, site::Site, story::Story, view::Names};

/// Digits of the hash in an ETag: 128 bits, so that no two texts have the same.
const ETAG_DIGITS: usize = 32;

/// `GET /ocds/releases?after=LEAF`: the newest releases of all tenders, [`package::RELEASES_MAX`] a page.
pub async fn newest(
    State(site): State<Site>,
    reader: Reader,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = match reader.parameter("after") {
        None => None,
        Some(text) => Some(text.parse::<u64>().map_err(|_| {
            Problem::new("body_malformed")
                .detail(format!("expected after=N with the place of an entry in the log, found {text}"))
        })?),
    };
    let page = site.blocking(move |site| page(site, after)).await??;
    answer(page.ok_or_else(Problem::missing)?.to_text(), "application/json", &headers)
}

/// `GET /ocds/records/{ocid}`: all releases of one tender and what they add up to. A foreign ocid and a missing one
/// answer alike.
pub async fn one(
    State(site): State<Site>,
    Path(ocid): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = site.blocking(move |site| {
        let setting = setting(site);
        let Some(id) = setting.procedure(&ocid) else { return Ok(None) };
        let Some(story) = site.story(&id)? else { return Ok(None) };
        Ok::<_, Trouble>(record(&setting, &setting.ocid(&id), &told(site, &setting, &story)))
    });
    answer(found.await??.ok_or_else(Problem::missing)?.to_text(), "application/json", &headers)
}

/// `GET /ocds/extension/{name}`: a file of our extension.
pub async fn extension(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let (_, content_type, text) = extension::file(&name).ok_or_else(Problem::missing)?;
    answer(text.to_string(), content_type, &headers)
}

/// A page of releases: which they are follows from the entries alone, and only their tenders are told.
fn page(site: &Site, after: Option<u64>) -> Result<Option<Json>, Trouble> {
    let world = site.host.view().world.clone();
    let mut entries: Vec<(u64, &ProcedureId)> = Vec::new();
    for id in world.tenders.keys() {
        let Some(story) = site.story(id)? else { continue };
        let told = story.facts.iter().filter(|fact| !fact.events().is_empty());
        entries.extend(told.map(|fact| (fact.leaf, id)));
    }
    entries.retain(|(leaf, _)| after.is_none_or(|after| *leaf < after));
    entries.sort_unstable_by_key(|(leaf, _)| Reverse(*leaf));
    let more = entries.len() > package::RELEASES_MAX;
    entries.truncate(package::RELEASES_MAX);
    let leaves: BTreeSet<u64> = entries.iter().map(|(leaf, _)| *leaf).collect();
    let tenders: BTreeSet<&ProcedureId> = entries.iter().map(|(_, id)| *id).collect();
    let setting = setting(site);
    let mut all: Vec<Release> = Vec::new();
    for id in tenders {
        let Some(story) = site.story(id)? else { continue };
        let told = told(site, &setting, &story);
        all.extend(told.into_iter().filter(|release| leaves.contains(&release.leaf)));
    }
    all.sort_unstable_by_key(|release| Reverse(release.leaf));
    let releases: Vec<&Release> = all.iter().collect();
    let path = after.map_or_else(|| "/ocds/releases".to_string(), package::page_after);
    let next = all.last().filter(|_| more).map(|oldest| package::page_after(oldest.leaf));
    let package = Package { setting: &setting, path: &path, releases: &releases, next: next.as_deref() };
    Ok(package.json())
}

/// The releases of one tender.
fn told(site: &Site, setting: &Setting, story: &Story) -> Vec<Release> {
    let facts = story.facts.iter().map(|fact| Fact {
        number: fact.number,
        leaf: fact.leaf,
        at: fact.at,
        id: fact.id,
        command: &fact.command,
        events: fact.events(),
    });
    releases(setting, &Disclosed(Names::new(&*site.host)), facts)
}

/// The centre's setting, with its name.
fn setting(site: &Site) -> Setting {
    let names = Names::new(&*site.host);
    let publisher = centre(&site.host.view().world).and_then(|party| names.disclosed(party));
    Setting { publisher, ..site.host.centre().ocds.clone() }
}

/// The party that the centre is: the first one with an administrator, since nobody registers before the founding.
fn centre(world: &World) -> Option<&PartyId> {
    let registry = &world.registry;
    let administrates = |person| {
        registry.persons.get(person).is_some_and(|person| person.roles.contains(&Role::Administrator))
    };
    let founders = registry.parties.iter().filter(|(_, party)| party.persons.iter().any(administrates));
    founders.min_by_key(|(_, party)| party.registered).map(|(id, _)| id)
}

/// The names that pages show too.
struct Disclosed<'a>(Names<'a>);

impl ximu_ocds::Names for Disclosed<'_> {
    fn name(&self, party: &PartyId) -> Option<String> {
        self.0.disclosed(party)
    }
}

/// Open data as an answer: to be asked for again by its ETag, and by any page.
fn answer(text: String, content_type: &'static str, headers: &HeaderMap) -> Result<Response, Problem> {
    let hash = Hash::of(text.as_bytes()).to_string();
    let etag = format!("\"{}\"", hash.get(..ETAG_DIGITS).unwrap_or_default());
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or("");
    let known = known.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag);
    let open: [(HeaderName, HeaderValue); 3] = [
        (header::ETAG, HeaderValue::from_str(&etag).map_err(|_| Problem::new("internal"))?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, open).into_response());
    }
    Ok((open, [(header::CONTENT_TYPE, content_type)], text).into_response())
}
