//! The text that a PDF shows, as far as its fonts say what their codes stand for.
//!
//! The objects of the file are found where they begin, those inside object streams after inflating
//! them, all within limits. Each page's content is read with the page's own fonts: their `ToUnicode`
//! maps say what is shown, their widths where a word ends.

mod content;
mod font;
mod object;

use std::collections::BTreeMap;

use content::Reader;
use font::Font;
use object::{Objects, references};

/// The most text that is kept.
const MOST_TEXT: usize = 4 << 20;

/// The fonts of a page by the names that its content uses.
type Fonts<'f> = BTreeMap<Vec<u8>, &'f Font>;

/// The text of a PDF, in the order of its pages.
pub(super) fn text(bytes: &[u8]) -> String {
    let objects = Objects::read(bytes);
    let mut fonts: BTreeMap<u32, Font> = BTreeMap::new();
    for (number, dictionary) in objects.dictionaries() {
        if let Some(font) = Font::read(&objects, dictionary) {
            fonts.insert(number, font);
        }
    }
    let mut reader = Reader::default();
    let mut shown: Vec<u32> = Vec::new();
    let everywhere = objects
        .dictionaries()
        .flat_map(|(_, dictionary)| named_fonts(dictionary, &objects, &fonts))
        .collect();
    for page in objects.pages() {
        let own = fonts_of(page, &objects, &fonts, &everywhere);
        for number in references(page, b"/Contents", &objects) {
            if let Some(content) = objects.stream(number) {
                reader.read(&content, &own);
                shown.push(number);
            }
        }
        reader.end_page();
        if reader.length() > MOST_TEXT {
            return reader.finish();
        }
    }
    // What is drawn by name, and pages that no dictionary gives away.
    for (number, dictionary) in objects.streams() {
        if shown.contains(&number) || reader.length() > MOST_TEXT {
            continue;
        }
        let form = memchr::memmem::find(dictionary, b"/Form").is_some();
        if (form || shown.is_empty())
            && let Some(content) = objects.stream(number)
            && has_text(&content)
        {
            let own = fonts_of(dictionary, &objects, &fonts, &everywhere);
            reader.read(&content, &own);
            reader.end_page();
        }
    }
    reader.finish()
}

fn has_text(content: &[u8]) -> bool {
    memchr::memmem::find(content, b"BT").is_some()
        && (memchr::memmem::find(content, b"Tj").is_some()
            || memchr::memmem::find(content, b"TJ").is_some())
}

/// The fonts that a page or form names, itself or in the resources that it refers to.
fn fonts_of<'f>(
    dictionary: &[u8],
    objects: &Objects<'_>,
    fonts: &'f BTreeMap<u32, Font>,
    everywhere: &Fonts<'f>,
) -> Fonts<'f> {
    let mut own = Fonts::new();
    for number in references(dictionary, b"/Resources", objects) {
        if let Some(resources) = objects.dictionary(number)
            && objects.take_bytes(resources.len())
        {
            own.extend(named_fonts(resources, objects, fonts));
        }
    }
    own.extend(named_fonts(dictionary, objects, fonts));
    if own.is_empty() {
        own.clone_from(everywhere);
    }
    own
}

/// The entries of a `/Font` dictionary, written out or referred to.
fn named_fonts<'f>(
    dictionary: &[u8],
    objects: &Objects<'_>,
    fonts: &'f BTreeMap<u32, Font>,
) -> Vec<(Vec<u8>, &'f Font)> {
    let mut named = Vec::new();
    for at in memchr::memmem::find_iter(dictionary, b"/Font") {
        let rest = dictionary.get(at + 5..).unwrap_or_default();
        let start = rest.iter().position(|byte| !byte.is_ascii_whitespace());
        let rest = start
            .and_then(|start| rest.get(start..))
            .unwrap_or_default();
        let entries = if rest.starts_with(b"<<") {
            rest
        } else if let Some((number, _)) = object::reference(rest)
            && let Some(entries) = objects.dictionary(number)
            && objects.take_bytes(entries.len())
        {
            entries
        } else {
            continue;
        };
        let end = memchr::memmem::find(entries, b">>").unwrap_or(entries.len());
        for entry in entries
            .get(..end)
            .unwrap_or_default()
            .split(|byte| *byte == b'/')
            .skip(1)
        {
            let length = entry
                .iter()
                .position(u8::is_ascii_whitespace)
                .unwrap_or(entry.len());
            let (name, rest) = entry.split_at(length);
            if let Some((number, _)) = object::reference(rest.trim_ascii_start())
                && let Some(font) = fonts.get(&number)
            {
                named.push((name.to_vec(), font));
            }
        }
    }
    named
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_operators_are_shown() {
        let pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nstream\nBT (Permission is \\(hereby\\)) Tj 0 -12 Td \
            [(gr) 20 (anted) -300 (free)] TJ ET\nendstream\nendobj";
        let text = super::text(pdf);
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(words, ["Permission", "is", "(hereby)", "granted", "free"]);
    }

    #[test]
    fn each_font_has_its_own_codes_and_widths() {
        let pdf = b"%PDF-1.4\n\
            1 0 obj\n<</Type/Page/Contents 2 0 R/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>\nendobj\n\
            2 0 obj\n<<>>\nstream\nBT /F1 10 Tf 1 0 0 1 50 700 Tm <0001>Tj 5 0 Td <0002>Tj 8 0 Td <0001>Tj \
            /F2 10 Tf 0 -12 Td (ab) Tj ET\nendstream\nendobj\n\
            3 0 obj\n<</Type/Font/Subtype/Type0/ToUnicode 5 0 R/DescendantFonts[6 0 R]>>\nendobj\n\
            4 0 obj\n<</Type/Font/Subtype/Type1>>\nendobj\n\
            5 0 obj\n<<>>\nstream\nbegincmap 2 beginbfchar <0001> <0058> <0002> <0059> endbfchar\n\
            endstream\nendobj\n\
            6 0 obj\n<</DW 500/W[1[500 500]]>>\nendobj\n";
        let text = super::text(pdf);
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(words, ["XY", "X", "ab"]);
    }

    #[test]
    fn broken_files_show_nothing() {
        for pdf in [
            &b"%PDF-1.4"[..],
            b"%PDF-1.4 1 0 obj << /Type /Page /Contents 1 0 R",
            b"%PDF-1.4 1 0 obj << /Type /ObjStm /N 99999999 /First 3 >> stream\nxx endstream",
            b"%PDF-1.4 0 0 obj stream endstream endobj obj obj obj",
        ] {
            assert!(super::text(pdf).trim().is_empty());
        }
    }
}
