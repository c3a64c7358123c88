//! Writes the files of a case.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

/// One file of a release, by what is in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ReleaseFile {
    path: String,
    /// The text.
    text: Option<String>,
    /// The text of this SPDX license (from the `spdx` crate), before `text`.
    license: Option<String>,
    /// A safetensors file of one tensor with this metadata.
    safetensors: Option<BTreeMap<String, String>>,
    /// A GGUF file without tensors with these whole numbers as metadata.
    gguf: Option<BTreeMap<String, u32>>,
    /// Bytes in hexadecimal.
    hex: Option<String>,
    /// A link that leads here.
    link: Option<String>,
}

impl ReleaseFile {
    /// Writes the file below a folder.
    pub(crate) fn write(&self, root: &Path) -> Result<(), Box<dyn std::error::Error>> {
        let path = root.join(&self.path);
        std::fs::create_dir_all(path.parent().ok_or("a path has a folder")?)?;
        if let Some(target) = &self.link {
            #[cfg(unix)]
            std::os::unix::fs::symlink(target, &path)?;
            return Ok(());
        }
        let mut bytes = Vec::new();
        if let Some(id) = &self.license {
            let license = spdx::license_id(id).ok_or_else(|| format!("no license `{id}`"))?;
            bytes.extend_from_slice(license.text().as_bytes());
        }
        bytes.extend_from_slice(self.text.as_deref().unwrap_or_default().as_bytes());
        if let Some(metadata) = &self.safetensors {
            bytes.extend_from_slice(&safetensors(metadata)?);
        }
        if let Some(metadata) = &self.gguf {
            bytes.extend_from_slice(&gguf(metadata));
        }
        if let Some(hex) = &self.hex {
            for pair in hex.split_whitespace() {
                bytes.push(u8::from_str_radix(pair, 16)?);
            }
        }
        std::fs::write(path, bytes)?;
        Ok(())
    }
}

/// A valid file of one tensor of two half-precision numbers.
fn safetensors(metadata: &BTreeMap<String, String>) -> Result<Vec<u8>, serde_json::Error> {
    let header = serde_json::to_vec(&serde_json::json!({
        "__metadata__": metadata,
        "model.weight": { "dtype": "F16", "shape": [2], "data_offsets": [0, 4] },
    }))?;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(&[0; 4]);
    Ok(bytes)
}

/// A valid file of version 3 without tensors.
fn gguf(metadata: &BTreeMap<String, u32>) -> Vec<u8> {
    const UINT32: u32 = 4;
    let mut bytes = b"GGUF\x03\0\0\0".to_vec();
    bytes.extend(0_u64.to_le_bytes());
    bytes.extend((metadata.len() as u64).to_le_bytes());
    for (key, value) in metadata {
        bytes.extend((key.len() as u64).to_le_bytes());
        bytes.extend(key.as_bytes());
        bytes.extend(UINT32.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes
}
