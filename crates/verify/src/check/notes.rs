//! Notes (verify 8.5): what the record shows of wrongs that it could not prevent.

use alloc::format;

use ximu_procedure::outcome::false_answers;

use super::{Replayed, Run};
use crate::{Note, NoteCode, Place};

impl Run<'_> {
    pub(super) fn notes(&mut self, replayed: &Replayed) {
        for answer in &replayed.answers {
            let Some(tender) = replayed.replay.tender(&answer.procedure) else { continue };
            for (index, bidder) in false_answers(tender) {
                let named = usize::from(index).checked_sub(1).and_then(|at| tender.holders.get(at));
                if named.is_some_and(|holder| holder.name == answer.holder) {
                    let detail = format!("{} of the escrow of {bidder}", answer.holder);
                    let entry = Place::Leaf(answer.index);
                    self.notes.push(Note { code: NoteCode::HolderAnswerFalse, detail, entry });
                }
            }
        }
    }
}
