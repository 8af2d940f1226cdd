//! A paper with pages, as bids have them: a small PDF whose pages say which they are (ISO 32000-1, 7.5), so that an index of
//! answers has a page to point at. Its words are ASCII: the fonts that every reader brings have no others.

/// A PDF with this line on each page, A4.
pub fn pdf(pages: &[String]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {} /Kids [{}] >>", pages.len(), kids.join(" ")),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for (page, line) in pages.iter().enumerate() {
        let shown: String = line.chars().filter(|letter| !"()\\".contains(*letter)).collect();
        let drawn = format!("BT /F1 24 Tf 72 740 Td ({shown}) Tj ET");
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            5 + 2 * page
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()));
    }
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (number, object) in (1..).zip(&objects) {
        places.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let (count, start) = (objects.len() + 1, file.len());
    file.push_str(&format!(
        "xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_the_table_is_where_its_object_begins() {
        let file = String::from_utf8(pdf(&["one".into(), "two".into()])).unwrap();
        let (_, table) = file.split_once("xref\n0 8\n").unwrap();
        let places = table.lines().skip(1).map_while(|line| line.strip_suffix(" 00000 n "));
        let places: Vec<usize> = places.map(|place| place.parse().unwrap()).collect();
        assert_eq!(places.len(), 7);
        for (number, place) in (1..).zip(places) {
            let object = file.get(place..).unwrap();
            assert!(object.starts_with(&format!("{number} 0 obj\n")), "{number}");
        }
        let start = file.find("xref\n").unwrap();
        assert!(file.contains(&format!("startxref\n{start}\n")));
    }
}
