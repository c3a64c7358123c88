//! The page of a finding, for `overt explain`.

use overt_survey::FindingPage;

use super::layout::paragraph;
use super::{BOLD, paint, severity_style};

/// The page as text with ANSI styles.
pub fn finding(page: &FindingPage) -> String {
    let (word, style) = severity_style(page.severity);
    let mut out = format!(
        "{} {}\n",
        paint(style, &format!("{word}[{}]", page.code)),
        page.id
    );
    out.push_str(&paragraph("", 0, 0, &page.title));
    out.push_str(&markdown(&page.body));
    out
}

/// The Markdown of our own pages: headings, paragraphs, lists and code blocks.
pub(super) fn markdown(text: &str) -> String {
    let mut out = String::new();
    let mut pending = String::new();
    let mut bullet = false;
    let mut in_code = false;
    let flush = |out: &mut String, pending: &mut String, bullet: bool| {
        if !pending.is_empty() {
            let (first, indent) = if bullet { ("- ", 2) } else { ("", 0) };
            out.push_str(&paragraph(first, indent, indent, pending));
            pending.clear();
        }
    };
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            flush(&mut out, &mut pending, bullet);
            in_code = !in_code;
        } else if in_code {
            out.push_str(&super::layout::cut(&format!("    {line}"), super::WIDTH));
            out.push('\n');
        } else if let Some(heading) = trimmed.strip_prefix("## ") {
            flush(&mut out, &mut pending, bullet);
            out.push_str(&format!("\n{}\n", paint(BOLD, heading)));
            bullet = false;
        } else if trimmed.is_empty() {
            flush(&mut out, &mut pending, bullet);
            bullet = false;
        } else if let Some(item) = trimmed.strip_prefix("- ") {
            flush(&mut out, &mut pending, bullet);
            bullet = true;
            item.clone_into(&mut pending);
        } else {
            if !pending.is_empty() {
                pending.push(' ');
            }
            pending.push_str(trimmed);
        }
    }
    flush(&mut out, &mut pending, bullet);
    out
}
