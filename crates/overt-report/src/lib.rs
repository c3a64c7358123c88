//! Renders releases and verdicts for terminals and machines.
//!
//! [`CheckReport`] is what `overt check` answers; [`json`] and [`terminal::check`] show it. Renderers
//! read values and return text: nothing here opens a file or prints.

mod check;
mod schema;
pub mod terminal;

pub use check::{Answer, Asked, CHECK_SCHEMA, CheckReport, ComponentUse, Near, Reading, exit};
pub use schema::schemas;

/// One item of a [list](json_list), as it stands there.
pub fn json_item<T: serde::Serialize>(item: &T) -> Result<String, serde_json::Error> {
    const OPEN: &str = "[\n";
    const CLOSE: &str = "\n]";
    let mut list = serde_json::to_string_pretty(&[item])?;
    if list.starts_with(OPEN) && list.ends_with(CLOSE) {
        list.truncate(list.len() - CLOSE.len());
        list.drain(..OPEN.len());
    }
    Ok(list)
}

/// The parts of a list of [items](json_item), which together are what [`json`] makes of the list.
pub fn json_list(items: &[String]) -> impl Iterator<Item = &str> {
    let (begin, end) = if items.is_empty() {
        ("[", "]\n")
    } else {
        ("[\n", "\n]\n")
    };
    let apart = items.iter().enumerate().flat_map(|(at, item)| {
        let between = if at == 0 { "" } else { ",\n" };
        [between, item.as_str()]
    });
    [begin].into_iter().chain(apart).chain([end])
}

/// Any report as JSON: pretty, with a final newline.
pub fn json<T: serde::Serialize>(report: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_make_the_list_that_is_written_at_once() {
        for count in 0..4 {
            let values: Vec<_> = (0..count).map(|at| (at, "[\n]", vec![at; at])).collect();
            let items: Vec<String> = values
                .iter()
                .map(|value| json_item(value).unwrap())
                .collect();
            assert_eq!(
                json_list(&items).collect::<String>(),
                json(&values).unwrap()
            );
        }
    }
}
