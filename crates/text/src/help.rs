//! The help of the command line in Chinese: `locales/zh-CN/help*.ftl`. Its English stands beside the commands, in the
//! crate `cli`, which also says which word belongs where.
//!
//! A message is a command: `help-tender-publish` is `ximu tender publish`. Its value is the line about it, its
//! attributes are its longer texts and the words of its arguments.

use crate::{HELP, Language};
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use fluent_syntax::ast::Entry;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

static WORDS: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let locale = Language::Chinese.tag().parse::<LanguageIdentifier>().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    bundle.set_use_isolating(false);
    resources().for_each(|resource| bundle.add_resource_overriding(resource));
    bundle
});

/// What the texts call the blocks of what is typed.
const EXAMPLES: [&str; 4] = ["examples", "examples2", "examples3", "examples4"];

/// A text of a message, or of one of its attributes. `{ $examples }` in it stands for the first of `examples`,
/// `{ $examples2 }` for the second: what is typed is the same in every language, and stands once.
#[must_use]
pub fn find(message: &str, attribute: Option<&str>, examples: &[String]) -> Option<String> {
    let message = WORDS.get_message(message)?;
    let pattern = match attribute {
        None => message.value()?,
        Some(name) => message.get_attribute(name)?.value(),
    };
    let mut values = FluentArgs::with_capacity(examples.len());
    for (name, block) in EXAMPLES.into_iter().zip(examples) {
        values.set(name, block.as_str());
    }
    // A fault shows in the text as `{$variable}`; the tests look for it.
    let mut faults = Vec::new();
    Some(WORDS.format_pattern(pattern, Some(&values), &mut faults).into_owned())
}

/// Everything there are words for: each message, and each of its attributes as `message.attribute`.
#[must_use]
pub fn names() -> Vec<String> {
    let mut names = Vec::new();
    for resource in resources() {
        for entry in resource.entries() {
            let Entry::Message(message) = entry else { continue };
            let message_name = message.id.name;
            names.extend(message.value.as_ref().map(|_| message_name.to_string()));
            names.extend(message.attributes.iter().map(|of| format!("{message_name}.{}", of.id.name)));
        }
    }
    names
}

fn resources() -> impl Iterator<Item = FluentResource> {
    HELP.iter().map(|source| match FluentResource::try_new((*source).to_string()) {
        Ok(resource) | Err((resource, _)) => resource,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_help_file_is_fluent_and_no_name_stands_twice() {
        for source in HELP {
            if let Err((_, faults)) = FluentResource::try_new((*source).to_string()) {
                panic!("{faults:?}");
            }
        }
        let mut names = names();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "a name stands twice");
        assert!(count > 0);
    }
}
