//! Every kind of release as it is published, and what may not differ or get lost in it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use support::{SCENES, SimNames, pretty, regions, sealing, setting, told};
use ximu_ocds::{Json, NoNames, Package, Release, record, releases};
use ximu_sim::{Centre, centre::TENDER};

fn text(release: &Release) -> String {
    Json::from(release.object.clone()).to_text()
}

fn parsed(release: &Release) -> Value {
    serde_json::from_str(&text(release)).unwrap()
}

#[test]
fn every_kind_of_release_reads_like_this() {
    for (name, scene) in SCENES {
        let mut all = String::new();
        for release in told(&scene()) {
            all.push_str(&pretty(&text(&release)));
            all.push('\n');
        }
        insta::assert_snapshot!(name, all);
    }
}

#[test]
fn a_decline_is_told_of_the_draw_that_named_the_expert() {
    let told = told(&regions());
    let draws: Vec<Value> = told
        .iter()
        .flat_map(|release| parsed(release)["tender"]["draws"].as_array().cloned())
        .flatten()
        .collect();
    let drawn: Vec<&Value> =
        draws.iter().filter(|draw| draw["strata"].is_array()).map(|draw| &draw["id"]).collect();
    assert_eq!(drawn, ["experts-1", "experts-2"]);
    let declined: Vec<&Value> =
        draws.iter().filter(|draw| draw["declined"].is_array()).map(|draw| &draw["id"]).collect();
    assert_eq!(declined, ["experts-1"]);
}

/// The events that section 3 of the specification maps, and those that the scenes hold.
#[test]
fn every_event_of_the_specification_is_in_a_golden_file() {
    let spec = include_str!("../../../docs/spec/ocds.md");
    let tables = spec.split("\n3.2 ").nth(1).unwrap().split("\n## 4").next().unwrap();
    let rows = tables.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let mapped: BTreeSet<String> =
        rows.flat_map(|cell| cell.split("`, `")).map(|name| name.trim_matches('`').to_string()).collect();
    let mut held = BTreeSet::new();
    for (_, scene) in SCENES {
        for bytes in &scene().leaves {
            let leaf: Value = serde_json::from_slice(bytes).unwrap();
            let events = leaf["outcome"]["events"].as_array().cloned().unwrap_or_default();
            let of_the_register = leaf["procedure"] == "registry";
            let names =
                events.iter().filter(|_| !of_the_register).map(|event| event["type"].as_str().unwrap());
            held.extend(names.map(str::to_string));
        }
    }
    assert_eq!(mapped, held);
}

#[test]
fn the_compiled_release_of_a_whole_tender_reads_like_this() {
    let (_, whole) = SCENES[0];
    let record = record(&setting(), "ocds-ximu00-yc-2020-0603", &told(&whole())).unwrap();
    let record: Value = serde_json::from_str(&record.to_text()).unwrap();
    assert_eq!(record["records"][0]["releases"].as_array().unwrap().len(), told(&whole()).len());
    let compiled = &record["records"][0]["compiledRelease"];
    assert_eq!(compiled["tag"], serde_json::json!(["compiled"]));
    assert_eq!(compiled["tender"]["status"], "complete");
    insta::assert_snapshot!("compiled", serde_json::to_string_pretty(compiled).unwrap());
}

#[test]
fn before_close_one_bidder_and_nine_give_the_same_bytes_and_none_is_named() {
    let bytes = |count| told(&sealing(count)).iter().map(text).collect::<Vec<_>>();
    let (one, nine) = (bytes(1), bytes(9));
    // A beat's root differs, and with it nothing here.
    assert_eq!(one, nine);
    for release in told(&sealing(9)) {
        let release = parsed(&release);
        assert!(release.get("bids").is_none() && release["tender"].get("numberOfTenderers").is_none());
        let parties = release["parties"].as_array().unwrap();
        assert_eq!(parties.len(), 1, "the buyer alone: {parties:?}");
    }
    let first = parsed(&told(&sealing(1))[0]);
    assert_eq!(first["withheldInformation"][0]["field"], "bids");
}

#[test]
fn a_bond_is_told_once_the_bids_are_read_out_and_its_return_afterwards() {
    let before = told(&support::bonds::sealed().0);
    assert!(before.iter().all(|release| !text(release).contains("\"bond\"")), "nothing before the reading");
    let all: Vec<Value> = told(&support::bonds::bonds()).iter().map(parsed).collect();
    let bonds = |release: &Value| -> Vec<Value> {
        let bids = release["bids"]["details"].as_array().cloned().unwrap_or_default();
        bids.into_iter().filter(|bid| bid.get("bond").is_some()).collect()
    };
    let told: Vec<Vec<Value>> = all.iter().map(bonds).filter(|bonds| !bonds.is_empty()).collect();
    let states: Vec<&str> = told[0].iter().map(|bid| bid["bond"]["state"].as_str().unwrap()).collect();
    assert_eq!((states.len(), states.iter().filter(|state| **state == "missing").count()), (4, 1));
    // The third is returned to a bidder that withdrew: it has no bid on the list.
    assert_eq!(told.len(), 3);
    assert!(told[1..].iter().all(|bonds| bonds.len() == 1 && bonds[0]["bond"]["returned"].is_string()));
}

#[test]
fn a_release_never_changes_when_more_happens() {
    let (_, whole) = SCENES[0];
    let all = told(&whole());
    let mut centre = whole();
    let (mut ids, mut leaves) = (BTreeSet::new(), centre.leaves.clone());
    while leaves.pop().is_some() {
        centre.leaves.clone_from(&leaves);
        let fewer = told(&centre);
        assert_eq!(fewer, all[..fewer.len()]);
    }
    for release in &all {
        assert!(ids.insert(&release.id) && !release.id.contains('#'), "{}", release.id);
    }
}

#[test]
fn whatever_somebody_writes_is_a_string_and_nothing_more() {
    for (name, scene) in SCENES {
        for release in told(&scene()) {
            let text = text(&release);
            let markup = text.chars().any(|one| "<>&\u{202e}".contains(one) || one.is_control());
            assert!(!markup, "{name}: {text}");
            assert!(serde_json::from_str::<Value>(&text).is_ok());
        }
    }
    let asked = told(&sealing(1)).iter().map(parsed).find(|one| one["tender"].get("enquiries").is_some());
    let question = asked.unwrap()["tender"]["enquiries"][0]["description"].as_str().unwrap().to_string();
    assert!(question.contains("</script><script>"), "{question}: nothing of it is lost");
}

#[test]
fn a_name_that_is_not_disclosed_is_absent_and_the_rehearsal_is_told() {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let book = ximu_ocds::Book::read(centre.leaves.iter().map(Vec::as_slice));
    let facts = || book.procedures[&TENDER.parse().unwrap()].iter().map(ximu_ocds::Told::fact);
    let nameless = parsed(&releases(&setting(), &NoNames, facts())[0]);
    assert!(nameless["buyer"].get("name").is_none());
    let named = parsed(&releases(&setting(), &SimNames, facts())[0]);
    assert!(named["buyer"]["name"].as_str().unwrap().starts_with("单位"));
    assert_eq!(named["ximu"]["rehearsal"], true);
    assert!(named["description"].as_str().unwrap().contains("REHEARSAL"));
    assert!(named["tender"]["title"].as_str().unwrap().contains("REHEARSAL"));
}

#[test]
fn a_package_has_a_page_of_releases_and_none_is_empty() {
    let (_, whole) = SCENES[0];
    let all = told(&whole());
    let newest: Vec<&Release> = all.iter().rev().take(2).collect();
    let served = ximu_ocds::Setting { extensions: true, ..setting() };
    let package = |releases: &[&Release]| {
        let (path, next) = ("/ocds/releases", Some("/ocds/releases?after=7"));
        Package { setting: &served, path, releases, next }.json()
    };
    let page: Value = serde_json::from_str(&package(&newest).unwrap().to_text()).unwrap();
    assert_eq!(page["releases"].as_array().unwrap().len(), 2);
    assert_eq!(page["publishedDate"], page["releases"][0]["date"]);
    assert_eq!(page["links"]["next"], "https://rehearsal.yichang.example/ocds/releases?after=7");
    let extension = "https://rehearsal.yichang.example/ocds/extension/extension.json";
    assert_eq!(page["extensions"][0], extension);
    assert_eq!(package(&[]), None);
}
