//! What stands around every page: the bar, the switches, the rehearsal banner, the foot.

use std::sync::Arc;

use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_office::View;
use ximu_procedure::wire::RecordKind;
use ximu_text::{Language, Text};

use crate::{
    assets::{ASSETS, Assets},
    host::{Centre, Host},
    reader::Reader,
    view::Status,
};

/// The frame of one page for one reader.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The texts.
    pub t: Text,
    /// The reader.
    pub reader: Reader,
    /// The page's title, without the centre's name.
    pub title: String,
    /// Which entry of the bar is the current one.
    pub section: Section,
    /// The centre.
    pub centre: Arc<Centre>,
    /// How far the log is.
    pub log: LogState,
    /// The policy in force and its fingerprint; empty before the centre is founded.
    pub policy: Policy,
    /// The centre's time.
    pub now: Instant,
}

/// The entries of the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The portal and the tenders.
    Tenders,
    /// The statistics.
    Statistics,
    /// How to check.
    Verify,
    /// The codes.
    Codes,
    /// About.
    About,
}

/// The policy in force.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Its text.
    pub text: String,
    /// SHA-256 of the text, in hexadecimal.
    pub fingerprint: String,
}

impl Policy {
    fn of(text: &str) -> Policy {
        Policy { text: text.to_string(), fingerprint: Hash::of(text.as_bytes()).to_string() }
    }
}

/// How far the log is.
#[derive(Debug, Clone, Default)]
pub struct LogState {
    /// Leaves in the newest cosigned checkpoint.
    pub cosigned_size: u64,
    /// Its cosigned time; `None` before the first.
    pub cosigned_at: Option<Instant>,
    /// The witnesses whose cosignatures it carries.
    pub cosigners: Vec<String>,
}

impl LogState {
    /// What the newest published checkpoint says.
    #[must_use]
    pub fn of(view: &View) -> LogState {
        let Some(cosigned) = &view.cosigned else { return LogState::default() };
        // The publisher checked the note; here its signature lines only give names to show.
        let signers = cosigned.note.lines().filter_map(|line| line.strip_prefix("— ")?.split(' ').next());
        let witnesses = signers.filter(|name| view.peers.iter().any(|peer| peer.name == *name));
        LogState {
            cosigned_size: cosigned.size,
            cosigned_at: cosigned.time,
            cosigners: witnesses.map(str::to_string).collect(),
        }
    }
}

impl Section {
    const fn name(self) -> &'static str {
        match self {
            Section::Tenders => "tenders",
            Section::Statistics => "statistics",
            Section::Verify => "verify",
            Section::Codes => "codes",
            Section::About => "about",
        }
    }
}

impl Frame {
    /// The frame of a page.
    #[must_use]
    pub fn new(host: &dyn Host, reader: Reader, section: Section, title: String) -> Frame {
        let view = host.view();
        let policy = view.world.registry.centre.as_ref().map(|centre| Policy::of(&centre.policy));
        Frame {
            t: reader.t,
            reader,
            title,
            section,
            centre: host.centre(),
            log: LogState::of(&view),
            policy: policy.unwrap_or_default(),
            now: host.now(),
        }
    }

    /// A link that keeps language and size.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        self.reader.link(path)
    }

    /// The files pages load.
    #[must_use]
    pub fn assets(&self) -> &'static Assets {
        &ASSETS
    }

    /// A tender's page.
    #[must_use]
    pub fn tender(&self, id: &ProcedureId) -> String {
        self.link(&format!("/tenders/{id}"))
    }

    /// A tender's hall.
    #[must_use]
    pub fn hall(&self, id: &ProcedureId) -> String {
        self.link(&format!("/tenders/{id}/hall"))
    }

    /// The page to bid.
    #[must_use]
    pub fn bid(&self, id: &ProcedureId) -> String {
        self.link(&format!("/tenders/{id}/bid"))
    }

    /// The page of an official record.
    #[must_use]
    pub fn paper(&self, id: &ProcedureId, kind: &RecordKind) -> String {
        self.link(&format!("/tenders/{id}/records/{kind}.html"))
    }

    /// The desk of a tender.
    #[must_use]
    pub fn desk(&self, id: &ProcedureId) -> String {
        self.link(&format!("/tenders/{id}/desk"))
    }

    /// The evaluation desk.
    #[must_use]
    pub fn evaluation(&self, id: &ProcedureId) -> String {
        self.link(&format!("/tenders/{id}/evaluation"))
    }

    /// A tender's record.
    #[must_use]
    pub fn record(&self, id: &ProcedureId) -> String {
        self.link(&format!("/tenders/{id}/record"))
    }

    /// The tag of the language that somebody's words are in, when it is known and not the page's.
    #[must_use]
    pub fn other_language(&self, words: &str) -> Option<&'static str> {
        let language = Language::of_words(words)?;
        (language != self.t.language()).then(|| language.tag())
    }

    /// Whether an entry of the bar is the current one.
    #[must_use]
    pub fn current(&self, name: &str) -> bool {
        self.section.name() == name
    }

    /// The centre's name without the word of a rehearsal's origin: `yichang.example`.
    #[must_use]
    pub fn centre_name(&self) -> &str {
        let name = self.centre.origin.split('/').next().unwrap_or(&self.centre.origin);
        name.strip_prefix("rehearsal.").unwrap_or(name)
    }

    /// A status as a tag: icon, word, colour.
    #[must_use]
    pub fn tag(&self, status: &Status) -> String {
        status.html()
    }
}
