//! A paper with pages, as bids have them: a small PDF of lines of text (ISO 32000-1, 7.5), so that an index of answers has a
//! page to point at. Its font is the one that PDF names for Chinese (ISO 32000-1, 9.7.5.2), which readers bring themselves.

/// Points from one line to the next.
const LEADING: u32 = 30;

/// A PDF with these lines on each page, A4.
pub fn pdf(pages: &[Vec<String>]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|page| format!("{} 0 R", 6 + 2 * page)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {} /Kids [{}] >>", pages.len(), kids.join(" ")),
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UCS2-H /Encoding /UniGB-UCS2-H \
         /DescendantFonts [4 0 R] >>"
            .to_owned(),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] /CIDSystemInfo \
         << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R >>"
            .to_owned(),
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] \
         /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
            .to_owned(),
    ];
    for (page, lines) in pages.iter().enumerate() {
        let lines = lines.iter().map(|line| format!("<{}> Tj T* ", hex(line))).collect::<String>();
        let drawn = format!("BT /F1 12 Tf {LEADING} TL 60 760 Td {lines}ET");
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            7 + 2 * page
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

/// A line in the font's encoding, UTF-16 with the greater byte first.
fn hex(line: &str) -> String {
    line.encode_utf16().map(|unit| format!("{unit:04X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_the_table_is_where_its_object_begins() {
        let file = String::from_utf8(pdf(&[vec!["一".into()], vec!["二".into(), "three".into()]])).unwrap();
        let (_, table) = file.split_once("xref\n0 10\n").unwrap();
        let places = table.lines().skip(1).map_while(|line| line.strip_suffix(" 00000 n "));
        let places: Vec<usize> = places.map(|place| place.parse().unwrap()).collect();
        assert_eq!(places.len(), 9);
        assert!(file.contains("<4E8C> Tj T* <00740068007200650065> Tj T* ET"), "{file}");
        for (number, place) in (1..).zip(places) {
            let object = file.get(place..).unwrap();
            assert!(object.starts_with(&format!("{number} 0 obj\n")), "{number}");
        }
        let start = file.find("xref\n").unwrap();
        assert!(file.contains(&format!("startxref\n{start}\n")));
    }
}
