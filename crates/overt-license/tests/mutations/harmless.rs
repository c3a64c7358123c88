//! Changes that leave a text the same license.

use super::Changed;

/// Signs of comments: what begins the comment, each line, and what ends it.
const COMMENTS: [(&str, &str, &str, &str); 16] = [
    ("c block", "/*\n", " * ", " */\n"),
    ("javadoc", "/**\n", " * ", " */\n"),
    ("slashes", "", "// ", ""),
    ("rust doc", "", "//! ", ""),
    ("hash", "", "# ", ""),
    ("lisp", "", ";; ", ""),
    ("sql, lua, haskell", "", "-- ", ""),
    ("tex, erlang", "", "% ", ""),
    ("fortran", "", "! ", ""),
    ("batch", "", "REM ", ""),
    ("m4", "", "dnl ", ""),
    ("troff", "", ".\\\" ", ""),
    ("html", "<!--\n", "  ", "-->\n"),
    ("ocaml, pascal", "(*\n", " * ", " *)\n"),
    ("vim", "", "\" ", ""),
    ("python docstring", "\"\"\"\n", "", "\"\"\"\n"),
];

/// Every harmless change of a text.
pub(crate) fn changes(text: &str) -> Vec<Changed> {
    let mut all = Vec::new();
    let mut add = |kind, text: String| all.push(Changed::text(kind, text));
    for (kind, begin, each, end) in COMMENTS {
        let lines = each_line(text, each);
        add(kind, format!("{begin}{lines}{end}"));
    }
    add(
        "one line",
        text.split_whitespace().collect::<Vec<_>>().join(" "),
    );
    add("narrow lines", flowed(text, 40));
    add("wide lines", flowed(text, 200));
    add("windows line ends", text.replace('\n', "\r\n"));
    add("old mac line ends", text.replace('\n', "\r"));
    add("indented", text.replace('\n', "\n\t    "));
    if !text.contains('ß') {
        // Whose capitals are two letters.
        add("upper case", text.to_uppercase());
    }
    add("hyphenated line breaks", hyphenated(text));
    add(
        "curly quotes",
        text.replace('"', "\u{201c}").replace('\'', "\u{2019}"),
    );
    add("long dashes", text.replace(" - ", " \u{2014} "));
    add("non-breaking spaces", text.replace("  ", " \u{a0}"));
    add("byte order mark", format!("\u{feff}{text}"));
    add(
        "another holder",
        format!("Copyright (c) 2031 Zelda Quux and the Frobnicators, Inc.\n\n{text}"),
    );
    add("bullets", text.replace("\n\n", "\n\n\u{2022} "));
    add("Markdown quote", each_line(text, "> "));
    add(
        "Markdown heading and fence",
        format!("# License\n\n```text\n{text}\n```\n"),
    );
    add("HTML", html(text));
    add("HTML inside sentences", decorated(&html(text), html_word));
    add("Markdown inside sentences", decorated(text, markdown_word));
    add(
        "RST literal",
        format!(
            "License\n=======\n\n::\n\n    {}\n",
            text.replace('\n', "\n    ")
        ),
    );
    let mut add = |kind, file_name, bytes| {
        all.push(Changed {
            kind,
            file_name,
            bytes,
        });
    };
    add(
        "UTF-16 little endian",
        "LICENSE",
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    );
    add(
        "UTF-16 big endian with mark",
        "LICENSE",
        [0xfe, 0xff]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
            .collect(),
    );
    if let Some(bytes) = windows(text) {
        add("Windows-1252", "LICENSE", bytes);
    }
    let string = serde_json::Value::String(text.to_owned()).to_string();
    add(
        "JSON string",
        "license.json",
        format!("{{\"text\": {string}}}").into_bytes(),
    );
    let lines: Vec<String> = text
        .split_inclusive('\n')
        .map(|line| serde_json::Value::String(line.to_owned()).to_string())
        .collect();
    add(
        "notebook",
        "license.ipynb",
        format!(
            "{{\"nbformat\": 4, \"metadata\": {{}}, \"cells\": [{{\"cell_type\": \"markdown\", \
             \"source\": [{}]}}]}}",
            lines.join(",\n")
        )
        .into_bytes(),
    );
    add(
        "string literal of a program",
        "license.py",
        format!("LICENSE = {string}\nprint(LICENSE)\n").into_bytes(),
    );
    all
}

/// Every line with something before it.
fn each_line(text: &str, before: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| before.to_owned() + line).collect();
    lines.join("\n") + "\n"
}

/// The paragraphs with lines of at most so many bytes.
fn flowed(text: &str, width: usize) -> String {
    let mut result = String::new();
    for paragraph in text.split("\n\n") {
        let mut length = 0;
        for word in paragraph.split_whitespace() {
            if length + word.len() > width && length > 0 {
                result.push('\n');
                length = 0;
            }
            result.push_str(word);
            result.push(' ');
            length += word.len() + 1;
        }
        result.push_str("\n\n");
    }
    result
}

/// Every twelfth word of nine letters or more broken by a hyphen at a line's end.
fn hyphenated(text: &str) -> String {
    let mut result = String::new();
    let mut count = 0;
    for word in text.split_inclusive(' ') {
        let long = word.len() >= 9
            && word
                .trim_end()
                .bytes()
                .all(|byte| byte.is_ascii_lowercase());
        count += usize::from(long);
        if long && count % 12 == 1 {
            let (first, second) = word.split_at(word.len() / 2);
            result.push_str(&format!("{first}-\n{second}"));
        } else {
            result.push_str(word);
        }
    }
    result
}

fn html(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>License</title></head>\n<body>\n<p>{}</p>\n\
         </body></html>\n",
        escaped.replace("\n\n", "</p>\n<p>")
    )
}

/// Some of the words, of those that are letters alone, as `decorate` writes them.
fn decorated(text: &str, decorate: impl Fn(usize, &str) -> String) -> String {
    let mut count = 0;
    text.split_inclusive(char::is_whitespace)
        .map(|piece| {
            let word = piece.trim_end();
            let plain = word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
            count += usize::from(plain);
            if plain {
                decorate(count, word) + &piece[word.len()..]
            } else {
                piece.to_owned()
            }
        })
        .collect()
}

fn html_word(at: usize, word: &str) -> String {
    match at % 11 {
        2 => format!("<b>{word}</b>"),
        5 => format!(
            "<A HREF=\"https://example.org/a/page-{at}.html\"\n title=\"More of it\">{word}</A>"
        ),
        8 => format!("<span class=\"term first\" style=\"color: #102030\">{word}</span>&nbsp;"),
        10 => format!("&#8220;{word}&#8221;"),
        _ => word.to_owned(),
    }
}

fn markdown_word(at: usize, word: &str) -> String {
    match at % 44 {
        2 | 13 | 24 => format!("**{word}**"),
        5 => format!("[{word}](https://example.org/a/page-{at}.html)"),
        8 | 19 => format!("_{word}_<br/>"),
        _ => word.to_owned(),
    }
}

/// The text in Windows-1252, with that encoding's quotes; nothing if it has other characters.
fn windows(text: &str) -> Option<Vec<u8>> {
    let mut open = false;
    text.chars()
        .map(|character| match character {
            '"' => {
                open = !open;
                Some(if open { 0x93 } else { 0x94 })
            }
            '\'' | '\u{2018}' | '\u{2019}' => Some(0x92),
            '\u{201c}' => Some(0x93),
            '\u{201d}' => Some(0x94),
            '\u{2013}' => Some(0x96),
            '\u{2014}' => Some(0x97),
            other => u8::try_from(u32::from(other)).ok(),
        })
        .collect()
}
