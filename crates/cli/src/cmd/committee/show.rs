//! What a member sees, for reading.

use crate::out;
use ximu_basics::{Hash, Instant};
use ximu_bidder::committee::view::{Next, View};
use ximu_procedure::{
    rules::CriterionKind,
    wire::evaluation::{RejectionGround, Stand},
};
use ximu_text::{Language, Text};

/// Prints it.
pub fn show(view: &View, json: bool) {
    if json {
        return out::json(view);
    }
    let t = out::text();
    out::line(t.see_next(next(t, view.next)));
    for (place, member) in (1_usize..).zip(&view.members) {
        let mut words = vec![t.see_member(member.leaf.to_string(), place)];
        words.extend(member.seat.as_ref().map(|seat| t.see_at(seat)));
        words.push(match member.conflicted {
            None => t.see_undeclared(),
            Some(false) => t.see_no_conflict(),
            Some(true) => t.see_conflict(),
        });
        for (is, word) in [
            (view.member == Some(member.leaf), t.see_you()),
            (view.chair == Some(member.leaf), t.see_chair()),
            (member.to_replace, t.see_replace()),
        ] {
            words.extend(is.then_some(word));
        }
        out::line(words.join(t.pick("，", ", ")));
    }
    for one in &view.criteria {
        let kind = match one.kind {
            CriterionKind::Objective => t.see_objective(),
            CriterionKind::Subjective => t.see_subjective(),
        };
        let title = t.pick(&one.title.zh, &one.title.en);
        let (points, scale) = (one.points.to_string(), one.scale.to_string());
        out::line(t.see_criterion(one.id.as_str(), kind, points, scale, title));
    }
    for bid in &view.bids {
        let price = bid.price.map_or_else(String::new, |price| price.amount().to_string());
        let rejected = bid.rejected.map_or_else(String::new, |ground| {
            format!("{}{}", t.pick("，", " "), t.see_rejected(self::ground(t, ground)))
        });
        out::line(t.see_bid(bid.bidder.as_str(), price, rejected));
    }
    if let Some(sheet) = view.sheet.as_ref().filter(|sheet| !sheet.given) {
        out::line(t.see_sheet(sheet.bidders.len(), sheet.set.to_string(), instant(sheet.until)));
    }
    after(t, view);
}

/// What there is once the sheets were revealed.
fn after(t: Text, view: &View) {
    for score in &view.scores {
        let mut marks = match score.calls {
            0 => String::new(),
            calls => t.pick("，", ", ").to_owned() + &t.see_called(calls),
        };
        if score.abnormal {
            let counts = if score.justified.is_some() { t.see_reasons() } else { t.see_mean() };
            marks += t.pick("：", ": ");
            marks += &counts;
        }
        let (place, value) = (place(view, &score.member), score.score.to_string());
        out::line(t.see_score(score.bidder.as_str(), score.criterion.as_str(), marks, place, value));
    }
    for (number, one) in (1_usize..).zip(&view.clarifications) {
        let answer = one.answer.clone().unwrap_or_else(|| t.see_no_answer());
        out::line(t.see_clarification(answer, &one.asked, one.bidder.as_str(), number));
    }
    for (number, one) in (1_usize..).zip(&view.proposals) {
        let (agree, against) = one.votes;
        out::line(t.see_proposal(against, agree, one.bidder.as_str(), number));
    }
    if let Some(report) = &view.report {
        for line in &report.lines {
            let (criteria, price) = (line.criteria_score.to_string(), line.price_score.to_string());
            let (rank, total) = (line.rank.to_string(), line.total.to_string());
            out::line(t.see_rank(line.bidder.as_str(), criteria, price, rank, total));
        }
    }
    if let Some(draft) = &view.draft {
        out::line(t.see_report(draft.report.to_string(), instant(Some(draft.until))));
        for (member, stand) in &draft.stands {
            out::say_below(|t| t.see_stand(place(view, member), self::stand(t, *stand)));
        }
    }
}

/// A ground of rejection: the law's words in Chinese.
fn ground(t: Text, ground: RejectionGround) -> String {
    let wire = serde_json::to_value(ground).ok();
    let name = wire.as_ref().and_then(|wire| t.named(&format!("word-{}", wire.as_str()?)));
    name.filter(|_| t.language() == Language::Chinese).unwrap_or_else(|| format!("{ground:?}"))
}

fn stand(t: Text, stand: Stand) -> String {
    match (t.language(), stand) {
        (Language::English, stand) => format!("{stand:?}"),
        (Language::Chinese, Stand::Signed) => t.sheet_stand_signed(),
        (Language::Chinese, Stand::Dissented) => t.sheet_stand_dissented(),
        (Language::Chinese, Stand::Deemed) => t.sheet_stand_deemed(),
    }
}

fn place(view: &View, leaf: &Hash) -> usize {
    view.members.iter().position(|member| member.leaf == *leaf).map_or(0, |place| place + 1)
}

fn instant(at: Option<Instant>) -> String {
    at.map_or_else(|| "-".into(), |at| at.to_string())
}

fn next(t: Text, next: Next) -> String {
    match next {
        Next::Sit => t.see_next_sit(),
        Next::Declare => t.see_next_declare(),
        Next::Chair => t.see_next_chair(),
        Next::Sheet => t.see_next_sheet(),
        Next::Correct => t.see_next_correct(),
        Next::Justify => t.see_next_justify(),
        Next::Sign => t.see_next_sign(),
        Next::Wait => t.see_next_wait(),
        Next::Over => t.see_next_over(),
    }
}
