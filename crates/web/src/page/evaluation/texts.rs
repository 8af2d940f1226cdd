//! What the script of the evaluation desk says, with the places it fills in braces.

use ximu_procedure::method::RejectReason;
use ximu_text::Text;

use crate::{
    codes,
    page::walk::{self, Texts},
    view::plain,
};

/// All of it, by the names that the script uses; the grounds of a rejection as the page's own list has them.
pub fn all(t: Text, rejections: &[(&'static str, String)]) -> Vec<(String, String)> {
    let said = [walk::steps(t), walk::key(t), walk::faults(t), left(t), own(t)].concat();
    let said = said.into_iter().map(|(name, text)| (name.to_string(), text));
    said.chain(rejections.iter().map(|(name, text)| (format!("ground-{name}"), text.clone()))).collect()
}

/// Why a bid was out before the committee looked at it, by the words of the report.
fn left(t: Text) -> Texts {
    [
        ("left-above_ceiling", RejectReason::AboveCeiling),
        ("left-price_zero", RejectReason::PriceZero),
        ("left-not_shortlisted", RejectReason::NotShortlisted),
        ("left-no_base", RejectReason::NoBase),
        ("left-objection_upheld", RejectReason::ObjectionUpheld),
        ("left-given_up", RejectReason::GivenUp),
        ("left-disqualified", RejectReason::Disqualified),
        ("left-excluded", RejectReason::Excluded),
        ("left-committee", RejectReason::Committee),
        ("left-bond_missing", RejectReason::BondMissing),
        ("left-member_twice", RejectReason::MemberTwice),
    ]
    .map(|(name, reason)| (name, plain::rejected(t, reason)))
    .to_vec()
}

/// A code in words: what it means, and what to do.
fn told(t: Text, code: &str) -> String {
    format!("{} {}", codes::meaning(t, code), codes::action(t, code))
}

fn own(t: Text) -> Texts {
    vec![
        ("log-ok", t.bid_log_ok("{holders}", "{needed}", "{size}")),
        ("need", t.bid_need("{field}")),
        ("need-step", t.bid_need_step("{field}", "{number}")),
        ("refused", t.bid_refused("{code}", "{detail}")),
        ("bidder", t.eval_bidder()),
        ("by", t.eval_by()),
        ("need-seat", t.eval_js_need_seat()),
        ("need-identity", t.eval_js_need_identity()),
        ("need-choice", t.eval_js_need_choice()),
        ("need-score", t.eval_js_need_score("{points}", "{scale}")),
        ("given", t.eval_js_given()),
        ("vouched", t.eval_js_vouched()),
        ("unvouched", t.eval_js_unvouched()),
        ("at-door", t.eval_js_at_door("{keeper}", "{key}", "{officer}")),
        ("seat-recorded", t.eval_js_seat_recorded()),
        ("seated", t.eval_js_seated("{leaf}", "{seat}")),
        ("declared", t.eval_js_declared()),
        ("conflicted", t.eval_js_conflicted()),
        ("chaired", t.eval_js_chaired("{member}")),
        ("member", t.eval_js_member("{place}")),
        ("member-me", t.eval_js_member_me("{place}")),
        ("member-away", t.eval_js_member_away()),
        ("member-silent", t.eval_js_member_silent()),
        ("member-clear", t.eval_js_member_clear()),
        ("member-conflicted", t.eval_js_member_conflicted()),
        ("member-chair", t.eval_js_member_chair()),
        ("member-replaced", t.eval_js_member_replaced()),
        ("criterion", t.eval_js_criterion("{kind}", "{points}", "{scale}", "{title}")),
        ("objective", t.eval_js_objective()),
        ("subjective", t.eval_js_subjective()),
        ("filled", t.eval_js_filled("{all}", "{filled}")),
        ("score-fault", t.eval_js_score_fault("{fault}", "{field}")),
        ("score-wrong", t.eval_js_score_wrong("{points}", "{scale}")),
        ("score-missing", t.eval_js_score_missing()),
        ("scores-missing", t.eval_js_scores_missing("{count}")),
        ("rank", t.eval_rank()),
        ("criteria-score", t.eval_criteria_score()),
        ("price-score", t.eval_price_score()),
        ("total", t.eval_total()),
        ("price", t.eval_price()),
        ("reading-open", t.eval_js_reading_open()),
        ("reading-early", t.eval_js_reading_early()),
        ("reading-signed", t.eval_js_reading_signed()),
        ("reading-dissented", t.eval_js_reading_dissented()),
        ("reading-none", t.eval_rejected_none()),
        ("reading-lacking", t.eval_js_reading_lacking()),
        ("reading-enough", t.eval_js_reading_enough()),
        ("reading-corrected", t.eval_js_reading_corrected("{cause}", "{new}", "{old}", "{place}")),
        ("rejected-vote", t.eval_reason_vote("{ground}")),
        ("rejected-below_pass", t.eval_reason_pass()),
        ("rejected-no_price_score", t.eval_reason_price()),
        ("stage-over", t.eval_stage_over()),
        ("scores-taken", t.eval_js_scores_taken("{taken}")),
        ("papers-wait", t.eval_js_papers_wait("{have}", "{need}")),
        ("papers-whole", t.eval_js_papers_whole("{files}")),
        ("papers-untrue", t.eval_js_papers_untrue("{files}", "{holders}")),
        ("papers-page", t.eval_js_papers_page("{file}", "{page}")),
        ("papers-unanswered", t.eval_js_papers_unanswered()),
        ("papers-closed", told(t, "papers-closed")),
        ("papers-altered", told(t, "papers-altered")),
        ("papers-missing-shares", told(t, "papers-missing-shares")),
        ("sheet-asked", t.eval_js_sheet_asked("{until}")),
        ("sheet-given", t.eval_js_sheet_given()),
        ("sheet-open", t.eval_js_sheet_open()),
        ("sheet-none", t.eval_js_sheet_none()),
        ("review-until", t.eval_js_review_until("{until}")),
        ("cause-sum_error", t.eval_js_cause_sum_error()),
        ("cause-out_of_range", t.eval_js_cause_out_of_range()),
        ("cause-inconsistent_objective", t.eval_js_cause_inconsistent_objective()),
        ("cause-abnormal", t.eval_js_cause_abnormal()),
        ("corrected", t.eval_js_corrected("{cause}", "{new}", "{old}", "{place}", "{reason}")),
        ("abnormal-none", t.eval_js_abnormal_none()),
        ("abnormal-called", t.eval_js_abnormal_called("{calls}")),
        ("abnormal-carried", t.eval_js_abnormal_carried("{calls}")),
        ("abnormal-justified", t.eval_js_abnormal_justified("{calls}", "{reason}")),
        ("clarification", t.eval_js_clarification("{answer}", "{asked}", "{bidder}")),
        ("unanswered", t.eval_js_unanswered("{until}")),
        ("proposal", t.eval_js_proposal("{against}", "{agree}", "{bidder}", "{ground}", "{reason}")),
        ("vote-yes", t.eval_js_vote_yes()),
        ("vote-no", t.eval_js_vote_no()),
        ("ranks-none", t.eval_js_ranks_none()),
        ("report-none", t.eval_js_report_none()),
        ("report-open", t.eval_js_report_open("{report}", "{until}")),
        ("report-over", t.eval_js_report_over()),
        ("report-differs", t.eval_js_report_differs()),
        ("stand-signed", t.eval_js_stand_signed()),
        ("stand-dissented", t.eval_js_stand_dissented()),
        ("stand-deemed", t.eval_js_stand_deemed()),
        ("left", t.eval_js_left()),
        ("next-sit", t.eval_js_next_sit()),
        ("next-declare", t.eval_js_next_declare()),
        ("next-chair", t.eval_js_next_chair()),
        ("next-sheet", t.eval_js_next_sheet()),
        ("next-correct", t.eval_js_next_correct()),
        ("next-justify", t.eval_js_next_justify("{until}")),
        ("next-sign", t.eval_js_next_sign()),
        ("next-wait", t.eval_js_next_wait()),
        ("next-over", t.eval_js_next_over()),
    ]
}
