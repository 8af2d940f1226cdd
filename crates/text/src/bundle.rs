//! The Fluent bundles, built once from the texts in the binary.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{Language, SOURCES};

type Bundle = FluentBundle<FluentResource>;

static CHINESE: LazyLock<Bundle> = LazyLock::new(|| build(Language::Chinese));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| build(Language::English));

/// The value of a message's variable: a text or a whole number.
#[derive(Debug, Clone)]
pub struct Argument<'a>(FluentValue<'a>);

impl<'a> From<&'a str> for Argument<'a> {
    fn from(text: &'a str) -> Argument<'a> {
        Argument(FluentValue::from(text))
    }
}

impl<'a> From<&'a String> for Argument<'a> {
    fn from(text: &'a String) -> Argument<'a> {
        Argument(FluentValue::from(text.as_str()))
    }
}

impl<'a> From<&'a &'a str> for Argument<'a> {
    fn from(text: &'a &'a str) -> Argument<'a> {
        Argument(FluentValue::from(*text))
    }
}

impl<'a> From<&'a &'a String> for Argument<'a> {
    fn from(text: &'a &'a String) -> Argument<'a> {
        Argument(FluentValue::from(text.as_str()))
    }
}

impl From<String> for Argument<'_> {
    fn from(text: String) -> Self {
        Argument(FluentValue::from(text))
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => { $(
        impl From<$number> for Argument<'_> {
            fn from(number: $number) -> Self {
                Argument(FluentValue::from(number))
            }
        }
        impl From<&$number> for Argument<'_> {
            fn from(number: &$number) -> Self {
                Argument(FluentValue::from(*number))
            }
        }
        impl From<&&$number> for Argument<'_> {
            fn from(number: &&$number) -> Self {
                Argument(FluentValue::from(**number))
            }
        }
    )* };
}

whole_numbers!(u8, u32, u64, usize, i64);

/// A message with its arguments. A name that is not there shows as itself; the functions made of the messages never
/// ask for one.
pub fn say<'a, const N: usize>(
    language: Language,
    name: &str,
    arguments: [(&'static str, Argument<'a>); N],
) -> String {
    let mut values = FluentArgs::with_capacity(N);
    for (variable, Argument(value)) in arguments {
        values.set(variable, value);
    }
    format(language, name, &values).unwrap_or_else(|| name.to_string())
}

/// A message without variables.
pub fn find(language: Language, name: &str) -> Option<String> {
    format(language, name, &FluentArgs::new())
}

fn format(language: Language, name: &str, values: &FluentArgs<'_>) -> Option<String> {
    let bundle: &Bundle = match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    let pattern = bundle.get_message(name)?.value()?;
    // Faults of the pattern show in the text as `{$variable}`; the tests look for them.
    let mut faults = Vec::new();
    Some(bundle.format_pattern(pattern, Some(values), &mut faults).into_owned())
}

fn build(language: Language) -> Bundle {
    let locale = language.tag().parse::<LanguageIdentifier>().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // The marks that isolate directions are for right-to-left texts; both languages run left to right.
    bundle.set_use_isolating(false);
    for (of, _, source) in SOURCES {
        if *of == language {
            let resource = match FluentResource::try_new((*source).to_string()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
    }
    bundle
}
