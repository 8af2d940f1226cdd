//! The notice: publication, amendment, cancellation (ocds 3.2).

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use ximu_basics::Instant;
use ximu_procedure::{
    method::MethodParams,
    rules::{Rules, Text},
    wire::{Command, command::Document, event::DocumentChange},
};

use super::{Known, Teller, draft::Draft, draft::Tag};
use crate::{Json, Object, json::count, withheld};

impl Teller<'_> {
    pub(super) fn published(&self, known: &mut Known, draft: &mut Draft) {
        draft.tags.extend([Tag::Planning, Tag::Tender]);
        let rules = &known.rules;
        let (title, title_en) = title(&rules.title, rules.is_rehearsal());
        draft.tender = Object::new()
            .with("title", title)
            .with("title_en", title_en)
            .maybe("description", said(&rules.description.zh))
            .maybe("description_en", said(&rules.description.en))
            .with("status", "active")
            .with("procuringEntity", self.reference(&rules.tenderer))
            .with("procurementMethod", "open")
            .with("procurementMethodDetails", rules.preset.as_str())
            .with("submissionMethod", vec![Json::from("electronicSubmission")])
            .with("submissionTerms", submission_terms())
            .maybe("legislativeReferences", references(rules));
        if let Some(award) = rules.award() {
            let criteria = criteria(&award.method);
            draft.tender.set("awardCriteria", criteria);
        }
        if let Some(lot) = rules.lot() {
            draft.planning.set("budget", Object::new().with("amount", lot.estimate));
            draft.tender.set("value", lot.ceiling);
            let (title, title_en) = (lot.title.zh.as_str(), lot.title.en.as_str());
            let object = Object::new()
                .with("title", title)
                .with("title_en", title_en)
                .with("status", "active")
                .with("value", lot.ceiling);
            draft.list("lots").add(lot.id.as_str(), object);
        }
        for holder in &rules.escrow.holders {
            let custody = *holder == rules.custody;
            draft.list("holders").add(holder.as_str(), Object::new().with("custody", custody));
        }
        draft.ximu = Object::new()
            .maybe("rulesHash", rules.hash().ok())
            .with("semantics", rules.semantics)
            .with("holdersNeeded", u32::from(rules.escrow.t));
        draft.parties.insert(rules.tenderer.clone());
        withheld::publication(&mut draft.withheld, rules.draw().is_some());
        by_deadline(known, draft);
        if let Command::Publish { documents, .. } = self.fact.command {
            self.documents(known, draft, documents, "biddingDocuments");
        }
    }

    pub(super) fn deadline_moved(&self, known: &mut Known, draft: &mut Draft, deadline: Instant) {
        let moved = Object::new().with("before", known.deadline).with("after", deadline);
        let words = format!("投标截止时间 deadline: {} -> {deadline}", known.deadline);
        draft.amendment.set("deadline", moved);
        describe(draft, &words);
        known.deadline = deadline;
        by_deadline(known, draft);
    }

    pub(super) fn documents_amended(&self, known: &mut Known, draft: &mut Draft, changes: &[DocumentChange]) {
        let before: Vec<Option<String>> =
            changes.iter().map(|change| known.documents.get(&change.name).cloned()).collect();
        if let Command::Amend { documents, .. } = self.fact.command {
            self.documents(known, draft, documents, "biddingDocuments");
        }
        let mut list = Vec::new();
        for (change, before) in changes.iter().zip(before) {
            let after = known.documents.get(&change.name).map_or("", String::as_str);
            if let Some(before) = before {
                let replaced = Object::new().with("dateModified", self.fact.at).with("replacedBy", after);
                draft.list("documents").add(before, replaced);
            }
            let object = Object::new()
                .with("id", after)
                .with("title", change.name.as_str())
                .maybe("before", change.before)
                .with("after", change.after);
            list.push(object.into());
        }
        describe(draft, &format!("招标文件 documents changed: {}", count(list.len())));
        draft.amendment.set("documents", list);
    }

    pub(super) fn cancelled(&self, known: &Known, draft: &mut Draft) {
        draft.tags.insert(Tag::TenderCancellation);
        let Command::Cancel { reason } = self.fact.command else { return };
        draft.status(known, "cancelled", reason);
        for code in ["deadline", "reading"] {
            draft.list("milestones").add(code, Object::new().with("status", "notMet"));
        }
        let rationale =
            "项目已终止，密封内容永不公开。Cancelled: what was sealed, if anything was, stays sealed.";
        withheld::never(&mut draft.withheld, withheld::BIDS, rationale);
        withheld::never(&mut draft.withheld, withheld::OFFERS, rationale);
    }

    /// Documents that are named for the first time.
    pub(super) fn documents(
        &self,
        known: &mut Known,
        draft: &mut Draft,
        documents: &[Document],
        kind: &'static str,
    ) {
        for document in documents {
            known.documents_named = known.documents_named.saturating_add(1);
            let id = format!("doc-{}", known.documents_named);
            let url =
                format!("{}/api/v1/tenders/{}/documents/{}", self.setting.base, known.id, document.hash);
            let object = Object::new()
                .with("documentType", kind)
                .with("title", document.name.as_str())
                .with("url", url)
                .with("datePublished", self.fact.at)
                .with("sha256", document.hash)
                .with("sizeInBytes", document.bytes);
            draft.list("documents").add(id.as_str(), object);
            known.documents.insert(document.name.clone(), id);
        }
    }
}

/// Everything whose date follows from the deadline in force.
fn by_deadline(known: &Known, draft: &mut Draft) {
    let (deadline, reading) = (known.deadline, known.reading());
    let period = |end: Instant| Object::new().with("startDate", known.published).with("endDate", end);
    draft.tender.set("tenderPeriod", period(deadline));
    if let Some(enquire) = known.rules.enquire() {
        let until = known.rules.units().days_run_out(deadline, enquire.questions_to_deadline_days);
        draft.tender.set("enquiryPeriod", period(until));
    }
    let opening = Object::new().with("date", deadline).with(
        "description",
        "在线开标：截止后先交出密钥，窗口结束后一并唱标。Online: keys are released after the deadline, and all bids \
         are read out at once when the window is over.",
    );
    draft.tender.set("bidOpening", opening);
    let milestones = draft.list("milestones");
    milestones.add("deadline", scheduled("投标截止 deadline", deadline));
    milestones.add("reading", scheduled("唱标 reading of the bids", reading));
    withheld::until(&mut draft.withheld, deadline, reading);
}

/// A milestone that lies ahead.
pub(super) fn scheduled(title: &str, due: Instant) -> Object {
    Object::new().with("title", title).with("dueDate", due).with("status", "scheduled")
}

/// A milestone that was reached.
pub(super) fn met(at: Instant) -> Object {
    Object::new().with("status", "met").with("dateMet", at)
}

fn describe(draft: &mut Draft, words: &str) {
    let before = match draft.amendment.0.get("description") {
        Some(Json::Text(before)) => format!("{before}; {words}"),
        Some(_) | None => words.to_string(),
    };
    draft.amendment.set("description", before);
}

fn submission_terms() -> Object {
    Object::new()
        .with("electronicSubmissionPolicy", "required")
        .with("advancedElectronicSignatureRequired", true)
        .with("multipleBidsAllowed", false)
}

/// The titles in both languages. A rehearsal says so where nobody can overlook it.
fn title(title: &Text, rehearsal: bool) -> (String, String) {
    if rehearsal {
        return (format!("【演练 REHEARSAL】{}", title.zh), format!("[REHEARSAL] {}", title.en));
    }
    (title.zh.clone(), title.en.clone())
}

/// A text that says something: the standard knows no empty members.
fn said(text: &str) -> Option<&str> {
    if text.trim().is_empty() { None } else { Some(text) }
}

/// The law that the rules document cites, each article with the date it was read.
fn references(rules: &Rules) -> Option<Vec<Json>> {
    let mut list: Vec<Json> = Vec::new();
    for period in &rules.legal {
        let title = format!("{}{} ({})", period.law, period.article, period.as_of);
        let reference = Json::from(Object::new().with("title", title));
        if !list.contains(&reference) {
            list.push(reference);
        }
    }
    if list.is_empty() { None } else { Some(list) }
}

fn criteria(method: &MethodParams) -> &'static str {
    match method {
        MethodParams::RatioToLowest(_) => "priceOnly",
        MethodParams::DeviationFromBenchmark(_) => "ratedCriteria",
    }
}
