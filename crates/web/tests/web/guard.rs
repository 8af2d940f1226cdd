//! Headers and markup that protect readers, on every page and answer.

use crate::support::{
    ask::get,
    site,
    stage::{Moment, snapshot},
};
use axum::Router;

const PATHS: [&str; 21] = [
    "/",
    "/tenders",
    "/tenders/yc-2020-0603",
    "/tenders/yc-2020-0603/hall",
    "/tenders/yc-2020-0603/hall?at=1",
    "/tenders/yc-2020-0603/record",
    "/tenders/yc-2020-0603/bid",
    "/tenders/yc-2020-0603/desk",
    "/desk",
    "/verify",
    "/codes",
    "/about",
    "/nothing",
    "/api/v1/centre",
    "/api/v1/procedures",
    "/api/v1/tenders/yc-2020-0603",
    "/api/v1/nothing",
    "/log/checkpoint",
    "/openapi.json",
    "/healthz",
    "/readyz",
];

fn router() -> Router {
    ximu_web::router(site(snapshot(Moment::Awarded, 5)))
}

#[tokio::test]
async fn every_answer_carries_the_protecting_headers() {
    let router = router();
    for path in PATHS {
        let said = get(&router, path).await;
        let policy = said.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(said.header(name), value, "{path}");
        }
        assert_eq!(said.header("etag"), "", "{path}: a tag of content could tell what changed");
        assert_eq!(said.header("set-cookie"), "", "{path}");
        assert_eq!(said.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn nothing_in_a_page_is_inline() {
    let router = router();
    for path in PATHS {
        let said = get(&router, path).await;
        if !said.header("content-type").starts_with("text/html") {
            continue;
        }
        let html = said.text();
        assert!(!html.contains("<style"), "{path}");
        assert!(!html.contains("javascript:"), "{path}");
        for tag in html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap()) {
            let name = tag.split_whitespace().next().unwrap_or("");
            if name == "script" {
                assert!(tag.contains("src=\"/static/") && html.contains("></script>"), "{path}: <{tag}>");
            }
            let attributes = tag.split_whitespace().skip(1).filter_map(|part| part.split_once('='));
            for (attribute, _) in attributes {
                assert!(attribute != "style" && !attribute.starts_with("on"), "{path}: <{tag}>");
            }
        }
        for url in html.split("src=\"").skip(1).chain(html.split("href=\"").skip(1)) {
            assert!(
                url.starts_with('/') || url.starts_with('#'),
                "{path} loads or links elsewhere: {url:.60}"
            );
        }
    }
}

#[tokio::test]
async fn a_file_is_served_under_the_hash_of_its_bytes_only() {
    let router = router();
    let assets = &*ximu_web::assets::ASSETS;
    for asset in assets.all() {
        let said = get(&router, &asset.url).await;
        assert_eq!(said.status, 200);
        assert_eq!(said.header("cache-control"), "public, max-age=31536000, immutable");
        let hash = ximu_basics::Hash::of(&said.body).to_string();
        assert!(asset.url.contains(hash.split_at(16).0));
    }
    assert_eq!(get(&router, "/static/ximu.css").await.status, 404);
    assert_eq!(get(&router, "/static/..%2fximu.css").await.status, 404);
}

#[tokio::test]
async fn only_workers_may_run_a_module_one_speaks_to_its_centre_alone_and_the_one_that_verifies_to_nobody() {
    let router = router();
    let assets = &*ximu_web::assets::ASSETS;
    for asset in assets.all() {
        let said = get(&router, &asset.url).await;
        let policy = said.header("content-security-policy");
        let (worker, verifier) = (asset.url == assets.worker.url, asset.url == assets.verify_worker.url);
        assert_eq!(policy.contains("wasm-unsafe-eval"), worker || verifier, "{}", asset.url);
        assert!(!policy.contains("'unsafe-eval'") && !policy.contains("unsafe-inline"), "{}", asset.url);
        assert_eq!(policy.contains("connect-src 'self'"), worker, "{}", asset.url);
        assert!(policy.starts_with("default-src 'none'"), "{}", asset.url);
    }
    let sealing = ximu_web::router(site(snapshot(Moment::Sealing, 5)));
    let page = get(&sealing, "/tenders/yc-2020-0603/bid").await;
    assert!(page.text().contains(&assets.module.hash().to_string()), "the page names the module it runs");
    let page = get(&sealing, "/verify").await;
    assert!(page.text().contains(&assets.module.hash().to_string()), "the page names the module it runs");
}

#[tokio::test]
async fn text_from_outside_is_escaped() {
    let router = router();
    let said = get(&router, "/tenders?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27").await;
    assert!(!said.text().contains("<script>alert"));
    assert!(!said.text().contains("\"\"'"));
}

#[tokio::test]
async fn every_page_of_a_rehearsal_says_so() {
    let router = router();
    for path in PATHS {
        let said = get(&router, path).await;
        if said.header("content-type").starts_with("text/html") {
            assert!(said.text().contains("REHEARSAL"), "{path}");
        }
    }
}
