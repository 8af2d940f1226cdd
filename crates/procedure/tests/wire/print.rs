//! Writes `docs/spec/wire.md` from what `source` has read.

use std::{collections::BTreeSet, fmt::Write as _};

use syn::Type;
use ximu_procedure::{policy::TABLE, role::Role, tender::StageName};

use super::source::{Member, Named, Shape, Sources, Variant, inner, last_name, snake_case};

const HEAD: &str = "\
# Wire: every command, event, refusal and form

Status: normative, version 1. It is written by a test from the doc comments of the types and from the table of
permissions, which is how it stays true: `UPDATE_GOLDEN=1 cargo test -p ximu-procedure --test wire`. What the commands
and events do is said in `journal.md` and in the other specifications that `verify.md` names.

## 1. How to read the tables

1.1 All is canonical JSON (journal 2). Every member stands in every object of its kind, `null` where the table allows
it; only a member marked *left out* is missing when it would be `null`, `false` or empty. No other member is allowed.

1.2 The types hash, public key, signature, salt, seed, share, blob, instant and id are those of journal 2.3. *text* is
a string; *integer* a whole number in the range given; *list of T* an array; *T or null* one of the two. A decimal is
a string (rules 2), an amount an object (rules 3), a rules document an object (rules 4 and on). A name in `code` is an
object of chapter 6 or a word of chapter 7.

1.3 A list says in its row how it is ordered; where it does not, its order carries no meaning.
";

const AUDIT: &str = "\
## 9. Audit

| rule | shown by |
|---|---|
| this text is that of the types | `procedure/tests/wire`: `the_specification_has_the_members_of_the_types` |
| the members told are those the readers take | `what_is_told_of_the_members_is_what_the_readers_take`: each reader is asked for what it knows |
| 2 is the table that decides | it is printed from the table itself; `every_command_has_its_row_of_permissions`; `vectors/policy.txt` |
";

/// The whole document.
pub fn document(sources: &Sources) -> String {
    let mut text = String::from(HEAD);
    permissions(&mut text);
    let mut reached = Reached { sources, names: BTreeSet::new() };
    for (title, name, tag_words) in [
        ("3. Commands", "Command", "The member `type` is the name of the command"),
        ("4. Events", "Event", "The member `type` is the name of the event"),
        ("5. Refusals, in the order in which they are checked", "Refusal", "The member `code` is the code"),
    ] {
        writeln!(text, "\n## {title}\n\n{tag_words}; the others are these.").unwrap();
        if let Shape::Tagged { variants, .. } = &sources.named(name).shape {
            variants.iter().for_each(|variant| variant_table(&mut text, &mut reached, variant));
        }
    }
    reached.visit(&sources.named("Form").shape);
    let named = reached.names.iter().filter(|name| *name != "Form").map(|name| sources.named(name));
    let (words, objects): (Vec<&Named>, Vec<&Named>) =
        named.partition(|named| matches!(named.shape, Shape::Words(_)));
    text.push_str("\n## 6. Objects named in the tables\n");
    objects.into_iter().for_each(|named| named_table(&mut text, named));
    text.push_str("\n## 7. Words named in the tables\n");
    words.into_iter().for_each(|named| named_table(&mut text, named));
    text.push_str("\n## 8. `form.json`\n");
    named_table(&mut text, sources.named("Form"));
    writeln!(text, "\n{}", AUDIT.trim_end()).unwrap();
    text
}

fn permissions(text: &mut String) {
    text.push_str(
        "\n## 2. Who may give which command, and when\n\n2.1 *any* stage is written for commands of the register \
         and for `publish`, which come before a procedure\nhas a stage. What else a command needs is said where it is \
         specified.\n\n| command | roles | stages |\n|---|---|---|\n",
    );
    for row in TABLE {
        let roles = row.roles.iter().map(|role: &Role| spelled(role)).collect::<Vec<_>>().join(", ");
        let stages = row.stages.iter().map(|stage: &StageName| spelled(stage)).collect::<Vec<_>>();
        let stages = if stages.is_empty() { "any".to_string() } else { stages.join(", ") };
        writeln!(text, "| `{}` | {roles} | {stages} |", row.command).unwrap();
    }
}

fn spelled(word: &impl std::fmt::Debug) -> String {
    snake_case(&format!("{word:?}"))
}

/// The named types that the tables speak of, found by walking from the commands on.
struct Reached<'a> {
    sources: &'a Sources,
    names: BTreeSet<String>,
}

impl Reached<'_> {
    fn visit(&mut self, shape: &Shape) {
        match shape {
            Shape::Object(members) => members.iter().for_each(|member| self.kind(&member.kind)),
            Shape::Tagged { variants, .. } => variants.iter().for_each(|variant| self.variant(variant)),
            Shape::Words(_) => {}
            Shape::As(kind) => self.kind(kind),
            Shape::Untold(why) => panic!("{why}"),
        }
    }

    fn variant(&mut self, variant: &Variant) {
        self.sources.members_of(variant).iter().for_each(|member| self.kind(&member.kind));
    }

    fn kind(&mut self, kind: &Type) {
        let name = last_name(kind);
        if ["Vec", "Option", "Box"].contains(&name.as_str()) {
            self.kind(inner(kind));
        } else if plain(&name).is_none() && self.names.insert(name.clone()) {
            self.visit(&self.sources.named(&name).shape);
        }
    }
}

fn variant_table(text: &mut String, reached: &mut Reached<'_>, variant: &Variant) {
    writeln!(text, "\n### `{}`\n\n{}", variant.name, variant.about).unwrap();
    reached.variant(variant);
    member_table(text, reached.sources.members_of(variant));
}

fn named_table(text: &mut String, named: &Named) {
    writeln!(text, "\n### {}\n\n{}", named.name, named.about).unwrap();
    match &named.shape {
        Shape::Object(members) => member_table(text, members),
        Shape::As(kind) => writeln!(text, "\nIt is written as {}.", told(kind)).unwrap(),
        Shape::Untold(why) => panic!("{why}"),
        Shape::Words(words) => {
            text.push_str("\n| word | meaning |\n|---|---|\n");
            for (word, about) in words {
                writeln!(text, "| `{word}` | {} |", cell(about)).unwrap();
            }
        }
        Shape::Tagged { tag, variants } => {
            for variant in variants {
                writeln!(text, "\n`{tag}` is `{}`: {}", variant.name, variant.about).unwrap();
                if let super::source::Body::Members(members) = &variant.body {
                    member_table(text, members);
                }
            }
        }
    }
}

fn member_table(text: &mut String, members: &[Member]) {
    if members.is_empty() {
        text.push_str("\nNo other member.\n");
        return;
    }
    text.push_str("\n| member | type | meaning |\n|---|---|---|\n");
    for member in members {
        let left_out = if member.absent { ", *left out*" } else { "" };
        let (name, kind) = (&member.name, told(&member.kind));
        writeln!(text, "| `{name}` | {kind}{left_out} | {} |", cell(&member.about)).unwrap();
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A type in words.
fn told(kind: &Type) -> String {
    let name = last_name(kind);
    match name.as_str() {
        "Vec" => format!("list of {}", told(inner(kind))),
        "Option" => format!("{} or null", told(inner(kind))),
        "Box" => told(inner(kind)),
        _ => plain(&name).unwrap_or_else(|| format!("`{name}`")),
    }
}

/// The words for a type that is defined outside this document; none for one of its own chapters.
fn plain(name: &str) -> Option<String> {
    let words = match name {
        "String" => "text",
        "bool" => "true or false",
        "u8" => "integer 0..255",
        "u16" => "integer 0..65535",
        "u32" => "integer 0..4294967295",
        "i64" => "integer",
        "u64" => "integer, at least 0",
        "Hash" => "hash",
        "PublicKey" => "public key",
        "Signature" => "signature",
        "Nonce" => "nonce",
        "Salt" => "salt",
        "Seed" => "seed",
        "ShareValue" => "share",
        "Blob" => "blob",
        "Instant" => "instant",
        "Decimal" => "decimal",
        "Money" => "amount",
        "Rules" => "rules document",
        _ => {
            return name
                .strip_suffix("Id")
                .map(|kind| format!("id of a {}", snake_case(kind).replace('_', " ")));
        }
    };
    Some(words.to_string())
}
