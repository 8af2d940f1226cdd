//! How it was checked who sits down (evaluation 3.6): what the member chose, and the result of a match of faces, never
//! a face.

use alloc::{string::String, vec::Vec};
use core::cmp::Ordering;
use serde::{Deserialize, Serialize};
use ximu_basics::{Decimal, Hash, PublicKey};

/// Decimals of a similarity and of a threshold.
pub const SIMILARITY_SCALE: u8 = 3;

/// What a member chose at the door. An officer looks at the document in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityChoice {
    /// It consents to a match of its face with its document 同意人脸比对.
    Face,
    /// It asks for the officer alone 由工作人员核验.
    Officer,
}

/// How it was checked who sits down, beside the document that the officer has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityCheck {
    /// What the member chose.
    pub choice: IdentityChoice,
    /// The result of the match; absent when none was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub face: Option<FaceMatch>,
}

/// The result of one match of two pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaceMatch {
    /// Whether the similarity reaches the threshold.
    pub matched: bool,
    /// SHA-256 of the model's file.
    pub model: Hash,
    /// Cosine of the two embeddings, from -1.000 to 1.000, three decimals.
    pub similarity: Decimal,
    /// What it is compared with, from 0.001 to 1.000, three decimals.
    pub threshold: Decimal,
}

impl FaceMatch {
    /// Whether it says what its numbers say, and they have the form.
    #[must_use]
    pub fn holds(&self) -> bool {
        let (found, needed) = (self.similarity, self.threshold);
        found.scale() == SIMILARITY_SCALE
            && needed.scale() == SIMILARITY_SCALE
            && (-1000..=1000).contains(&found.mantissa())
            && (1..=1000).contains(&needed.mantissa())
            && self.matched == (found.compare(needed) != Ordering::Less)
    }
}

impl IdentityCheck {
    /// Whether a face was matched that nobody consented to.
    #[must_use]
    pub const fn lacks_consent(&self) -> bool {
        match self.choice {
            IdentityChoice::Face => false,
            IdentityChoice::Officer => self.face.is_some(),
        }
    }

    /// The two lines that it has in a statement.
    fn lines(&self) -> String {
        let choice = self.choice.word();
        match &self.face {
            None => alloc::format!("{choice}\n-\n"),
            Some(FaceMatch { matched, model, similarity, threshold }) => {
                let word = if *matched { "matched" } else { "different" };
                alloc::format!("{choice}\n{model} {threshold} {similarity} {word}\n")
            }
        }
    }
}

impl IdentityChoice {
    /// Its word in statements and in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            IdentityChoice::Face => "face",
            IdentityChoice::Officer => "officer",
        }
    }
}

/// The bytes that a witness officer signs when a member takes a seat: those of the keeper's statement, and where the
/// command says how identity was checked, that too.
#[must_use]
pub fn officer_statement(
    origin: &str,
    procedure: &str,
    leaf: &Hash,
    key: &PublicKey,
    (recipient, seat): (&str, &str),
    identity: Option<&IdentityCheck>,
) -> Vec<u8> {
    let Some(identity) = identity else {
        return super::evaluation::seat_statement(origin, procedure, leaf, key, recipient, seat);
    };
    let lines = identity.lines();
    alloc::format!("ximu-seat/2\n{origin}\n{procedure}\n{leaf}\n{key}\n{recipient}\n{seat}\n{lines}")
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(similarity: &str, threshold: &str, matched: bool) -> FaceMatch {
        let number = |text: &str| text.parse::<Decimal>().unwrap();
        FaceMatch {
            matched,
            model: Hash([7; 32]),
            similarity: number(similarity),
            threshold: number(threshold),
        }
    }

    #[test]
    fn a_result_says_what_its_numbers_say() {
        for (similarity, threshold, matched, holds) in [
            ("0.400", "0.400", true, true),
            ("0.399", "0.400", false, true),
            ("-1.000", "0.001", false, true),
            ("1.000", "1.000", true, true),
            ("0.399", "0.400", true, false),
            ("0.400", "0.400", false, false),
            ("0.4", "0.400", true, false),
            ("0.400", "0.40", true, false),
            ("1.001", "0.400", true, false),
            ("-1.001", "0.400", false, false),
            ("0.400", "0.000", true, false),
            ("0.400", "1.001", false, false),
        ] {
            let found = found(similarity, threshold, matched);
            assert_eq!(found.holds(), holds, "{similarity} {threshold} {matched}");
        }
    }

    #[test]
    fn the_officer_signs_the_result_and_without_one_the_older_words() {
        let (leaf, key) = (Hash([1; 32]), PublicKey([2; 32]));
        let said = |identity: Option<IdentityCheck>| {
            let said = officer_statement("o", "p", &leaf, &key, ("age1", "s"), identity.as_ref());
            alloc::string::String::from_utf8(said).unwrap()
        };
        assert!(said(None).starts_with("ximu-seat/1\n"));
        let check = |face| Some(IdentityCheck { choice: IdentityChoice::Face, face });
        let consented = said(check(None));
        assert!(consented.starts_with("ximu-seat/2\n") && consented.ends_with("\ns\nface\n-\n"));
        let hash = Hash([7; 32]);
        let told = said(check(Some(found("-0.012", "0.400", false))));
        assert!(told.ends_with(&alloc::format!("\nface\n{hash} 0.400 -0.012 different\n")));
    }
}
