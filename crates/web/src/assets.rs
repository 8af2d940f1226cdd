//! The few files pages load: one stylesheet, script modules, one mark, and the module that seals
//! and verifies. Each has its hash in its name, so that it
//! can be kept for ever and a changed one is another file.

use std::{borrow::Cow, sync::LazyLock};

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use ximu_basics::Hash;

use crate::headers::{VERIFIER_POLICY, WORKER_POLICY};

/// One file.
pub struct Asset {
    /// Where it is served, for instance `/static/ximu-0123456789abcdef.css`.
    pub url: String,
    content_type: &'static str,
    bytes: Cow<'static, [u8]>,
}

/// All of them.
pub struct Assets {
    /// The one stylesheet.
    pub style: Asset,
    /// The element that keeps a page current.
    pub live: Asset,
    /// The element that counts down by the centre's clock.
    pub countdown: Asset,
    /// The mark in the browser's tab.
    pub mark: Asset,
    /// The module that seals a bid, and verifies a bundle, in the browser.
    pub module: Asset,
    /// What desks say to the centre.
    pub net: Asset,
    /// What desks share: steps, key, Worker.
    pub walk: Asset,
    /// The Worker that runs the module.
    pub worker: Asset,
    /// The page of bids: its element.
    pub bid: Asset,
    /// Its form and bill of quantities.
    pub bid_form: Asset,
    /// Where it answers the criteria.
    pub bid_index: Asset,
    /// What it says to the centre beside commands.
    pub bid_centre: Asset,
    /// The desk: its element.
    pub desk: Asset,
    /// Its form.
    pub desk_form: Asset,
    /// The evaluation desk: its element.
    pub evaluate: Asset,
    /// Its score sheet.
    pub evaluate_sheet: Asset,
    /// Its documents.
    pub evaluate_papers: Asset,
    /// The report as it is read before it is signed.
    pub evaluate_report: Asset,
    /// Its tables and lists.
    pub evaluate_view: Asset,
    /// Its scores that are called abnormal.
    pub evaluate_abnormal: Asset,
    /// Its look, on top of that of the page of bids.
    pub evaluate_style: Asset,
    /// Verifying in the page: its element.
    pub verify: Asset,
    /// How it shows what was found.
    pub verify_answer: Asset,
    /// The Worker that verifies, and may connect to nothing.
    pub verify_worker: Asset,
    /// The look of the page of bids, on top of the one stylesheet.
    pub bid_style: Asset,
    /// What plays a replay of the hall.
    pub replay: Asset,
    /// The look of the hall, on top of the same.
    pub hall_style: Asset,
}

impl Assets {
    /// Every file.
    #[must_use]
    pub fn all(&self) -> [&Asset; 27] {
        [
            &self.style,
            &self.live,
            &self.countdown,
            &self.mark,
            &self.module,
            &self.net,
            &self.walk,
            &self.worker,
            &self.bid,
            &self.bid_form,
            &self.bid_index,
            &self.bid_centre,
            &self.desk,
            &self.desk_form,
            &self.bid_style,
            &self.hall_style,
            &self.replay,
            &self.evaluate,
            &self.evaluate_papers,
            &self.evaluate_report,
            &self.evaluate_sheet,
            &self.evaluate_view,
            &self.evaluate_abnormal,
            &self.evaluate_style,
            &self.verify,
            &self.verify_answer,
            &self.verify_worker,
        ]
    }
}

/// The files in this binary. A script is named after those that it imports.
pub static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let net = script("net", include_str!("../assets/net.js"), &[]);
    let walk = script("walk", include_str!("../assets/walk.js"), &[&net]);
    let bid_form = script("bid-form", include_str!("../assets/bid-form.js"), &[&walk]);
    let bid_centre = script("bid-centre", include_str!("../assets/bid-centre.js"), &[&net]);
    let bid_index = script("bid-index", include_str!("../assets/bid-index.js"), &[&walk]);
    let bid = include_str!("../assets/bid.js");
    let bid = script("bid", bid, &[&bid_form, &bid_index, &bid_centre, &net, &walk]);
    let desk_form = script("desk-form", include_str!("../assets/desk-form.js"), &[]);
    let desk = script("desk", include_str!("../assets/desk.js"), &[&bid_centre, &desk_form, &net, &walk]);
    let evaluate_view = script("evaluate-view", include_str!("../assets/evaluate-view.js"), &[&walk]);
    let evaluate_abnormal = include_str!("../assets/evaluate-abnormal.js");
    let evaluate_abnormal = script("evaluate-abnormal", evaluate_abnormal, &[&evaluate_view, &walk]);
    let evaluate_sheet =
        script("evaluate-sheet", include_str!("../assets/evaluate-sheet.js"), &[&net, &walk]);
    let evaluate_papers = include_str!("../assets/evaluate-papers.js");
    let evaluate_papers = script("evaluate-papers", evaluate_papers, &[&evaluate_view, &net, &walk]);
    let evaluate_report = script("evaluate-report", include_str!("../assets/evaluate-report.js"), &[&walk]);
    let evaluate = include_str!("../assets/evaluate.js");
    let parts = [
        &evaluate_abnormal,
        &evaluate_papers,
        &evaluate_report,
        &evaluate_sheet,
        &evaluate_view,
        &net,
        &walk,
    ];
    let evaluate = script("evaluate", evaluate, &parts);
    let verify_answer = script("verify-answer", include_str!("../assets/verify-answer.js"), &[]);
    let verify = script("verify", include_str!("../assets/verify.js"), &[&verify_answer]);
    Assets {
        style: Asset::new("ximu", "css", CSS, include_bytes!("../assets/ximu.css").as_slice()),
        live: script("live", include_str!("../assets/live.js"), &[]),
        countdown: script("countdown", include_str!("../assets/countdown.js"), &[]),
        mark: Asset::new("mark", "svg", "image/svg+xml", include_bytes!("../assets/mark.svg").as_slice()),
        worker: script("worker", include_str!("../assets/worker.js"), &[]),
        verify_worker: script("verify-worker", include_str!("../assets/verify-worker.js"), &[]),
        bid_style: Asset::new("bid", "css", CSS, include_bytes!("../assets/bid.css").as_slice()),
        replay: script("replay", include_str!("../assets/replay.js"), &[]),
        hall_style: Asset::new("hall", "css", CSS, include_bytes!("../assets/hall.css").as_slice()),
        module: Asset::new(
            "ximu",
            "wasm",
            "application/wasm",
            include_bytes!("../assets/ximu.wasm").as_slice(),
        ),
        evaluate_style: Asset::new(
            "evaluate",
            "css",
            CSS,
            include_bytes!("../assets/evaluate.css").as_slice(),
        ),
        evaluate,
        evaluate_papers,
        evaluate_report,
        evaluate_sheet,
        evaluate_view,
        evaluate_abnormal,
        verify,
        verify_answer,
        net,
        walk,
        bid,
        bid_form,
        bid_index,
        bid_centre,
        desk,
        desk_form,
    }
});

const CSS: &str = "text/css; charset=utf-8";

/// A script module. It imports others of this folder by their plain names (`from "./net.js"`); in what is served stand
/// the names that they are served under.
fn script(name: &str, text: &str, imports: &[&Asset]) -> Asset {
    let mut text = text.to_owned();
    for import in imports {
        let served = import.url.rsplit('/').next().unwrap_or_default();
        let plain = served.rsplit_once('-').map_or(served, |(plain, _)| plain);
        text = text.replace(&format!("from \"./{plain}.js\""), &format!("from \"./{served}\""));
    }
    Asset::new(name, "js", "text/javascript; charset=utf-8", text.into_bytes())
}

impl Asset {
    /// SHA-256 of its bytes.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.bytes)
    }

    fn new(
        name: &str,
        extension: &str,
        content_type: &'static str,
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Asset {
        let bytes = bytes.into();
        let hash = Hash::of(&bytes).to_string();
        let short: String = hash.chars().take(16).collect();
        Asset { url: format!("/static/{name}-{short}.{extension}"), content_type, bytes }
    }
}

/// `GET /static/{name}`: the file of exactly this name. A Worker lives under the policy of its own file.
pub async fn serve(Path(name): Path<String>) -> Response {
    let assets = &*ASSETS;
    let found = assets.all().into_iter().find(|asset| asset.url.strip_prefix("/static/") == Some(&name));
    let Some(asset) = found else { return StatusCode::NOT_FOUND.into_response() };
    let head = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    let bytes: &'static [u8] = &asset.bytes;
    let policy = [(&assets.worker, WORKER_POLICY), (&assets.verify_worker, VERIFIER_POLICY)];
    match policy.into_iter().find(|(worker, _)| std::ptr::eq(asset, *worker)) {
        Some((_, policy)) => (head, [(header::CONTENT_SECURITY_POLICY, policy)], bytes).into_response(),
        None => (head, bytes).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_import_of_a_script_is_a_file_that_is_served() {
        let served: Vec<&str> =
            ASSETS.all().iter().filter_map(|asset| asset.url.strip_prefix("/static/")).collect();
        let mut imports = 0;
        for asset in ASSETS.all().into_iter().filter(|asset| asset.url.ends_with(".js")) {
            let text = std::str::from_utf8(&asset.bytes).unwrap();
            for import in text.split("from \"./").skip(1) {
                let name = import.split('"').next().unwrap();
                assert!(served.contains(&name), "{}: {name}", asset.url);
                imports += 1;
            }
        }
        assert!(imports >= 6, "{imports}");
    }

    /// "About 3 to 6 KB" (ui), and one more for a narrow screen: rows as cards, and the shadow that says a table goes on.
    const STYLE_BYTES_MAX: usize = 7_300;

    #[test]
    fn the_stylesheet_is_small() {
        let bytes = ASSETS.style.bytes.len();
        assert!((3_000..=STYLE_BYTES_MAX).contains(&bytes), "the stylesheet has {bytes} bytes");
    }
}
