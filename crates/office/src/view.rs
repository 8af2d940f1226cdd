//! The snapshot every reader sees: the public world, what is cosigned, how the other centres do, health.
//!
//! A view never changes; a new one replaces it. Nothing in it depends on how many bids there are before CLOSE: the
//! sealed class stays with the writer.

use std::{collections::BTreeMap, sync::Arc};
use ximu_basics::{Instant, ProcedureId};
use ximu_procedure::{PanelState, World};

use crate::state::State;

/// What is public, at one moment, and what the office itself has to know beside it.
#[derive(Debug, Clone)]
pub struct View {
    /// The register and the procedures after the newest durable leaf.
    pub world: Arc<World>,
    /// Leaves in the log.
    pub size: u64,
    /// What committees have done behind their veils. Not public: it says here who may read documents.
    pub(crate) panels: BTreeMap<ProcedureId, Arc<PanelState>>,
    /// The newest published cosigned checkpoint.
    pub cosigned: Option<Arc<CosignedView>>,
    /// The witnesses of the policy, in the order of their names.
    pub peers: Arc<Vec<Peer>>,
    /// How the office does.
    pub health: Health,
}

impl View {
    /// A view in which no committee sits.
    #[must_use]
    pub const fn without_committees(
        world: Arc<World>,
        size: u64,
        cosigned: Option<Arc<CosignedView>>,
        peers: Arc<Vec<Peer>>,
        health: Health,
    ) -> View {
        View { world, size, panels: BTreeMap::new(), cosigned, peers, health }
    }

    /// Shows what is durable now.
    pub(crate) fn follow(&mut self, state: &State) {
        self.world = state.world.clone();
        self.size = state.world.size;
        self.panels = state.panel_states();
    }
}

/// A cosigned checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignedView {
    /// Leaves it covers.
    pub size: u64,
    /// Its cosigned time; `None` when the policy asks for no cosignature.
    pub time: Option<Instant>,
    /// The signed note.
    pub note: String,
}

/// Another centre as a witness of this log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its name in the policy.
    pub name: String,
    /// Where it takes checkpoints, when the policy says so.
    pub url: Option<String>,
    /// Leaves of the newest checkpoint it has cosigned, as far as this office knows.
    pub cosigned: u64,
    /// How it does.
    pub condition: Condition,
}

/// How a witness does, as this office sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Not asked yet.
    Unknown,
    /// Its last answer was a cosignature.
    Good,
    /// Its last answer was none; the stable code says what was.
    Failing(&'static str),
}

/// How the office does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// The writer.
    pub writer: WriterHealth,
    /// The publisher.
    pub publisher: PublisherHealth,
    /// A deadline and its grace have passed and no cosigned checkpoint is early enough to close by.
    pub close_lacks_evidence: bool,
}

/// How the writer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriterHealth {
    /// It records.
    Good,
    /// The disk is full; it refuses everything and tries again.
    Full,
    /// It has stopped for good; the stable code says why.
    Stopped(&'static str),
}

/// How the publisher does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublisherHealth {
    /// The log is not founded: there is no policy yet.
    Idle,
    /// The newest checkpoint was cosigned by every witness.
    Good,
    /// A quorum cosigns, but not every witness.
    Degraded,
    /// Not enough witnesses answer: nothing new is cosigned.
    NoQuorum,
    /// The tiles or the checkpoint cannot be written; the stable code says why.
    Failing(&'static str),
}

impl Health {
    /// Whether commands can be recorded and cosigned now (`/readyz`). A log that is not founded has no policy, so that
    /// nothing can be cosigned: it is not ready.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let publishes = match self.publisher {
            PublisherHealth::Good | PublisherHealth::Degraded => true,
            PublisherHealth::Idle | PublisherHealth::NoQuorum | PublisherHealth::Failing(_) => false,
        };
        self.writer == WriterHealth::Good && publishes
    }
}
