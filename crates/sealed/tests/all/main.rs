//! Sealing and opening. One program: each more is linked with everything that is tested.

#[path = "../common/mod.rs"]
mod common;

mod cctv;
mod codes;
mod limits;
mod mutations;
mod order;
mod peers;
