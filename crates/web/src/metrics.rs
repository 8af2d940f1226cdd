//! `/metrics`, on a listener of its own: how the centre does, in the Prometheus text format 0.0.4.
//!
//! Only values that cannot depend on how many bids there are: the log's public sizes, health, and the other centres.
//! No counts of requests, connections, uploads or bytes, and no timings.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use ximu_office::{Condition, View};

use crate::host::Host;

/// The router of the metrics listener: `/metrics` and nothing else.
pub fn metrics_router(host: Arc<dyn Host>) -> Router {
    Router::new().route("/metrics", get(handle)).with_state(host)
}

async fn handle(State(host): State<Arc<dyn Host>>) -> Response {
    let text = render(&host.view());
    #[cfg(feature = "planted")]
    let text = crate::planted::add(text, &*host);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// The text.
#[must_use]
pub fn render(view: &View) -> String {
    let mut out = String::new();
    let mut metric = |name: &str, help: &str, values: Vec<(String, u64)>| {
        // Writing to a string cannot fail.
        let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n");
        for (labels, value) in values {
            let _ = writeln!(out, "{name}{labels} {value}");
        }
    };
    let plain = |value: u64| vec![(String::new(), value)];
    let cosigned = view.cosigned.as_ref();
    metric(
        "ximu_ready",
        "Whether commands can be recorded and cosigned.",
        plain(view.health.is_ready().into()),
    );
    metric("ximu_log_leaves", "Leaves in the log: public entries and beats.", plain(view.size));
    let size = cosigned.map_or(0, |cosigned| cosigned.size);
    metric("ximu_log_cosigned_leaves", "Leaves in the newest cosigned checkpoint.", plain(size));
    let time = cosigned.and_then(|cosigned| cosigned.time).map_or(0, |time| time.unix_ms() / 1000);
    let time = u64::try_from(time).unwrap_or(0);
    metric("ximu_log_cosigned_seconds", "Cosigned time of that checkpoint, Unix seconds.", plain(time));
    let lacking = view.health.close_lacks_evidence.into();
    metric("ximu_close_lacks_evidence", "Whether a CLOSE waits for cosigned evidence.", plain(lacking));
    let peers = |value: fn(&ximu_office::Peer) -> u64| {
        view.peers.iter().map(|peer| (format!("{{peer=\"{}\"}}", label(&peer.name)), value(peer))).collect()
    };
    metric(
        "ximu_peer_good",
        "Whether the last answer of a centre was a cosignature.",
        peers(|peer| (peer.condition == Condition::Good).into()),
    );
    metric(
        "ximu_peer_cosigned_leaves",
        "Leaves of the newest checkpoint a centre has cosigned.",
        peers(|peer| peer.cosigned),
    );
    out
}

/// A label's value; names of witnesses have none of these characters, and nothing breaks if one has.
fn label(name: &str) -> String {
    name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ")
}
