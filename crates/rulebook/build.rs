//! Puts every rules file of `procedures/` into the program, so that a new variant is a new file and no line of code.

use std::{error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let procedures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../procedures").canonicalize()?;
    println!("cargo::rerun-if-changed={}", procedures.display());
    let mut files = fs::read_dir(&procedures)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort_by(|left, right| left.file_stem().cmp(&right.file_stem()));
    let mut out = String::from("&[\n");
    for file in files {
        let name = file.file_stem().and_then(|stem| stem.to_str()).ok_or("a file without a name")?;
        let path = file.to_str().ok_or("a path that is not text")?;
        writeln!(out, "    Preset {{ name: {name:?}, text: include_str!({path:?}) }},")?;
    }
    out.push_str("]\n");
    // Cargo gives a build script its folder in the environment only.
    #[expect(clippy::disallowed_methods, reason = "a build script has no other way to learn its folder")]
    let folder = std::env::var("OUT_DIR")?;
    Ok(fs::write(Path::new(&folder).join("presets.rs"), out)?)
}
