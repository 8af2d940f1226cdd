//! Serves the pages of the simulated tender on a loopback port, one port for each moment, to be looked at.
//! `cargo run -p ximu-web --example preview -- 8100`

#[path = "../tests/web/support/mod.rs"]
mod support;

use support::stage::{Moment, snapshot};
use ximu_web::Limits;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let first: u16 = std::env::args().nth(1).unwrap_or_else(|| "8100".into()).parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut last = None;
        for (port, moment) in (first..).zip(Moment::ALL) {
            let router = ximu_web::router(support::site(snapshot(moment, 29)));
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
            let for_ever = std::future::pending();
            last = Some(tokio::spawn(ximu_web::serve(listener, None, router, Limits::default(), for_ever)));
        }
        if let Some(last) = last {
            last.await?;
        }
        Ok(())
    })
}
