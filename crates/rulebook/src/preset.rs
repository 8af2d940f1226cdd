//! Presets: rules documents that others stand on (rules 11.2).

use std::path::Path;

use ximu_basics::LotId;

use crate::{
    Code, Fault, PRESET_DEPTH_MAX,
    fault::sorted,
    merge::{laxer, over},
    nearest::advice,
    read,
    tree::{self, Node, Value},
};

/// A preset that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// Its name, which is its file's name without `.toml`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The presets that come with the program, in the order of their names: every rules file of `procedures/`.
#[must_use]
pub const fn embedded() -> &'static [Preset] {
    include!(concat!(env!("OUT_DIR"), "/presets.rs"))
}

/// Lays a document over the preset it names, that over the one it names, and so on.
///
/// # Errors
/// A preset that is missing, unreadable, not TOML or endless; a legal number laxer than the one below it.
pub(crate) fn stack(
    tender: Node,
    beside: Option<&Path>,
    presets_dir: Option<&Path>,
) -> Result<Node, Vec<Fault>> {
    let mut presets: Vec<Node> = Vec::new();
    while let Some((name, node)) = preset_of(presets.last().unwrap_or(&tender)) {
        if presets.len() == PRESET_DEPTH_MAX {
            let expected = format!("at most {PRESET_DEPTH_MAX} presets on each other");
            let fix = "remove the preset key of one of them; a preset must not stand on itself".to_string();
            let found = format!("another, '{name}'");
            return Err(vec![Fault::at(&node.place, "preset", Code::PresetDepth, expected, found, fix)]);
        }
        let preset = find(&name, node, beside, presets_dir)?;
        presets.push(preset);
    }
    let mut faults = Vec::new();
    let merged = presets.into_iter().rev().chain([tender]).reduce(|lower, upper| {
        faults.extend(laxer(&lower, &upper));
        over(lower, upper)
    });
    match merged {
        Some(merged) if faults.is_empty() => Ok(merged),
        Some(_) | None => Err(sorted(faults)),
    }
}

fn preset_of(layer: &Node) -> Option<(String, &Node)> {
    let node = layer.child("preset")?;
    match &node.value {
        Value::Text(name) => Some((name.clone(), node)),
        // A value of another type is a fault of the form, found when the document is read.
        Value::Table(_) | Value::List(_) | Value::Number(_) | Value::Other(..) => None,
    }
}

/// Finds a preset by its name: in the folder of presets, beside the tender's file, or here.
fn find(
    name: &str,
    node: &Node,
    beside: Option<&Path>,
    presets_dir: Option<&Path>,
) -> Result<Node, Vec<Fault>> {
    // An id is safe in a path.
    if name.parse::<LotId>().is_ok() {
        for folder in [presets_dir, beside].into_iter().flatten() {
            let path = folder.join(format!("{name}.toml"));
            if path.is_file() {
                let shown = path.display().to_string();
                let text = read(&path, &shown)?;
                return tree::parse(&shown, &text);
            }
        }
        if let Some(preset) = embedded().iter().find(|preset| preset.name == name) {
            return tree::parse(&format!("preset:{name}"), preset.text);
        }
    }
    let known: Vec<&str> = embedded().iter().map(|preset| preset.name).collect();
    let expected = "the name of a preset".to_string();
    let found = node.value.shown();
    Err(vec![Fault::at(&node.place, "preset", Code::PresetUnknown, expected, found, advice(name, &known))])
}
