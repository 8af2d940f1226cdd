//! Makes a Rust function of every message in `locales/zh-CN`: its name is the message's, its parameters are the
//! message's variables. A page that asks for a message or an argument that is not there does not compile.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};

/// The language whose files name the messages; a test compares the other with it.
const FIRST: &str = "zh-CN";
const LANGUAGES: [&str; 2] = [FIRST, "en"];
/// How the files with the help of the command line begin: their words are looked up by the path of a command, and
/// their English stands beside the commands.
const HELP: &str = "help";

fn main() -> Result<(), Box<dyn Error>> {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales");
    let mut out = String::new();
    let (mut messages, mut help) = (BTreeMap::new(), Vec::new());
    writeln!(out, "/// The message files: language, name, text.")?;
    writeln!(out, "pub const SOURCES: &[(Language, &str, &str)] = &[")?;
    for language in LANGUAGES {
        let folder = locales.join(language);
        println!("cargo::rerun-if-changed={}", folder.display());
        for file in files(&folder)? {
            println!("cargo::rerun-if-changed={}", file.display());
            let name = file.file_stem().and_then(|stem| stem.to_str()).ok_or("a file without a name")?;
            let variant = if language == FIRST { "Chinese" } else { "English" };
            let path = file.canonicalize()?;
            if name.starts_with(HELP) {
                help.push(path);
                continue;
            }
            writeln!(out, "    (Language::{variant}, {name:?}, include_str!({:?})),", path.display())?;
            if language == FIRST {
                read(&file, &mut messages)?;
            }
        }
    }
    writeln!(out, "];")?;
    writeln!(out, "/// The help of the command line, in Chinese.")?;
    writeln!(out, "pub const HELP: &[&str] = &[")?;
    for path in help {
        writeln!(out, "    include_str!({:?}),", path.display())?;
    }
    writeln!(out, "];")?;
    functions(&mut out, &messages)?;
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo names the output folder")?;
    fs::write(Path::new(&folder).join("messages.rs"), out)?;
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "ftl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Adds the messages of one file: name, then its first line and its variables.
fn read(
    file: &Path,
    messages: &mut BTreeMap<String, (String, BTreeSet<String>)>,
) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let resource = parser::parse(text.as_str())
        .map_err(|(_, errors)| format!("{}: expected Fluent messages, found {errors:?}", file.display()))?;
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let name = message.id.name;
        let pattern = message.value.ok_or_else(|| format!("{}: {name} has no text", file.display()))?;
        let mut variables = BTreeSet::new();
        visit(&pattern, &mut variables);
        let shown = first_line(&pattern);
        if messages.insert(name.to_string(), (shown, variables)).is_some() {
            return Err(format!("{}: {name} stands twice", file.display()).into());
        }
    }
    Ok(())
}

fn first_line(pattern: &Pattern<&str>) -> String {
    let text = pattern.elements.iter().map(|element| match element {
        PatternElement::TextElement { value } => (*value).to_string(),
        PatternElement::Placeable { .. } => "…".to_string(),
    });
    let text: String = text.collect();
    text.lines().next().unwrap_or_default().replace(['<', '>', '[', ']', '`'], " ")
}

fn visit(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable { expression } => visit_expression(expression, variables),
        }
    }
}

fn visit_expression(expression: &Expression<&str>, variables: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => visit_inline(inline, variables),
        Expression::Select { selector, variants } => {
            visit_inline(selector, variables);
            for variant in variants {
                visit(&variant.value, variables);
            }
        }
    }
}

fn visit_inline(inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_string());
        }
        InlineExpression::Placeable { expression } => visit_expression(expression, variables),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::FunctionReference { .. }
        | InlineExpression::MessageReference { .. }
        | InlineExpression::TermReference { .. } => {}
    }
}

/// Parameters stand in alphabetical order, so that both languages may use them in any order.
fn functions(
    out: &mut String,
    messages: &BTreeMap<String, (String, BTreeSet<String>)>,
) -> Result<(), Box<dyn Error>> {
    writeln!(out, "/// Every message: its name and its variables.")?;
    writeln!(out, "pub const MESSAGES: &[(&str, &[&str])] = &[")?;
    for (name, (_, variables)) in messages {
        writeln!(out, "    ({name:?}, &{variables:?}),", variables = variables.iter().collect::<Vec<_>>())?;
    }
    writeln!(out, "];\n\nimpl Text {{")?;
    for (name, (shown, variables)) in messages {
        // Codes are looked up by their name; `disk-full` and `disk_full` are two codes, and would be one function.
        if name.starts_with("code-") {
            continue;
        }
        let function = name.replace('-', "_");
        let parameters: String =
            variables.iter().map(|variable| format!(", {variable}: impl Into<Argument<'a>>")).collect();
        let arguments: String =
            variables.iter().map(|variable| format!("({variable:?}, {variable}.into()), ")).collect();
        let lifetime = if variables.is_empty() { "" } else { "<'a>" };
        writeln!(out, "    /// {shown}")?;
        writeln!(out, "    #[must_use]")?;
        writeln!(out, "    pub fn {function}{lifetime}(self{parameters}) -> String {{")?;
        writeln!(out, "        self.say({name:?}, [{arguments}])")?;
        writeln!(out, "    }}")?;
    }
    writeln!(out, "}}")?;
    Ok(())
}
