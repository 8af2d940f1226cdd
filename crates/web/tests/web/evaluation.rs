//! The evaluation desk: what a visitor sees before, while and after a committee sits, and that the room at its door is
//! nothing to strangers.
#![allow(clippy::expect_used, reason = "a broken case must stop the test at once")]

use crate::support::{ask::get, site};
use axum::Router;
use ximu_basics::Hash;
use ximu_procedure::{
    Stage,
    method::RejectReason,
    outcome,
    role::Role,
    rules::{Phase, Rules, Text},
    wire::{
        Command, Outcome,
        identity::{FaceMatch, IdentityCheck, IdentityChoice},
    },
};
use ximu_sim::{
    centre::{Centre, TENDER},
    committee::{OFFICER, POOL, Sitting},
    rules::{draw_experts, score},
};
use ximu_text::Language;

const PAGE: &str = "/tenders/yc-2020-0603/evaluation";

/// A tender whose committee is drawn and has done this.
fn router(act: impl FnOnce(&mut Sitting)) -> Router {
    let mut sitting = Sitting::new(&["9300000.00", "9712000.00", "9500000.00"]);
    act(&mut sitting);
    sitting.centre.checkpoint();
    ximu_web::router(site(sitting.centre.into()))
}

#[tokio::test]
async fn while_the_committee_sits_a_visitor_sees_the_same_whatever_it_does() {
    let mut leaf = String::new();
    let quiet = router(|_| {});
    let busy = router(|sitting| {
        sitting.constitute();
        sitting.reveal(30);
        leaf = sitting.member(0).to_string();
        assert_eq!(sitting.centre.tender().stage, Stage::Evaluating);
        assert!(sitting.centre.panel_operations.len() > 10);
    });
    for language in ["zh-CN", "en"] {
        let path = format!("{PAGE}?lang={language}");
        let (quiet, busy) = (get(&quiet, &path).await, get(&busy, &path).await);
        // The page's own frame tells the height of the log; the rest is the same.
        let body = |text: &str| -> String {
            let (_, desk) = text.split_once("<ximu-evaluate").unwrap();
            desk.split_once("</ximu-evaluate>").unwrap().0.to_string()
        };
        assert_eq!(body(quiet.text()), body(busy.text()));
        assert!(!busy.text().contains(&leaf), "a member's leaf is nothing that this page shows");
    }
}

/// Why a bid may be out before the committee looks at it.
const LEFT: [RejectReason; 11] = [
    RejectReason::AboveCeiling,
    RejectReason::PriceZero,
    RejectReason::NotShortlisted,
    RejectReason::NoBase,
    RejectReason::ObjectionUpheld,
    RejectReason::GivenUp,
    RejectReason::Disqualified,
    RejectReason::Excluded,
    RejectReason::Committee,
    RejectReason::BondMissing,
    RejectReason::MemberTwice,
];

#[tokio::test]
async fn what_is_signed_has_its_place_before_the_signature_and_words_for_all_that_its_hash_covers() {
    let router = router(|_| {});
    for language in ["zh-CN", "en"] {
        let page = get(&router, &format!("{PAGE}?lang={language}")).await;
        let (before, _) = page.text().split_once("id=\"sign\"").unwrap();
        for part in ["title", "hash", "lines", "rejected", "corrections", "members", "competition", "text"] {
            assert!(before.contains(&format!("id=\"reading-{part}\"")), "{part}");
        }
        // The words of the report, as the wire has them.
        for reason in LEFT {
            let reason = serde_json::to_value(reason).unwrap();
            let reason = reason.as_str().unwrap();
            assert!(page.text().contains(&format!("data-text=\"left-{reason}\"")), "{reason}");
        }
        for reason in ["vote", "below_pass", "no_price_score"] {
            assert!(page.text().contains(&format!("data-text=\"rejected-{reason}\"")), "{reason}");
        }
    }
}

#[tokio::test]
async fn after_the_conclusion_everybody_sees_the_ranks_and_how_the_members_stand() {
    let mut bidders = 0;
    let router = router(|sitting| {
        sitting.evaluate();
        let concluded = sitting.centre.tender().evaluation.as_ref().unwrap().concluded.clone().unwrap();
        bidders = concluded.conclusion.lines.len();
    });
    let page = get(&router, &format!("{PAGE}?lang=en")).await;
    assert!(!page.text().contains("<ximu-evaluate"));
    assert_eq!(page.text().matches("<th scope=\"row\">").count(), bidders);
    assert!(page.text().contains("5 signed, 0 dissented in writing, 0 deemed to agree"), "{}", page.text());
}

#[tokio::test]
async fn the_door_is_nothing_to_strangers_and_a_request_must_be_of_the_form() {
    let router = router(|_| {});
    let nothing = get(&router, "/api/v1/tenders/no-such/seats").await;
    let door = get(&router, "/api/v1/tenders/yc-2020-0603/seats").await;
    assert_eq!((door.status, door.text()), (nothing.status, nothing.text()));
    assert_eq!(door.status, 404);
}

#[tokio::test]
async fn a_procedure_without_a_committee_has_no_desk() {
    use crate::support::stage::{Moment, snapshot};
    let router = ximu_web::router(site(snapshot(Moment::Sealing, 3)));
    assert_eq!(get(&router, PAGE).await.status, 404);
    let tender = get(&router, "/tenders/yc-2020-0603").await;
    assert!(!tender.text().contains("/evaluation"));
}

/// A tender with these rules whose committee has concluded and whose candidates are published.
fn published(change: impl FnOnce(&mut Rules)) -> Router {
    let mut sitting = Sitting::with(&["9300000.00", "9712000.00", "9500000.00", "9800000.00"], change);
    sitting.evaluate();
    let candidates = outcome::candidates(sitting.centre.tender());
    sitting.centre.expect_events("tenderer", TENDER, Command::Propose { candidates });
    sitting.centre.checkpoint();
    ximu_web::router(site(sitting.centre.into()))
}

#[tokio::test]
async fn where_evaluation_and_award_are_apart_no_page_gives_a_bidder_a_rank() {
    let apart = published(|rules| {
        for phase in &mut rules.phases {
            if let Phase::Award(award) = phase {
                award.separation = Some(Text { zh: "票决".into(), en: "By vote.".into() });
            }
        }
    });
    let together = published(|_| {});
    for (page, heading) in [("/evaluation", "evaluation"), ("/record", "record")] {
        let path = format!("/tenders/yc-2020-0603{page}?lang=en");
        let (apart, together) = (get(&apart, &path).await, get(&together, &path).await);
        assert!(together.text().contains(">Rank<"), "{heading}");
        assert!(!apart.text().contains(">Rank<"), "{heading}");
        assert!(!apart.text().contains("<td>1</td>") && !apart.text().contains("<td class=\"num\">1</td>"));
    }
    let record = get(&apart, "/tenders/yc-2020-0603/record?lang=en").await;
    let (_, candidates) = record.text().split_once("id=\"candidates\"").unwrap();
    let (candidates, _) = candidates.split_once("</section>").unwrap();
    assert!(candidates.contains("<ul>") && !candidates.contains("<ol>"), "{candidates}");
    let rules = get(&apart, "/tenders/yc-2020-0603?lang=en").await;
    assert!(rules.text().contains("chooses from the list by those rules"));
}

#[tokio::test]
async fn the_rules_say_what_an_outage_of_a_venue_does_where_they_know_one() {
    let known = router(|_| {});
    for (language, said) in [("zh-CN", "评标场所发生故障时"), ("en", "When a venue is out")] {
        let page = get(&known, &format!("/tenders/yc-2020-0603?lang={language}")).await;
        let article = if language == "en" { "article 30" } else { "第三十条" };
        assert!(page.text().contains(said) && page.text().contains(article), "{language}");
    }
    let mut sitting = Sitting::with(&["9300000.00", "9712000.00", "9500000.00"], |rules| {
        for phase in &mut rules.phases {
            if let Phase::Score(score) = phase {
                (score.outage, score.abnormal) = (None, None);
            }
        }
    });
    sitting.centre.checkpoint();
    let without = ximu_web::router(site(sitting.centre.into()));
    assert!(!get(&without, "/tenders/yc-2020-0603?lang=en").await.text().contains("When a venue is out"));
    // The same rules let nobody call a score abnormal: then the desk has no place for it.
    assert!(!get(&without, PAGE).await.text().contains("id=\"abnormal\""));
    assert!(get(&known, PAGE).await.text().contains("id=\"abnormal\""));
}

/// A tender that takes bids, whose committee reads the documents or does not.
fn sealing(papers: bool) -> Router {
    let mut centre = Centre::new();
    let keeper = centre.register(POOL, &[Role::PoolKeeper]);
    centre.publish(|rules| {
        draw_experts(rules, &[(POOL, keeper)]);
        score(rules);
        for phase in &mut rules.phases {
            if let Phase::Score(score) = phase {
                score.papers = papers;
            }
        }
    });
    centre.checkpoint();
    ximu_web::router(site(centre.into()))
}

#[tokio::test]
async fn a_bidder_is_told_that_a_committee_reads_its_documents_and_never_that_its_key_alone_opens_them() {
    let (read, kept) = (sealing(true), sealing(false));
    for language in Language::ALL {
        let t = ximu_text::Text::new(language);
        for (page, seats, own) in [
            ("/bid", t.bid_body_seats(4_u8, 3_u8), t.bid_body_own()),
            ("", t.rules_body_seats(4_u8, 3_u8), t.rules_body_own()),
        ] {
            let path = format!("/tenders/yc-2020-0603{page}?lang={}", language.tag());
            let (read, kept) = (get(&read, &path).await, get(&kept, &path).await);
            assert!(read.text().contains(&seats) && !read.text().contains(&own), "{path}: {}", read.text());
            assert!(kept.text().contains(&own) && !kept.text().contains(&seats), "{path}");
        }
    }
}

fn identity(similarity: &str, matched: bool) -> IdentityCheck {
    let number = |text: &str| text.parse().expect("a decimal");
    let face = FaceMatch {
        matched,
        model: Hash::of(b"model"),
        similarity: number(similarity),
        threshold: number("0.400"),
    };
    IdentityCheck { choice: IdentityChoice::Face, face: Some(face) }
}

#[tokio::test]
async fn how_each_member_was_checked_is_shown_after_the_conclusion_and_without_models_an_officer_did() {
    let plain = router(Sitting::evaluate);
    let matched = router(|sitting| {
        sitting.identities = vec![Some(identity("0.731", true)), Some(identity("-0.018", false))];
        sitting.evaluate();
    });
    for (language, officer, same, other) in [
        ("en", "identity checked by an officer", "similarity 0.731", "similarity -0.018"),
        ("zh-CN", "身份由工作人员核验", "相似度 0.731", "相似度 -0.018"),
    ] {
        for path in
            [format!("{PAGE}?lang={language}"), format!("/tenders/yc-2020-0603/record?lang={language}")]
        {
            let page = get(&plain, &path).await;
            assert!(page.text().matches(officer).count() >= 5, "{path}: {}", page.text());
            let page = get(&matched, &path).await;
            assert!(page.text().contains(same) && page.text().contains(other), "{path}: {}", page.text());
        }
    }
    let open = router(|sitting| sitting.sit(0));
    let page = get(&open, &format!("{PAGE}?lang=zh-CN")).await;
    assert!(page.text().contains("身份由工作人员核验") && !page.text().contains("name=\"identity\""));
}

#[tokio::test]
async fn where_a_centre_has_models_consent_and_its_alternative_are_two_answers_with_none_filled_in() {
    let mut sitting = Sitting::new(&["9300000.00", "9712000.00", "9500000.00"]);
    sitting.centre.checkpoint();
    let faces = ximu_web::Faces { model: Hash::of(b"model").to_string(), threshold: "0.400".into() };
    let router = ximu_web::router(site(sitting.centre.into()).matching(Some(faces)));
    for language in ["zh-CN", "en"] {
        let page = get(&router, &format!("{PAGE}?lang={language}")).await;
        for (id, value) in [("identity-officer", "officer"), ("identity-face", "face")] {
            let radio = format!("<input type=\"radio\" name=\"identity\" id=\"{id}\" value=\"{value}\">");
            let label = format!("<label for=\"{id}\">");
            assert!(page.text().contains(&radio) && page.text().contains(&label), "{}", page.text());
        }
        assert!(page.text().contains(&Hash::of(b"model").to_string()) && page.text().contains("0.400"));
    }
}

#[tokio::test]
async fn a_second_sign_in_is_an_alarm_at_the_desk_on_the_page_and_in_the_record() {
    let second = |sitting: &mut Sitting| {
        sitting.sit(0);
        let leaf = sitting.member(0);
        let again = sitting.seat(&leaf, "another key", POOL, OFFICER);
        assert!(matches!(sitting.centre.give("another key", TENDER, again), Ok(Outcome::Refusal(_))));
    };
    let (quiet, busy) = (router(|sitting| sitting.sit(0)), router(second));
    let after = router(|sitting| {
        sitting.constitute();
        let leaf = sitting.member(0);
        let again = sitting.seat(&leaf, "another key", POOL, OFFICER);
        sitting.centre.give("another key", TENDER, again).unwrap();
        sitting.reveal(300);
        sitting.sign_all();
    });
    for (language, word) in [("en", "Alarm: a second sign-in"), ("zh-CN", "警报：重复入席")] {
        for path in ["/evaluation", "/desk", "/record"] {
            let path = format!("/tenders/yc-2020-0603{path}?lang={language}");
            let page = get(&busy, &path).await;
            let alarm = page.text().contains("role=\"alert\" aria-labelledby=\"alarms\"");
            assert!(alarm && page.text().contains(word), "{path}: {}", page.text());
            assert!(!get(&quiet, &path).await.text().contains(word), "{path}");
        }
        let record = get(&after, &format!("/tenders/yc-2020-0603/record?lang={language}")).await;
        assert!(record.text().contains(word), "it stays after the conclusion");
    }
}
