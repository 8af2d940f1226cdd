//! The JSON interface: statuses, codes, bodies, limits; and its description.

use std::{collections::BTreeSet, sync::Arc};

use crate::support::{
    SimHost,
    ask::{Said, get, send},
    recorded,
    stage::{Moment, centre, snapshot},
};
use axum::{Router, body::Body, http::Method};
use ximu_basics::{Hash, json};
use ximu_office::{Answer, Trouble};
use ximu_procedure::wire::{Command, Refusal, SignedCommand};
use ximu_sim::centre::TENDER;
use ximu_web::{Site, api::openapi::OPENAPI};

fn world(moment: Moment) -> (Arc<SimHost>, Router) {
    let host = SimHost::new(snapshot(moment, 5));
    let router = ximu_web::router(Site::new(host.clone()));
    (host, router)
}

fn a_command() -> SignedCommand {
    centre(Moment::Founded, 0).signed("tenderer", TENDER, Command::SignIn {})
}

async fn post(router: &Router, path: &str, body: impl Into<Body>) -> Said {
    send(router, Method::POST, path, &[], body.into()).await
}

#[tokio::test]
async fn an_accepted_command_gets_its_acknowledgement_and_the_exact_bytes() {
    let (host, router) = world(Moment::Sealing);
    *host.answer.lock().unwrap() = Some(Answer::Accepted(recorded(true)));
    let said = post(&router, "/api/v1/commands", json::to_canonical(&a_command()).unwrap()).await;
    assert_eq!(said.status, 200);
    assert_eq!(said.json()["acknowledgement"]["accepted"], true);
    assert_eq!(said.json()["subject"], recorded(true).subject);
}

#[tokio::test]
async fn a_refusal_is_422_and_carries_what_was_signed() {
    let (host, router) = world(Moment::Sealing);
    let refusal = Refusal::EnvelopeDuplicate {};
    let answer = Answer::Refused { refusal: refusal.clone(), recorded: Some(recorded(false)) };
    *host.answer.lock().unwrap() = Some(answer);
    let body = json::to_canonical(&a_command()).unwrap();
    let said = post(&router, "/api/v1/commands", body.clone()).await;
    assert_eq!((said.status.as_u16(), said.code().as_str()), (422, "envelope_duplicate"));
    assert_eq!(said.json()["acknowledgement"]["accepted"], false);
    assert_eq!(said.json()["refusal"]["code"], "envelope_duplicate");
    *host.answer.lock().unwrap() = Some(Answer::Refused { refusal, recorded: None });
    let said = post(&router, "/api/v1/commands", body).await;
    assert!(said.json().get("acknowledgement").is_none());
}

#[tokio::test]
async fn trouble_is_a_problem_with_its_status() {
    let (host, router) = world(Moment::Sealing);
    for (trouble, status, retry) in [
        (Trouble::Full, 503, "1"),
        (Trouble::Closing, 503, "1"),
        (Trouble::NotFounded, 409, ""),
        (Trouble::EntryTooLarge { max: 1, found: 2 }, 413, ""),
        (Trouble::UploadKey, 401, ""),
        (Trouble::NotFound, 404, ""),
    ] {
        let code = trouble.code();
        *host.trouble.lock().unwrap() = Some(trouble);
        let said = post(&router, "/api/v1/commands", json::to_canonical(&a_command()).unwrap()).await;
        assert_eq!((said.status.as_u16(), said.code().as_str()), (status, code));
        assert_eq!(said.header("retry-after"), retry);
    }
}

#[tokio::test]
async fn a_command_in_another_spelling_is_refused() {
    let (_, router) = world(Moment::Sealing);
    let good = String::from_utf8(json::to_canonical(&a_command()).unwrap()).unwrap();
    for bad in [
        String::new(),
        "{}".into(),
        "[]".into(),
        format!(" {good}"),
        good.replacen('{', "{\"extra\":1,", 1),
        good.replacen("\"key\":", "\"key\":\"\",\"key\":", 1),
        format!("{good}{good}"),
    ] {
        let said = post(&router, "/api/v1/commands", bad.clone()).await;
        assert_eq!((said.status.as_u16(), said.code().as_str()), (400, "body_malformed"), "{bad:.40}");
    }
    let said = post(&router, "/api/v1/commands", vec![b' '; 200_000]).await;
    assert_eq!((said.status.as_u16(), said.code().as_str()), (413, "body_too_large"));
    assert!(said.json()["detail"].as_str().unwrap().contains("at most 99328 bytes"));
}

fn upload_headers(length: usize) -> Vec<(&'static str, String)> {
    vec![
        ("ximu-key", "ab".repeat(32)),
        ("ximu-signature", "cd".repeat(64)),
        ("content-length", length.to_string()),
    ]
}

async fn put(router: &Router, path: &str, headers: &[(&str, String)], body: Vec<u8>) -> Said {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // In pieces, as a network brings it.
    let pieces = body.chunks(700).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let stream = Body::new(crate::support::pieces::Pieces::new(pieces));
    send(router, Method::PUT, path, &headers, stream).await
}

fn upload_path() -> String {
    format!("/api/v1/uploads/{TENDER}/{}", Hash::of(b"x"))
}

#[tokio::test]
async fn an_upload_arrives_whole_and_is_answered_with_custody() {
    let (host, router) = world(Moment::Sealing);
    for size in [1, 1023, 1024, 5000] {
        let body: Vec<u8> = (0..size).map(|byte: usize| byte.to_le_bytes()[0]).collect();
        let said = put(&router, &upload_path(), &upload_headers(size), body.clone()).await;
        assert_eq!(said.status, 201, "{}", said.text());
        assert_eq!(said.json()["custody"], "07".repeat(64));
        assert_eq!(said.json()["bytes"], size);
        assert_eq!(host.uploaded.lock().unwrap().pop().unwrap(), (Hash::of(b"x"), body));
    }
}

#[tokio::test]
async fn an_upload_needs_its_headers_and_keeps_the_limit() {
    let (host, router) = world(Moment::Sealing);
    for missing in 0..3 {
        let mut headers = upload_headers(10);
        headers.remove(missing);
        let said = put(&router, &upload_path(), &headers, vec![1; 10]).await;
        let expected = if missing == 2 { (411, "length_required") } else { (400, "header_missing") };
        assert_eq!((said.status.as_u16(), said.code().as_str()), expected);
    }
    let said = put(&router, &upload_path(), &upload_headers(268_435_457), vec![1; 10]).await;
    assert_eq!((said.status.as_u16(), said.code().as_str()), (413, "body_too_large"));
    assert!(said.json()["detail"].as_str().unwrap().contains("268435456"));
    let said = put(&router, &upload_path(), &upload_headers(20), vec![1; 10]).await;
    assert_eq!((said.status.as_u16(), said.code().as_str()), (400, "upload_length"));
    assert!(host.uploaded.lock().unwrap().is_empty());
    let said = put(&router, "/api/v1/uploads/UPPER/zz", &upload_headers(1), vec![1]).await;
    assert_eq!(said.code(), "not_found");
}

#[tokio::test]
async fn a_document_is_taken_and_given() {
    let (host, router) = world(Moment::Sealing);
    let path = format!("/api/v1/documents/{}", Hash::of(b"document"));
    assert_eq!(put(&router, &path, &upload_headers(8), b"document".to_vec()).await.status, 201);
    assert_eq!(host.uploaded.lock().unwrap().len(), 1);
    let (name, text) = crate::support::cast::DOCUMENTS[0];
    let given = format!("/api/v1/tenders/{TENDER}/documents/{}", Hash::of(text.as_bytes()));
    let said = get(&router, &given).await;
    assert_eq!((said.status.as_u16(), said.text()), (200, text));
    assert_eq!(
        said.header("content-disposition"),
        format!("attachment; filename*=UTF-8''{}", ximu_web::reader::encode(name))
    );
    // Also a document that another procedure has is missing here.
    let foreign = get(&router, &path.replace("documents/", &format!("tenders/{TENDER}/documents/"))).await;
    let missing = get(&router, &given.replace(TENDER, "unknown")).await;
    assert_eq!((foreign.status.as_u16(), foreign.body), (404, missing.body));
}

#[tokio::test]
async fn receipts_say_what_they_wait_for() {
    let (_, router) = world(Moment::Sealing);
    let receipt = async |byte: u8| get(&router, &format!("/api/v1/receipts/{}", Hash([byte; 32]))).await;
    let said = receipt(1).await;
    assert_eq!((said.status.as_u16(), said.json()["waits_for"].as_str().unwrap()), (202, "beat"));
    assert!(said.json()["scheduled"].is_i64());
    let said = receipt(2).await;
    assert_eq!((said.status.as_u16(), said.text()), (202, r#"{"waits_for":"cosignatures"}"#));
    let said = receipt(3).await;
    assert_eq!((said.status.as_u16(), said.text()), (200, r#"{"v":1}"#));
    assert_eq!(receipt(4).await.code(), "not_found");
    assert_eq!(get(&router, "/api/v1/receipts/zz").await.code(), "not_found");
}

#[tokio::test]
async fn what_is_not_disclosed_yet_is_missing_like_what_never_was() {
    let (_, router) = world(Moment::Window);
    let sim = centre(Moment::Window, 5);
    let commitment = sim.tender().bids.values().next().unwrap().form.commitment;
    let missing = get(&router, "/api/v1/tenders/unknown/operations").await;
    assert_eq!(missing.code(), "not_found");
    let hidden = get(&router, &format!("/api/v1/tenders/{TENDER}/envelopes/{commitment}")).await;
    assert_eq!(hidden.body, missing.body);
    assert_eq!(hidden.headers, missing.headers);
    let (_, router) = world(Moment::Sealing);
    let hidden = get(&router, &format!("/api/v1/tenders/{TENDER}/operations")).await;
    assert_eq!(hidden.body, missing.body);
    let (_, router) = world(Moment::Opening);
    let shown = get(&router, &format!("/api/v1/tenders/{TENDER}/envelopes/{commitment}")).await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.starts_with(b"age-encryption.org/v1\n"));
    let operations = get(&router, &format!("/api/v1/tenders/{TENDER}/operations")).await;
    assert_eq!(operations.text().lines().count(), 6);
}

#[tokio::test]
async fn entries_come_in_lines_from_a_number_on() {
    let (_, router) = world(Moment::Window);
    let path = format!("/api/v1/tenders/{TENDER}/entries");
    let all = get(&router, &path).await;
    let lines: Vec<serde_json::Value> =
        all.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 13);
    let rest = get(&router, &format!("{path}?from=11")).await;
    assert_eq!(rest.text().lines().collect::<Vec<_>>(), all.text().lines().skip(11).collect::<Vec<_>>());
    assert_eq!(get(&router, &format!("{path}?from=13")).await.text(), "");
    assert_eq!(get(&router, &format!("{path}?from=x")).await.code(), "body_malformed");
    assert_eq!(get(&router, "/api/v1/tenders/unknown/entries").await.code(), "not_found");
}

#[tokio::test]
async fn the_state_of_a_tender_grows_with_its_stages() {
    for (moment, stage) in [
        (Moment::Sealing, "sealing"),
        (Moment::Window, "window"),
        (Moment::Opening, "opening"),
        (Moment::Read, "ranking"),
        (Moment::Published, "published"),
        (Moment::Awarded, "awarded"),
    ] {
        let (_, router) = world(moment);
        let state = get(&router, &format!("/api/v1/tenders/{TENDER}")).await.json();
        assert_eq!(state["stage"], stage);
        assert_eq!(state["list"].as_array().unwrap().len(), if moment == Moment::Sealing { 0 } else { 5 });
        assert_eq!(state["seed"].is_null(), moment == Moment::Sealing);
        assert_eq!(state["ranking"].is_null(), moment < Moment::Read);
        assert_eq!(state["awarded"].is_null(), moment < Moment::Awarded);
        assert_eq!(
            state["shares"].as_array().unwrap().len(),
            match moment {
                Moment::Founded | Moment::Sealing | Moment::Window => 0,
                Moment::Opening => 2,
                Moment::Read | Moment::Published | Moment::Awarded => 3,
            }
        );
        let list = get(&router, "/api/v1/procedures").await.json();
        assert_eq!(list[0]["stage"], stage);
    }
}

#[tokio::test]
async fn the_log_is_served_as_c2sp_files() {
    let (_, router) = world(Moment::Awarded);
    let note = get(&router, "/log/checkpoint").await;
    assert_eq!(note.header("content-type"), "text/plain; charset=utf-8");
    assert!(note.text().starts_with("rehearsal.yichang.example/log\n"));
    assert_eq!(get(&router, "/log/wait?size=1").await.body, note.body);
    assert_eq!(get(&router, "/log/wait").await.code(), "body_malformed");
    let tile = get(&router, "/log/tile/0/000.p/7").await;
    assert_eq!((tile.status.as_u16(), tile.body.len()), (200, 224));
    assert!(tile.header("cache-control").contains("immutable"));
    for path in ["/log/tile/0/001", "/log/tile/../checkpoint", "/log/nothing"] {
        assert_eq!(get(&router, path).await.code(), "not_found", "{path}");
    }
}

#[tokio::test]
async fn a_bundle_is_made_for_a_known_procedure_only() {
    let (_, router) = world(Moment::Awarded);
    let said = get(&router, &format!("/api/v1/tenders/{TENDER}/bundle")).await;
    assert_eq!((said.status.as_u16(), said.header("content-type")), (200, "application/zip"));
    assert_eq!(said.header("content-disposition"), format!("attachment; filename={TENDER}.zip"));
    assert_eq!(get(&router, "/api/v1/tenders/unknown/bundle").await.code(), "not_found");
}

/// The routes of the interface as their source has them: method and path.
#[allow(clippy::unwrap_used, reason = "the source of the routes is here, in the form that is read")]
fn routes() -> BTreeSet<(String, String)> {
    let source = include_str!("../../src/api.rs").split("pub fn routes()").nth(1).unwrap();
    let routes = source.split("\n}\n").next().unwrap().split(".route(\"").skip(1);
    let methods = ["get", "post", "put", "delete", "patch", "head", "any"];
    let operations = routes.flat_map(|route| {
        let (path, taken) = route.split_once('"').unwrap();
        let path = path.replace("{*", "{");
        let taken = methods.into_iter().filter(move |method| taken.contains(&format!("{method}(")));
        taken.map(move |method| (method.to_string(), path.clone()))
    });
    operations.collect()
}

#[tokio::test]
async fn every_described_operation_exists_and_every_operation_is_described() {
    let described: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
    let mut found = BTreeSet::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            found.insert((method.clone(), path.clone()));
        }
    }
    // The description is the one address that does not describe itself.
    found.insert(("get".into(), "/openapi.json".into()));
    let routes = routes();
    assert_eq!(found, routes);
    // A route answers a method it does not take with 405; what is no route, with 404.
    let (_, router) = world(Moment::Sealing);
    for (_, path) in routes {
        let path = path.replace(['{', '}'], "");
        let said = send(&router, Method::DELETE, &path, &[], Body::empty()).await;
        assert_eq!((said.status.as_u16(), said.code().as_str()), (405, "method_not_allowed"), "{path}");
    }
}

#[tokio::test]
async fn answers_have_the_members_that_are_described() {
    let described: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
    let (_, router) = world(Moment::Awarded);
    for (schema, path) in [
        ("Centre", "/api/v1/centre".to_string()),
        ("Tender", format!("/api/v1/tenders/{TENDER}")),
        ("Ready", "/readyz".to_string()),
        ("Problem", "/api/v1/nothing".to_string()),
    ] {
        let schema = &described["components"]["schemas"][schema];
        let required: BTreeSet<&str> =
            schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let answer = get(&router, &path).await.json();
        let found: BTreeSet<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(found, required, "{path}");
        let properties: BTreeSet<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert!(required.is_subset(&properties));
    }
}

#[tokio::test]
async fn health_is_told_apart() {
    let (_, router) = world(Moment::Sealing);
    assert_eq!(get(&router, "/healthz").await.text(), "ok\n");
    let ready = get(&router, "/readyz").await;
    assert_eq!((ready.status.as_u16(), ready.json()["ready"].as_bool()), (200, Some(true)));
}

#[tokio::test]
async fn metrics_are_on_their_own_router_and_count_no_requests() {
    let (host, router) = world(Moment::Awarded);
    assert_eq!(get(&router, "/metrics").await.status, 404);
    let metrics = ximu_web::metrics_router(host);
    let before = get(&metrics, "/metrics").await;
    assert_eq!(before.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert!(before.text().contains("ximu_log_leaves "));
    for _ in 0..3 {
        get(&router, "/").await;
    }
    assert_eq!(get(&metrics, "/metrics").await.body, before.body);
}
