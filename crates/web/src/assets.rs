//! The few files pages load: one stylesheet, script modules, one mark, and the module that seals. Each has its hash in its name, so that it
//! can be kept for ever and a changed one is another file.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use ximu_basics::Hash;

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

/// `GET /static/{name}`: the file of exactly this name.
pub async fn serve(Path(name): Path<String>) -> Response {
    let assets = &*ASSETS;
    let all = [&assets.style, &assets.live, &assets.countdown, &assets.mark, &assets.module];
    match all.into_iter().find(|asset| asset.url.strip_prefix("/static/") == Some(name.as_str())) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.bytes,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
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
