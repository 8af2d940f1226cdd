//! `/statistics`: what the tenders of this centre add up to, and `/statistics.csv`, the table behind it.

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use ximu_basics::Money;
use ximu_text::Text;

use super::{built, show};
use crate::{
    reader::Reader,
    site::Site,
    view::{
        Frame,
        frame::Section,
        rules::list,
        statistics::{BAR_HEIGHT, BID_GROUPS, Bar, Quartiles, Statistics, bars, csv as table},
    },
};

#[derive(Template)]
#[template(path = "statistics.html")]
struct Page {
    p: Frame,
    groups: Vec<Group>,
}

/// The statistics of real tenders, or of rehearsals.
struct Group {
    name: String,
    is_rehearsal: bool,
    charts: Vec<Chart>,
    sentences: Vec<String>,
    rows: Vec<[String; 5]>,
}

/// A picture of bars, whose table is its text.
struct Chart {
    id: String,
    title: String,
    heads: [String; 2],
    bars: Vec<Bar>,
    /// Everything the picture says, in words.
    text: String,
}

impl Chart {
    const fn height(&self) -> usize {
        self.bars.len().saturating_mul(BAR_HEIGHT)
    }
}

/// `GET /statistics`.
pub async fn handle(State(site): State<Site>, reader: Reader) -> Response {
    built(site, reader, |site, reader| {
        let t = reader.t;
        let world = site.host.view().world.clone();
        let p = Frame::new(&*site.host, reader, Section::Statistics, t.statistics_title());
        let group = |rehearsal| Statistics::of(&world, rehearsal).map(|one| group(t, rehearsal, &one));
        let groups = [false, true].into_iter().filter_map(group).collect();
        Ok(show(StatusCode::OK, &Page { p, groups }))
    })
    .await
}

/// `GET /statistics.csv`.
pub async fn csv(State(site): State<Site>, reader: Reader) -> Response {
    built(site, reader, |site, _| {
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"ximu-statistics.csv\""),
        ];
        Ok((headers, table(&site.host.view().world)).into_response())
    })
    .await
}

fn group(t: Text, is_rehearsal: bool, found: &Statistics) -> Group {
    let name = if is_rehearsal { t.statistics_rehearsals() } else { t.statistics_real() };
    let kind = if is_rehearsal { "rehearsals" } else { "real" };
    let chart = |id: &str, title: String, heads: [String; 2], lines: Lines| {
        let said: Vec<String> =
            lines.iter().map(|(label, value, _)| t.statistics_bar(label, value)).collect();
        Chart { id: format!("{kind}-{id}"), title, heads, bars: bars(lines), text: list(t, &said) }
    };
    let mut charts = vec![
        chart(
            "stages",
            t.statistics_stages(),
            [t.statistics_stage(), t.statistics_tenders()],
            stages(t, found),
        ),
        chart(
            "bids",
            t.statistics_bids(),
            [t.statistics_bids_each(), t.statistics_tenders()],
            bids(t, found),
        ),
    ];
    let mut sentences = Vec::new();
    let amounts = &found.amounts;
    if let (Some(ceilings), Some(awards)) = (amounts.ceilings, amounts.awards) {
        let line = |label: String, amount: Money| (label, t.money(amount), amount.hundredths());
        let lines = vec![line(t.statistics_ceilings(), ceilings), line(t.statistics_awards(), awards)];
        charts.push(chart(
            "amounts",
            t.statistics_amounts(),
            [t.statistics_amounts(), t.statistics_yuan()],
            lines,
        ));
        sentences.push(match (amounts.saved, amounts.saved_percent) {
            (Some(saved), Some(percent)) => t.statistics_saved(t.money(saved), percent.to_string()),
            (_, _) => t.statistics_not_saved(),
        });
        sentences.push(t.statistics_saving_method());
    }
    let (over, done) = found.openings;
    sentences.push(t.statistics_openings(done, over));
    if let Some(percent) = found.no_meeting_percent() {
        sentences.push(t.statistics_no_meeting(percent.to_string()));
    }
    let span = |ms: i64| t.span(ms);
    let rows = [
        found.bids_each.as_ref().map(|one| row(t.statistics_bids_each(), one, |bids| bids.to_string())),
        found.to_deadline_ms.as_ref().map(|one| row(t.statistics_to_deadline(), one, span)),
        found.to_award_ms.as_ref().map(|one| row(t.statistics_to_award(), one, span)),
    ];
    Group { name, is_rehearsal, charts, sentences, rows: rows.into_iter().flatten().collect() }
}

fn row<T: Copy>(name: String, of: &Quartiles<T>, shown: impl Fn(T) -> String) -> [String; 5] {
    [name, of.count.to_string(), shown(of.lower), shown(of.median), shown(of.upper)]
}

type Lines = Vec<(String, String, i128)>;

fn count(label: String, tenders: usize) -> (String, String, i128) {
    (label, tenders.to_string(), i128::try_from(tenders).unwrap_or(i128::MAX))
}

fn stages(t: Text, found: &Statistics) -> Lines {
    let stages = &found.stages;
    vec![
        count(t.stage_sealing(), stages.sealing),
        count(t.statistics_opening(), stages.opening),
        count(t.statistics_evaluating(), stages.evaluating),
        count(t.stage_awarded(), stages.awarded),
        count(t.stage_too_few(), stages.too_few),
        count(t.stage_cancelled(), stages.cancelled),
        count(t.statistics_without(), stages.without),
    ]
}

fn bids(t: Text, found: &Statistics) -> Lines {
    let mut from = 0_usize;
    let groups = BID_GROUPS.iter().map(|most| {
        let label = t.statistics_from_to(from, *most);
        from = most.saturating_add(1);
        label
    });
    let mut labels: Vec<String> = groups.collect();
    labels.push(t.statistics_from(from));
    labels.into_iter().zip(found.bids).map(|(label, tenders)| count(label, tenders)).collect()
}
