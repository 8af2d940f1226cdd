//! Whoever reads: every page of the router, in both languages and on two screens, of a tender that is over, with a picture of
//! each. The table of pages is `xtask/browser/pages.json`.

use super::Tools;

/// How long it may take, in seconds.
const VISIT_MAX_S: &str = "600";

/// Reads the pages of the tender that this page is of.
pub fn walk(tools: &Tools<'_>, page: &str) -> Result<(), String> {
    let out = tools.folder("visitor")?.join("out");
    tools.script(VISIT_MAX_S, "pages.mjs", &[page], &out)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// What stands between two texts, wherever it does, with what follows it.
    fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<(&'a str, &'a str)> {
        text.split(before).skip(1).filter_map(|rest| rest.split_once(after)).collect()
    }

    #[test]
    fn every_page_of_the_router_is_visited_and_no_other() {
        let router = include_str!("../../../crates/web/src/router.rs");
        let pages: BTreeSet<&str> = between(router, ".route(\"", "\", ")
            .into_iter()
            .filter(|(route, rest)| rest.starts_with("get(page::") && !route.ends_with(".csv"))
            .map(|(route, _)| route)
            .collect();
        assert!(pages.len() >= 14, "{pages:?}");
        let table = include_str!("../../browser/pages.json");
        // What no route has is answered by a page too, which is visited at an address that is none.
        let visited: BTreeSet<&str> = between(table, "\"route\": \"", "\"")
            .into_iter()
            .filter(|(_, rest)| !rest.lines().next().is_some_and(|line| line.contains("\"status\": 404")))
            .map(|(route, _)| route)
            .collect();
        assert_eq!(visited, pages);
    }
}
