//! Sets of coefficients (rules 10.4): the values a number of the method may take, named before anybody draws.
//!
//! Which value is drawn, and how, is not here: the draw belongs to the opening.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use ximu_basics::{CoefficientId, Decimal};

/// A named set of values, one of which is drawn after the deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoefficientSet {
    /// Its name, by which a method asks for the drawn value.
    pub name: CoefficientId,
    /// The values, rising; a draw gives each the same chance.
    pub values: Vec<Decimal>,
}
