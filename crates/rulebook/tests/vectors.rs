//! Each preset, applied to its sample tender, gives the canonical bytes and the hash kept in `procedures/vectors`
//! (rules 12). The hashes are checked with `sha256sum -c SHA256SUMS` too.

use std::{fs, path::PathBuf};

use ximu_basics::{Hash, json::from_canonical};
use ximu_procedure::rules::Rules;
use ximu_rulebook::{embedded, load};

fn procedures(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../procedures").join(name)
}

/// The tables of holidays: a part of other presets, without a document of its own.
const PART: &str = "cn-calendar";

#[test]
fn each_preset_has_a_vector_and_gives_it() {
    let sums = fs::read_to_string(procedures("vectors/SHA256SUMS")).unwrap_or_default();
    let mut expected_sums = String::new();
    for preset in embedded().iter().filter(|preset| preset.name != PART) {
        let rules = load(&procedures(&format!("vectors/{}.tender.toml", preset.name)), None)
            .unwrap_or_else(|faults| panic!("{}: {faults:#?}", preset.name));
        assert_eq!(rules.preset, preset.name, "a vector is a tender for the preset of its name");
        let bytes = rules.canonical().unwrap();
        let file = procedures(&format!("vectors/{}.json", preset.name));
        let kept = fs::read(&file).unwrap_or_default();
        if kept != bytes {
            let found = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.json", preset.name));
            fs::write(&found, &bytes).unwrap();
            panic!("{} differs from what is built now, {}", file.display(), found.display());
        }
        assert_eq!(from_canonical::<Rules>(&kept), Ok(rules.clone()));
        assert_eq!(rules.hash(), Ok(Hash::of(&kept)));
        expected_sums += &format!("{}  {}.json\n", Hash::of(&kept), preset.name);
    }
    assert_eq!(sums, expected_sums);
}

#[test]
fn each_preset_file_is_embedded() {
    let mut files: Vec<String> = fs::read_dir(procedures(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_string))
        .collect();
    files.sort();
    let names: Vec<&str> = embedded().iter().map(|preset| preset.name).collect();
    assert_eq!(files, names);
}
