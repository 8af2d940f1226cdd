//! A sheet as HTML: every word escaped, no script, no address of anywhere else.

use std::fmt::Write as _;

use ximu_procedure::wire::Record;
use ximu_text::{Language, Text};

use crate::{
    Names, Sheet,
    sheet::{Align, Block, Label, Table, Tongue},
};

/// The look of the document that stands alone.
const STYLE: &str = "body{font:16px/1.5 serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
h1{text-align:center}table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}\
caption{text-align:left;font-weight:bold;padding:.3rem 0}\
th,td{border:1px solid #777;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
.num{text-align:right}small{display:block;color:#555}.mark{color:#b01212;font-weight:bold;text-align:center}\
.seals{display:flex}.seals p{flex:1;border:1px solid #777;min-height:6rem;margin:0;padding:.5rem}";

/// A whole document of one file, in one language.
#[must_use]
pub fn document(record: &Record, names: &Names, text: Text) -> String {
    let sheet = Sheet::of(record, names, Tongue::one(text));
    let language = match text.language() {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    };
    let title = escape(&sheet.title.first);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\">\
         <title>{title} {}</title>\n<style>{STYLE}</style></head>\n<body>\n",
        escape(record.procedure.as_str())
    );
    if let Some(mark) = &sheet.rehearsal {
        line(&mut out, format_args!("<p class=\"mark\">{}</p>", label(mark)));
    }
    line(&mut out, format_args!("<h1>{}</h1>", label(&sheet.title)));
    out.push_str(&body(&sheet, text));
    line(&mut out, format_args!("<p><small>{}</small></p>\n</body>\n</html>", escape(&sheet.foot)));
    out
}

/// The tables and remarks of a sheet, for a page that has a frame of its own.
#[must_use]
pub fn body(sheet: &Sheet, text: Text) -> String {
    let mut out = String::new();
    for block in &sheet.blocks {
        match block {
            Block::Table(one) => table(&mut out, one, text),
            Block::Remark(words) => line(&mut out, format_args!("<p>{}</p>", label(words))),
            Block::Seals(seals) => {
                let seals: String = seals.iter().map(|seal| format!("<p>{}</p>", label(seal))).collect();
                line(&mut out, format_args!("<div class=\"seals\">{seals}</div>"));
            }
        }
    }
    out
}

fn table(out: &mut String, table: &Table, text: Text) {
    line(out, format_args!("<table>"));
    if let Some(title) = &table.title {
        line(out, format_args!("<caption>{}</caption>", label(title)));
    }
    let headings: String = table
        .columns
        .iter()
        .filter_map(|column| {
            let heading = column.heading.as_ref()?;
            Some(format!("<th scope=\"col\"{}>{}</th>", class(column.align), label(heading)))
        })
        .collect();
    let is_facts = headings.is_empty();
    if !is_facts {
        line(out, format_args!("<thead><tr>{headings}</tr></thead>"));
    }
    line(out, format_args!("<tbody>"));
    if table.rows.is_empty() {
        let (columns, none) = (table.columns.len(), escape(&text.sheet_none()));
        line(out, format_args!("<tr><td colspan=\"{columns}\">{none}</td></tr>"));
    }
    for row in &table.rows {
        let mut cells = String::new();
        for (place, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
            let words = label(cell);
            // Writing to a string cannot fail.
            let _ = if is_facts && place == 0 {
                write!(cells, "<th scope=\"row\">{words}</th>")
            } else {
                write!(cells, "<td{}>{words}</td>", class(column.align))
            };
        }
        line(out, format_args!("<tr>{cells}</tr>"));
    }
    line(out, format_args!("</tbody></table>"));
}

const fn class(align: Align) -> &'static str {
    match align {
        Align::Start => "",
        Align::End => " class=\"num\"",
    }
}

fn label(label: &Label) -> String {
    match &label.second {
        Some(second) => format!("{}<small>{}</small>", escape(&label.first), escape(second)),
        None => escape(&label.first),
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
