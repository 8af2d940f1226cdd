//! A release while its events are told, and how it is finished.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::ToString,
    vec,
    vec::Vec,
};
use ximu_basics::PartyId;
use ximu_procedure::wire::Command;

use super::{Known, Release, Teller};
use crate::{Json, Object, keyed::Keyed};

/// What a release says so far.
#[derive(Default)]
pub(super) struct Draft {
    /// What kind of release it is; an update of the tender when nothing else was said.
    pub tags: BTreeSet<Tag>,
    /// The section `planning`.
    pub planning: Object,
    /// Plain members of the section `tender`.
    pub tender: Object,
    /// Lists of the section `tender`, whose members have ids.
    lists: BTreeMap<&'static str, Keyed>,
    /// What was amended, when something was.
    pub amendment: Object,
    pub bids: Keyed,
    pub statistics: Keyed,
    pub awards: Keyed,
    pub contracts: Keyed,
    pub withheld: Keyed,
    /// Members of our extension at the release itself.
    pub ximu: Object,
    /// Who is named.
    pub parties: BTreeSet<PartyId>,
}

/// A kind of release (OCDS codelist releaseTag), in the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tag {
    Planning,
    Tender,
    TenderAmendment,
    TenderUpdate,
    TenderCancellation,
    Award,
    AwardUpdate,
    AwardCancellation,
    Contract,
}

impl Tag {
    const fn as_str(self) -> &'static str {
        match self {
            Tag::Planning => "planning",
            Tag::Tender => "tender",
            Tag::TenderAmendment => "tenderAmendment",
            Tag::TenderUpdate => "tenderUpdate",
            Tag::TenderCancellation => "tenderCancellation",
            Tag::Award => "award",
            Tag::AwardUpdate => "awardUpdate",
            Tag::AwardCancellation => "awardCancellation",
            Tag::Contract => "contract",
        }
    }
}

impl Draft {
    /// A list of the section `tender`.
    pub fn list(&mut self, name: &'static str) -> &mut Keyed {
        self.lists.entry(name).or_default()
    }

    /// The tender and its lot have another status.
    pub fn status(&mut self, known: &Known, status: &str, details: &str) {
        self.tender.set("status", status);
        self.tender.set("statusDetails", details);
        if let Some(lot) = known.rules.lot() {
            self.list("lots").add(lot.id.as_str(), Object::new().with("status", status));
        }
    }
}

impl Teller<'_> {
    /// The release.
    pub(super) fn finish(&self, known: &mut Known, mut draft: Draft) -> Release {
        let id = self.release_id(known);
        if !draft.amendment.is_empty() {
            self.amended(known, &mut draft, &id);
        }
        if draft.tags.is_empty() {
            draft.tags.insert(Tag::TenderUpdate);
        }
        if draft.tags.iter().any(|tag| matches!(tag, Tag::Tender | Tag::TenderAmendment)) {
            known.last_notice = Some(id.clone());
        }
        let mut tender = draft.tender.with("id", known.id.as_str());
        for (name, list) in draft.lists {
            tender = tender.maybe(name, list.into_list());
        }
        let tags: Vec<Json> = draft.tags.iter().map(|tag| Json::from(tag.as_str())).collect();
        let bids = Object::new()
            .maybe("details", draft.bids.into_list())
            .maybe("statistics", draft.statistics.into_list());
        draft.parties.insert(known.rules.tenderer.clone());
        let parties: Vec<Json> = draft.parties.iter().map(|party| self.party(known, party)).collect();
        let filled = |object: Object| if object.is_empty() { None } else { Some(object) };
        let object = Object::new()
            .with("ocid", self.setting.ocid(&known.id))
            .with("id", id.as_str())
            .with("date", self.fact.at)
            .with("tag", tags)
            .with("initiationType", "tender")
            .with("language", "zh")
            .maybe("description", known.rules.is_rehearsal().then_some(REHEARSAL))
            .with("buyer", self.reference(&known.rules.tenderer))
            .with("parties", parties)
            .maybe("planning", filled(draft.planning))
            .with("tender", tender)
            .maybe("bids", filled(bids))
            .maybe("awards", draft.awards.into_list())
            .maybe("contracts", draft.contracts.into_list())
            .maybe("withheldInformation", draft.withheld.into_list())
            .with("ximu", self.own(known, draft.ximu));
        Release { id, date: self.fact.at, leaf: self.fact.leaf, object }
    }

    /// Where the release comes from.
    fn own(&self, known: &Known, said: Object) -> Object {
        let entry = Object::new()
            .with("id", self.fact.number.to_string())
            .with("leaf", i64::try_from(self.fact.leaf).unwrap_or(i64::MAX))
            .with("command", self.fact.command.name())
            .with("commandId", self.fact.id);
        said.with("origin", self.setting.origin.as_str())
            .with("genesis", known.genesis)
            .with("rehearsal", known.rules.is_rehearsal())
            .with("entries", vec![entry.into()])
    }

    fn party(&self, known: &Known, party: &PartyId) -> Json {
        let roles = known.roles.get(party).into_iter().flatten().map(|role| Json::from(*role));
        let roles: Vec<Json> = roles.collect();
        let roles = if roles.is_empty() { None } else { Some(roles) };
        self.reference(party).maybe("roles", roles).into()
    }

    fn amended(&self, known: &Known, draft: &mut Draft, id: &str) {
        draft.tags.insert(Tag::TenderAmendment);
        // The tenderer amends; otherwise an objection to the documents, or the clock, moved the deadline.
        let rationale = if let Command::Amend { reason, .. } = self.fact.command {
            reason.as_str()
        } else if let Command::Object { .. } = self.fact.command {
            "对招标文件的异议，暂停招标投标活动 suspended by an objection to the documents"
        } else if let Command::Order { .. } | Command::DecideComplaint { .. } = self.fact.command {
            "监督部门暂停招标投标活动 suspended by the authority"
        } else {
            "异议逾期未答复，继续暂停 an objection is still unanswered"
        };
        let amendment = core::mem::take(&mut draft.amendment)
            .with("date", self.fact.at)
            .with("rationale", rationale)
            .maybe("amendsReleaseID", known.last_notice.as_deref())
            .with("releaseID", id);
        draft.list("amendments").add(alloc::format!("amendment-{}", self.fact.number), amendment);
    }
}

/// What stands in every release of a rehearsal.
pub(crate) const REHEARSAL: &str =
    "演练 REHEARSAL：这是一次演练，不是真实交易。This is a rehearsal, not a real procedure.";
