//! Bundles that hold, and bundles that do not. One program: each more is linked with everything that is tested.

#[path = "../support/mod.rs"]
mod support;

mod archive;
mod believed;
mod bytes;
mod evaluated;
mod honest;
mod one_holder;
mod random;
mod spec;
mod two_of_four;
