//! Lists whose objects have ids: what one release says of a bid, a document or a draw, gathered over its events.

use alloc::{string::String, vec::Vec};

use crate::{
    json::{Json, Object},
    merge,
};

/// Objects by id, in the order in which they were first named. No id stands twice (ocds 2.3).
#[derive(Debug, Clone, Default)]
pub(crate) struct Keyed(Vec<(String, Object)>);

impl Keyed {
    /// Says something of the object with this id, beside what was said of it before.
    pub fn add(&mut self, id: impl Into<String>, said: Object) {
        let id = id.into();
        if let Some((_, known)) = self.0.iter_mut().find(|(known, _)| *known == id) {
            merge::join(known, &said);
        } else {
            let object = said.with("id", id.as_str());
            self.0.push((id, object));
        }
    }

    /// The list; `None` when nothing was said.
    pub fn into_list(self) -> Option<Json> {
        if self.0.is_empty() {
            return None;
        }
        Some(Json::List(self.0.into_iter().map(|(_, object)| object.into()).collect()))
    }
}
