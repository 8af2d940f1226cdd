//! Ring 0 builds for wasm32 without the standard library: no clock, files, network or threads can hide in it.
//!
//! The rustup toolchain of a plain machine has no wasm32 library; Debian's `rustc-web` has its sources. Cargo is
//! called by its path, since rustup's proxy would choose the compiler again.

use std::{path::Path, process::Command};

use crate::run;

/// The pure crates; `verify` and `bidder` import no others.
pub const CRATES: [&str; 7] = ["basics", "tlog", "sealed", "procedure", "verify", "bidder", "ocds"];

/// Compiles each of them.
pub fn check(root: &Path) -> Result<(), String> {
    for name in CRATES {
        attribute(root, name)?;
    }
    let rustc = rustc()?;
    let packages = CRATES.iter().flat_map(|name| ["--package".to_string(), format!("ximu-{name}")]);
    run::show(
        Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--target", "wasm32-unknown-unknown", "-Zbuild-std=core,alloc"])
            .args(["--target-dir", "target/ring0"])
            .args(packages)
            .env("RUSTC", rustc)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22")
            .env_remove("RUSTUP_TOOLCHAIN")
            .current_dir(root),
    )
}

/// The compiler that can wasm32.
pub fn rustc() -> Result<String, String> {
    let files = run::read(Command::new("dpkg").args(["-L", "rustc-web"]))?;
    let found = files.lines().find(|file| file.ends_with("/bin/rustc"));
    found.map(str::to_string).ok_or_else(|| "rustc-web has no bin/rustc".to_string())
}

fn attribute(root: &Path, name: &str) -> Result<(), String> {
    let path = root.join("crates").join(name).join("src/lib.rs");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    if text.lines().any(|line| line == "#![no_std]") {
        Ok(())
    } else {
        Err(format!("{} has no #![no_std]", path.display()))
    }
}
