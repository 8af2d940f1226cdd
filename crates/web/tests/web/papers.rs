//! Official records as pages and paper (records 6, 8): from the reading on, each once, the same as the command line's.

use crate::{
    pages::snapshot,
    support::{
        ask::get,
        site,
        stage::{self, Moment},
    },
};
use ximu_procedure::wire::RecordKind;
use ximu_report::extract;
use ximu_web::Papers;

const TENDER: &str = "/tenders/yc-2020-0603";

#[tokio::test]
async fn each_record_is_a_page_and_a_paper_once_there_is_one() {
    let router = ximu_web::router(site(stage::snapshot(Moment::Awarded, 5)));
    // Nobody evaluated here.
    for kind in RecordKind::ALL.into_iter().filter(|kind| *kind != RecordKind::EvaluationReport) {
        snapshot(&router, &format!("paper-{kind}"), &format!("{TENDER}/records/{kind}.html")).await;
        let said = get(&router, &format!("{TENDER}/records/{kind}.pdf")).await;
        assert_eq!((said.status.as_u16(), said.header("content-type")), (200, "application/pdf"));
        assert_eq!(extract(&said.body).unwrap().record.kind(), kind);
        let again = get(&router, &format!("{TENDER}/records/{kind}.pdf")).await;
        assert!(again.body == said.body, "made once");
    }
}

#[tokio::test]
async fn before_the_reading_a_record_is_missing_like_what_never_was() {
    for moment in [Moment::Sealing, Moment::Window] {
        let router = ximu_web::router(site(stage::snapshot(moment, 5)));
        for kind in RecordKind::ALL {
            for form in ["html", "pdf"] {
                let said = get(&router, &format!("{TENDER}/records/{kind}.{form}")).await;
                assert_eq!(said.status.as_u16(), 404, "{kind}.{form}");
            }
        }
    }
    let router = ximu_web::router(site(stage::snapshot(Moment::Awarded, 5)));
    for path in [
        "records/evaluation_report.pdf",
        "records/winner.pdf",
        "records/award_notice.doc",
        "records/award_notice",
        "records/.pdf",
    ] {
        assert_eq!(get(&router, &format!("{TENDER}/{path}")).await.status.as_u16(), 404, "{path}");
    }
}

#[tokio::test]
async fn a_centre_without_a_font_says_so_and_the_page_stands() {
    let site = site(stage::snapshot(Moment::Awarded, 5));
    let router = ximu_web::router(site.printing(Papers::with_fonts(vec!["/no/such/font.ttf".into()])));
    let said = get(&router, &format!("{TENDER}/records/award_notice.pdf")).await;
    assert_eq!(said.status.as_u16(), 503);
    assert!(said.text().contains("font_unreadable"), "{}", said.text());
    assert_eq!(get(&router, &format!("{TENDER}/records/award_notice.html")).await.status.as_u16(), 200);
}
