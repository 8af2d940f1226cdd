//! Packages: releases newest first, and the record of one tender (ocds 2.5, 6).

use alloc::{format, string::String, vec, vec::Vec};

use crate::{Json, Object, Release, Setting, merge::compile};

/// The version of the standard.
const VERSION: &str = "1.1";

/// The most releases in one package: a page of some hundred kilobytes.
pub const RELEASES_MAX: usize = 100;

/// Where our own extension is served, below the publisher's address.
pub const EXTENSION: &str = "/ocds/extension/extension.json";

/// The extensions whose members stand in releases, besides our own. The standard's schema does not have them.
const EXTENSIONS: [&str; 5] = [
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_lots_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_enquiry_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bidOpening_extension/master/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_submissionTerms_extension/master/extension.json",
];

/// A page of releases.
#[derive(Debug, Clone, Copy)]
pub struct Package<'a> {
    /// The publisher.
    pub setting: &'a Setting,
    /// Its path and query, which name it.
    pub path: &'a str,
    /// Newest first, at most [`RELEASES_MAX`].
    pub releases: &'a [&'a Release],
    /// Path and query of the page with older ones.
    pub next: Option<&'a str>,
}

impl Package<'_> {
    /// The package; `None` without releases, because the standard has no empty one.
    #[must_use]
    pub fn json(&self) -> Option<Json> {
        let date = self.releases.iter().map(|release| release.date).max()?;
        let releases: Vec<Json> = self.releases.iter().map(|release| release.object.clone().into()).collect();
        let base = &self.setting.base;
        let links = self.next.map(|next| Object::new().with("next", format!("{base}{next}")));
        let package = head(self.setting, self.path).with("publishedDate", date).with("releases", releases);
        Some(package.maybe("links", links).into())
    }
}

/// The record package of one tender: all its releases, oldest first, and what they add up to. `None` without releases.
#[must_use]
pub fn record(setting: &Setting, ocid: &str, releases: &[Release]) -> Option<Json> {
    let date = releases.last()?.date;
    let compiled = compile(ocid, releases)?;
    let embedded: Vec<Json> = releases.iter().map(|release| release.object.clone().into()).collect();
    let record =
        Object::new().with("ocid", ocid).with("releases", embedded).with("compiledRelease", compiled);
    let package = head(setting, &format!("/ocds/records/{ocid}")).with("publishedDate", date);
    Some(package.with("records", vec![record.into()]).into())
}

/// What every package says of its publisher.
fn head(setting: &Setting, path: &str) -> Object {
    let base = &setting.base;
    let name = setting.publisher.as_deref().unwrap_or(&setting.origin);
    let publisher = Object::new().with("name", name).with("uri", base.as_str());
    let own = format!("{base}{EXTENSION}");
    let extensions: Vec<Json> = core::iter::once(own.as_str()).chain(EXTENSIONS).map(Json::from).collect();
    let extensions = setting.extensions.then_some(extensions);
    Object::new()
        .with("uri", format!("{base}{path}"))
        .with("version", VERSION)
        .maybe("extensions", extensions)
        .with("publisher", publisher)
        .with("publicationPolicy", format!("{base}/ocds/extension/README.md"))
}

/// The path of the page with the releases older than those before this place of the log.
#[must_use]
pub fn page_after(leaf: u64) -> String {
    format!("/ocds/releases?after={leaf}")
}
