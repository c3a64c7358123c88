//! What a pickle would import, and whether that is dangerous.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How dangerous an import is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ImportSafety {
    /// Needed to rebuild tensors and plain containers.
    Expected,
    /// Not known to be harmless: the class's own code would run.
    Unknown,
    /// Runs commands, code, or reaches files or the network.
    Unsafe,
}

/// A name that a pickle would import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Import {
    /// `module.name`.
    pub name: String,
    /// How dangerous it is.
    pub safety: ImportSafety,
}

impl Import {
    /// The import of this name, judged by `knowledge/wordings/pickle-imports.toml`.
    pub fn of(name: &str) -> Self {
        let lists = &*LISTS;
        let listed = |list: &[String]| {
            list.iter().any(|entry| match entry.strip_suffix('*') {
                Some(prefix) => name.starts_with(prefix),
                None => name == entry,
            })
        };
        let safety = if listed(&lists.expected) {
            ImportSafety::Expected
        } else if listed(&lists.dangerous) {
            ImportSafety::Unsafe
        } else {
            ImportSafety::Unknown
        };
        Self {
            name: name.to_owned(),
            safety,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    expected: Vec<String>,
    #[serde(rename = "unsafe")]
    dangerous: Vec<String>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    overt_knowledge::entry("wordings/pickle-imports.toml")
        .and_then(|entry| serde_json::from_str(entry.text).ok())
        .unwrap_or_default()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_judged() {
        for (name, safety) in [
            ("torch._utils._rebuild_tensor_v2", ImportSafety::Expected),
            ("torch.BFloat16Storage", ImportSafety::Expected),
            ("collections.OrderedDict", ImportSafety::Expected),
            ("os.system", ImportSafety::Unsafe),
            ("posix.system", ImportSafety::Unsafe),
            ("builtins.eval", ImportSafety::Unsafe),
            ("__builtin__.exec", ImportSafety::Unsafe),
            ("subprocess.Popen", ImportSafety::Unsafe),
            ("mymodel.Net", ImportSafety::Unknown),
        ] {
            assert_eq!(Import::of(name).safety, safety, "{name}");
        }
    }
}
