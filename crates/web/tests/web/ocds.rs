//! The Open Contracting Data Standard over HTTP: pages of releases, the record, the extension, headers.

use axum::http::{Method, StatusCode};
use serde_json::Value;
use ximu_sim::centre::TENDER;

use crate::support::{
    ask::{get, send},
    cast::{FIRMS, TENDERER},
    site,
    stage::{Moment, snapshot},
};

const RECORD: &str = "/ocds/records/ocds-ximu00-yc-2020-0603";

#[tokio::test]
async fn every_release_is_on_one_page_and_the_record_holds_them_all() {
    let router = ximu_web::router(site(snapshot(Moment::Awarded, FIRMS.len())));
    let (mut next, mut paged) = (Some("/ocds/releases".to_string()), Vec::new());
    while let Some(path) = next {
        let said = get(&router, &path).await;
        assert_eq!(said.status, StatusCode::OK, "{path}");
        let page = said.json();
        assert_eq!(page["uri"], format!("https://rehearsal.yichang.example{path}"));
        let releases = page["releases"].as_array().unwrap().clone();
        assert!(!releases.is_empty() && releases.len() <= ximu_ocds::package::RELEASES_MAX);
        paged.extend(releases);
        let link = page["links"]["next"].as_str();
        next = link.map(|link| link.trim_start_matches("https://rehearsal.yichang.example").to_string());
    }
    paged.reverse();
    let record = get(&router, RECORD).await.json();
    assert_eq!(record["records"][0]["releases"], Value::Array(paged));
    let compiled = &record["records"][0]["compiledRelease"];
    assert_eq!(compiled["buyer"]["name"], TENDERER);
    assert_eq!(compiled["tender"]["numberOfTenderers"], 27);
    assert_eq!(compiled["awards"].as_array().unwrap().len(), 3);
    assert!(record["extensions"][0].as_str().unwrap().ends_with("/ocds/extension/extension.json"));
}

#[tokio::test]
async fn it_is_open_data_that_is_asked_for_again_by_its_etag() {
    let router = ximu_web::router(site(snapshot(Moment::Sealing, 3)));
    for path in ["/ocds/releases", RECORD, "/ocds/extension/release-schema.json"] {
        let first = get(&router, path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}");
        assert_eq!(first.header("content-type"), "application/json");
        assert_eq!(first.header("access-control-allow-origin"), "*");
        let etag = first.header("etag").to_string();
        let again = |tag: String| {
            let router = router.clone();
            async move {
                let headers = [("if-none-match", tag.as_str())];
                send(&router, Method::GET, path, &headers, axum::body::Body::empty()).await
            }
        };
        let same = again(format!("\"x\", {etag}")).await;
        assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(same.header("etag"), etag);
        assert_eq!(again("\"x\"".to_string()).await.status, StatusCode::OK);
    }
    let readme = get(&router, "/ocds/extension/README.md").await;
    assert_eq!(readme.header("content-type"), "text/markdown; charset=utf-8");
}

#[tokio::test]
async fn a_foreign_and_a_missing_ocid_answer_alike_and_an_empty_centre_has_no_package() {
    let router = ximu_web::router(site(snapshot(Moment::Sealing, 3)));
    let missing = get(&router, "/ocds/records/ocds-ximu00-no-such-tender").await;
    assert_eq!(missing.code(), "not_found");
    for other in [TENDER, "ocds-213czf-yc-2020-0603", "ocds-ximu00-registry", "ocds-ximu00-%00", "x"] {
        let said = get(&router, &format!("/ocds/records/{other}")).await;
        assert_eq!((said.status, &said.body), (missing.status, &missing.body), "{other}");
    }
    for path in ["/ocds/releases?after=0", "/ocds/extension/x", "/ocds/", "/ocds/no-such"] {
        assert_eq!(get(&router, path).await.body, missing.body, "{path}");
    }
    assert_eq!(get(&router, "/ocds/releases?after=x").await.code(), "body_malformed");
    let empty = ximu_web::router(site(snapshot(Moment::Founded, 0)));
    assert_eq!(get(&empty, "/ocds/releases").await.body, missing.body);
}

#[tokio::test]
async fn before_close_nothing_of_it_tells_how_many_bid() {
    let mut answers = Vec::new();
    for firms in [0, 1, 9] {
        let router = ximu_web::router(site(snapshot(Moment::Sealing, firms)));
        let (releases, record) = (get(&router, "/ocds/releases").await, get(&router, RECORD).await);
        assert!(!releases.text().contains("firm") && !releases.text().contains("numberOfTenderers"));
        answers.push((releases.headers, releases.body, record.headers, record.body));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1], answers[2]);
}
