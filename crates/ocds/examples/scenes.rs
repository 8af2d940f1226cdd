//! Writes the packages of every scene into a folder, for the standard's own programs: `scenes DIR`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a tool of the tests")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{fs, path::PathBuf};

use support::{SCENES, setting, told};
use ximu_ocds::{Package, Release, package::RELEASES_MAX, record};
use ximu_sim::centre::TENDER;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("scenes DIR"));
    fs::create_dir_all(&folder).unwrap();
    let setting = setting();
    let ocid = setting.ocid(&TENDER.parse().unwrap());
    for (name, scene) in SCENES {
        let releases = told(&scene());
        let newest: Vec<&Release> = releases.iter().rev().take(RELEASES_MAX).collect();
        let package = Package { setting: &setting, path: "/ocds/releases", releases: &newest, next: None };
        fs::write(folder.join(format!("{name}-releases.json")), package.json().unwrap().to_text()).unwrap();
        let record = record(&setting, &ocid, &releases).unwrap().to_text();
        fs::write(folder.join(format!("{name}-record.json")), record).unwrap();
    }
}
