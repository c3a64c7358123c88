//! Identities of models that survive renaming, resharding and conversion.
//!
//! A tensor's hash is the BLAKE3 hash of its type, its shape and its bytes, not of its name. The
//! content fingerprint is the hash of all tensors' hashes in order; the shape fingerprint that of
//! all shapes. Payloads are read here, and only here.

use std::io;

use overt_core::{Problem, ProblemKind};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::conversion::{Float, convert};
use crate::document::json::Reader;
use crate::document::shorten;
use crate::{Inspection, ReadAt, Tensor};

/// A tensor and the hash of its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HashedTensor {
    /// Its name.
    pub name: String,
    /// Its element type.
    pub dtype: String,
    /// Its dimensions.
    pub shape: Vec<u64>,
    /// The hash of type, shape and bytes, in hexadecimal.
    pub hash: String,
}

/// The identities of one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fingerprint {
    /// Of all values, whatever the names, the order and the files.
    pub content: String,
    /// Of all shapes.
    pub shape: String,
    /// How many tensors went into it.
    pub tensors: u64,
    /// How many bytes were hashed.
    pub bytes: u64,
}

/// How many bytes of a tensor are read at once.
const PIECE: usize = 4 << 20;

/// Hashes every tensor of a file whose place is known, in parallel; names in the header's order.
pub fn hash_tensors(
    source: &dyn ReadAt,
    inspection: &Inspection,
) -> (Vec<HashedTensor>, Vec<Problem>) {
    let results: Vec<Result<HashedTensor, Problem>> = inspection
        .tensor_list
        .par_iter()
        .map(|tensor| hash_tensor(source, tensor))
        .collect();
    let mut hashed = Vec::new();
    let mut problems = Vec::new();
    for result in results {
        match result {
            Ok(tensor) => hashed.push(tensor),
            Err(problem) if problems.len() < 16 => problems.push(problem),
            Err(_) => {}
        }
    }
    (hashed, problems)
}

fn hash_tensor(source: &dyn ReadAt, tensor: &Tensor) -> Result<HashedTensor, Problem> {
    let name = shorten(&tensor.name, 80);
    let Some((start, end)) = tensor.bytes.filter(|(start, end)| start <= end) else {
        return Err(Problem::new(
            ProblemKind::Unsupported,
            format!("the bytes of the tensor `{name}` cannot be found without loading the file"),
        ));
    };
    let mut hasher = hasher_of(&tensor.dtype, &tensor.shape);
    hash_range(source, start, end, &mut hasher).map_err(|error| unreadable(&name, &error))?;
    Ok(HashedTensor {
        name: tensor.name.clone(),
        dtype: tensor.dtype.clone(),
        shape: tensor.shape.clone(),
        hash: hasher.finalize().to_hex().to_string(),
    })
}

/// The hasher of a tensor's values, given its type and shape.
fn hasher_of(dtype: &str, shape: &[u64]) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    hasher.update(dtype.as_bytes());
    hasher.update(&[0]);
    for side in shape {
        hasher.update(&side.to_le_bytes());
    }
    hasher.update(&[0xFF]);
    hasher
}

fn unreadable(name: &str, error: &io::Error) -> Problem {
    let kind = match error.kind() {
        io::ErrorKind::UnexpectedEof => ProblemKind::Truncated,
        _ => ProblemKind::Unreadable,
    };
    Problem::new(kind, format!("the tensor `{name}` cannot be read: {error}"))
}

/// The hash that a tensor would have if its numbers were converted to another type; `None` if they
/// cannot be read.
pub(crate) fn hash_converted(
    source: &dyn ReadAt,
    tensor: &Tensor,
    from: Float,
    to: Float,
) -> Option<String> {
    let (mut at, end) = tensor.bytes.filter(|(start, end)| start <= end)?;
    let mut hasher = hasher_of(to.name(), &tensor.shape);
    let length = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
    let mut buffer = vec![0; length.min(PIECE)];
    let mut converted = Vec::new();
    while at < end {
        // Pieces are whole numbers: a multiple of every type's width.
        let left = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
        let piece = buffer.get_mut(..left.min(PIECE))?;
        let mut filled = 0_usize;
        while filled < piece.len() {
            let offset = at.saturating_add(filled as u64);
            match source.read_at(offset, piece.get_mut(filled..)?) {
                Ok(0) => return None,
                Ok(count) => filled = filled.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
        convert(piece, from, to, &mut converted);
        hasher.update(&converted);
        at = at.saturating_add(filled as u64);
    }
    Some(hasher.finalize().to_hex().to_string())
}

fn hash_range(
    source: &dyn ReadAt,
    start: u64,
    end: u64,
    hasher: &mut blake3::Hasher,
) -> io::Result<()> {
    let length = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
    let mut buffer = vec![0; length.min(PIECE)];
    let mut at = start;
    while at < end {
        let left = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let piece = buffer.get_mut(..wanted).unwrap_or_default();
        let read = source.read_at(at, piece)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let piece = buffer.get(..read).unwrap_or_default();
        if read >= 1 << 20 {
            hasher.update_rayon(piece);
        } else {
            hasher.update(piece);
        }
        at = at.saturating_add(read as u64);
    }
    Ok(())
}

/// The identities of a model from the tensors of all its files.
pub fn combine(tensors: &[HashedTensor], bytes: u64) -> Fingerprint {
    let mut hashes: Vec<&str> = tensors.iter().map(|tensor| tensor.hash.as_str()).collect();
    hashes.sort_unstable();
    let mut shapes: Vec<&[u64]> = tensors
        .iter()
        .map(|tensor| tensor.shape.as_slice())
        .collect();
    shapes.sort_unstable();
    let mut content = blake3::Hasher::new();
    for hash in hashes {
        content.update(hash.as_bytes());
    }
    Fingerprint {
        content: content.finalize().to_hex().to_string(),
        shape: shapes_hash(shapes.into_iter()),
        tensors: tensors.len() as u64,
        bytes,
    }
}

/// The shape fingerprint of tensors whose values were not read.
pub fn shape_only(tensors: &[Tensor]) -> String {
    let mut shapes: Vec<&[u64]> = tensors
        .iter()
        .map(|tensor| tensor.shape.as_slice())
        .collect();
    shapes.sort_unstable();
    shapes_hash(shapes.into_iter())
}

fn shapes_hash<'s>(shapes: impl Iterator<Item = &'s [u64]>) -> String {
    let mut hasher = blake3::Hasher::new();
    for shape in shapes {
        hasher.update(&(shape.len() as u64).to_le_bytes());
        for side in shape {
            hasher.update(&side.to_le_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// The fingerprint of a `tokenizer.json`: its vocabulary by id and its merges, whatever the order,
/// the spelling and the settings around them. `None` if it has no vocabulary.
pub fn tokenizer(json: &[u8]) -> Option<String> {
    let mut reader = Reader::new(json, overt_core::Budget::HEADER);
    let root = reader.node(&mut Vec::new()).ok()?;
    let model = root.get("model")?;
    let mut vocabulary: Vec<(u64, String)> = Vec::new();
    let vocab = model.get("vocab")?;
    for (token, id) in vocab.entries() {
        vocabulary.push((id.count()?, token.text.clone()));
    }
    // A unigram model lists its tokens in the order of their ids.
    for (id, piece) in vocab.elements().iter().enumerate() {
        let token = piece.elements().first()?.text()?;
        vocabulary.push((id as u64, token.to_owned()));
    }
    for token in root
        .get("added_tokens")
        .map(crate::document::Node::elements)
        .unwrap_or_default()
    {
        let id = token.get("id")?.count()?;
        vocabulary.push((id, token.get("content")?.text()?.to_owned()));
    }
    if vocabulary.is_empty() {
        return None;
    }
    vocabulary.sort_unstable();
    vocabulary.dedup();
    let mut hasher = blake3::Hasher::new();
    for (id, token) in &vocabulary {
        hasher.update(&id.to_le_bytes());
        hasher.update(token.as_bytes());
        hasher.update(&[0xFF]);
    }
    for merge in model
        .get("merges")
        .map(crate::document::Node::elements)
        .unwrap_or_default()
    {
        // Newer files give pairs, older ones a text with a space.
        let parts: Vec<&str> = merge.scalars().into_iter().map(|(text, _)| text).collect();
        hasher.update(parts.join(" ").as_bytes());
        hasher.update(&[0xFF]);
    }
    Some(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use overt_core::Budget;

    use super::*;

    fn safetensors(tensors: &[(&str, [u8; 4])]) -> Vec<u8> {
        let mut header = String::from("{");
        let mut data: Vec<u8> = Vec::new();
        for (index, (name, value)) in tensors.iter().enumerate() {
            let start = data.len();
            data.extend(value);
            let comma = if index > 0 { "," } else { "" };
            header.push_str(&format!(
                "{comma}\"{name}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{start},{}]}}",
                data.len()
            ));
        }
        header.push('}');
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn fingerprint(files: &[Vec<u8>]) -> Fingerprint {
        let mut all: Vec<HashedTensor> = Vec::new();
        for file in files {
            let (inspection, _) = crate::inspect(file, "x.safetensors", Budget::HEADER);
            let (hashed, problems) = hash_tensors(file, &inspection.unwrap());
            assert_eq!(problems, []);
            all.extend(hashed);
        }
        combine(&all, 0)
    }

    #[test]
    fn names_order_and_files_do_not_matter_but_values_do() {
        let one = fingerprint(&[safetensors(&[("a", [1; 4]), ("b", [2; 4])])]);
        let renamed = fingerprint(&[safetensors(&[("y", [2; 4]), ("x", [1; 4])])]);
        let sharded = fingerprint(&[safetensors(&[("b", [2; 4])]), safetensors(&[("a", [1; 4])])]);
        let other = fingerprint(&[safetensors(&[("a", [1; 4]), ("b", [3; 4])])]);
        assert_eq!(one, renamed);
        assert_eq!(one, sharded);
        assert_ne!(one.content, other.content);
        assert_eq!(one.shape, other.shape);
    }

    #[test]
    fn a_tokenizer_is_the_same_in_another_spelling() {
        let a = br#"{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}}"#;
        let b = br#"{"model":{"merges":[["a","b"]],"vocab":{"b":1,"a":0}},"truncation":null}"#;
        let c = br#"{"model":{"merges":[["a","b"]],"vocab":{"b":0,"a":1}}}"#;
        assert!(tokenizer(a).is_some());
        assert_eq!(tokenizer(a), tokenizer(b));
        assert_ne!(tokenizer(a), tokenizer(c));
        assert_eq!(tokenizer(b"{}"), None);
    }
}
