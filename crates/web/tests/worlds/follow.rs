//! The centre as its peers' followers read it: through its own HTTP, without a network.

use std::{cell::RefCell, rc::Rc, time::Duration};

use axum::Router;
use tokio::runtime::Handle;
use ximu_basics::{Hash, ProcedureId, json::to_canonical};
use ximu_peer::{
    Source,
    source::{Asking, Fetch, SourceError},
};
use ximu_procedure::wire::{SignedCommand, evaluation::Sitting};
use ximu_tlog::tile::{Bundle, Tile};
use ximu_verify::Disclosed;

use super::net::{Answer, ask, get, request};

/// A centre's router; gone while the centre is down.
pub type Line = Rc<RefCell<Option<(Handle, Router)>>>;

/// What a follower reads from.
pub struct Centre(pub Line);

impl Centre {
    fn ask(&self, path: &str) -> Result<Answer, SourceError> {
        let line = self.0.borrow();
        let (handle, router) = line.as_ref().ok_or_else(down)?;
        Ok(ask(handle, router, get(path)))
    }
}

fn down() -> SourceError {
    SourceError { code: "client-connection".into(), detail: "nobody answers".into() }
}

fn found(answer: Answer) -> Result<Option<Vec<u8>>, SourceError> {
    match answer.status {
        200 => Ok(Some(answer.body)),
        404 => Ok(None),
        _ => Err(SourceError { code: "client-unexpected".into(), detail: answer.text() }),
    }
}

impl Source for Centre {
    /// Never waits: the script takes a step when there is something new.
    fn wait(&self, size: u64, _: Duration) -> Result<Option<String>, SourceError> {
        let newest = found(self.ask("/log/checkpoint")?)?.map(|note| String::from_utf8(note).unwrap());
        let has = |note: &String| note.lines().nth(1).and_then(|size| size.parse::<u64>().ok());
        if newest.as_ref().and_then(has).is_none_or(|has| has < size) {
            return Ok(newest);
        }
        Ok(found(self.ask(&format!("/log/wait?size={size}"))?)?.map(|note| String::from_utf8(note).unwrap()))
    }

    fn bundle(&self, bundle: Bundle) -> Result<Option<Vec<u8>>, SourceError> {
        found(self.ask(&format!("/log/{bundle}"))?)
    }

    fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, SourceError> {
        found(self.ask(&format!("/log/{tile}"))?)
    }

    fn operations(&self, procedure: &ProcedureId) -> Result<Option<Vec<Disclosed>>, SourceError> {
        let lines = found(self.ask(&format!("/api/v1/tenders/{procedure}/operations"))?)?;
        assert_eq!(lines, None, "nothing is disclosed before CLOSE");
        Ok(None)
    }

    fn sitting(&self, procedure: &ProcedureId, _: &Asking) -> Result<Option<Sitting>, SourceError> {
        assert_eq!(
            found(self.ask(&format!("/api/v1/tenders/{procedure}/panel"))?)?,
            None,
            "nobody evaluates"
        );
        Ok(None)
    }

    fn form(&self, procedure: &ProcedureId, commitment: &Hash) -> Result<Option<Vec<u8>>, SourceError> {
        found(self.ask(&format!("/api/v1/tenders/{procedure}/envelopes/{commitment}"))?)
    }

    fn body_header(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        _: &Asking,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        found(self.ask(&format!("/api/v1/tenders/{procedure}/bodies/{commitment}/header"))?)
    }

    fn body(&self, _: &ProcedureId, _: &Hash) -> Fetch {
        panic!("nobody evaluates")
    }

    fn give(&self, command: &SignedCommand) -> Result<(), SourceError> {
        let line = self.0.borrow();
        let (handle, router) = line.as_ref().ok_or_else(down)?;
        let body = to_canonical(command).unwrap();
        found(ask(handle, router, request("POST", "/api/v1/commands", &[], body))).map(|_| ())
    }
}
