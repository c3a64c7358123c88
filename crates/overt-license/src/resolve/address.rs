//! Addresses of license texts.

use super::{Resolution, single, tables};

/// The license whose text, deed or page stands at this address.
pub(super) fn resolve(name: &str) -> Option<Resolution> {
    let lower = name.trim().to_lowercase();
    let address = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"))
        .unwrap_or(&lower);
    let address = address.strip_prefix("www.").unwrap_or(address);
    let address = address.split(['?', '#']).next().unwrap_or(address);
    let (host, _) = address.split_once('/').unwrap_or((address, ""));
    if !host.contains('.') || host.contains(' ') {
        return None;
    }
    listed(address).or_else(|| spelled(address))
}

/// An address that a license's file lists, however the hub or forge shows the file.
fn listed(address: &str) -> Option<Resolution> {
    let page = ["/resolve/", "/raw/", "/tree/", "/edit/"]
        .iter()
        .fold(address.to_owned(), |page, view| {
            page.replace(view, "/blob/")
        });
    let page = page.replacen("raw.githubusercontent.com/", "github.com/", 1);
    let branch = page.replace("/blob/master/", "/blob/main/");
    [address, &page, &branch]
        .into_iter()
        .flat_map(|form| [form, without_extension(form)])
        .filter(|form| form.contains('/') || !overt_knowledge::licenses_named(form).is_empty())
        .find_map(single)
}

/// An address whose path spells the id.
fn spelled(address: &str) -> Option<Resolution> {
    tables::addresses().iter().find_map(|known| {
        let rest = address.strip_prefix(known.prefix.as_str())?;
        let mut id = known.spells.clone();
        let mut parts = rest.split('/').filter(|part| !part.is_empty());
        for place in ["{1}", "{2}"] {
            if id.contains(place) {
                id = id.replace(place, without_extension(parts.next()?));
            }
        }
        single(&id).or_else(|| super::loose::resolve(&id))
    })
}

fn without_extension(path: &str) -> &str {
    [
        ".en.html",
        ".html",
        ".txt",
        ".php",
        ".md",
        "-standalone",
        ".pdf",
    ]
    .iter()
    .fold(path, |path, end| path.strip_suffix(end).unwrap_or(path))
}
