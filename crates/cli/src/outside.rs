//! The outside world: the clock, the operating system's randomness, the environment. Nothing else in the project
//! reads them; everything below gets them as arguments.

use crate::{fault::Fault, out};
use std::{num::NonZeroUsize, time::Duration};
use ximu_basics::{Instant, Nonce, Salt, Seed};
use ximu_text::{Language, Text};
use zeroize::Zeroizing;

/// The instant now, by this machine's clock.
#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Instant::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A variable of the environment, when it is set and text.
#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// This program as it is called from the current folder, for commands that a person is to repeat.
pub fn program() -> String {
    let Ok(path) = std::env::current_exe() else { return "ximu".into() };
    let folder = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&folder).unwrap_or(&path).display().to_string()
}

/// The language of what people read: as asked for, else as the environment says, else English.
///
/// # Errors
/// When a language is asked for that there is not.
pub fn language(asked: Option<&str>) -> Result<Language, Fault> {
    if let Some(tag) = asked {
        let said = |t: Text| t.found_language(format!("{tag:?}"));
        let unknown = || Fault::argument(said, Text::advice_lang);
        return Language::from_tag(tag).ok_or_else(unknown);
    }
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|tag| !tag.is_empty());
    Ok(set.and_then(|tag| Language::from_tag(&tag)).unwrap_or(Language::English))
}

/// Waits; only for pacing what people watch and for asking a server again.
#[allow(clippy::disallowed_methods, reason = "this is the one place that waits for time itself")]
pub fn pause(how_long: Duration) {
    std::thread::sleep(how_long);
}

/// Open files that are asked for: 4,096 connections, the files of as many uploads, and room.
#[cfg(unix)]
const OPEN_FILES: u64 = 16_384;

/// Raises the number of files this process may open at a time as far as it may by itself; gives the number, or none
/// when the system names none.
#[cfg(unix)]
pub fn raise_open_files() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let found = getrlimit(Resource::Nofile);
    let wanted = found.maximum.map_or(OPEN_FILES, |most| most.min(OPEN_FILES));
    let before = found.current?;
    let now = if before >= wanted {
        before
    } else {
        let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: found.maximum });
        if raised.is_ok() { wanted } else { before }
    };
    tracing::info!(before, now, "open files that this process may have");
    Some(now)
}

/// No other system counts them so.
#[cfg(not(unix))]
pub fn raise_open_files() -> Option<u64> {
    None
}

/// How many threads heavy work may use.
pub fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Fresh random bytes.
///
/// # Errors
/// When the operating system has none to give.
pub fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Fault::new("randomness", |t: Text| t.found_randomness(error.to_string()), ""))?;
    Ok(bytes)
}

/// A passphrase: from `XIMU_PASSPHRASE`, for programs, or from the terminal, where it is not shown.
///
/// # Errors
/// When there is neither.
pub fn passphrase(prompt: impl FnOnce(Text) -> String) -> Result<Zeroizing<String>, Fault> {
    if let Some(passphrase) = variable("XIMU_PASSPHRASE") {
        return Ok(Zeroizing::new(passphrase));
    }
    let prompt = format!("{} ", prompt(out::text()));
    rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|error| {
        let said = |t: Text| t.found_no_terminal(error.to_string());
        Fault::new("key-passphrase", said, Text::advice_passphrase_where)
    })
}

/// A fresh nonce for a command.
///
/// # Errors
/// As [`random`].
pub fn nonce() -> Result<Nonce, Fault> {
    random().map(Nonce)
}

/// A fresh salt for a name.
///
/// # Errors
/// As [`random`].
pub fn salt() -> Result<Salt, Fault> {
    random().map(Salt)
}

/// A fresh seed.
///
/// # Errors
/// As [`random`].
pub fn seed() -> Result<Seed, Fault> {
    random().map(Seed)
}
