//! What was seen in a world, in order, and the first thing in which two worlds differ.

use ximu_basics::Instant;

/// Beyond this many bytes around the first difference nothing is printed.
const SHOWN_BYTES: usize = 240;

/// One thing that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// When, in the words of the script.
    pub moment: String,
    /// What it is: the address of a page, the name of a file, a log line.
    pub what: String,
    /// Every byte of it.
    pub bytes: Vec<u8>,
}

/// Everything that was seen in a world.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// In the order in which it was looked at.
    pub items: Vec<Item>,
    moment: String,
}

impl Record {
    /// From here on things are seen at this moment.
    pub fn moment(&mut self, words: &str, now: Instant) {
        self.moment = format!("{now}, {words}");
    }

    /// Adds one thing.
    pub fn push(&mut self, what: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.items.push(Item { moment: self.moment.clone(), what: what.into(), bytes: bytes.into() });
    }
}

/// The first difference between two worlds, in words; `None` when there is none.
pub fn first_difference<'a>(
    left: impl Iterator<Item = &'a Item>,
    right: impl Iterator<Item = &'a Item>,
) -> Option<String> {
    let (mut left, mut right) = (left, right);
    loop {
        match (left.next(), right.next()) {
            (None, None) => return None,
            (Some(one), None) => {
                return Some(format!("only the first world has {} at {}", one.what, one.moment));
            }
            (None, Some(two)) => {
                return Some(format!("only the second world has {} at {}", two.what, two.moment));
            }
            (Some(one), Some(two)) if one == two => {}
            (Some(one), Some(two)) if (&one.moment, &one.what) != (&two.moment, &two.what) => {
                return Some(format!(
                    "the first world has {} at {}, the second {} at {}",
                    one.what, one.moment, two.what, two.moment
                ));
            }
            (Some(one), Some(two)) => {
                let at = one.bytes.iter().zip(&two.bytes).take_while(|(one, two)| one == two).count();
                return Some(format!(
                    "{} differs at {}, at byte {at} ({} and {} bytes)\n  first:  {}\n  second: {}",
                    one.what,
                    one.moment,
                    one.bytes.len(),
                    two.bytes.len(),
                    around(&one.bytes, at),
                    around(&two.bytes, at),
                ));
            }
        }
    }
}

fn around(bytes: &[u8], at: usize) -> String {
    let from = at.saturating_sub(SHOWN_BYTES / 2);
    let to = bytes.len().min(at + SHOWN_BYTES / 2);
    String::from_utf8_lossy(&bytes[from..to]).escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(things: &[(&str, &str)]) -> Record {
        let mut record = Record::default();
        record.moment("now", Instant::from_unix_ms(0));
        for (what, bytes) in things {
            record.push(*what, *bytes);
        }
        record
    }

    #[test]
    fn one_byte_one_line_and_one_thing_more_are_differences() {
        let one = record(&[("a", "x"), ("b", "yy")]);
        for other in [
            record(&[("a", "x"), ("b", "yz")]),
            record(&[("a", "x"), ("b", "y")]),
            record(&[("a", "x")]),
            record(&[("a", "x"), ("b", "yy"), ("c", "")]),
            record(&[("b", "yy"), ("a", "x")]),
        ] {
            assert!(first_difference(one.items.iter(), other.items.iter()).is_some());
            assert!(first_difference(other.items.iter(), one.items.iter()).is_some());
        }
        assert_eq!(first_difference(one.items.iter(), one.clone().items.iter()), None);
    }

    #[test]
    fn a_difference_is_told_with_its_place() {
        let (one, two) = (record(&[("a page", "7 bids")]), record(&[("a page", "9 bids")]));
        let told = first_difference(one.items.iter(), two.items.iter()).unwrap();
        assert!(
            told.contains("a page differs") && told.contains("7 bids") && told.contains("9 bids"),
            "{told}"
        );
    }
}
