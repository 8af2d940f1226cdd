//! The evaluation report 评标报告 as a sheet.

use std::collections::BTreeMap;

use ximu_basics::{CriterionId, Decimal, PartyId};
use ximu_procedure::{
    evaluation::alike::{Alike, alike},
    wire::{
        evaluation::EvaluationReason,
        record::{CriterionHead, EvaluationReport, MemberLine, RejectedLine, ScoresLine},
    },
};
use ximu_text::Text;

use super::{Align, Block, Draft, Facts, Label, Table, said};
use crate::{visible, words};

pub(super) fn facts(draft: &Draft<'_>, content: &EvaluationReport, facts: &mut Facts) {
    facts.add(|t| t.sheet_concluded(), draft.when(content.concluded));
    if let Some(round) = content.round {
        facts.add(|t| t.sheet_round(), draft.tongue.say(|t| t.sheet_round_of(round)));
    }
    if let Some(base) = content.base {
        facts.add(|t| t.record_base(), draft.money(base));
    }
    if content.competition_lacking {
        let lacking = draft.tongue.say(|t| t.sheet_competition_lacking());
        facts.add(|t| t.sheet_competition(), lacking);
    }
    facts.add(|t| t.sheet_signed_report(), Label::plain(content.report.to_string()));
}

pub(super) fn blocks(draft: &Draft<'_>, content: &EvaluationReport) -> Vec<Block> {
    let mut tables = vec![members(draft, content)];
    let opinions = opinions(draft, content);
    tables.extend((!opinions.rows.is_empty()).then_some(opinions));
    tables.push(compared(draft, content));
    tables.push(scores(draft, content));
    let equal = equal_sheets(draft, content);
    tables.extend((!equal.rows.is_empty()).then_some(equal));
    tables.push(rejected(draft, content));
    tables.push(corrections(draft, content));
    if !content.abnormal.is_empty() {
        tables.push(abnormal(draft, content));
    }
    if !content.clarifications.is_empty() {
        tables.push(clarifications(draft, content));
    }
    let mut blocks: Vec<Block> = tables.into_iter().map(Block::Table).collect();
    blocks.push(Block::Remark(draft.tongue.say(|t| t.sheet_remark_evaluation())));
    blocks
}

fn members(draft: &Draft<'_>, content: &EvaluationReport) -> Table {
    let mut table = draft.table(
        |t| t.sheet_members(),
        vec![
            draft.column(|t| t.sheet_member(), 80, Align::End),
            draft.column(|t| t.sheet_seat(), 160, Align::Start),
            draft.column(|t| t.sheet_member_as(), 170, Align::Start),
            draft.column(|t| t.sheet_stand(), 240, Align::Start),
            draft.column(|t| t.sheet_member_leaf(), 350, Align::Start),
        ],
    );
    let row = |line: &MemberLine| {
        vec![
            Label::plain(line.member.to_string()),
            Label::plain(line.seat.clone()),
            draft.tongue.say(|t| capacity(t, line)),
            draft.tongue.say(|t| words::stand(t, line.stand)),
            Label::plain(line.leaf.to_string()),
        ]
    };
    table.rows = content.members.iter().map(row).collect();
    table
}

/// As what a member sat.
fn capacity(t: Text, line: &MemberLine) -> String {
    let sent = if line.delegate { t.sheet_delegate() } else { t.sheet_expert() };
    let chair = line.chair.then(|| t.sheet_chair());
    let checked = words::identity(t, line.identity.as_ref());
    [Some(sent), chair, Some(checked)].into_iter().flatten().collect::<Vec<String>>().join(t.pick("，", ", "))
}

fn opinions(draft: &Draft<'_>, content: &EvaluationReport) -> Table {
    let mut table = draft.table(
        |t| t.sheet_opinions(),
        vec![
            draft.column(|t| t.sheet_member(), 80, Align::End),
            draft.column(|t| t.sheet_opinion(), 920, Align::Start),
        ],
    );
    let row = |line: &MemberLine| {
        let opinion = line.opinion.as_ref()?;
        Some(vec![Label::plain(line.member.to_string()), said(opinion)])
    };
    table.rows = content.members.iter().filter_map(row).collect();
    table
}

fn compared(draft: &Draft<'_>, content: &EvaluationReport) -> Table {
    let mut table = draft.table(
        |t| t.sheet_scored(),
        vec![
            draft.column(|t| t.record_rank(), 80, Align::End),
            draft.column(|t| t.sheet_bidder(), 300, Align::Start),
            draft.column(|t| t.sheet_price(), 290, Align::End),
            draft.column(|t| t.sheet_criteria_score(), 110, Align::End),
            draft.column(|t| t.sheet_price_score(), 110, Align::End),
            draft.column(|t| t.sheet_total(), 110, Align::End),
        ],
    );
    let rows = content.lines.iter().map(|line| {
        vec![
            Label::plain(line.rank.to_string()),
            draft.party(&line.bidder),
            draft.money(line.price),
            Label::plain(line.criteria_score.to_string()),
            Label::plain(line.price_score.to_string()),
            Label::plain(line.total.to_string()),
        ]
    });
    table.rows = rows.collect();
    table
}

fn scores(draft: &Draft<'_>, content: &EvaluationReport) -> Table {
    let mut table = draft.table(
        |t| t.sheet_scores(),
        vec![
            draft.column(|t| t.sheet_bidder(), 330, Align::Start),
            draft.column(|t| t.sheet_criterion(), 260, Align::Start),
            draft.column(|t| t.sheet_points(), 290, Align::Start),
            draft.column(|t| t.sheet_mean(), 120, Align::End),
        ],
    );
    let means: BTreeMap<&PartyId, &BTreeMap<CriterionId, Decimal>> =
        content.lines.iter().map(|line| (&line.bidder, &line.criteria)).collect();
    let row = |line: &ScoresLine| {
        let points = line.points.iter().map(|one| one.map_or_else(|| "—".to_owned(), |one| one.to_string()));
        let mean = means.get(&line.bidder).and_then(|means| means.get(&line.criterion));
        vec![
            draft.party(&line.bidder),
            criterion(draft, content, &line.criterion),
            Label::plain(points.collect::<Vec<_>>().join(" · ")),
            Label::plain(mean.map_or_else(|| "—".to_owned(), ToString::to_string)),
        ]
    };
    table.rows = content.scores.iter().map(row).collect();
    table
}

/// Members whose sealed sheets are equal (evaluation 8.7): a lead, which the remark in its rows says.
fn equal_sheets(draft: &Draft<'_>, content: &EvaluationReport) -> Table {
    let mut table = draft.table(
        |t| t.sheet_alike(),
        vec![
            draft.column(|t| t.sheet_member(), 160, Align::Start),
            draft.column(|t| t.sheet_alike_what(), 840, Align::Start),
        ],
    );
    let row = |group: &Alike| {
        let members: Vec<String> = group.members.iter().map(ToString::to_string).collect();
        vec![Label::plain(members.join(" · ")), draft.tongue.say(|t| t.sheet_alike_scores(group.scores))]
    };
    table.rows = alike(content).iter().map(row).collect();
    table
}

/// A criterion with the most points it gives.
fn criterion(draft: &Draft<'_>, content: &EvaluationReport, id: &CriterionId) -> Label {
    let title = |head: &CriterionHead| {
        draft.tongue.say(|t| format!("{} ({})", visible(t.pick(&head.title.zh, &head.title.en)), head.points))
    };
    let head = content.criteria.iter().find(|head| head.id == *id);
    head.map_or_else(|| Label::plain(id.to_string()), title)
}

fn rejected(draft: &Draft<'_>, content: &EvaluationReport) -> Table {
    let mut table = draft.table(
        |t| t.sheet_rejected(),
        vec![
            draft.column(|t| t.sheet_bidder(), 300, Align::Start),
            draft.column(|t| t.sheet_reason(), 330, Align::Start),
            draft.column(|t| t.sheet_opinion(), 370, Align::Start),
        ],
    );
    let row = |line: &RejectedLine| {
        vec![draft.party(&line.bidder), draft.tongue.say(|t| reason(t, line)), said(&line.words.join("；"))]
    };
    table.rows = content.rejected.iter().map(row).collect();
    table
}

fn reason(t: Text, line: &RejectedLine) -> String {
    match line.reason {
        EvaluationReason::Vote { ground } => {
            let agreed: Vec<String> = line.agreed.iter().map(ToString::to_string).collect();
            let by = t.sheet_agreed_by(agreed.join(t.pick("、", ", ")));
            format!("{}{}{by}", t.sheet_vote_ground(words::ground(t, ground)), t.pick("；", "; "))
        }
        EvaluationReason::BelowPass {} => t.sheet_below_pass(),
        EvaluationReason::NoPriceScore {} => t.sheet_no_price_score(),
        EvaluationReason::Left { reason } => words::rejected(t, reason),
    }
}

fn corrections(draft: &Draft<'_>, content: &EvaluationReport) -> Table {
    let mut table = draft.table(
        |t| t.sheet_corrections(),
        vec![
            draft.column(|t| t.sheet_member(), 80, Align::End),
            draft.column(|t| t.sheet_bidder(), 250, Align::Start),
            draft.column(|t| t.sheet_criterion(), 180, Align::Start),
            draft.column(|t| t.sheet_old_new(), 130, Align::Start),
            draft.column(|t| t.sheet_cause(), 360, Align::Start),
        ],
    );
    let rows = content.corrections.iter().map(|line| {
        let cause = |t| {
            let cause = words::cause(t, line.cause);
            format!("{cause}{}{}", t.pick("：", ": "), visible(&line.words))
        };
        vec![
            Label::plain(line.member.to_string()),
            draft.party(&line.bidder),
            criterion(draft, content, &line.criterion),
            Label::plain(format!("{} → {}", line.old, line.new)),
            Label::plain(cause(draft.tongue.first())),
        ]
    });
    table.rows = rows.collect();
    table
}

fn abnormal(draft: &Draft<'_>, content: &EvaluationReport) -> Table {
    let mut table = draft.table(
        |t| t.sheet_abnormal(),
        vec![
            draft.column(|t| t.sheet_member(), 80, Align::End),
            draft.column(|t| t.sheet_bidder(), 300, Align::Start),
            draft.column(|t| t.sheet_criterion(), 220, Align::Start),
            draft.column(|t| t.sheet_reason(), 400, Align::Start),
        ],
    );
    let rows = content.abnormal.iter().map(|line| {
        let given = line.words.as_ref().map(|words| said(words));
        vec![
            Label::plain(line.member.to_string()),
            draft.party(&line.bidder),
            criterion(draft, content, &line.criterion),
            given.unwrap_or_else(|| draft.tongue.say(|t| t.sheet_abnormal_replaced())),
        ]
    });
    table.rows = rows.collect();
    table
}

fn clarifications(draft: &Draft<'_>, content: &EvaluationReport) -> Table {
    let mut table = draft.table(
        |t| t.sheet_clarifications(),
        vec![
            draft.column(|t| t.sheet_bidder(), 260, Align::Start),
            draft.column(|t| t.sheet_asked(), 370, Align::Start),
            draft.column(|t| t.sheet_replied(), 370, Align::Start),
        ],
    );
    let rows = content.clarifications.iter().map(|line| {
        let answer = line.answer.as_ref().map(|answer| said(answer));
        vec![
            draft.party(&line.bidder),
            said(&line.asked),
            answer.unwrap_or_else(|| draft.tongue.say(|t| t.sheet_no_reply())),
        ]
    });
    table.rows = rows.collect();
    table
}
