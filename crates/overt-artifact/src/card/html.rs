//! The few things that cards say in HTML: links and headings.

/// One attribute value with its byte offset in the text.
pub(super) struct Attribute<'t> {
    /// The value.
    pub value: &'t str,
    /// Where it stands.
    pub at: usize,
}

/// Every `href` in a piece of HTML.
pub(super) fn links(html: &str) -> Vec<Attribute<'_>> {
    let mut found = Vec::new();
    let mut from = 0_usize;
    while let Some(at) = html
        .get(from..)
        .and_then(|rest| find_ignoring_case(rest, "href"))
    {
        let after = from.saturating_add(at).saturating_add(4);
        from = after;
        let rest = html.get(after..).unwrap_or_default();
        let trimmed = rest.trim_start();
        let Some(value) = trimmed.strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start();
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        let inside = value.get(1..).unwrap_or_default();
        let Some(end) = inside.find(quote) else { break };
        let start = html.len().saturating_sub(inside.len());
        found.push(Attribute {
            value: inside.get(..end).unwrap_or_default(),
            at: start,
        });
        from = start.saturating_add(end);
    }
    found
}

/// The level of the heading tag in a piece of HTML (`<h2 align="center">`).
pub(super) fn heading_level(html: &str) -> Option<u32> {
    let at = find_ignoring_case(html, "<h")?;
    let rest = html.get(at.saturating_add(2)..)?;
    let level = rest.chars().next()?.to_digit(10)?;
    let next = rest.get(1..)?.chars().next()?;
    ((1..=6).contains(&level) && (next == '>' || next.is_whitespace())).then_some(level)
}

/// Whether the piece closes a heading.
pub(super) fn closes_heading(html: &str) -> bool {
    find_ignoring_case(html, "</h").is_some_and(|at| {
        html.get(at.saturating_add(3)..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(|c| c.is_ascii_digit())
    })
}

/// The text without its tags.
pub(super) fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text
}

/// ASCII needles only.
fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes()
        .windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}
