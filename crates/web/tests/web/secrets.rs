//! Two worlds, one bidder and nine, with the same clock and the same public commands: before CLOSE every page and
//! answer is equal, byte for byte, headers and all.

use crate::support::{
    SimHost, ask,
    stage::{Moment, snapshot},
};
use ximu_web::{Host as _, Site, metrics, router};

const PATHS: [&str; 22] = [
    "/",
    "/?lang=en",
    "/tenders",
    "/tenders/yc-2020-0603",
    "/tenders/yc-2020-0603/hall",
    "/tenders/yc-2020-0603/hall?at=0",
    "/tenders/yc-2020-0603/record",
    "/tenders/yc-2020-0603/record?lang=en&letters=large",
    "/verify",
    "/codes",
    "/about",
    "/api/v1/centre",
    "/api/v1/procedures",
    "/api/v1/tenders/yc-2020-0603",
    "/api/v1/tenders/yc-2020-0603/entries",
    "/api/v1/tenders/registry/entries",
    "/api/v1/tenders/yc-2020-0603/operations",
    "/log/checkpoint",
    "/log/wait?size=1",
    "/healthz",
    "/readyz",
    "/openapi.json",
];

#[tokio::test]
async fn before_close_nothing_depends_on_how_many_bids_there_are() {
    let one = SimHost::new(snapshot(Moment::Sealing, 1));
    let nine = SimHost::new(snapshot(Moment::Sealing, 9));
    assert_eq!(metrics::render(&one.view()), metrics::render(&nine.view()));
    let (one, nine) = (router(Site::new(one)), router(Site::new(nine)));
    for path in PATHS {
        let (one, nine) = (ask::get(&one, path).await, ask::get(&nine, path).await);
        assert_eq!(one.status, nine.status, "{path}");
        assert_eq!(one.headers, nine.headers, "{path}");
        assert!(one.body == nine.body, "{path} differs");
    }
}

/// The control: once CLOSE has disclosed the list, the same comparison finds a difference.
#[tokio::test]
async fn after_close_the_worlds_differ() {
    let nine = router(Site::new(SimHost::new(snapshot(Moment::Window, 9))));
    let four = router(Site::new(SimHost::new(snapshot(Moment::Window, 4))));
    let path = "/api/v1/tenders/yc-2020-0603";
    assert_ne!(ask::get(&nine, path).await.body, ask::get(&four, path).await.body);
}

#[tokio::test]
async fn names_of_bidders_appear_with_close_and_prices_with_the_reading() {
    let (name, price, words) = ("宜昌绿源园林工程有限公司", "9,328,450.00", "玖佰叁拾贰万捌仟肆佰伍拾元整");
    let json = "9328450.00";
    for (moment, named, priced) in [
        (Moment::Sealing, false, false),
        (Moment::Window, true, false),
        (Moment::Opening, true, false),
        (Moment::Read, true, true),
    ] {
        let router = router(Site::new(SimHost::new(snapshot(moment, 5))));
        let mut all = String::new();
        for path in PATHS {
            all.push_str(ask::get(&router, path).await.text());
        }
        assert_eq!(all.contains(name), named, "name at {moment:?}");
        for form in [price, words, json] {
            assert_eq!(all.contains(form), priced, "{form} at {moment:?}");
        }
    }
}
