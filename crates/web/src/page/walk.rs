//! What the scripts of all desks say alike (bid, desk, evaluation): how a step stands, the clock, the key, what keeps a
//! request from being sent. The places that a script fills in stand in braces.

use ximu_text::Text;

/// Texts by the names that the scripts use.
pub type Texts = Vec<(&'static str, String)>;

/// How a step stands, the clock, and how an instant is written.
pub fn steps(t: Text) -> Texts {
    vec![
        ("instant", t.instant_pattern()),
        ("todo", t.bid_state_todo()),
        ("busy", t.bid_state_busy()),
        ("done", t.bid_state_done()),
        ("wait", t.bid_state_wait()),
        ("failed", t.bid_state_failed()),
        ("closed", t.bid_state_closed()),
        ("clock-ok", t.bid_clock_ok("{seconds}")),
        ("clock-off", t.bid_clock_off("{seconds}")),
    ]
}

/// The key of whoever sits here.
pub fn key(t: Text) -> Texts {
    vec![("key-loaded", t.bid_key_loaded("{public}")), ("key-locked", t.bid_key_locked())]
}

/// What keeps a request from being sent or answered.
pub fn faults(t: Text) -> Texts {
    vec![("network", t.bid_fault_network()), ("browser", t.bid_fault_browser()), ("busy-now", t.bid_busy())]
}
