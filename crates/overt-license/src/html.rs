//! Elements of HTML by which texts are shaped.

/// Elements that shape text and say nothing by themselves. Tags of other names may be data.
const ELEMENTS: [&str; 44] = [
    "a",
    "article",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "tt",
    "u",
    "ul",
];

/// Elements around a whole page and its title. Where licenses are recognized their tags stay: they part
/// the page's title from its first heading, and a title "License" right before a heading "Mozilla Public
/// License" names a license of its own.
const FRAME: [&str; 3] = ["head", "html", "title"];

/// Whether a tag of this name, in whatever case, shapes text.
pub(crate) fn shapes_text(name: &[u8]) -> bool {
    is_one_of(&ELEMENTS, name)
}

/// Whether it shapes text or stands around a page.
pub(crate) fn shapes_page(name: &[u8]) -> bool {
    shapes_text(name) || is_one_of(&FRAME, name)
}

fn is_one_of(elements: &[&str], name: &[u8]) -> bool {
    elements
        .iter()
        .any(|element| name.eq_ignore_ascii_case(element.as_bytes()))
}
