//! What the rules decide, through a centre in memory. One program: each more is linked with everything that is tested.

#[path = "../support/mod.rs"]
mod support;

mod after;
mod alike;
mod beats;
mod commands;
mod draw;
mod enquiry;
mod enter;
mod evaluation;
mod experts;
mod identity;
mod keys;
mod objections;
mod opening;
mod outage;
mod papers;
mod policy;
mod ranking;
mod recheck;
mod records;
mod register;
mod relay;
mod separation;
mod sets;
mod supervision;
mod tender;
