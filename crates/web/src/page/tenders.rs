//! `/tenders`: every tender of this centre, with search and a filter by stage.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use ximu_basics::{Instant, ProcedureId};
use ximu_office::Trouble;
use ximu_procedure::{Stage, World};
use ximu_text::Text;

use super::{built, frame, show};
use crate::{
    reader::Reader,
    site::Site,
    view::{Frame, Names, Status, plain},
};

/// Lines of one page.
const LINES_PER_PAGE: usize = 40;

/// The longest search text that is used, in characters.
const SEARCH_CHARS_MAX: usize = 64;

/// One tender in a list.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Its id.
    pub id: ProcedureId,
    /// Its title in the reader's language.
    pub title: String,
    /// The tenderer's name.
    pub tenderer: String,
    /// Where it stands.
    pub status: Status,
    /// The deadline in force.
    pub deadline: Instant,
    /// Whether bids are still taken.
    pub is_open: bool,
    /// Whether its opening is going on.
    pub is_opening: bool,
    /// The winner and the price, once awarded.
    pub result: Option<(String, String)>,
    /// How many holders, and how many are needed.
    pub protection: (u8, u8),
}

impl Summary {
    /// Whether it belongs on today's board: its deadline is today, before or after now, or it is being opened.
    #[must_use]
    pub fn is_today(&self, now: Instant) -> bool {
        let day = |instant: Instant| (instant.unix_ms() + 8 * 3_600_000).div_euclid(86_400_000);
        self.is_opening || day(self.deadline) == day(now)
    }

    /// Whether it is over with the opening, one way or the other.
    #[must_use]
    pub const fn is_past(&self) -> bool {
        !self.is_open && !self.is_opening
    }
}

#[derive(Template)]
#[template(path = "tenders.html")]
struct Tenders {
    p: Frame,
    lines: Vec<Summary>,
    found: usize,
    search: String,
    filters: Vec<(&'static str, String, bool)>,
    before: Option<String>,
    after: Option<String>,
}

/// Which tenders are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    All,
    Open,
    Opening,
    Over,
}

impl Filter {
    const ALL: [Filter; 4] = [Filter::All, Filter::Open, Filter::Opening, Filter::Over];

    const fn value(self) -> &'static str {
        match self {
            Filter::All => "all",
            Filter::Open => "open",
            Filter::Opening => "opening",
            Filter::Over => "over",
        }
    }

    fn word(self, t: Text) -> String {
        match self {
            Filter::All => t.filter_all(),
            Filter::Open => t.filter_open(),
            Filter::Opening => t.filter_opening(),
            Filter::Over => t.filter_over(),
        }
    }

    fn parse(text: Option<&str>) -> Filter {
        Filter::ALL.into_iter().find(|filter| Some(filter.value()) == text).unwrap_or(Filter::All)
    }

    const fn lets(self, summary: &Summary) -> bool {
        match self {
            Filter::All => true,
            Filter::Open => summary.is_open,
            Filter::Opening => summary.is_opening,
            Filter::Over => summary.is_past(),
        }
    }
}

/// `GET /tenders`.
pub async fn handle(State(site): State<Site>, reader: Reader) -> Response {
    built(site, reader, page).await
}

fn page(site: &Site, reader: Reader) -> Result<Response, Trouble> {
    let t = reader.t;
    let search: String = reader.parameter("q").unwrap_or("").trim().chars().take(SEARCH_CHARS_MAX).collect();
    let stage = Filter::parse(reader.parameter("stage"));
    let page_number = reader.parameter("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(0);
    let p = frame(site, reader, t.tenders_title());
    let names = Names::new(&*site.host);
    let mut lines: Vec<Summary> = all(site, t, &names)?;
    lines.retain(|summary| stage.lets(summary) && matches_search(summary, &search));
    lines.sort_by_key(|summary| std::cmp::Reverse(summary.deadline));
    let found = lines.len();
    let start = page_number.saturating_mul(LINES_PER_PAGE);
    let lines: Vec<Summary> = lines.into_iter().skip(start).take(LINES_PER_PAGE).collect();
    let before = page_number.checked_sub(1).map(|number| number.to_string());
    let after = (start.saturating_add(lines.len()) < found).then(|| (page_number + 1).to_string());
    let filters = Filter::ALL.into_iter().map(|filter| (filter.value(), filter.word(t), filter == stage));
    let filters = filters.collect();
    Ok(show(StatusCode::OK, &Tenders { p, lines, found, search, filters, before, after }))
}

/// Every tender, in the order of the ids.
pub fn all(site: &Site, t: Text, names: &Names<'_>) -> Result<Vec<Summary>, Trouble> {
    let (world, now) = (site.host.view().world.clone(), site.host.now());
    Ok(world.tenders.keys().filter_map(|id| summary(&world, t, now, id, names)).collect())
}

fn summary(world: &World, t: Text, now: Instant, id: &ProcedureId, names: &Names<'_>) -> Option<Summary> {
    let tender = world.tenders.get(id)?;
    let is_opening = match tender.stage {
        Stage::Window | Stage::Opening => true,
        Stage::Sealing
        | Stage::Drawing
        | Stage::Evaluating
        | Stage::Ranking
        | Stage::Published
        | Stage::Awarded
        | Stage::Failed(_) => false,
    };
    Some(Summary {
        id: id.clone(),
        title: t.pick(&tender.rules.title.zh, &tender.rules.title.en).to_string(),
        tenderer: names.of(&tender.rules.tenderer),
        status: plain::standing(t, tender.stage, tender.suspended_until(now)),
        deadline: tender.deadline,
        is_open: tender.stage == Stage::Sealing,
        is_opening,
        result: tender.awarded.as_ref().map(|(winner, price)| (names.of(winner), t.money(*price))),
        protection: (tender.rules.escrow.n, tender.rules.escrow.t),
    })
}

fn matches_search(summary: &Summary, search: &str) -> bool {
    let search = search.to_lowercase();
    let fields = [summary.title.as_str(), summary.tenderer.as_str(), summary.id.as_str()];
    search.is_empty() || fields.into_iter().any(|field| field.to_lowercase().contains(&search))
}
