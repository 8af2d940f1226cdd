//! What a committee does in a recheck 复评 as sentences (evaluation 11): it is public at once. In the first evaluation none
//! of these events stands in an entry.

use ximu_procedure::wire::Event;
use ximu_text::Text;

use super::Names;

/// What became true; `None` for what is no fact of a recheck, and for what another sentence tells.
#[must_use]
pub fn sentence(t: Text, event: &Event, names: &Names<'_>) -> Option<String> {
    if let Event::Declared { conflicted: false, .. } = event {
        return Some(t.fact_declared());
    }
    if let Event::Declared { conflicted: true, .. } = event {
        return Some(t.fact_conflict());
    }
    if let Event::ChairChosen { .. } = event {
        return Some(t.fact_chair_chosen());
    }
    if let Event::SheetsBegun { sheets, until, .. } = event {
        return Some(t.fact_sheets_begun(sheets.len(), t.instant(*until)));
    }
    if let Event::ScoreCorrected { bidder, criterion, old, new, .. } = event {
        let (criterion, name) = (criterion.to_string(), names.of(bidder));
        return Some(t.fact_score_corrected(criterion, name, new.to_string(), old.to_string()));
    }
    if let Event::ScoreAbnormal { bidder, criterion, .. } = event {
        return Some(t.fact_score_abnormal(criterion.to_string(), names.of(bidder)));
    }
    if let Event::ScoreJustified { bidder, criterion, .. } = event {
        return Some(t.fact_score_justified(criterion.to_string(), names.of(bidder)));
    }
    if let Event::ClarificationAsked { bidder, until, .. } = event {
        return Some(t.fact_clarification_asked(names.of(bidder), t.instant(*until)));
    }
    if let Event::Clarified { clarification } = event {
        return Some(t.fact_clarified(clarification.to_string()));
    }
    if let Event::RejectionProposed { proposal, bidder, .. } = event {
        return Some(t.fact_rejection_proposed(names.of(bidder), proposal.to_string()));
    }
    if let Event::RejectionVoted { proposal, agree, .. } = event {
        let number = proposal.to_string();
        return Some(if *agree { t.fact_rejection_for(number) } else { t.fact_rejection_against(number) });
    }
    if let Event::BidRejected { bidder, .. } = event {
        return Some(t.fact_bid_rejected(names.of(bidder)));
    }
    if let Event::CompetitionVoted { lacking, .. } = event {
        return Some(if *lacking { t.fact_lacking_yes() } else { t.fact_lacking_no() });
    }
    if let Event::TimeExtended { until } = event {
        return Some(t.fact_time_extended(t.instant(*until)));
    }
    if let Event::ReportDrafted { until, .. } = event {
        return Some(t.fact_report_drafted(t.instant(*until)));
    }
    if let Event::ReportSigned { .. } = event {
        return Some(t.fact_report_signed());
    }
    if let Event::Dissented { .. } = event {
        return Some(t.fact_dissented());
    }
    None
}
