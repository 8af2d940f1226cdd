//! Our extension of the standard: the files that `docs/ocds-extension/` holds and a centre serves (ocds 7).

/// One file: its name, its content type, its text.
pub type File = (&'static str, &'static str, &'static str);

/// Every file.
pub const FILES: [File; 3] = [
    ("extension.json", "application/json", include_str!("../../../docs/ocds-extension/extension.json")),
    (
        "release-schema.json",
        "application/json",
        include_str!("../../../docs/ocds-extension/release-schema.json"),
    ),
    ("README.md", "text/markdown; charset=utf-8", include_str!("../../../docs/ocds-extension/README.md")),
];

/// A file by its name.
#[must_use]
pub fn file(name: &str) -> Option<File> {
    FILES.into_iter().find(|(known, _, _)| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_that_is_ours_is_in_the_schema() {
        let (_, _, text) = file("release-schema.json").unwrap();
        let schema: serde_json::Value = serde_json::from_str(text).unwrap();
        let has = |what: &str, member: &str| schema["definitions"][what]["properties"].get(member).is_some();
        assert!(schema["properties"].get("ximu").is_some());
        for (what, members) in [
            ("Document", &["sha256", "sizeInBytes", "replacedBy"][..]),
            ("Amendment", &["deadline", "documents"]),
            ("Bid", &["commitments", "opening", "evaluation", "bond"]),
            (
                "Tender",
                &[
                    "holders",
                    "objections",
                    "suspendedUntil",
                    "draws",
                    "pools",
                    "evaluation",
                    "officialRecords",
                ],
            ),
        ] {
            assert!(members.iter().all(|member| has(what, member)), "{what}");
        }
        let (_, _, text) = file("extension.json").unwrap();
        let extension: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(extension["schemas"][0], "release-schema.json");
        assert_eq!(file("no-such-file"), None);
    }
}
