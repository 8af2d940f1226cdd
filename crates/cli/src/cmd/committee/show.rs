//! What a member sees, for reading.

use crate::out;
use ximu_basics::{Hash, Instant};
use ximu_bidder::committee::view::{Next, View};
use ximu_procedure::rules::CriterionKind;

/// Prints it.
pub fn show(view: &View, json: bool) {
    if json {
        return out::json(view);
    }
    out::line(format!("next {}", next(view.next)));
    for (place, member) in (1..).zip(&view.members) {
        let mut words = vec![format!("member {place} {}", member.leaf)];
        words.extend(member.seat.as_ref().map(|seat| format!("at {seat}")));
        words.push(match member.conflicted {
            None => "has not declared".into(),
            Some(false) => "no conflict".into(),
            Some(true) => "has a conflict".into(),
        });
        for (is, word) in [
            (view.member == Some(member.leaf), "you"),
            (view.chair == Some(member.leaf), "chair"),
            (member.to_replace, "must be replaced"),
        ] {
            words.extend(is.then(|| word.to_owned()));
        }
        out::line(words.join(", "));
    }
    for one in &view.criteria {
        let kind = match one.kind {
            CriterionKind::Objective => "objective: all give the same",
            CriterionKind::Subjective => "subjective",
        };
        out::line(format!(
            "criterion {}: 0 to {}, {} decimals, {kind}; {}",
            one.id, one.points, one.scale, one.title.en
        ));
    }
    for bid in &view.bids {
        let price = bid.price.map_or_else(String::new, |price| price.amount().to_string());
        let rejected = bid.rejected.map_or_else(String::new, |ground| format!(" rejected: {ground:?}"));
        out::line(format!("bid {} {price}{rejected}", bid.bidder));
    }
    if let Some(sheet) = view.sheet.as_ref().filter(|sheet| !sheet.given) {
        out::line(format!(
            "sheet {} for {} bids, until {}",
            sheet.set,
            sheet.bidders.len(),
            instant(sheet.until)
        ));
    }
    after(view);
}

/// What there is after the reveal.
fn after(view: &View) {
    for score in &view.scores {
        let mut marks = match score.calls {
            0 => String::new(),
            calls => format!(", called abnormal by {calls}"),
        };
        if score.abnormal {
            marks += match &score.justified {
                None => ": the mean of the others counts instead",
                Some(_) => ": reasons are given",
            };
        }
        let place = place(view, &score.member);
        out::line(format!(
            "score {} {} by member {place}: {}{marks}",
            score.bidder, score.criterion, score.score
        ));
    }
    for (number, one) in (1..).zip(&view.clarifications) {
        let answer = one.answer.as_deref().unwrap_or("no answer yet");
        out::line(format!("clarification {number} of {}: {} -- {answer}", one.bidder, one.asked));
    }
    for (number, one) in (1..).zip(&view.proposals) {
        let (agree, against) = one.votes;
        out::line(format!("proposal {number} to reject {}: {agree} for, {against} against", one.bidder));
    }
    if let Some(report) = &view.report {
        for line in &report.lines {
            out::line(format!(
                "rank {} {}: criteria {} + price {} = {}",
                line.rank, line.bidder, line.criteria_score, line.price_score, line.total
            ));
        }
    }
    if let Some(draft) = &view.draft {
        out::line(format!("report {} to sign until {}", draft.report, instant(Some(draft.until))));
        for (member, stand) in &draft.stands {
            out::line(format!("  member {}: {stand:?}", place(view, member)));
        }
    }
}

fn place(view: &View, leaf: &Hash) -> usize {
    view.members.iter().position(|member| member.leaf == *leaf).map_or(0, |place| place + 1)
}

fn instant(at: Option<Instant>) -> String {
    at.map_or_else(|| "-".into(), |at| at.to_string())
}

fn next(next: Next) -> &'static str {
    match next {
        Next::Sit => "sit: take a seat",
        Next::Declare => "declare: whether you have a conflict of interest",
        Next::Chair => "chair: vote for one",
        Next::Sheet => "sheet: give your scores",
        Next::Correct => "correct: a score is out of range, or members differ on an objective criterion",
        Next::Sign => "sign: the report, or dissent",
        Next::Wait => "wait: others have something to do",
        Next::Over => "over: nothing more",
    }
}
