//! Evaluation methods (rules 10): the closed set, and the one function that ranks by any of them.
//!
//! A method is pure arithmetic over opened prices. Which bids were opened, and what a rank leads to, belong to the
//! phases.

pub mod ratio_to_lowest;

pub use ratio_to_lowest::RatioToLowest;

use serde::{Deserialize, Serialize};

/// An evaluation method and its parameters; the member `method` names which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum MethodParams {
    /// The lowest price is the base; the score is the ratio of the base to the price.
    RatioToLowest(RatioToLowest),
}
