//! HDF5 files, as Keras 1 and 2 save models and weights.
//!
//! Format: "HDF5 File Format Specification Version 3.0". Read are superblocks 0 to 3, object headers
//! 1 and 2, groups as symbol tables or compact links, the types and shapes of datasets, and texts
//! among attributes. Groups with very many new-style links (fractal heaps) are reported, not read.

mod object;

use std::collections::HashSet;

use overt_core::{Budget, Problem, ProblemKind};

use crate::bytes::{Cursor, Paged, ReadError};
use crate::document::shorten;
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor};

use object::{Dataset, Object, Sizes};

/// The most attributes that become fields.
const MOST_FIELDS: usize = 256;

/// Reads the tree of groups and datasets; the datasets' values are left alone.
pub fn read(source: &dyn ReadAt, budget: Budget) -> (Option<Inspection>, Vec<Problem>) {
    let pages = Paged::new(source);
    let mut walk = Walk {
        cursor: Cursor::new(&pages, budget),
        sizes: Sizes {
            offset: 8,
            length: 8,
            base: 0,
        },
        inspection: Inspection::of(Format::Hdf5, source.size()),
        tensors: Vec::new(),
        state_tensors: 0,
        seen: HashSet::new(),
        problems: Vec::new(),
    };
    let result = walk.superblock().and_then(|root| walk.run(root));
    if let Err(error) = result {
        walk.problems.push(error.problem());
        if walk.inspection.format_version.is_none() {
            return (None, walk.problems);
        }
    }
    if walk.state_tensors > 0 {
        walk.inspection.fields.push(Field::new(
            FieldName::Other,
            "optimizer-state-tensors",
            walk.state_tensors.to_string(),
            None,
        ));
    }
    let mut inspection = walk.inspection;
    inspection.header_bytes_read = pages.fetched();
    inspection.intact = walk.problems.is_empty();
    inspection.set_tensors(walk.tensors);
    (Some(inspection), walk.problems)
}

struct Walk<'a> {
    cursor: Cursor<'a>,
    sizes: Sizes,
    inspection: Inspection,
    tensors: Vec<Tensor>,
    state_tensors: u64,
    seen: HashSet<u64>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    /// Reads the superblock; the address of the root group's header.
    fn superblock(&mut self) -> Result<u64, ReadError> {
        let what = "the superblock";
        let head: [u8; 9] = self.cursor.array(what)?;
        let [0x89, b'H', b'D', b'F', b'\r', b'\n', 0x1a, b'\n', version] = head else {
            return Err(self.cursor.malformed("the signature is not HDF5's"));
        };
        let root = match version {
            0 | 1 => {
                let fixed: [u8; 15] = self.cursor.array(what)?;
                let [_, _, _, _, offset, length, ..] = fixed;
                self.sizes.set(offset, length, &self.cursor)?;
                if version == 1 {
                    self.cursor.skip(4, what)?;
                }
                self.sizes.base = self.sizes.offset(&mut self.cursor, what)?;
                for _ in 0..3 {
                    self.sizes.offset(&mut self.cursor, what)?;
                }
                // The root group's symbol table entry: its name, then its header.
                self.sizes.offset(&mut self.cursor, what)?;
                self.sizes.offset(&mut self.cursor, what)?
            }
            2 | 3 => {
                let [offset, length, _flags] = self.cursor.array(what)?;
                self.sizes.set(offset, length, &self.cursor)?;
                self.sizes.base = self.sizes.offset(&mut self.cursor, what)?;
                for _ in 0..2 {
                    self.sizes.offset(&mut self.cursor, what)?;
                }
                self.sizes.offset(&mut self.cursor, what)?
            }
            _ => {
                let what = format!("version {version} of the superblock is unknown");
                return Err(self.cursor.malformed(what));
            }
        };
        self.inspection.format_version = Some(format!("superblock {version}"));
        Ok(root)
    }

    /// Walks all objects from the root on, in file order, without recursion.
    fn run(&mut self, root: u64) -> Result<(), ReadError> {
        let mut open: Vec<(u64, String)> = vec![(root, String::new())];
        while let Some((address, path)) = open.pop() {
            if !self.seen.insert(address) {
                continue;
            }
            self.cursor.item("the objects")?;
            let object = match object::read(&mut self.cursor, &self.sizes, address) {
                Ok(object) => object,
                Err(error) if path.is_empty() => return Err(error),
                Err(error) => {
                    if self.problems.len() < 8 {
                        self.problems.push(error.problem());
                    }
                    continue;
                }
            };
            self.attributes(&object, &path);
            if object.has_dense_links && self.problems.len() < 8 {
                self.problems.push(Problem::new(
                    ProblemKind::Unsupported,
                    format!(
                        "the links of the group `/{}` are stored in a form that is not read",
                        shorten(&path, 80)
                    ),
                ));
            }
            if let Some(dataset) = object.dataset {
                self.dataset(dataset, path);
                continue;
            }
            for (name, address) in object.links.into_iter().rev() {
                let path = if path.is_empty() {
                    name
                } else if path.len() < 4096 {
                    format!("{path}/{name}")
                } else {
                    continue;
                };
                open.push((address, path));
            }
        }
        Ok(())
    }

    fn dataset(&mut self, dataset: Dataset, path: String) {
        let is_state = path.starts_with("optimizer") || path.contains("/optimizer");
        if is_state {
            self.state_tensors = self.state_tensors.saturating_add(1);
            return;
        }
        let mut tensor = Tensor {
            name: path,
            dtype: dataset.dtype,
            shape: dataset.shape,
            bytes: None,
        };
        let size = tensor
            .elements()
            .zip(dataset.width)
            .and_then(|(count, width)| count.checked_mul(width));
        if let (Some(start), Some(size)) = (dataset.start, size) {
            let end = start.saturating_add(size);
            if end <= self.cursor.size() {
                tensor.bytes = Some((start, end));
            } else if self.problems.len() < 8 {
                self.problems.push(Problem::new(
                    ProblemKind::Truncated,
                    format!(
                        "the dataset `{}` ends beyond the file",
                        shorten(&tensor.name, 80)
                    ),
                ));
            }
        }
        self.tensors.push(tensor);
    }

    /// Texts among the attributes; of Keras' own configuration only the model's class.
    fn attributes(&mut self, object: &Object, path: &str) {
        for (key, value) in &object.attributes {
            if self.inspection.fields.len() >= MOST_FIELDS {
                return;
            }
            if key == "model_config" {
                let class = class_name(value);
                self.inspection.architecture = self.inspection.architecture.take().or(class);
                continue;
            }
            if matches!(
                key.as_str(),
                "layer_names" | "weight_names" | "training_config"
            ) {
                continue;
            }
            let name = match key.as_str() {
                "keras_version" | "backend" => FieldName::LibraryName,
                _ => crate::safetensors::metadata_field(key),
            };
            let key = if path.is_empty() {
                key.clone()
            } else {
                format!("{}:{key}", shorten(path, 200))
            };
            let field = Field::new(name, key, shorten(value, 4096), None);
            if !self.inspection.fields.contains(&field) {
                self.inspection.fields.push(field);
            }
        }
    }
}

/// The class in a Keras configuration.
fn class_name(json: &str) -> Option<String> {
    let document = crate::document::parse_json(json, Budget::TEXT).ok()?;
    let class = document.root.get("class_name")?.scalar()?;
    Some(shorten(class, 256))
}

#[cfg(test)]
pub(crate) mod tests;
