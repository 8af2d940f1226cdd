//! The compiled release: what the releases of one tender add up to (ocds 5), by the merging rules of OCDS 1.1.
//!
//! The rules are those of the standard for every release there could be, applied to those that this crate writes.
//! `cargo xtask ocds` compares the result with the standard's own program, `ocdsmerge`.

use alloc::{format, vec, vec::Vec};

use crate::{
    json::{Json, Object},
    tell::Release,
};

/// Members that a compiled release has of its own.
const OF_ITS_OWN: [&str; 3] = ["id", "date", "tag"];

/// Lists that the schema says are replaced whole although they hold objects.
const WHOLE: [&str; 1] = ["legislativeReferences"];

/// The compiled release; `None` without releases. They are given in the order of their entries.
#[must_use]
pub fn compile(ocid: &str, releases: &[Release]) -> Option<Object> {
    let date = releases.last()?.date;
    let mut compiled = Object::new();
    for release in releases {
        let mut said = release.object.clone();
        for name in OF_ITS_OWN {
            said.0.remove(name);
        }
        merge(&mut compiled, &said);
    }
    compiled.set("ocid", ocid);
    compiled.set("id", format!("{ocid}-{date}"));
    compiled.set("date", date);
    compiled.set("tag", vec![Json::from("compiled")]);
    Some(compiled)
}

/// Applies a later object to an earlier one: objects member by member, lists of objects by `id`, everything else by
/// its last value; `null` takes away.
pub(crate) fn merge(into: &mut Object, later: &Object) {
    apply(into, later, Nulls::TakeAway);
}

/// Puts two things said in one release together. A `null` stays, for the merging to come.
pub(crate) fn join(into: &mut Object, more: &Object) {
    apply(into, more, Nulls::Stay);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    TakeAway,
    Stay,
}

fn apply(into: &mut Object, later: &Object, nulls: Nulls) {
    for (name, value) in &later.0 {
        match (value, into.0.get_mut(name)) {
            (Json::Null, _) if nulls == Nulls::TakeAway => {
                into.0.remove(name);
            }
            (Json::Object(said), Some(Json::Object(known))) => apply(known, said, nulls),
            (Json::Object(said), _) => {
                let mut fresh = Object::new();
                apply(&mut fresh, said, nulls);
                into.set(name, fresh);
            }
            (Json::List(said), Some(Json::List(known))) if is_by_id(name, said) => by_id(known, said, nulls),
            (Json::List(said), _) if is_by_id(name, said) => {
                let mut fresh = Vec::new();
                by_id(&mut fresh, said, nulls);
                into.set(name, fresh);
            }
            (
                Json::Null
                | Json::Bool(_)
                | Json::Integer(_)
                | Json::Decimal(_)
                | Json::Text(_)
                | Json::List(_),
                _,
            ) => into.set(name, value.clone()),
        }
    }
}

fn by_id(known: &mut Vec<Json>, said: &[Json], nulls: Nulls) {
    for item in said {
        let Json::Object(item) = item else { continue };
        let same = |other: &&mut Json| id_of(other) == item.0.get("id");
        if let Some(Json::Object(found)) = known.iter_mut().find(same) {
            apply(found, item, nulls);
        } else {
            let mut fresh = Object::new();
            apply(&mut fresh, item, nulls);
            known.push(fresh.into());
        }
    }
}

fn is_by_id(name: &str, items: &[Json]) -> bool {
    !WHOLE.contains(&name) && items.iter().all(|item| id_of(item).is_some())
}

fn id_of(item: &Json) -> Option<&Json> {
    let Json::Object(object) = item else { return None };
    object.0.get("id")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(id: &str, name: &'static str, value: impl Into<Json>) -> Json {
        Object::new().with("id", id).with(name, value).into()
    }

    #[test]
    fn later_words_win_lists_go_by_id_and_null_takes_away() {
        let mut known = Object::new()
            .with("status", "active")
            .with("roles", vec![Json::from("buyer")])
            .with("period", Object::new().with("startDate", "a").with("endDate", "b"))
            .with("documents", vec![object("1", "title", "x"), object("2", "title", "y")]);
        let later = Object::new()
            .with("status", "complete")
            .with("roles", vec![Json::from("supplier")])
            .with("period", Object::new().with("endDate", "c").with("startDate", Json::Null))
            .with("documents", vec![object("2", "url", "u"), object("3", "title", "z")]);
        merge(&mut known, &later);
        let expected = concat!(
            r#"{"documents":[{"id":"1","title":"x"},{"id":"2","title":"y","url":"u"},{"id":"3","title":"z"}],"#,
            r#""period":{"endDate":"c"},"roles":["supplier"],"status":"complete"}"#
        );
        assert_eq!(Json::from(known).to_text(), expected);
    }

    #[test]
    fn without_releases_nothing_is_compiled() {
        assert_eq!(compile("ocds-ximu00-x", &[]), None);
    }
}
