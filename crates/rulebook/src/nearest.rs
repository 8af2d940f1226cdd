//! "Did you mean": the known word nearest to a mistyped one.

/// The known word that differs from `found` by the fewest typing mistakes, when that is at most a third of its
/// letters (and at least one); of equals the first.
pub(crate) fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (found.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|word| (mistakes(found, word), word))
        .filter(|(mistakes, _)| *mistakes <= limit)
        .min_by_key(|(mistakes, _)| *mistakes)
        .map(|(_, word)| word)
}

/// The sentence for a fault: which word was probably meant, or which there are.
pub(crate) fn advice(found: &str, known: &[&str]) -> String {
    match nearest(found, known.iter().copied()) {
        Some(word) => format!("did you mean '{word}'?"),
        None => format!("write one of: {}", known.join(", ")),
    }
}

/// How many letters must be put in, left out, replaced or swapped with their neighbour.
fn mistakes(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous_letter = None;
    for (row, letter) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(letter != *other))
                .min(at(&last, column + 1) + 1)
                .min(at(&current, column) + 1);
            let neighbour = column.checked_sub(1).and_then(|index| right.get(index));
            if neighbour == Some(&letter) && previous_letter == Some(*other) {
                best = best.min(at(&before_last, column.saturating_sub(1)) + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
        previous_letter = Some(letter);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_counted_as_people_make_them() {
        for (left, right, count) in [
            ("deadline", "deadline", 0),
            ("dedline", "deadline", 1),
            ("deadlnie", "deadline", 1),
            ("deadlines", "deadline", 1),
            ("title", "seal", 4),
            ("", "abc", 3),
            ("abc", "", 3),
            ("标题", "标", 1),
        ] {
            assert_eq!(mistakes(left, right), count, "{left} {right}");
        }
    }

    #[test]
    fn only_a_near_word_is_proposed() {
        let known = ["deadline", "minimum_bids", "versions_max"];
        assert_eq!(nearest("dead_line", known), Some("deadline"));
        assert_eq!(nearest("minimum_bid", known), Some("minimum_bids"));
        assert_eq!(nearest("floor_price", known), None);
        assert_eq!(advice("floor_price", &known), "write one of: deadline, minimum_bids, versions_max");
    }
}
