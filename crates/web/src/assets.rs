//! The few files pages load: one stylesheet, script modules, one mark, and the module that seals. Each has its hash in its name, so that it
//! can be kept for ever and a changed one is another file.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use ximu_basics::Hash;

use crate::headers::WORKER_POLICY;

/// One file.
pub struct Asset {
    /// Where it is served, for instance `/static/ximu-0123456789abcdef.css`.
    pub url: String,
    content_type: &'static str,
    bytes: &'static [u8],
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
    /// The module that seals a bid in the browser.
    pub module: Asset,
    /// The page of bids: its element.
    pub bid: Asset,
    /// Its form and bill of quantities.
    pub bid_form: Asset,
    /// What it says to the centre.
    pub bid_centre: Asset,
    /// The Worker that runs the module.
    pub bid_worker: Asset,
    /// The look of the page of bids, on top of the one stylesheet.
    pub bid_style: Asset,
}

impl Assets {
    /// Every file.
    #[must_use]
    pub fn all(&self) -> [&Asset; 10] {
        [
            &self.style,
            &self.live,
            &self.countdown,
            &self.mark,
            &self.module,
            &self.bid,
            &self.bid_form,
            &self.bid_centre,
            &self.bid_worker,
            &self.bid_style,
        ]
    }
}

/// The files in this binary.
pub static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: Asset::new("ximu", "css", "text/css; charset=utf-8", include_bytes!("../assets/ximu.css")),
    live: Asset::new("live", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/live.js")),
    countdown: Asset::new(
        "countdown",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/countdown.js"),
    ),
    mark: Asset::new("mark", "svg", "image/svg+xml", include_bytes!("../assets/mark.svg")),
    bid: Asset::new("bid", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/bid.js")),
    bid_form: Asset::new(
        "bid-form",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/bid-form.js"),
    ),
    bid_centre: Asset::new(
        "bid-centre",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/bid-centre.js"),
    ),
    bid_worker: Asset::new(
        "bid-worker",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/bid-worker.js"),
    ),
    bid_style: Asset::new("bid", "css", "text/css; charset=utf-8", include_bytes!("../assets/bid.css")),
    module: Asset::new("ximu", "wasm", "application/wasm", include_bytes!("../assets/ximu.wasm")),
});

impl Asset {
    /// SHA-256 of its bytes.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.bytes)
    }

    fn new(name: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
        let hash = Hash::of(bytes).to_string();
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
    if std::ptr::eq(asset, &assets.bid_worker) {
        return (head, [(header::CONTENT_SECURITY_POLICY, WORKER_POLICY)], asset.bytes).into_response();
    }
    (head, asset.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheet_is_small() {
        let bytes = ASSETS.style.bytes.len();
        assert!((3 * 1024..=6 * 1024).contains(&bytes), "the stylesheet has {bytes} bytes");
    }
}
