//! The module a browser runs to bid, to sit on a committee and to verify: `ximu-bidder` and `ximu-verify` behind plain exported
//! functions, no bindings generator.
//!
//! One side of the wall is bytes. JavaScript asks for room with `ximu_input`, writes an argument there, calls a
//! function, and reads the answer at `ximu_output`. A function gives 0 when it worked and 1 when it refused; the answer
//! is then `{"code","detail"}`. Arguments and answers are JSON, but for file contents and ciphertext, which pass as they
//! are, piece by piece. Randomness is an argument: the page takes it from `crypto.getRandomValues`.
//!
//! What the module knows between calls (the key, the log it followed, an envelope in work) is the `desk`; it lives in
//! the Worker and ends with it. A secret key never passes the wall outward but as the text of the key file that was just
//! made.

mod act;
mod desk;
mod exports;
mod papers;
mod request;
mod seat;
mod verifying;

pub use desk::Desk;
pub use request::{Refused, Reply};
