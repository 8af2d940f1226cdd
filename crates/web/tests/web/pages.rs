//! The HTML of every page, in each language, at each moment of a tender; and what holds for all of it.
//!
//! `INSTA_UPDATE=always cargo test -p ximu-web` writes the snapshots anew; their difference is read as prose.

use crate::support::{
    ask::{Said, get},
    site,
    stage::{self, Moment},
};
use axum::Router;
use ximu_text::{Language, MESSAGES, Text};

const TENDER: &str = "/tenders/yc-2020-0603";

fn router(moment: Moment, firms: usize) -> Router {
    ximu_web::router(site(stage::snapshot(moment, firms)))
}

/// What changes with keys and formats, and not with the page, is masked: long hexadecimal and key material.
fn masked(html: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for character in html.chars().chain(['\n']) {
        if character.is_ascii_hexdigit() && !character.is_ascii_uppercase() {
            run.push(character);
            continue;
        }
        match run.len() {
            64 => out.push_str("HASH"),
            16 => out.push_str("NAME"),
            _ => out.push_str(&run),
        }
        run.clear();
        out.push(character);
    }
    let mut lines = Vec::new();
    for line in out.lines() {
        let words = line.split(' ').map(|word| match word.split_once('+') {
            Some((name, key)) if key.len() > 40 && !key.contains('<') => format!("{name}+KEY"),
            Some((name, key)) if key.len() > 40 => {
                format!("{name}+KEY<{}", key.split_once('<').map_or("", |(_, rest)| rest))
            }
            Some(_) | None => word.to_string(),
        });
        lines.push(words.collect::<Vec<_>>().join(" ").trim_end().to_string());
    }
    lines.join("\n")
}

pub async fn snapshot(router: &Router, name: &str, path: &str) {
    for language in Language::ALL {
        let joint = if path.contains('?') { '&' } else { '?' };
        let said = get(router, &format!("{path}{joint}lang={}", language.tag())).await;
        assert_eq!(said.header("content-type"), "text/html; charset=utf-8");
        insta::assert_snapshot!(format!("{name}-{}", language.tag()), masked(said.text()));
    }
}

#[tokio::test]
async fn the_portal_at_each_moment() {
    for moment in [Moment::Founded, Moment::Sealing, Moment::Window, Moment::Awarded] {
        snapshot(&router(moment, 5), &format!("portal-{}", moment.name()), "/").await;
    }
}

#[tokio::test]
async fn the_tender_at_each_moment() {
    for moment in [Moment::Sealing, Moment::Window, Moment::Awarded] {
        snapshot(&router(moment, 5), &format!("tender-{}", moment.name()), TENDER).await;
    }
}

#[tokio::test]
async fn the_hall_at_each_moment() {
    for moment in Moment::ALL.into_iter().skip(1) {
        let path = format!("{TENDER}/hall");
        snapshot(&router(moment, 5), &format!("hall-{}", moment.name()), &path).await;
    }
}

#[tokio::test]
async fn the_record_at_each_moment() {
    for moment in [Moment::Sealing, Moment::Opening, Moment::Awarded] {
        let path = format!("{TENDER}/record");
        snapshot(&router(moment, 5), &format!("record-{}", moment.name()), &path).await;
    }
}

#[tokio::test]
async fn the_desk_of_a_bidder() {
    snapshot(&router(Moment::Sealing, 5), "bid-sealing", &format!("{TENDER}/bid")).await;
}

#[tokio::test]
async fn the_record_of_the_whole_cast() {
    snapshot(&router(Moment::Awarded, 29), "record-whole", &format!("{TENDER}/record")).await;
}

#[tokio::test]
async fn the_desk_of_the_register_names_whom_a_tender_has_named_and_nobody_else() {
    for (moment, named) in [(Moment::Founded, 0), (Moment::Sealing, 1), (Moment::Read, 6)] {
        let desk = get(&router(moment, 5), "/desk").await;
        assert_eq!(desk.text().matches("data-text=\"name-p-").count(), named, "{moment:?}");
    }
}

#[tokio::test]
async fn where_bidding_is_over_nothing_of_a_bid_is_offered() {
    for moment in Moment::ALL {
        let router = router(moment, 5);
        let desk = get(&router, &format!("{TENDER}/bid")).await;
        let tender = get(&router, TENDER).await;
        let is_bidding = matches!(moment, Moment::Sealing | Moment::Window);
        assert_eq!(desk.text().contains("<ximu-bid"), is_bidding, "{moment:?}");
        assert_eq!(tender.text().contains(&format!("{TENDER}/bid\"")), is_bidding, "{moment:?}");
    }
}

#[tokio::test]
async fn a_tender_with_too_few_bids_shows_that_nothing_opens() {
    let router = router(Moment::Awarded, 2);
    snapshot(&router, "hall-too-few", &format!("{TENDER}/hall")).await;
    snapshot(&router, "record-too-few", &format!("{TENDER}/record")).await;
}

#[tokio::test]
async fn the_standing_pages() {
    let router = router(Moment::Awarded, 5);
    for (name, path) in [
        ("tenders", "/tenders"),
        ("tenders-none", "/tenders?q=nothing"),
        ("statistics", "/statistics"),
        ("verify", "/verify"),
        ("about", "/about"),
        ("missing", "/tenders/unknown"),
        ("large", "/about?letters=large"),
    ] {
        snapshot(&router, name, path).await;
    }
}

#[tokio::test]
async fn an_opening_counts_in_the_statistics_once_it_is_over() {
    for (moment, over) in [
        (Moment::Sealing, 0),
        (Moment::Window, 0),
        (Moment::Opening, 0),
        (Moment::Read, 1),
        (Moment::Awarded, 1),
    ] {
        let said = get(&router(moment, 5), "/statistics?lang=zh-CN").await;
        let sentence = format!("开标已经结束（已唱标，或在开标阶段失败）的项目 {over} 个，其中 {over} 个");
        assert!(said.text().contains(&sentence), "{moment:?}: {}", said.text());
        assert_eq!(said.text().contains("不见面率：100.00%"), over == 1, "{moment:?}");
        assert_eq!(said.text().contains("不见面率"), over == 1, "{moment:?}");
    }
}

#[tokio::test]
async fn the_codes_page_names_every_code() {
    let router = router(Moment::Founded, 0);
    let said = get(&router, "/codes").await;
    for family in ximu_web::codes::Family::ALL {
        for code in family.codes() {
            assert!(said.text().contains(&format!("<tr id=\"{code}\">")), "{code}");
        }
    }
}

#[tokio::test]
async fn the_replay_shows_the_hall_as_it_was() {
    let late = router(Moment::Awarded, 5);
    let early = router(Moment::Window, 5);
    let page = |said: Said| said.text().split("<section class=\"card room\"").nth(1).unwrap().to_string();
    let room = |page: String| page.split("</section>").next().unwrap().to_string();
    let then = room(page(get(&early, &format!("{TENDER}/hall")).await));
    let newest = get(&early, &format!("/api/v1{TENDER}")).await.json()["entries"].as_u64().unwrap() - 1;
    let replayed = room(page(get(&late, &format!("{TENDER}/hall?at={newest}")).await));
    assert_eq!(then, replayed);
    let prices = |text: &str| text.matches("元").count();
    assert_eq!(prices(&replayed), 0);
    assert!(prices(&room(page(get(&late, &format!("{TENDER}/hall")).await))) >= 15);
}

#[tokio::test]
async fn before_close_the_hall_shows_beats_that_look_the_same_with_few_bids_and_with_many() {
    let beats = async |firms: usize| {
        let newest = get(&router(Moment::Sealing, firms), &format!("/api/v1{TENDER}")).await;
        let newest = newest.json()["entries"].as_u64().unwrap() - 1;
        let late = router(Moment::Awarded, firms);
        let page = get(&late, &format!("{TENDER}/hall?lang=zh-CN&at={newest}")).await.text().to_string();
        assert!(page.contains("一份投标还是一百份投标，看上去完全一样"), "{page}");
        let list = page.split("<ol class=\"beats\"").nth(1).unwrap().split("</ol>").next().unwrap();
        (list.matches("<li class=\"cosigned\">").count(), list.matches("<li").count())
    };
    let (few, many) = (beats(5).await, beats(29).await);
    assert_eq!(few, many);
    assert!(few.0 > 0 && few.0 == few.1, "{few:?}");
}

#[tokio::test]
async fn a_replay_beyond_the_last_entry_shows_the_end_and_says_so() {
    let router = router(Moment::Awarded, 5);
    let newest = get(&router, &format!("/api/v1{TENDER}")).await.json()["entries"].as_u64().unwrap() - 1;
    for beyond in [newest + 1, u64::from(u32::MAX) + 1] {
        let said = get(&router, &format!("{TENDER}/hall?lang=en&at={beyond}")).await;
        let words = format!("There is no entry {beyond} in this tender: the last is {newest}.");
        assert!(said.text().contains(&words), "{}", said.text());
        assert!(said.text().contains("rel=\"prev\"") && !said.text().contains("rel=\"next\""));
    }
    let end = get(&router, &format!("{TENDER}/hall?lang=en&at={newest}")).await;
    assert!(!end.text().contains("There is no entry"), "{}", end.text());
}

#[tokio::test]
async fn the_board_of_today_keeps_what_has_opened_today() {
    let said = get(&router(Moment::Awarded, 5), "/?lang=en").await;
    let board = said.text().split("<section").find(|section| section.contains("id=\"today\"")).unwrap();
    assert!(board.contains("awarded") && board.contains(&format!("{TENDER}/record")), "{board}");
}

#[tokio::test]
async fn the_hall_says_who_ranks_where_and_who_has_won_live_and_replayed() {
    let hall = async |router: &axum::Router, moment: &str| {
        get(router, &format!("{TENDER}/hall?lang=zh-CN{moment}")).await.text().to_string()
    };
    let winners = |page: &str| page.matches("</span> 中标</span>").count();
    let ranks =
        |page: &str| (1..=5).filter(|rank| page.contains(&format!("<b class=\"num\">{rank}</b>"))).count();
    let in_order = |page: &str| {
        let place = |rank: usize| page.find(&format!("<b class=\"num\">{rank}</b>"));
        (1..5).all(|rank| place(rank) < place(rank + 1)) && page.contains(">名次</th>")
    };
    let late = router(Moment::Awarded, 5);
    let awarded = hall(&late, "").await;
    assert!(
        in_order(&awarded) && awarded.contains("评标基准价 <b class=\"num\">9,187,000.00 元</b>"),
        "{awarded}"
    );
    assert!(awarded.contains("中标人") && winners(&awarded) == 1 && ranks(&awarded) == 5, "{awarded}");
    let published = router(Moment::Published, 5);
    let newest = get(&published, &format!("/api/v1{TENDER}")).await.json()["entries"].as_u64().unwrap() - 1;
    for page in [hall(&published, "").await, hall(&late, &format!("&at={newest}")).await] {
        assert!(!page.contains("中标人") && winners(&page) == 0 && ranks(&page) == 5, "{page}");
        assert!(page.contains("</span> 候选人</span>"), "{page}");
    }
    let window = hall(&late, "&at=12").await;
    assert_eq!((ranks(&window), winners(&window)), (0, 0));
}

#[tokio::test]
async fn the_portal_is_below_50_kb_with_many_tenders() {
    let router = router(Moment::Awarded, 29);
    let said = get(&router, "/").await;
    assert!(said.body.len() < 12 * 1024, "one tender: {} bytes", said.body.len());
    // Each of three lists shows at most 15 lines; a line is the difference a tender makes.
    let line = said.text().split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap().len();
    assert!(said.body.len() + 44 * (line + 200) < 50 * 1024, "a line has {line} bytes");
}

#[tokio::test]
async fn a_link_inside_leads_to_a_page() {
    for moment in [Moment::Founded, Moment::Sealing, Moment::Awarded] {
        let router = router(moment, 5);
        let mut seen = std::collections::BTreeSet::new();
        let mut next = vec!["/?lang=en&letters=large".to_string()];
        while let Some(path) = next.pop() {
            if seen.len() > 120 || !seen.insert(path.clone()) {
                continue;
            }
            let said = get(&router, &path).await;
            // The simulated host has no receipts; their form is tested in `api`.
            if !path.starts_with("/api/v1/receipts/") {
                assert_eq!(said.status, 200, "{path}");
            }
            if !said.header("content-type").starts_with("text/html") {
                continue;
            }
            let hrefs = said.text().split("href=\"").skip(1);
            let links = hrefs.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"));
            next.extend(links.filter(|link| link.starts_with('/')));
        }
        assert!(seen.len() > 5);
    }
}

/// A message that no page, and no code, ever asks for is a promise nobody keeps.
#[test]
fn every_message_is_used() {
    let mut sources = String::new();
    // Reports say what `ximu-report` asks for.
    for folder in ["src", "templates", "../report/src"] {
        collect(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).as_path(), &mut sources);
    }
    for (name, _) in MESSAGES {
        // Codes, checks and credentials are asked for by name, and so is what the desk says of each command (a test of
        // its page has the names), units by the text crate itself; the command line speaks of its own matters.
        let by_name = ["code-", "check-", "credential-", "unit-", "demo-"].iter();
        let of_the_command_line = ["cli-", "advice-", "found-", "see-", "doctor-"].iter();
        let of_desk = ["deed-", "field-", "word-", "role-", "event-", "desk-elsewhere-"].iter();
        if by_name.chain(of_the_command_line).chain(of_desk).any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let asked = [format!(".{}(", name.replace('-', "_")), format!("\"{name}\"")];
        assert!(asked.iter().any(|asked| sources.contains(asked)), "{name} is never shown");
    }
    assert!(Text::new(Language::Chinese).named("no-such-message").is_none());
}

fn collect(folder: &std::path::Path, out: &mut String) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            collect(&path, out)
        } else {
            out.push_str(&std::fs::read_to_string(path).unwrap())
        }
    }
}
