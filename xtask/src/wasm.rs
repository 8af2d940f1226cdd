//! The browser's module is built again and compared with the one in the repository, byte for byte, so that a fresh
//! machine needs only cargo and everybody can see which sources a page runs.
//!
//! Nothing of the machine may get into it: paths are mapped, one codegen unit, no symbols. The compiler is Debian's
//! `rustc-web`, as for ring 0; without it the step fails.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{ring0, run};

/// Where the module is kept.
const KEPT: &str = "crates/web/assets/ximu.wasm";

/// Builds the module and compares it with the one kept.
pub fn check(root: &Path) -> Result<(), String> {
    let built = build(root)?;
    let kept = fs::read(root.join(KEPT)).map_err(|error| format!("{KEPT}: {error}"))?;
    if built == kept {
        println!("xtask: {KEPT} has {} bytes", kept.len());
        return Ok(());
    }
    Err(format!(
        "{KEPT}: expected what the sources make ({} bytes), found {} other bytes; `cargo xtask wasm-keep` and commit",
        built.len(),
        kept.len()
    ))
}

/// Builds the module and keeps it.
pub fn keep(root: &Path) -> Result<(), String> {
    let built = build(root)?;
    println!("xtask: {KEPT} has {} bytes", built.len());
    fs::write(root.join(KEPT), built).map_err(|error| format!("{KEPT}: {error}"))
}

fn build(root: &Path) -> Result<Vec<u8>, String> {
    let rustc = ring0::rustc()?;
    let sysroot = run::read(Command::new(&rustc).args(["--print", "sysroot"]))?;
    let home = cargo_home()?;
    let maps = [(root, "/ximu"), (home.as_path(), "/cargo"), (Path::new(&sysroot), "/rust")];
    let maps: Vec<String> =
        maps.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect();
    let target = root.join("target/wasm");
    run::show(
        Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "--release", "--package", "ximu-wasm", "--lib"])
            .args(["--target", "wasm32-unknown-unknown", "-Zbuild-std=std,panic_abort"])
            .arg("--target-dir")
            .arg(&target)
            .env("RUSTC", rustc)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22")
            // Unit separators: a path may have spaces.
            .env("CARGO_ENCODED_RUSTFLAGS", maps.join("\u{1f}"))
            .env("CARGO_PROFILE_RELEASE_LTO", "fat")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s")
            .env("CARGO_PROFILE_RELEASE_PANIC", "abort")
            .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("RUSTFLAGS")
            .current_dir(root),
    )?;
    let path = target.join("wasm32-unknown-unknown/release/ximu_wasm.wasm");
    fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Where cargo keeps the sources of dependencies, whose paths stand in messages.
#[allow(clippy::disallowed_methods, reason = "a tool of the developers, not the product")]
fn cargo_home() -> Result<PathBuf, String> {
    std::env::var("CARGO_HOME").map(PathBuf::from).or_else(|_| {
        std::env::var("HOME").map(|home| Path::new(&home).join(".cargo")).map_err(|error| error.to_string())
    })
}
