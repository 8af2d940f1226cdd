//! Reads the serialized types out of the sources: their members, types, doc comments and the serde attributes that
//! decide how they are spelled. What it does not understand it refuses, so that nothing is told wrongly.
#![allow(clippy::wildcard_enum_match_arm, reason = "the syntax tree is another crate's, and grows")]

use std::{collections::BTreeMap, fs, path::Path};

use syn::{Attribute, Expr, Fields, Item, Lit, Meta, Type};

/// One serialized type.
pub struct Named {
    /// Its name in the sources.
    pub name: String,
    /// What it means.
    pub about: String,
    /// Its form in JSON.
    pub shape: Shape,
}

/// A form in JSON.
pub enum Shape {
    /// An object.
    Object(Vec<Member>),
    /// An object whose member `tag` says which of these it is.
    Tagged { tag: String, variants: Vec<Variant> },
    /// One of these words.
    Words(Vec<(String, String)>),
    /// The form of another type.
    As(Type),
    /// A form that these tables have no words for; only a fault when they come to it.
    Untold(String),
}

/// One of several objects.
pub struct Variant {
    /// The value of the tag.
    pub name: String,
    /// What it means.
    pub about: String,
    /// Its members, or the type whose members it has.
    pub body: Body,
}

/// Where the members of a variant stand.
pub enum Body {
    /// Here.
    Members(Vec<Member>),
    /// In this type.
    Of(Type),
}

/// One member of an object.
pub struct Member {
    /// Its name in JSON.
    pub name: String,
    /// What it means.
    pub about: String,
    /// Its type in the sources.
    pub kind: Type,
    /// Whether it is left out when it says nothing.
    pub absent: bool,
}

/// All serialized types of the crate, by name.
pub struct Sources(BTreeMap<String, Vec<Named>>);

impl Sources {
    /// Reads every source file below a folder.
    pub fn read(folder: &Path) -> Sources {
        let mut sources = Sources(BTreeMap::new());
        sources.folder(folder);
        sources
    }

    fn folder(&mut self, folder: &Path) {
        let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                self.folder(&path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
                for named in file.items.iter().filter_map(named) {
                    self.0.entry(named.name.clone()).or_default().push(named);
                }
            }
        }
    }

    /// The type of this name; there must be exactly one.
    pub fn named(&self, name: &str) -> &Named {
        match self.0.get(name).map(Vec::as_slice) {
            Some([one]) => one,
            Some(_) => panic!("there are several serialized types of the name {name}: rename all but one"),
            None => panic!("{name} stands in no source and has no words in tests/wire/print.rs"),
        }
    }

    /// The members of a variant, wherever they stand.
    pub fn members_of<'a>(&'a self, variant: &'a Variant) -> &'a [Member] {
        match &variant.body {
            Body::Members(members) => members,
            Body::Of(kind) => match &self.named(&last_name(kind)).shape {
                Shape::Object(members) => members,
                Shape::Tagged { .. } | Shape::Words(_) | Shape::As(_) | Shape::Untold(_) => {
                    panic!("{}: a variant holds an object", variant.name)
                }
            },
        }
    }
}

/// The last name of a type's path: `Hash` of `ximu_basics::Hash`.
pub fn last_name(kind: &Type) -> String {
    let Type::Path(path) = kind else { panic!("a member's type is a path") };
    path.path.segments.last().unwrap().ident.to_string()
}

/// The type in the angle brackets of `Vec<..>`, `Option<..>`, `Box<..>`.
pub fn inner(kind: &Type) -> &Type {
    let Type::Path(path) = kind else { panic!("a member's type is a path") };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last().unwrap().arguments else {
        panic!("expected a type in angle brackets")
    };
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(kind)) => kind,
        _ => panic!("expected a type in angle brackets"),
    }
}

fn named(item: &Item) -> Option<Named> {
    let (name, attributes, shape): (_, _, fn(&Item, &Serde) -> Shape) = match item {
        Item::Struct(item) => (&item.ident, &item.attrs, object),
        Item::Enum(item) => (&item.ident, &item.attrs, choice),
        _ => return None,
    };
    if !derives_serialize(attributes) {
        return None;
    }
    Some(Named {
        name: name.to_string(),
        about: about(attributes),
        shape: shape(item, &Serde::of(attributes)),
    })
}

fn object(item: &Item, serde: &Serde) -> Shape {
    let Item::Struct(item) = item else { panic!("an object is a struct") };
    match &item.fields {
        Fields::Named(_) => {
            if serde.snake_case.is_some() {
                return Shape::Untold(format!("{}: members keep the names of the sources", item.ident));
            }
            Shape::Object(members(&item.fields))
        }
        Fields::Unnamed(fields) => Shape::As(fields.unnamed.first().unwrap().ty.clone()),
        Fields::Unit => Shape::Object(Vec::new()),
    }
}

fn choice(item: &Item, serde: &Serde) -> Shape {
    let Item::Enum(item) = item else { panic!("a choice is an enum") };
    let spell = |variant: &syn::Variant| match Serde::of(&variant.attrs).rename {
        Some(name) => name,
        None if serde.snake_case.is_some() => snake_case(&variant.ident.to_string()),
        None => variant.ident.to_string(),
    };
    let Some(tag) = serde.tag.clone() else {
        if item.variants.iter().any(|variant| !matches!(variant.fields, Fields::Unit)) {
            return Shape::Untold(format!("{}: a choice of objects needs a tag", item.ident));
        }
        let words = item.variants.iter().map(|variant| (spell(variant), about(&variant.attrs)));
        return Shape::Words(words.collect());
    };
    let variants = item.variants.iter().map(|variant| Variant {
        name: spell(variant),
        about: about(&variant.attrs),
        body: match &variant.fields {
            Fields::Unnamed(fields) => Body::Of(fields.unnamed.first().unwrap().ty.clone()),
            Fields::Named(_) | Fields::Unit => Body::Members(members(&variant.fields)),
        },
    });
    Shape::Tagged { tag, variants: variants.collect() }
}

fn members(fields: &Fields) -> Vec<Member> {
    let member = |field: &syn::Field| {
        let serde = Serde::of(&field.attrs);
        Member {
            name: serde.rename.unwrap_or_else(|| field.ident.as_ref().unwrap().to_string()),
            about: about(&field.attrs),
            kind: field.ty.clone(),
            absent: serde.absent,
        }
    };
    fields.iter().map(member).collect()
}

/// The serde attributes that are in use here.
#[derive(Default)]
struct Serde {
    tag: Option<String>,
    snake_case: Option<()>,
    rename: Option<String>,
    absent: bool,
}

impl Serde {
    fn of(attributes: &[Attribute]) -> Serde {
        let mut found = Serde::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            let read = |meta: syn::meta::ParseNestedMeta<'_>| {
                let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                let value = meta.value().ok().map(|value| value.parse::<syn::LitStr>().unwrap().value());
                match (name.as_str(), value.as_deref()) {
                    ("tag", Some(tag)) => found.tag = Some(tag.to_string()),
                    ("rename_all", Some("snake_case")) => found.snake_case = Some(()),
                    ("rename", Some(name)) => found.rename = Some(name.to_string()),
                    ("skip_serializing_if", Some(_)) => found.absent = true,
                    ("deny_unknown_fields" | "default" | "transparent", _)
                    | ("try_from" | "into", Some(_)) => {}
                    (name, _) => panic!("tests/wire/source.rs does not know serde({name}); teach it"),
                }
                Ok(())
            };
            attribute.parse_nested_meta(read).unwrap();
        }
        found
    }
}

fn derives_serialize(attributes: &[Attribute]) -> bool {
    let mut found = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let read = |meta: syn::meta::ParseNestedMeta<'_>| {
            found |= meta.path.segments.last().is_some_and(|last| last.ident == "Serialize");
            Ok(())
        };
        attribute.parse_nested_meta(read).unwrap();
    }
    found
}

/// The doc comment as one line.
fn about(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_string()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let text = lines.collect::<Vec<_>>().join(" ");
    text.replace("[`", "`").replace("`]", "`").trim().to_string()
}

/// `SubmitBid` as `submit_bid`.
pub fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
