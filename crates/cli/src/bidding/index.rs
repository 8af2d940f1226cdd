//! Where a bid answers a criterion: what a bidder says on the command line, as the file `index.json` of its body
//! (evaluation 12.9).

use crate::fault::Fault;
use std::path::PathBuf;
use ximu_basics::CriterionId;
use ximu_procedure::{
    Tender,
    evaluation::papers::{Index, Place},
};
use ximu_text::Text;

/// One place that answers a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Which criterion.
    pub criterion: CriterionId,
    /// Where.
    pub place: Place,
}

/// Reads `CRITERION=FILE` or `CRITERION=FILE#PAGE`.
///
/// # Errors
/// What was expected and found.
pub fn answer(text: &str) -> Result<Answer, String> {
    let expected = "expected CRITERION=FILE or CRITERION=FILE#PAGE, for instance plan=plan.pdf#12";
    let (criterion, place) = text.split_once('=').ok_or(expected)?;
    let criterion = criterion.parse().map_err(|error: ximu_basics::id::IdSyntax| error.to_string())?;
    let (file, page) = match place.rsplit_once('#') {
        None => (place, None),
        Some((file, page)) => {
            let page: u32 = page.parse().map_err(|_| format!("{expected}, found the page {page:?}"))?;
            (file, Some(page).filter(|page| *page > 0))
        }
    };
    if file.is_empty() || (page.is_none() && place.contains('#')) {
        return Err(expected.into());
    }
    Ok(Answer { criterion, place: Place { file: file.to_owned(), page } })
}

/// The index of a body; `None` when the bidder says nothing.
///
/// # Errors
/// A criterion that the rules do not have, or a file that is not in the body.
pub fn index(answers: &[Answer], tender: &Tender, files: &[PathBuf]) -> Result<Option<Index>, Fault> {
    let mut index = Index { v: 1, ..Index::default() };
    for Answer { criterion, place } in answers {
        if tender.rules.score().and_then(|score| score.criterion(criterion)).is_none() {
            let said = |t: Text| t.found_criterion(criterion.to_string());
            return Err(Fault::argument(said, Text::advice_criteria_page));
        }
        let is_it = |path: &PathBuf| path.file_name().is_some_and(|name| name == place.file.as_str());
        if !files.iter().any(is_it) {
            let said = |t: Text| t.found_answer_file(criterion.to_string(), &place.file);
            return Err(Fault::argument(said, Text::advice_name_file_too));
        }
        index.criteria.entry(criterion.to_string()).or_default().push(place.clone());
    }
    Ok(Some(index).filter(|index| !index.criteria.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_criterion_file_and_page() {
        let said = answer("plan=施工组织设计.pdf#12").unwrap();
        assert_eq!(said.criterion.as_str(), "plan");
        assert_eq!(said.place, Place { file: "施工组织设计.pdf".into(), page: Some(12) });
        assert_eq!(answer("plan=a.md").unwrap().place, Place { file: "a.md".into(), page: None });
        for bad in ["plan", "plan=", "=a.md", "plan=a.md#0", "plan=a.md#x", "Plan=a.md", "plan=#1"] {
            assert!(answer(bad).is_err(), "{bad}");
        }
    }
}
