//! A peer, beside a host that may lie. One program: each more is linked with everything that is tested.

#[path = "../support/mod.rs"]
mod support;

mod ahead;
mod bodies;
mod conditions;
mod custody;
mod draw;
mod epochs;
mod holder;
mod papers;
mod relays;
mod unseen_window;
mod witness;
