//! How the law is cited: as the rules document writes it in Chinese, and readable in English.

use ximu_procedure::rules::LegalPeriod;
use ximu_text::{Language, Text};

/// Laws that have a usual English name.
const LAWS: [(&str, &str); 3] = [
    ("中华人民共和国招标投标法", "Tendering and Bidding Law"),
    ("中华人民共和国招标投标法实施条例", "Implementing Regulations"),
    ("电子招标投标办法", "Measures for Electronic Tendering and Bidding"),
];

/// The article with its law: `《招标投标法》第二十四条`, `Tendering and Bidding Law, article 24`.
#[must_use]
pub fn citation(t: Text, period: &LegalPeriod) -> String {
    cited(t, &period.law, &period.article)
}

/// An article of a law, as [`citation`] shows it.
#[must_use]
pub fn cited(t: Text, law: &str, article: &str) -> String {
    match t.language() {
        Language::Chinese => {
            let law = law.strip_prefix("中华人民共和国").unwrap_or(law);
            format!("《{law}》{article}")
        }
        Language::English => {
            let known = LAWS.iter().find(|(chinese, _)| *chinese == law);
            let law = known.map_or(law, |(_, english)| english);
            match article_number(article) {
                Some(number) => format!("{law}, article {number}"),
                None => format!("{law}, {article}"),
            }
        }
    }
}

/// The number of an article written as `第二十四条`, up to 999.
fn article_number(article: &str) -> Option<u32> {
    let numeral = article.strip_prefix('第')?.strip_suffix('条')?;
    let mut total = 0;
    let mut digit = 0;
    for character in numeral.chars() {
        match character {
            '百' => {
                total += digit * 100;
                digit = 0;
            }
            '十' => {
                total += if digit == 0 { 10 } else { digit * 10 };
                digit = 0;
            }
            '零' => digit = 0,
            other => {
                let place = "一二三四五六七八九".chars().position(|known| known == other)?;
                digit = u32::try_from(place).ok()? + 1;
            }
        }
    }
    let number = total + digit;
    if number == 0 { None } else { Some(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_numerals_are_read() {
        for (article, number) in [
            ("第十条", Some(10)),
            ("第十六条", Some(16)),
            ("第二十四条", Some(24)),
            ("第四十条", Some(40)),
            ("第一百零三条", Some(103)),
            ("第二十四条之一", None),
            ("24", None),
        ] {
            assert_eq!(article_number(article), number, "{article}");
        }
    }
}
