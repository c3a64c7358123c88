/// The form in which names are compared: lower case, no scheme or `www.`, no trailing slash, one
/// space between words.
fn normalize(name: &str) -> String {
    let lower = name.to_lowercase();
    let bare = lower.trim();
    let bare = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).unwrap_or(bare);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    bare.trim_end_matches('/').split_whitespace().collect::<Vec<_>>().join(" ")
}
