//! What is wrong, by log and part: said once in the log when it begins and when it changes, and on `/healthz` as
//! long as it lasts.
//!
//! Nothing here depends on how many bids there are: no sizes, no counts.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A part of a peer that can be in trouble by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The log itself: what it has signed contradicts itself. Never cleared.
    Log,
    /// Cosigning.
    Witness,
    /// Following the log and keeping a copy of it.
    Mirror,
    /// Deciding the log again and releasing shares.
    Holder,
    /// Keeping copies of ciphertexts.
    Custody,
}

/// How much something matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It passes by itself when another machine answers again; the peer is well.
    Waits,
    /// Something is false, lost or refused: people must look.
    Wrong,
    /// That it happens at all is a fact of a hidden class: the operator's log has it, and nobody else is shown it.
    Private,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Concern {
    /// The log.
    pub origin: String,
    /// The part.
    pub part: Part,
    /// The stable code.
    pub code: String,
    /// What was expected, what was found.
    pub detail: String,
    /// How much it matters.
    pub weight: Weight,
}

/// Everything that is wrong now.
#[derive(Debug, Default)]
pub struct Health(Mutex<BTreeMap<(String, Part), Concern>>);

impl Health {
    /// Something is wrong. Logged when it is new or another thing than before.
    pub fn raise(&self, origin: &str, part: Part, code: &str, detail: &str) {
        self.note(origin, part, code, detail, Weight::Wrong);
    }

    /// Something waits for another machine. Logged when it is new or another thing than before.
    pub fn wait(&self, origin: &str, part: Part, code: &str, detail: &str) {
        self.note(origin, part, code, detail, Weight::Waits);
    }

    /// Something stands in the way of what a hidden class asks for. Logged like the others, and shown to nobody.
    pub fn keep_private(&self, origin: &str, part: Part, code: &str, detail: &str) {
        self.note(origin, part, code, detail, Weight::Private);
    }

    fn note(&self, origin: &str, part: Part, code: &str, detail: &str, weight: Weight) {
        let (origin_text, code_text, detail_text) = (origin.to_owned(), code.to_owned(), detail.to_owned());
        let concern = Concern { origin: origin_text, part, code: code_text, detail: detail_text, weight };
        let mut concerns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = concerns.insert((origin.into(), part), concern);
        if before.is_none_or(|before| before.code != code) {
            match weight {
                Weight::Wrong => tracing::error!(origin, ?part, code, "{detail}"),
                Weight::Waits | Weight::Private => tracing::warn!(origin, ?part, code, "{detail}"),
            }
        }
    }

    /// Nothing is wrong with this part any more. Logged when something was.
    pub fn clear(&self, origin: &str, part: Part) {
        let mut concerns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = concerns.remove(&(origin.to_owned(), part)) {
            tracing::info!(origin, ?part, code = before.code, "this has passed");
        }
    }

    /// Whether nothing is wrong but what passes by itself.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.concerns().iter().all(|concern| concern.weight == Weight::Waits)
    }

    /// Everything that is wrong now and that anybody may know, by log and part.
    #[must_use]
    pub fn concerns(&self) -> Vec<Concern> {
        let concerns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        concerns.values().filter(|concern| concern.weight != Weight::Private).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concern_stays_until_it_is_cleared() {
        let health = Health::default();
        health.raise("a", Part::Witness, "one", "first");
        health.raise("a", Part::Witness, "two", "second");
        health.raise("b", Part::Mirror, "three", "third");
        let codes: Vec<String> = health.concerns().into_iter().map(|concern| concern.code).collect();
        assert_eq!(codes, ["two", "three"]);
        assert!(!health.is_well());
        health.clear("a", Part::Witness);
        health.clear("a", Part::Holder);
        assert_eq!(health.concerns().len(), 1);
        health.clear("b", Part::Mirror);
        health.wait("b", Part::Mirror, "client-timeout", "fourth");
        assert!(health.is_well(), "what passes by itself is shown and is no illness");
        assert_eq!(health.concerns().len(), 1);
        health.keep_private("b", Part::Mirror, "holder-withheld", "fifth");
        assert!(health.is_well() && health.concerns().is_empty(), "nobody is shown what is private");
    }
}
