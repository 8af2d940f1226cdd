//! Amounts of yuan in Chinese financial numerals 大写金额 (rules 3.4), written and read.
//!
//! The spelling follows the basic rules for filling in bills 正确填写票据和结算凭证的基本规定 (People's Bank of
//! China, 1997, annex one). Where those allow two spellings, one is written and both are read. Ordinary numerals
//! (一二三) are not read: an amount in words is there because it is hard to alter.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use crate::{
    decimal::Decimal,
    money::{Currency, MONEY_SCALE, Money, MoneyError},
};

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

/// The longest text read, in characters: the longest amount with every optional sign has fewer than 50.
const CHARS_MAX: usize = 64;

/// The text is not an amount in financial numerals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// Another character, or numerals in an order that gives no amount.
    #[error("expected an amount such as 壹佰贰拾叁元肆角伍分, found {found:?}")]
    Syntax {
        /// What stood there, cut to 64 characters.
        found: String,
    },
    /// The numerals give an amount, but are not its spelling.
    #[error("expected {expected:?}, found {found:?}")]
    Spelling {
        /// The spelling of the amount the numerals seem to mean.
        expected: String,
        /// What stood there.
        found: String,
    },
    /// Larger than any amount.
    #[error(transparent)]
    Range(#[from] MoneyError),
}

/// Spells an amount of yuan: `1234567.00` as 壹佰贰拾叁万肆仟伍佰陆拾柒元整.
///
/// ```
/// use ximu_basics::{Money, words};
/// let price = Money::yuan("16409.02").unwrap();
/// assert_eq!(words::spell(price), "壹万陆仟肆佰零玖元零贰分");
/// assert_eq!(words::read("壹万陆仟肆佰零玖元零贰分"), Ok(price));
/// ```
#[must_use]
pub fn spell(amount: Money) -> String {
    match amount.currency() {
        Currency::Cny => {
            signs(amount.hundredths().unsigned_abs()).iter().map(|sign| sign.character).collect()
        }
    }
}

/// Reads an amount in financial numerals; 人民币 may stand before it, 圆 for 元 and 正 for 整.
///
/// # Errors
/// [`WordsError`].
pub fn read(text: &str) -> Result<Money, WordsError> {
    let found: String = text.chars().take(CHARS_MAX).collect();
    let trimmed = text.trim();
    let plain: Vec<char> = trimmed
        .strip_prefix("人民币")
        .unwrap_or(trimmed)
        .chars()
        .map(|character| match character {
            '圆' => '元',
            '正' => '整',
            other => other,
        })
        .collect();
    if plain.len() > CHARS_MAX {
        return Err(WordsError::Syntax { found });
    }
    let hundredths = value(&plain).ok_or_else(|| WordsError::Syntax { found: found.clone() })?;
    let decimal =
        i128::try_from(hundredths).ok().and_then(|mantissa| Decimal::new(mantissa, MONEY_SCALE).ok());
    let amount = Money::new(Currency::Cny, decimal.ok_or(WordsError::Syntax { found: found.clone() })?)?;
    let mut rest = plain.as_slice();
    for sign in signs(hundredths) {
        match rest.split_first() {
            Some((first, after)) if *first == sign.character => rest = after,
            Some(_) | None if sign.optional => {}
            Some(_) | None => return Err(WordsError::Spelling { expected: spell(amount), found }),
        }
    }
    if rest.is_empty() { Ok(amount) } else { Err(WordsError::Spelling { expected: spell(amount), found }) }
}

/// One character of a spelling.
struct Sign {
    character: char,
    /// Whether the spelling is good without it.
    optional: bool,
}

/// The spelling of an amount, sign by sign.
fn signs(hundredths: u128) -> Vec<Sign> {
    let mut signs = Signs { written: Vec::new(), zeros: 0 };
    let (yuan, rest) = (hundredths / 100, hundredths % 100);
    if yuan > 0 {
        signs.whole(yuan);
        signs.push('元');
    }
    signs.digit(rest / 10, Some('角'), true);
    signs.digit(rest % 10, Some('分'), false);
    if hundredths == 0 {
        signs.push('零');
        signs.push('元');
    }
    match (rest / 10, rest % 10) {
        (0, 0) => signs.push('整'),
        (_, 0) => signs.written.push(Sign { character: '整', optional: true }),
        (_, _) => {}
    }
    signs.written
}

struct Signs {
    written: Vec<Sign>,
    /// How many zero digits stand between the last digit written and here.
    zeros: usize,
}

impl Signs {
    fn push(&mut self, character: char) {
        self.written.push(Sign { character, optional: false });
    }

    /// The whole yuan, from the highest digit: four digits to a group, 万 after an odd group, 亿 after the second.
    fn whole(&mut self, yuan: u128) {
        let digits = yuan.to_string();
        let places = digits.len();
        for (index, digit) in digits.bytes().enumerate() {
            let place = places - index - 1;
            let unit = match place % 4 {
                3 => Some('仟'),
                2 => Some('佰'),
                1 => Some('拾'),
                _ => None,
            };
            self.digit(u128::from(digit - b'0'), unit, place % 4 == 3);
            let group = |place: u32| yuan / 10_u128.pow(place) % 10_000;
            match place {
                12 if group(12) > 0 => self.push('万'),
                8 if yuan / 100_000_000 > 0 => self.push('亿'),
                4 if group(4) > 0 => self.push('万'),
                _ => {}
            }
        }
    }

    /// One digit. A run of zeros between two digits is one 零. It may be left out when the run is shorter than a
    /// group and the next digit stands at the top of its own group (item four of the rules for bills).
    fn digit(&mut self, digit: u128, unit: Option<char>, top: bool) {
        if digit == 0 {
            self.zeros += usize::from(!self.written.is_empty());
            return;
        }
        if self.zeros > 0 {
            self.written.push(Sign { character: '零', optional: top && self.zeros < 4 });
        }
        self.zeros = 0;
        self.written.extend(
            usize::try_from(digit)
                .ok()
                .and_then(|digit| DIGITS.get(digit))
                .map(|character| Sign { character: *character, optional: false }),
        );
        self.written.extend(unit.map(|character| Sign { character, optional: false }));
    }
}

/// The number of hundredths the numerals seem to mean; whether they are its spelling is checked afterwards.
fn value(plain: &[char]) -> Option<u128> {
    let (mut high, mut middle, mut section, mut digit) = (0_u128, 0_u128, 0_u128, 0_u128);
    let mut hundredths = 0_u128;
    for character in plain {
        if let Some(found) = DIGITS.iter().position(|known| known == character) {
            digit = found as u128;
            continue;
        }
        let taken = core::mem::take(&mut digit);
        match character {
            '仟' => section += taken * 1_000,
            '佰' => section += taken * 100,
            // A bare 拾 means ten, though a bill must say 壹拾.
            '拾' => section += taken.max(1) * 10,
            '万' => middle += (core::mem::take(&mut section) + taken) * 10_000,
            '亿' => {
                high += (core::mem::take(&mut middle) + core::mem::take(&mut section) + taken) * 100_000_000
            }
            '元' => {
                let yuan = core::mem::take(&mut high) + core::mem::take(&mut middle);
                hundredths += (yuan + core::mem::take(&mut section) + taken) * 100;
            }
            '角' => hundredths += taken * 10,
            '分' => hundredths += taken,
            '整' => {}
            _ => return None,
        }
    }
    // Numerals after the last 元, 角 or 分 mean nothing.
    if high + middle + section + digit > 0 { None } else { Some(hundredths) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn yuan(text: &str) -> Money {
        Money::yuan(text).unwrap()
    }

    #[test]
    fn amounts_are_spelled_as_on_a_bill() {
        for (digits, words) in [
            ("1234567.00", "壹佰贰拾叁万肆仟伍佰陆拾柒元整"),
            ("0.00", "零元整"),
            ("0.05", "伍分"),
            ("0.50", "伍角整"),
            ("0.55", "伍角伍分"),
            ("10.00", "壹拾元整"),
            ("12.30", "壹拾贰元叁角整"),
            ("1409.50", "壹仟肆佰零玖元伍角整"),
            ("6007.14", "陆仟零柒元壹角肆分"),
            ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
            ("107000.53", "壹拾万零柒仟元零伍角叁分"),
            ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
            ("325.04", "叁佰贰拾伍元零肆分"),
            ("100000.50", "壹拾万元零伍角整"),
            ("100000000.07", "壹亿元零柒分"),
            ("100070000.00", "壹亿零柒万元整"),
            ("100000007.00", "壹亿零柒元整"),
            ("123456789012.34", "壹仟贰佰叁拾肆亿伍仟陆佰柒拾捌万玖仟零壹拾贰元叁角肆分"),
            ("1000000000000.00", "壹万亿元整"),
            ("1000200000000.00", "壹万零贰亿元整"),
            ("100000000000000.00", "壹佰万亿元整"),
            ("999999999999999.99", "玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ] {
            assert_eq!(spell(yuan(digits)), words, "{digits}");
            assert_eq!(read(words), Ok(yuan(digits)), "{words}");
        }
    }

    #[test]
    fn permitted_second_spellings_are_read() {
        for (words, digits) in [
            ("人民币壹拾圆正", "10.00"),
            ("壹仟陆佰捌拾元叁角贰分", "1680.32"),
            ("壹拾万柒仟元零伍角叁分", "107000.53"),
            ("壹拾万零柒仟元伍角叁分", "107000.53"),
            ("伍角", "0.50"),
            (" 壹元整 ", "1.00"),
        ] {
            assert_eq!(read(words), Ok(yuan(digits)), "{words}");
        }
    }

    #[test]
    fn other_spellings_are_refused_and_the_right_one_is_named() {
        for (words, expected) in [
            ("拾元整", Some("壹拾元整")),
            ("壹拾元", Some("壹拾元整")),
            ("壹佰贰元整", Some("壹佰零贰元整")),
            ("壹佰零零贰元整", Some("壹佰零贰元整")),
            ("壹拾万伍元整", Some("壹拾万零伍元整")),
            ("叁佰贰拾伍元肆分", Some("叁佰贰拾伍元零肆分")),
            ("壹元伍分整", Some("壹元零伍分")),
            ("贰拾壹佰元整", Some("壹佰贰拾元整")),
            ("壹亿柒仟元整", Some("壹亿零柒仟元整")),
            ("壹元贰元整", Some("叁元整")),
            ("", Some("零元整")),
            ("一百元整", None),
            ("壹佰", None),
            ("壹佰元整abc", None),
        ] {
            match (read(words), expected) {
                (Err(WordsError::Spelling { expected: found, .. }), Some(expected)) => {
                    assert_eq!(found, expected, "{words}");
                }
                (Err(WordsError::Syntax { .. }), None) => {}
                (other, _) => panic!("{words}: {other:?}"),
            }
        }
        assert!(matches!(read("玖仟玖佰万亿元整"), Err(WordsError::Range(_))));
        assert!(read(&"玖仟".repeat(40)).is_err());
    }

    proptest! {
        #[test]
        fn every_amount_is_read_back(hundredths in 0_i128..=99_999_999_999_999_999, zeros in 0_u32..16) {
            // Rounding to powers of ten makes the runs of zeros that the rules are about.
            let rounded = hundredths - hundredths % 10_i128.pow(zeros);
            let middle = rounded / 10_i128.pow(12) * 10_i128.pow(12) + hundredths % 100;
            for value in [hundredths, rounded, middle] {
                let amount = Money::new(Currency::Cny, Decimal::new(value, 2).unwrap()).unwrap();
                prop_assert_eq!(read(&spell(amount)), Ok(amount));
            }
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "[零壹玖拾佰仟万亿元角分整a]{0,70}") {
            let _ = read(&text);
        }
    }
}
