//! `ximu`, the one executable: a trading centre, another centre, a bidder's own tools, an auditor's check.
//!
//! Only this crate reads configuration, environment, clock and randomness (`outside`). Each subcommand is a file
//! under `cmd`, and thin: the work is done in the libraries.
#![forbid(unsafe_code)]

mod args;
mod bidding;
mod books;
mod cmd;
mod committee;
mod config;
mod demo;
mod faces;
mod fault;
mod files;
mod follow;
mod help;
mod keys;
mod known;
mod misread;
mod out;
mod outside;
mod pool;
mod remote;
mod sentence;
mod serve;
mod strict_json;

use clap::Parser as _;
use std::process::ExitCode;
use ximu_text::Text;

fn main() -> ExitCode {
    let arguments = match args::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let words: Vec<String> =
                std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
            let language = misread::language(&words);
            let error = help::again(error, language, std::env::args_os());
            if misread::is_question(&error) {
                return help::show(&error, language);
            }
            let fault = misread::fault(&error);
            out::note(fault.told(language));
            return fault.exit.into();
        }
    };
    // A language that is not known is itself a fault, which is told in the environment's.
    let language = outside::language(arguments.lang.as_deref())
        .or_else(|_| outside::language(None))
        .unwrap_or(ximu_text::Language::English);
    out::speak(language);
    let done = cmd::run(arguments).and_then(|exit| match out::lost() {
        Some(error) => {
            let said = |t: Text| t.found_output(error);
            Err(fault::Fault::new("file", said, Text::advice_check_path))
        }
        None => Ok(exit),
    });
    match done {
        Ok(exit) => exit.into(),
        Err(fault) => {
            out::note(fault.told(language));
            fault.exit.into()
        }
    }
}
