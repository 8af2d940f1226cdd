//! Coverage (verify 4.3): a required check that looked at nothing is a failure. Some are required by what the log
//! says happened.

use ximu_procedure::Stage;

use super::{CHECKS, Replayed, Run};
use crate::{Code, Place};

impl Run<'_> {
    pub(super) fn coverage(&mut self, replayed: &Replayed) {
        if !self.failures.is_empty() {
            return;
        }
        let tenders = || replayed.replay.world().tenders.values();
        let published = tenders().next().is_some();
        let closed = tenders().any(|tender| tender.closed_at.is_some());
        let opened = tenders().any(|tender| !tender.opened.is_empty());
        let awarded = tenders().any(|tender| tender.stage == Stage::Awarded);
        let concluded = tenders()
            .filter_map(|tender| tender.evaluation.as_ref())
            .any(|evaluation| evaluation.concluded.is_some());
        let drawn = tenders().any(|tender| {
            let experts = tender.drawing.as_ref().is_some_and(|drawing| !drawing.members.is_empty());
            experts || !tender.coefficients.is_empty()
        });
        for (name, always) in CHECKS {
            let required = match name {
                "epochs" => published,
                "beats" | "closings" => closed,
                "operations" | "custody" => tenders().any(|tender| !tender.list.is_empty()),
                "shares" | "openings" | "keys" => opened,
                "panel" => concluded,
                "draws" | "contributions" => drawn,
                "awards" => awarded,
                "documents" => tenders().any(|tender| !tender.documents.is_empty()),
                "vault" => false,
                "compare" => self.options.other.is_some(),
                "report" => self.options.record.is_some(),
                _ => always,
            };
            if required && self.counts.get(name).copied().unwrap_or_default() == 0 {
                let detail = alloc::format!("expected something to check for {name}, found nothing");
                self.fail(Code::CheckEmpty, Place::Bundle, detail);
            }
        }
    }
}
