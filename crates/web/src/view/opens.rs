//! Who can open a bid, in one sentence for its form and one for its documents: what a bidder is told before it seals,
//! on the page and on the command line. The rules' own page says the same of all bidders (`rules`).

use ximu_procedure::rules::{EscrowOpens, Rules};
use ximu_text::Text;

/// Who opens the form, and what silence in the window does.
#[must_use]
pub fn form(t: Text, rules: &Rules) -> String {
    match rules.escrow.opens {
        EscrowOpens::All => t.bid_opens_all(),
        EscrowOpens::WhoAsked => t.bid_opens_asked(),
        EscrowOpens::None => t.bid_opens_none(),
    }
}

/// Whether the holders give their shares of the documents to a committee's seats (evaluation 12).
#[must_use]
pub fn seats_read(rules: &Rules) -> bool {
    rules.score().is_some_and(|score| score.papers)
}

/// Who opens the documents.
#[must_use]
pub fn body(t: Text, rules: &Rules) -> String {
    if seats_read(rules) { t.bid_body_seats(rules.escrow.n, rules.escrow.t) } else { t.bid_body_own() }
}
