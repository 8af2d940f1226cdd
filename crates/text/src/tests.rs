//! Both languages say the same things: the same messages, with the same variables, in the same files.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Language, MESSAGES, SOURCES, Text};
use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};

type Messages = BTreeMap<String, (&'static str, BTreeSet<String>)>;

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let (zh, en) = (messages(Language::Chinese), messages(Language::English));
    assert!(!zh.is_empty());
    for (name, found) in &en {
        assert!(zh.contains_key(name), "{name} of en/{}.ftl is not in zh-CN", found.0);
    }
    for (name, expected) in &zh {
        let found = en.get(name).unwrap_or_else(|| panic!("{name} of zh-CN/{}.ftl is not in en", expected.0));
        assert_eq!(expected, found, "{name}: file and variables must agree");
    }
}

#[test]
fn every_message_has_a_function() {
    let functions: BTreeMap<String, BTreeSet<String>> = MESSAGES
        .iter()
        .map(|(name, variables)| {
            ((*name).to_string(), variables.iter().map(|variable| (*variable).to_string()).collect())
        })
        .collect();
    let written: BTreeMap<String, BTreeSet<String>> =
        messages(Language::Chinese).into_iter().map(|(name, (_, variables))| (name, variables)).collect();
    assert_eq!(functions, written);
}

#[test]
fn no_message_shows_a_brace_or_an_empty_text() {
    for (name, variables) in MESSAGES {
        if !variables.is_empty() {
            continue;
        }
        for language in Language::ALL {
            let shown = Text::new(language).named(name).unwrap();
            assert!(!shown.trim().is_empty(), "{name} in {language:?}");
            assert!(!shown.contains("{$"), "{name} in {language:?}: {shown}");
        }
    }
}

/// Chinese marks such as 「，」 in an English text are a forgotten translation.
#[test]
fn english_texts_are_not_chinese_texts() {
    let allowed = ["language-other"];
    for (name, variables) in MESSAGES {
        if !variables.is_empty() || allowed.contains(name) {
            continue;
        }
        let zh = Text::new(Language::Chinese).named(name).unwrap();
        let en = Text::new(Language::English).named(name).unwrap();
        assert!(!en.contains(['，', '。', '；']), "{name}: {en}");
        assert!(zh != en || zh.is_ascii(), "{name} is the same in both languages: {zh}");
    }
}

/// What the desk says (desk 2.3).
#[test]
fn everything_that_is_described_has_its_words_in_both_languages() {
    use ximu_bidder::desk::{
        Elsewhere, Kind, Place,
        offers::WORDS,
        table::{EVENTS, ROLES, TABLE},
    };
    let mut wanted = BTreeSet::new();
    let mut want = |kind: &str, name: &str| {
        wanted.insert(format!("{kind}-{name}"));
    };
    for deed in TABLE {
        want("deed", deed.command);
        want("deed", &format!("{}-does", deed.command));
        let Place::Desk(fields) = deed.place else { continue };
        for field in fields {
            want("field", field.label);
            want("field", &format!("{}-hint", field.label));
            if let Kind::Word(words) | Kind::Grounds(_, words) = field.kind {
                words.iter().for_each(|word| want("word", word));
            }
        }
    }
    ROLES.iter().for_each(|role| want("role", role));
    EVENTS.iter().for_each(|event| want("event", event));
    WORDS.iter().for_each(|word| want("word", word));
    Elsewhere::ALL.iter().for_each(|place| want("desk-elsewhere", place.name()));
    for name in wanted {
        for language in Language::ALL {
            assert!(Text::new(language).named(&name).is_some(), "{name} in {language:?}");
        }
    }
}

fn messages(language: Language) -> Messages {
    let mut messages = Messages::new();
    for (of, file, source) in SOURCES {
        if *of != language {
            continue;
        }
        let resource = parser::parse(*source)
            .unwrap_or_else(|(_, errors)| panic!("{}/{file}.ftl: {errors:?}", language.tag()));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut variables = BTreeSet::new();
            visit(&message.value.unwrap(), &mut variables);
            let before = messages.insert(message.id.name.to_string(), (*file, variables));
            assert!(before.is_none(), "{} stands twice in {}", message.id.name, language.tag());
        }
    }
    messages
}

fn visit(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            visit_expression(expression, variables);
        }
    }
}

fn visit_expression(expression: &Expression<&str>, variables: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(InlineExpression::VariableReference { id }) => {
            variables.insert(id.name.to_string());
        }
        Expression::Inline(InlineExpression::Placeable { expression }) => {
            visit_expression(expression, variables);
        }
        Expression::Inline(_) => {}
        Expression::Select { selector, variants } => {
            if let InlineExpression::VariableReference { id } = selector {
                variables.insert(id.name.to_string());
            }
            for variant in variants {
                visit(&variant.value, variables);
            }
        }
    }
}
