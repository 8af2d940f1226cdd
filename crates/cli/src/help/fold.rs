//! Breaks the lines of Chinese text: after any character, but before no closing mark and after no opening one. The
//! rest stands in as far as the text that it continues. A Chinese character takes two columns, a colour none.

/// Breaks every line with Chinese characters that is wider than so many columns. Others are there to be typed.
pub fn fold(text: &str, columns: usize) -> String {
    let lines = text.split('\n');
    let lines =
        lines.map(|line| if line.chars().any(is_wide) { folded(line, columns) } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n")
}

/// Makes one line of each paragraph: a line that is not empty and does not stand in goes on with the one before. Words
/// of Latin letters get a space.
pub fn paragraphs(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let is_text = !line.is_empty() && !line.starts_with(' ');
        match lines.last_mut().filter(|_| goes_on && is_text) {
            Some(last) => {
                last.push_str(if meets(last, line) { " " } else { "" });
                last.push_str(line);
            }
            None => lines.push(line.to_owned()),
        }
        goes_on = is_text;
    }
    lines.join("\n")
}

/// Whether a space stands between the end of a line and the begin of the next: between words of Latin letters, and
/// between a word of Latin letters and a Chinese character that is no mark.
fn meets(last: &str, next: &str) -> bool {
    let (Some(end), Some(begin)) = (last.chars().last(), next.chars().next()) else { return false };
    let is_character = |letter: char| is_wide(letter) && letter.is_alphabetic();
    match (is_wide(end), is_wide(begin)) {
        (false, false) => true,
        (false, true) => end.is_ascii_alphanumeric() && is_character(begin),
        (true, false) => is_character(end) && begin.is_ascii_alphanumeric(),
        (true, true) => false,
    }
}

fn folded(line: &str, columns: usize) -> String {
    let begin = text_begins(line);
    let (mut lines, mut last, mut at) = (Vec::new(), String::new(), 0_usize);
    for piece in pieces(line) {
        if at > begin && at.saturating_add(width(piece.trim_end())) > columns {
            lines.push(last.trim_end().to_owned());
            last = " ".repeat(begin);
            at = begin;
        }
        at = at.saturating_add(width(&piece));
        last.push_str(&piece);
    }
    lines.push(last.trim_end().to_owned());
    lines.join("\n")
}

/// The column where the text of a line begins: behind the name of an argument, which two spaces end, or behind the
/// spaces at the front.
fn text_begins(line: &str) -> usize {
    let front = line.len().saturating_sub(line.trim_start().len());
    let (front, rest) = line.split_at(front);
    let Some((name, text)) = rest.split_once("  ") else { return front.len() };
    let gap = text.len().saturating_sub(text.trim_start().len());
    [front.len(), width(name), 2, gap].iter().sum()
}

/// What is not broken: words, and a Chinese character with the marks that hold to it.
fn pieces(line: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before = None;
    for character in line.chars() {
        let holds = match before {
            None => false,
            Some(before) => {
                character == ' '
                    || is_closing(character)
                    || is_opening(before)
                    || !(before == ' ' || is_wide(before) || is_wide(character))
            }
        };
        match pieces.last_mut().filter(|_| holds) {
            Some(piece) => piece.push(character),
            None => pieces.push(character.to_string()),
        }
        before = Some(character);
    }
    pieces
}

/// Columns of a text; what stands between ESC and `m` is a colour.
pub fn width(text: &str) -> usize {
    let (mut columns, mut in_colour) = (0_usize, false);
    for character in text.chars() {
        match (in_colour, character) {
            (true, 'm') => in_colour = false,
            (true, _) => {}
            (false, '\u{1b}') => in_colour = true,
            (false, character) => columns = columns.saturating_add(if is_wide(character) { 2 } else { 1 }),
        }
    }
    columns
}

/// Han characters and the marks of Chinese text.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}')
        || matches!(character, '“' | '”' | '…' | '—')
}

fn is_closing(character: char) -> bool {
    "。，；：、）》」』”？！".contains(character)
}

fn is_opening(character: char) -> bool {
    "（《「『“".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_breaks_anywhere_but_before_a_closing_mark() {
        assert_eq!(fold("一二三四，五六", 8), "一二三\n四，五六");
        assert_eq!(fold("一二三（四）五", 8), "一二三\n（四）五");
        assert_eq!(fold("用 ximu demo 开始", 8), "用 ximu\ndemo 开\n始");
    }

    #[test]
    fn the_rest_stands_under_the_text_that_it_continues() {
        assert_eq!(fold("  --out <文件>  写到哪里", 20), "  --out <文件>  写到\n                哪里");
        assert_eq!(fold("    一二三四", 8), "    一二\n    三四");
    }

    #[test]
    fn a_paragraph_is_one_line_and_what_is_typed_stays() {
        assert_eq!(
            paragraphs("一二\n三\n\n    ximu\n    ximu\n\na\nb"),
            "一二三\n\n    ximu\n    ximu\n\na b"
        );
        // A word of Latin letters and a Chinese character have a space between them, a mark has none.
        assert_eq!(paragraphs("用同一个 --data-dir\n再次启动\nximu"), "用同一个 --data-dir 再次启动 ximu");
        assert_eq!(paragraphs("FILE\n，其他：\nximu"), "FILE，其他：ximu");
    }

    #[test]
    fn what_is_to_be_typed_is_not_broken_and_a_colour_has_no_width() {
        let typed = "    ximu committee sit ID --centre URL --key seat.key";
        assert_eq!(fold(typed, 20), typed);
        assert_eq!(width("\u{1b}[1m用法\u{1b}[0m"), 4);
    }
}
