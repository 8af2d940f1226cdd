//! Checks of texts, names and the share holders (rules 9.2, 9.4).

use alloc::{format, vec::Vec};
use ximu_basics::LotId;

use super::{doubled, fault};
use crate::rules::{RuleCode, RuleFault, Rules, Text};

/// The longest title, in characters: one line of a notice board.
pub const TITLE_CHARS_MAX: usize = 200;

/// The longest description, in characters: a paragraph; long texts belong in the documents.
pub const DESCRIPTION_CHARS_MAX: usize = 4_000;

/// The longest citation of an article or law, in characters.
pub const SOURCE_CHARS_MAX: usize = 200;

/// The longest name of a peer, in bytes.
pub const NAME_BYTES_MAX: usize = 128;

/// The most share holders: a release sealed to each must stay a small entry.
pub const HOLDERS_MAX: u8 = 16;

/// The fewest holders that may open together: no centre alone may ever open a bid.
pub const THRESHOLD_MIN: u8 = 2;

impl Rules {
    pub(super) fn check_names(&self, faults: &mut Vec<RuleFault>) {
        if self.preset.parse::<LotId>().is_err() {
            let expected = "1 to 64 characters from a-z, 0-9 and '-'".into();
            faults.push(fault("preset", RuleCode::Name, expected, &self.preset, "name the preset's file"));
        }
        check_text("title", &self.title, TITLE_CHARS_MAX, faults);
        check_text("description", &self.description, DESCRIPTION_CHARS_MAX, faults);
        check_peer_name("custody", &self.custody, faults);
    }

    pub(super) fn check_escrow(&self, faults: &mut Vec<RuleFault>) {
        let escrow = &self.escrow;
        if escrow.n > HOLDERS_MAX || usize::from(escrow.n) != escrow.holders.len() {
            let expected = format!("the number of holders named, at most {HOLDERS_MAX}");
            let found = format!("n = {} with {} names", escrow.n, escrow.holders.len());
            faults.push(fault("escrow.n", RuleCode::Escrow, expected, found, "name n holders"));
        }
        if escrow.t < THRESHOLD_MIN || escrow.t > escrow.n {
            let expected = format!("a number from {THRESHOLD_MIN} to n = {}", escrow.n);
            let fix = "state how many holders open together; one alone must never be able to";
            faults.push(fault("escrow.t", RuleCode::Escrow, expected, escrow.t, fix));
        }
        for (index, holder) in escrow.holders.iter().enumerate() {
            check_peer_name(&format!("escrow.holders[{index}]"), holder, faults);
        }
        for holder in doubled(&escrow.holders) {
            let fix = "name each holder once: two shares with one holder lower the threshold";
            faults.push(fault("escrow.holders", RuleCode::Duplicate, "different names".into(), holder, fix));
        }
    }
}

/// A text must stand in both languages, fit its limit and carry no control characters but line feeds.
pub(super) fn check_text(path: &str, text: &Text, chars_max: usize, faults: &mut Vec<RuleFault>) {
    for (language, text) in [("zh", &text.zh), ("en", &text.en)] {
        check_line(&format!("{path}.{language}"), text, chars_max, faults);
    }
}

pub(super) fn check_line(path: &str, text: &str, chars_max: usize, faults: &mut Vec<RuleFault>) {
    let count = text.chars().count();
    let control = text.chars().any(|character| character.is_control() && character != '\n');
    let found = if text.trim().is_empty() {
        "none".into()
    } else if count > chars_max {
        format!("{count} characters")
    } else if control {
        "a control character".into()
    } else {
        return;
    };
    let expected = format!("a text of 1 to {chars_max} characters");
    faults.push(fault(path, RuleCode::Text, expected, found, "write the text"));
}

/// The names of peers are key names of signed notes: no space, no plus sign.
fn check_peer_name(path: &str, name: &str, faults: &mut Vec<RuleFault>) {
    let plain = name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+');
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !plain {
        let expected = format!("a peer's name: 1 to {NAME_BYTES_MAX} ASCII characters, no space, no '+'");
        let found = format!("{name:?}");
        faults.push(fault(path, RuleCode::Name, expected, found, "write the name the peer signs with"));
    }
}
