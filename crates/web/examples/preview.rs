//! Serves the pages of the simulated tender on a loopback port, one port for each moment, to be looked at.
//! `cargo run -p ximu-web --example preview -- 8100`

#[path = "../tests/support/mod.rs"]
mod support;

use support::stage::{Moment, centre};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let first: u16 = std::env::args().nth(1).unwrap_or_else(|| "8100".into()).parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut last = None;
        for (port, moment) in (first..).zip(Moment::ALL) {
            let router = ximu_web::router(support::site(centre(moment, 29)));
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
            last = Some(tokio::spawn(async move { axum::serve(listener, router).await }));
        }
        if let Some(last) = last {
            last.await??;
        }
        Ok(())
    })
}
