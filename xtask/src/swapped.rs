//! Sentences whose arguments may stand in each other's place: the functions of `ximu-text` take them in alphabetical order
//! of their names, and the compiler takes any order of two texts.

use std::collections::{BTreeMap, BTreeSet};

/// For each message with two variables or more, as its function is called: their names in the order of the arguments.
pub fn messages(locale: &str, into: &mut BTreeMap<String, Vec<String>>) {
    let mut name = String::new();
    let mut variables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in locale.lines() {
        if line.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            name = line.split([' ', '=']).next().unwrap_or("").replace('-', "_");
        }
        let found = line.split('$').skip(1).map(|rest| identifier(rest).to_owned());
        variables.entry(name.clone()).or_default().extend(found);
    }
    into.extend(
        variables
            .into_iter()
            .filter(|(_, names)| names.len() > 1)
            .map(|(name, names)| (name, names.into_iter().collect())),
    );
}

/// The calls in a source in which an argument speaks of another variable than its own: `t.of(done, due)` is well,
/// `t.of(due, done)` is not.
pub fn calls(text: &str, messages: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, _) in text.match_indices('.') {
        let rest = text.get(at + 1..).unwrap_or_default();
        let name = identifier(rest);
        let Some(variables) = messages.get(name) else { continue };
        let Some(inside) = rest.strip_prefix(name).and_then(|rest| rest.strip_prefix('(')) else { continue };
        let arguments = arguments(inside);
        if arguments.len() != variables.len() {
            continue;
        }
        for (own, argument) in variables.iter().zip(&arguments) {
            let spoken: BTreeSet<&str> = words(argument).collect();
            let other = variables.iter().find(|other| spoken.contains(other.as_str()));
            if let Some(other) = other.filter(|_| !spoken.contains(own.as_str())) {
                faults.push(format!(
                    "{name}: expected ${own} where `{}` stands, which speaks of ${other}; \
                     arguments stand in alphabetical order: {}",
                    argument.trim(),
                    variables.join(", ")
                ));
            }
        }
    }
    faults
}

/// The arguments of a call, from behind its opening bracket.
fn arguments(inside: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut found) = (0_usize, 0, Vec::new());
    for (at, letter) in inside.char_indices() {
        let ends = depth == 0 && matches!(letter, ',' | ')');
        let argument = inside.get(begin..at).unwrap_or_default();
        if ends && !argument.trim().is_empty() {
            found.push(argument);
        }
        match letter {
            ')' if depth == 0 => break,
            ',' if depth == 0 => begin = at + 1,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    found
}

fn identifier(text: &str) -> &str {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap_or("")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{calls, messages};
    use std::collections::BTreeMap;

    fn found(source: &str) -> usize {
        let mut known = BTreeMap::new();
        messages(
            "gave = { $who } gave to { $set }.\nopened = { $due ->\n    [one] one\n   *[other] { $done }\n }\n",
            &mut known,
        );
        calls(source, &known).len()
    }

    #[test]
    fn an_argument_that_speaks_of_another_variable_is_found_and_its_own_is_not() {
        assert_eq!(found("t.gave(set_of(set), &by.name)"), 0);
        assert_eq!(found("t.gave(&by.name, name_of(t, set))"), 1);
        assert_eq!(found("sentences.push(t.opened(done, due));"), 0);
        assert_eq!(found("t.opened(\n    due,\n    done,\n)"), 2);
        assert_eq!(found("t.opened(due)"), 0, "another function of that name");
    }
}
