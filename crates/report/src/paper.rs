//! A sheet on A4 paper: lines, tables that go on over pages, feet. In whole thousandths of a point, so that every
//! machine breaks lines alike.

use ximu_text::Text;

use crate::{
    Fonts, ReportError, Sheet,
    sheet::{Align, Block, Column, Label, Print, Table, Tongue},
};

/// Thousandths of a point.
pub(crate) type Milli = i64;

/// A4, 210 mm x 297 mm.
pub(crate) const WIDTH: Milli = 595_276;
pub(crate) const HEIGHT: Milli = 841_890;

const LEFT: Milli = 51_000;
const RIGHT: Milli = WIDTH - LEFT;
const TOP: Milli = 62_000;
const BOTTOM: Milli = HEIGHT - 62_000;

const TITLE: Milli = 20_000;
const SUBTITLE: Milli = 10_500;
const HEADING: Milli = 11_500;
const BODY: Milli = 9_000;
const SMALL: Milli = 7_000;
const PAD: Milli = 3_600;
const SEAL_HEIGHT: Milli = 96_000;

/// The shortest strip of a row that is begun at the foot of a page: a heading with one line below it.
const STRIP: Milli = 40_000;

/// How dark something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Words.
    Black,
    /// The second language, ids.
    Grey,
    /// The mark of a rehearsal.
    Red,
}

/// Something on a page. Places are from the top left; of words the baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Words { x: Milli, y: Milli, size: Milli, ink: Ink, text: String },
    Rule { from: (Milli, Milli), to: (Milli, Milli), ink: Ink },
    Shade { x: Milli, y: Milli, width: Milli, height: Milli },
}

/// One page.
pub(crate) type Page = Vec<Item>;

/// Lays a sheet out.
///
/// # Errors
/// [`ReportError::GlyphMissing`].
pub(crate) fn lay_out(sheet: &Sheet, tongue: Tongue, fonts: &Fonts) -> Result<Vec<Page>, ReportError> {
    fonts.check()?;
    let mut paper = Paper { fonts, tongue, pages: vec![Page::new()], y: TOP };
    paper.title(&sheet.title)?;
    for block in &sheet.blocks {
        match block {
            Block::Table(table) => paper.table(table)?,
            Block::Remark(words) => paper.remark(words)?,
            Block::Seals(seals) => paper.seals(seals)?,
        }
    }
    paper.feet(sheet)?;
    Ok(paper.pages)
}

struct Paper<'a> {
    fonts: &'a Fonts,
    tongue: Tongue,
    pages: Vec<Page>,
    y: Milli,
}

/// A line of a cell.
#[derive(Debug, Clone)]
struct Line {
    text: String,
    size: Milli,
    ink: Ink,
    width: Milli,
}

impl Line {
    /// From one line to the next, half the size more.
    const fn height(&self) -> Milli {
        self.size + self.size / 3
    }
}

impl Paper<'_> {
    fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.push(item);
        }
    }

    fn words(&mut self, x: Milli, line: &Line, y: Milli) {
        let Line { text, size, ink, .. } = line.clone();
        self.put(Item::Words { x, y, size, ink, text });
    }

    fn rule(&mut self, from: (Milli, Milli), to: (Milli, Milli)) {
        self.put(Item::Rule { from, to, ink: Ink::Grey });
    }

    fn new_page(&mut self) {
        self.pages.push(Page::new());
        self.y = TOP;
    }

    /// Goes to a new page unless so much is left.
    fn need(&mut self, height: Milli) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.new_page();
        }
    }

    fn title(&mut self, title: &Label) -> Result<(), ReportError> {
        for (text, size, ink) in
            [(Some(&title.first), TITLE, Ink::Black), (title.second.as_ref(), SUBTITLE, Ink::Grey)]
        {
            let Some(text) = text else { continue };
            for line in wrap(self.fonts, text, RIGHT - LEFT, size, ink)? {
                self.y += line.height();
                self.words((WIDTH - line.width) / 2, &line, self.y);
            }
        }
        self.y += 16_000;
        Ok(())
    }

    fn remark(&mut self, remark: &Label) -> Result<(), ReportError> {
        let lines = self.lines(remark, RIGHT - LEFT, BODY)?;
        self.need(lines.iter().map(Line::height).sum());
        for line in lines {
            self.y += line.height();
            self.words(LEFT, &line, self.y);
        }
        self.y += 12_000;
        Ok(())
    }

    fn seals(&mut self, seals: &[Label]) -> Result<(), ReportError> {
        self.need(SEAL_HEIGHT + 12_000);
        let count = Milli::try_from(seals.len()).unwrap_or(1).max(1);
        let width = (RIGHT - LEFT) / count;
        let (top, bottom) = (self.y, self.y + SEAL_HEIGHT);
        for (place, seal) in (0..count).zip(seals) {
            let left = LEFT + place * width;
            self.frame(left, top, width, SEAL_HEIGHT);
            let mut y = top + PAD;
            for line in self.lines(seal, width - 2 * PAD, BODY)? {
                y += line.height();
                self.words(left + PAD, &line, y);
            }
            let date = wrap(self.fonts, &self.date(), width - 2 * PAD, BODY, Ink::Black)?;
            for line in date {
                self.words(left + width - PAD - line.width, &line, bottom - 2 * PAD);
            }
        }
        self.y = bottom + 14_000;
        Ok(())
    }

    fn date(&self) -> String {
        self.tongue.first().sheet_seal_date()
    }

    fn frame(&mut self, x: Milli, y: Milli, width: Milli, height: Milli) {
        let (right, bottom) = (x + width, y + height);
        self.rule((x, y), (right, y));
        self.rule((x, bottom), (right, bottom));
        self.rule((x, y), (x, bottom));
        self.rule((right, y), (right, bottom));
    }

    fn table(&mut self, table: &Table) -> Result<(), ReportError> {
        if let Some(title) = &table.title {
            self.need(STRIP + HEADING * 2);
            let line = Label::plain(title.first.clone());
            for line in self.lines(&line, RIGHT - LEFT, HEADING)? {
                self.y += line.height();
                let width = line.width;
                self.words(LEFT, &line, self.y);
                if let Some(second) = &title.second {
                    let beside = wrap(self.fonts, second, RIGHT - LEFT - width, SMALL, Ink::Grey)?;
                    for second in beside.into_iter().take(1) {
                        self.words(LEFT + width + 6_000, &second, self.y);
                    }
                }
            }
            self.y += 5_000;
        }
        let head: Vec<Label> = table.columns.iter().filter_map(|column| column.heading.clone()).collect();
        let edges = edges(&table.columns);
        let size = match table.print {
            Print::Normal => BODY,
            Print::Small => SMALL,
        };
        if head.len() == table.columns.len() {
            self.row(&head, &table.columns, &edges, size, None)?;
        }
        if table.rows.is_empty() {
            let none = self.tongue.say(|t| t.sheet_none());
            let column = [Column { heading: None, share: 1_000, align: Align::Start }];
            self.row(&[none], &column, &[LEFT, RIGHT], size, Some(&[]))?;
        }
        for row in &table.rows {
            self.row(row, &table.columns, &edges, size, Some(&head))?;
        }
        self.y += 14_000;
        Ok(())
    }

    /// One row. `head` are the headings to be repeated on a new page; the headings themselves have none, and are
    /// shaded. A row higher than what is left goes to the next page; one higher than a page goes on there.
    fn row(
        &mut self,
        cells: &[Label],
        columns: &[Column],
        edges: &[Milli],
        size: Milli,
        head: Option<&[Label]>,
    ) -> Result<(), ReportError> {
        let mut filled = Vec::with_capacity(cells.len());
        for (cell, (left, right)) in cells.iter().zip(edges.iter().zip(edges.iter().skip(1))) {
            filled.push(self.lines(cell, right - left - 2 * PAD, size)?);
        }
        let height = |lines: &Vec<Line>| lines.iter().map(Line::height).sum::<Milli>();
        let mut rest = filled;
        let whole = rest.iter().map(height).max().unwrap_or(0) + 2 * PAD;
        let page = BOTTOM - TOP - STRIP * 2;
        let wanted = if whole > page { STRIP } else { whole };
        if self.y + wanted > BOTTOM && self.y > TOP {
            self.new_page();
            if let Some(head) = head.filter(|head| head.len() == columns.len()) {
                self.row(head, columns, edges, size, None)?;
            }
        }
        loop {
            let room = BOTTOM - self.y - 2 * PAD;
            let strip: Vec<Vec<Line>> = rest.iter_mut().map(|lines| take(lines, room)).collect();
            let high = strip.iter().map(height).max().unwrap_or(0) + 2 * PAD;
            self.strip(&strip, columns, edges, high, head.is_none());
            self.y += high;
            if rest.iter().all(Vec::is_empty) {
                return Ok(());
            }
            self.new_page();
        }
    }

    /// Draws as much of a row as stands on this page.
    fn strip(
        &mut self,
        cells: &[Vec<Line>],
        columns: &[Column],
        edges: &[Milli],
        high: Milli,
        is_head: bool,
    ) {
        let (left, right) = (edges.first().copied().unwrap_or(LEFT), edges.last().copied().unwrap_or(RIGHT));
        if is_head {
            self.put(Item::Shade { x: left, y: self.y, width: right - left, height: high });
        }
        let (top, bottom) = (self.y, self.y + high);
        self.rule((left, top), (right, top));
        self.rule((left, bottom), (right, bottom));
        for edge in edges {
            self.rule((*edge, top), (*edge, bottom));
        }
        for ((lines, column), (left, right)) in
            cells.iter().zip(columns).zip(edges.iter().zip(edges.iter().skip(1)))
        {
            let mut y = top + PAD;
            for line in lines {
                // The baseline lies a fifth of the size above the foot of the letters.
                y += line.height();
                let x = match column.align {
                    Align::Start => left + PAD,
                    Align::End => right - PAD - line.width,
                };
                self.words(x, line, y - line.size / 3);
            }
        }
    }

    /// The lines of a label: the first language, and below it the second.
    fn lines(&self, label: &Label, width: Milli, size: Milli) -> Result<Vec<Line>, ReportError> {
        let mut lines = wrap(self.fonts, &label.first, width, size, Ink::Black)?;
        if let Some(second) = &label.second {
            lines.extend(wrap(self.fonts, second, width, SMALL, Ink::Grey)?);
        }
        Ok(lines)
    }

    /// What stands on every page: the mark of a rehearsal, the number of the page, the record.
    fn feet(&mut self, sheet: &Sheet) -> Result<(), ReportError> {
        let pages = self.pages.len();
        let number = |t: Text, page: usize| t.sheet_page(page, pages);
        let tongue = self.tongue;
        let mut drawn = Vec::with_capacity(pages);
        for page in 1..=pages {
            let mut items = Vec::new();
            let label = tongue.say(|t| number(t, page));
            let line = match &label.second {
                Some(second) => format!("{}  ·  {second}", label.first),
                None => label.first.clone(),
            };
            let y = HEIGHT - 30_000;
            items.push(Item::Rule { from: (LEFT, y - 22_000), to: (RIGHT, y - 22_000), ink: Ink::Grey });
            for (line, y) in [(line, y), (sheet.foot.clone(), y - 12_000)] {
                for line in wrap(self.fonts, &line, RIGHT - LEFT, SMALL, Ink::Grey)?.into_iter().take(1) {
                    let x = (WIDTH - line.width) / 2;
                    items.push(Item::Words { x, y, size: SMALL, ink: Ink::Grey, text: line.text });
                }
            }
            if let Some(mark) = &sheet.rehearsal {
                let texts = [Some(&mark.first), mark.second.as_ref()];
                for (text, y) in texts.into_iter().flatten().zip([28_000, 40_000]) {
                    for line in wrap(self.fonts, text, RIGHT - LEFT, BODY, Ink::Red)?.into_iter().take(1) {
                        let x = (WIDTH - line.width) / 2;
                        items.push(Item::Words { x, y, size: BODY, ink: Ink::Red, text: line.text });
                    }
                }
                items.push(Item::Rule { from: (LEFT, 46_000), to: (RIGHT, 46_000), ink: Ink::Red });
            }
            drawn.push(items);
        }
        for (page, items) in self.pages.iter_mut().zip(drawn) {
            page.extend(items);
        }
        Ok(())
    }
}

/// Takes as many lines from the beginning as have room; at least one, so that a table ends.
fn take(lines: &mut Vec<Line>, room: Milli) -> Vec<Line> {
    let mut used = 0;
    let mut count = 0_usize;
    for line in lines.iter() {
        used += line.height();
        if used > room && count > 0 {
            break;
        }
        count += 1;
    }
    lines.drain(..count.min(lines.len())).collect()
}

/// The edges of the columns, from left to right.
fn edges(columns: &[Column]) -> Vec<Milli> {
    let mut edges = vec![LEFT];
    let mut share = 0;
    for column in columns {
        share += Milli::from(column.share);
        edges.push(LEFT + (RIGHT - LEFT) * share / 1_000);
    }
    edges
}

/// Signs that do not begin a line (GB/T 15834).
const CLOSING: &str = "。，、；：！？）》」』】”’％…,.;:!?)]%";

/// Breaks a text into lines of a width: between any two Chinese characters, between words of letters, and inside a
/// word that is longer than a line. What no font has stands as its number.
fn wrap(fonts: &Fonts, text: &str, width: Milli, size: Milli, ink: Ink) -> Result<Vec<Line>, ReportError> {
    let mut lines = Vec::new();
    let mut line = Line { text: String::new(), size, ink, width: 0 };
    for word in words(&fonts.drawable(text)) {
        let mut wide = measure(fonts, &word, size)?;
        if line.width + wide <= width {
            line.text.push_str(&word);
            line.width += wide;
            continue;
        }
        if wide > width {
            for character in word.chars() {
                let one = measure(fonts, character.encode_utf8(&mut [0; 4]), size)?;
                if line.width + one > width && !line.text.is_empty() {
                    lines.push(std::mem::replace(
                        &mut line,
                        Line { text: String::new(), size, ink, width: 0 },
                    ));
                }
                line.text.push(character);
                line.width += one;
            }
            continue;
        }
        let mut begin = word.trim_start().to_owned();
        if begin.chars().all(|character| CLOSING.contains(character)) {
            // The character before it comes along, unless it is all the line has.
            if let Some(last) = line.text.pop() {
                line.width = measure(fonts, &line.text, size)?;
                begin.insert(0, last);
            }
        }
        wide = measure(fonts, &begin, size)?;
        if !line.text.is_empty() {
            lines.push(line);
        }
        line = Line { text: begin, size, ink, width: wide };
    }
    if !line.text.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    Ok(lines)
}

/// The parts of a text between which a line may break. A space belongs to the word after it.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for character in text.chars() {
        let letter = u32::from(character) < 0x2E80 && character != ' ';
        match words.last_mut() {
            Some(word) if open && letter => word.push(character),
            Some(_) | None => words.push(character.to_string()),
        }
        open = letter || character == ' ';
    }
    words
}

/// How wide a text is: each advance rounded down to a thousandth of a point.
fn measure(fonts: &Fonts, text: &str, size: Milli) -> Result<Milli, ReportError> {
    let mut width = 0;
    for character in text.chars() {
        let glyph = fonts.glyph(character)?;
        width += Milli::from(glyph.advance) * size / Milli::from(glyph.units_per_em.max(1));
    }
    Ok(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_characters_and_words_and_no_sign_begins_one() {
        let fonts = Fonts::load(&[], &Fonts::folders()).unwrap();
        let broken = |text: &str, width| -> Vec<String> {
            let lines = wrap(&fonts, text, width, 10_000, Ink::Black).unwrap();
            assert!(lines.iter().all(|line| line.width <= width), "{lines:?}");
            lines.into_iter().map(|line| line.text).collect()
        };
        assert_eq!(broken("招标人盖章", 30_000), ["招标人", "盖章"]);
        assert_eq!(broken("招标人。盖章", 30_000), ["招标", "人。盖", "章"]);
        assert_eq!(broken("", 30_000), [""]);
        assert_eq!(broken("notice of award", 45_000), ["notice of", "award"]);
        let long = broken(&"x".repeat(500), 100_000);
        assert_eq!(long.concat().len(), 500);
    }
}
