//! Tables on a narrow screen: every cell carries its column's heading, so that the stylesheet can show a row as a card of
//! headings and values, and nothing stands beside the edge. Done once for every page, on what the templates wrote.
//! It reads no HTML but tables of this place: headings in one row, no table inside another.

/// A page, or a part of one, whose tables can be shown as cards.
#[must_use]
pub fn cards(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some((before, table, after)) = element(rest, "<table", "</table>") {
        out.push_str(before);
        out.push_str(&with_headings(table).unwrap_or_else(|| table.to_string()));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A table with the headings in its cells; `None` when it has no headings or no cells to carry them.
fn with_headings(table: &str) -> Option<String> {
    let (_, head, _) = element(table, "<thead", "</thead>")?;
    let headings: Vec<String> = parts(head, "<th ", "</th>").map(text).collect();
    let (before, body, after) = element(table, "<tbody", "</tbody>")?;
    if headings.is_empty() || !body.contains("<td") {
        return None;
    }
    let mut cells = String::with_capacity(body.len() * 2);
    let (mut rest, mut column) = (body, 0);
    while let Some(at) = rest.find('<') {
        let tag = rest.get(at..)?;
        let end = at + tag.find('>')? + 1;
        let tag = rest.get(at..end)?;
        cells.push_str(rest.get(..at)?);
        rest = rest.get(end..)?;
        let is_cell = tag.starts_with("<td");
        if tag.starts_with("<tr") {
            column = 0;
        }
        match headings.get(column) {
            Some(heading) if is_cell && !tag.contains("colspan") => {
                cells.push_str("<td data-label=\"");
                cells.push_str(heading);
                cells.push('"');
                cells.push_str(tag.strip_prefix("<td")?);
            }
            Some(_) | None => cells.push_str(tag),
        }
        if is_cell || tag.starts_with("<th") {
            column += span(tag);
        }
    }
    cells.push_str(rest);
    let before = match before.strip_prefix("<table class=\"") {
        Some(classes) => format!("<table class=\"cards {classes}"),
        None => before.replacen("<table", "<table class=\"cards\"", 1),
    };
    Some(format!("{before}{cells}{after}"))
}

/// What stands before an element, the element, and what stands behind it.
#[must_use]
pub fn element<'a>(html: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (before, from) = html.split_at_checked(html.find(open)?)?;
    let (element, after) = from.split_at_checked(from.find(close)? + close.len())?;
    Some((before, element, after))
}

/// Every element of one kind.
fn parts<'a>(html: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let (_, part, after) = element(rest, open, close)?;
        rest = after;
        Some(part)
    })
}

/// The words of a heading: escaped as they are in the page, so that they can stand in an attribute of it.
fn text(heading: &str) -> String {
    let words = heading.split('<').filter_map(|piece| piece.split_once('>'));
    words.map(|(_, words)| words).collect::<Vec<_>>().join(" ").trim().replace('"', "&#34;")
}

/// How many columns a cell takes.
fn span(tag: &str) -> usize {
    let written = tag.split("colspan=\"").nth(1).and_then(|rest| rest.split('"').next());
    written.and_then(|number| number.parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_carries_the_heading_of_its_column() {
        let page = "<p>a</p><table class=\"dense\"><thead><tr><th scope=\"col\">Who</th>\
            <th scope=\"col\" class=\"num\">Price</th><th scope=\"col\">a &#38; b</th></tr></thead>\
            <tbody><tr><th scope=\"row\">x</th><td class=\"num\"><b>1</b></td><td>2</td></tr>\
            <tr><th scope=\"row\">y</th><td colspan=\"2\">—</td></tr></tbody></table><p>b</p>";
        let expected = "<p>a</p><table class=\"cards dense\"><thead><tr><th scope=\"col\">Who</th>\
            <th scope=\"col\" class=\"num\">Price</th><th scope=\"col\">a &#38; b</th></tr></thead>\
            <tbody><tr><th scope=\"row\">x</th><td data-label=\"Price\" class=\"num\"><b>1</b></td>\
            <td data-label=\"a &#38; b\">2</td></tr>\
            <tr><th scope=\"row\">y</th><td colspan=\"2\">—</td></tr></tbody></table><p>b</p>";
        assert_eq!(cards(page), expected);
    }

    #[test]
    fn a_table_that_a_script_fills_or_that_has_no_headings_is_left_alone() {
        for page in [
            "<table><thead><tr><th scope=\"col\">a</th></tr></thead><tbody id=\"b\"></tbody></table>",
            "<table><tbody><tr><th scope=\"row\">a</th><td>b</td></tr></tbody></table>",
            "<table><thead></thead><tbody><tr><td>b</td></tr></tbody></table>",
            "<table>",
        ] {
            assert_eq!(cards(page), page);
        }
    }
}
