//! `PyTorch` checkpoints: the tensors that a pickle describes.
//!
//! Zip checkpoints (since 1.6) hold `data.pkl` and one member per storage; legacy checkpoints are
//! five pickles and the storages in a row.

use std::collections::{BTreeMap, HashSet};

use overt_core::{Budget, Problem, ProblemKind};

use super::imports::{Import, ImportSafety};
use super::machine::{Machine, Object, ObjectId, run};
use crate::bytes::{Cursor, ReadError};
use crate::document::shorten;
use crate::zip::{Archive, Window};
use crate::{Field, FieldName, Format, Inspection, ReadAt, Tensor};

/// The number that legacy checkpoints begin with, `0x1950a86a20f9469cfc6c`.
const LEGACY_MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
/// The most scalars that become fields.
const MOST_FIELDS: usize = 256;
/// More problems of one sort say nothing more.
const MOST_PROBLEMS: usize = 8;
/// Names that the loader of a module looks through: they are no part of a tensor's name.
const TRANSPARENT: [&str; 5] = [
    "_parameters",
    "_modules",
    "_buffers",
    "__dict__",
    "state_dict",
];

/// Reads a zip checkpoint, or a `TorchScript` archive.
pub(crate) fn read_zip(source: &dyn ReadAt, budget: &Budget) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::PytorchZip, source.size());
    let mut cursor = Cursor::new(source, budget.clone());
    let archive = match Archive::read(&mut cursor) {
        Ok(archive) => archive,
        Err(error) => return (None, vec![error.problem()]),
    };
    let pickle = archive
        .members
        .iter()
        .find(|member| member.name == "data.pkl" || member.name.ends_with("/data.pkl"));
    let Some(pickle) = pickle else {
        inspection.format = Format::Zip;
        inspection.header_bytes_read = cursor.fetched();
        let problem = Problem::remark(
            ProblemKind::Unsupported,
            "the archive holds no `data.pkl`: it is no PyTorch checkpoint",
        );
        return (Some(inspection), vec![problem]);
    };
    let root = pickle.name.strip_suffix("data.pkl").unwrap_or_default();
    let mut problems = Vec::new();
    let mut storages = Storages::default();
    for member in &archive.members {
        let Some(key) = member
            .name
            .strip_prefix(root)
            .and_then(|name| name.strip_prefix("data/"))
        else {
            continue;
        };
        let stored = (member.method == 0).then(|| member.place(&mut cursor));
        match stored {
            Some(Ok((start, _))) => storages.add(key, member.size, Some(start)),
            Some(Err(error)) => problems.push(error.problem()),
            None => storages.add(key, member.size, None),
        }
    }
    if let Some(version) = archive.member(&format!("{root}version"))
        && let Ok(bytes) = version.beginning(&mut cursor, 16)
    {
        let version = String::from_utf8_lossy(&bytes).trim().to_owned();
        inspection.format_version = Some(version);
    }
    if archive.members.iter().any(|member| {
        member
            .name
            .strip_prefix(root)
            .is_some_and(|name| name.starts_with("code/"))
    }) {
        let field = Field::new(FieldName::LibraryName, "archive", "torchscript", None);
        inspection.fields.push(field);
    }
    let mut machine = Machine::default();
    let fetched = cursor.fetched();
    let result = read_member(source, pickle, &mut cursor, &mut machine, budget);
    let (left, member_fetched) = match result {
        Ok((left, fetched)) => (Some(left), fetched),
        Err(error) => {
            problems.push(error.problem());
            (None, 0)
        }
    };
    inspection.header_bytes_read = fetched.saturating_add(member_fetched);
    gather(
        &machine,
        left,
        Some(&storages),
        &mut inspection,
        &mut problems,
    );
    inspection.intact = !problems.iter().any(|problem| problem.loses_facts);
    (Some(inspection), problems)
}

/// Runs the pickle in a member; gives its value and how many bytes were fetched.
fn read_member(
    source: &dyn ReadAt,
    pickle: &crate::zip::Member,
    cursor: &mut Cursor<'_>,
    machine: &mut Machine,
    budget: &Budget,
) -> Result<(ObjectId, u64), ReadError> {
    if pickle.method == 0 {
        let (start, length) = pickle.place(cursor)?;
        let window = Window::new(source, start, length);
        let mut inside = Cursor::new(&window, budget.clone());
        let left = run(machine, &mut inside)?;
        Ok((left, inside.fetched()))
    } else {
        let bytes = pickle.whole(cursor, budget.bytes)?;
        let mut inside = Cursor::new(&bytes, budget.clone());
        let left = run(machine, &mut inside)?;
        Ok((left, cursor.fetched()))
    }
}

/// Reads a legacy checkpoint, or any other bare pickle.
pub(crate) fn read_legacy(
    source: &dyn ReadAt,
    budget: Budget,
) -> (Option<Inspection>, Vec<Problem>) {
    let mut inspection = Inspection::of(Format::PytorchLegacy, source.size());
    let mut cursor = Cursor::new(source, budget);
    let mut machine = Machine::default();
    let mut problems = Vec::new();
    let mut left = None;
    let mut storages = None;
    match run(&mut machine, &mut cursor) {
        Ok(first) if is_legacy_magic(&machine, first) => {
            // Then the protocol version, the system's sizes, the object, the storages' keys.
            let rest = (0..3).try_fold(None, |_, _| run(&mut machine, &mut cursor).map(Some));
            match rest {
                Ok(object) => {
                    left = object;
                    let mut found = Storages::default();
                    if let Err(error) = found.read_legacy(&mut machine, &mut cursor) {
                        problems.push(error.problem());
                    } else {
                        storages = Some(found);
                    }
                }
                Err(error) => problems.push(error.problem()),
            }
        }
        Ok(object) => {
            left = Some(object);
            inspection
                .fields
                .push(Field::new(FieldName::Other, "pickle", "bare", None));
        }
        Err(error) => problems.push(error.problem()),
    }
    inspection.format_version = Some(format!("protocol {}", machine.protocol));
    inspection.header_bytes_read = cursor.fetched();
    gather(
        &machine,
        left,
        storages.as_ref(),
        &mut inspection,
        &mut problems,
    );
    inspection.intact = !problems.iter().any(|problem| problem.loses_facts);
    (Some(inspection), problems)
}

fn is_legacy_magic(machine: &Machine, id: ObjectId) -> bool {
    matches!(machine.get(id), Object::LongInt(bytes) if **bytes == LEGACY_MAGIC)
}

/// The storages of a checkpoint: their sizes, and where their bytes begin.
#[derive(Default)]
struct Storages {
    by_key: BTreeMap<String, (u64, Option<u64>)>,
}

impl Storages {
    fn add(&mut self, key: &str, size: u64, start: Option<u64>) {
        self.by_key.insert(key.to_owned(), (size, start));
    }

    /// The storages of a legacy checkpoint: after the object, a list of their keys, then for each
    /// key the number of its elements and the elements (`torch/serialization.py`, `_legacy_load`).
    fn read_legacy(
        &mut self,
        machine: &mut Machine,
        cursor: &mut Cursor<'_>,
    ) -> Result<(), ReadError> {
        const WHAT: &str = "a storage of the checkpoint";
        let mut widths: BTreeMap<String, u64> = BTreeMap::new();
        for id in machine.persistent_ids() {
            let parts = machine.elements(id);
            let class = parts.get(1).and_then(|id| machine.global(*id));
            let key = parts.get(2).and_then(|id| machine.text(*id));
            if let (Some((_, class)), Some(key)) = (class, key)
                && let Some((_, width)) = dtype_of(class)
            {
                widths.insert(key.to_owned(), width);
            }
        }
        let list = run(machine, cursor)?;
        for key in machine.elements(list).to_vec() {
            cursor.item(WHAT)?;
            let Some(key) = machine.text(key) else {
                return Err(cursor.malformed("the key of a storage is no text"));
            };
            let elements = u64::from_le_bytes(cursor.array(WHAT)?);
            let Some(width) = widths.get(key) else {
                return Err(cursor.malformed("a storage has an unknown type"));
            };
            let bytes = elements
                .checked_mul(*width)
                .ok_or_else(|| cursor.malformed("a storage is larger than any file"))?;
            self.add(key, bytes, Some(cursor.position()));
            cursor.skip(bytes, WHAT)?;
        }
        Ok(())
    }
}

/// Takes what the machine holds into the inspection.
fn gather(
    machine: &Machine,
    left: Option<ObjectId>,
    storages: Option<&Storages>,
    inspection: &mut Inspection,
    problems: &mut Vec<Problem>,
) {
    inspection.imports = machine
        .imports
        .iter()
        .map(|name| Import::of(name))
        .collect();
    for import in &inspection.imports {
        if import.safety == ImportSafety::Unsafe {
            problems.push(Problem::remark(
                ProblemKind::Malformed,
                format!(
                    "loading this file as a pickle would call `{}`",
                    shorten(&import.name, 120)
                ),
            ));
        }
    }
    let Some(left) = left else {
        inspection.set_tensors(Vec::new());
        return;
    };
    let mut walk = Walk {
        machine,
        storages,
        seen: HashSet::new(),
        tensors: Vec::new(),
        state_tensors: 0,
        fields: Vec::new(),
        problems: Vec::new(),
    };
    walk.run(left);
    if walk.state_tensors > 0 {
        walk.fields.push(Field::new(
            FieldName::Other,
            "optimizer-state-tensors",
            walk.state_tensors.to_string(),
            None,
        ));
    }
    inspection.fields.append(&mut walk.fields);
    problems.append(&mut walk.problems);
    inspection.set_tensors(walk.tensors);
}

struct Walk<'m> {
    machine: &'m Machine,
    storages: Option<&'m Storages>,
    seen: HashSet<ObjectId>,
    tensors: Vec<Tensor>,
    state_tensors: u64,
    fields: Vec<Field>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    /// Walks everything reachable, in file order, without recursion.
    fn run(&mut self, root: ObjectId) {
        let mut open: Vec<(ObjectId, String)> = vec![(root, String::new())];
        while let Some((id, path)) = open.pop() {
            let mut inside: Vec<(ObjectId, String)> = Vec::new();
            match self.machine.get(id) {
                Object::Sequence(elements) if self.seen.insert(id) => {
                    for (index, element) in elements.iter().enumerate() {
                        inside.push((*element, join(&path, &index.to_string())));
                    }
                }
                Object::Dict(pairs) if self.seen.insert(id) => {
                    self.pairs(pairs, &path, &mut inside);
                }
                Object::Call {
                    callable,
                    arguments,
                    contents,
                    state,
                } => match self.machine.global(*callable) {
                    Some((_, "_rebuild_parameter" | "_rebuild_parameter_with_state")) => {
                        if let Some(data) = self.machine.elements(*arguments).first() {
                            inside.push((*data, path));
                        }
                    }
                    Some((_, "_rebuild_from_type_v2")) => {
                        // (function, type, arguments, state): the arguments are the tensor's.
                        if let Some(data) = self.machine.elements(*arguments).get(2) {
                            let data = *data;
                            self.tensor(data, &path);
                        }
                    }
                    Some((module, name))
                        if name.starts_with("_rebuild_") && module.starts_with("torch") =>
                    {
                        let arguments = *arguments;
                        if !self.tensor(arguments, &path) && self.seen.insert(id) {
                            // A sparse tensor is made of others.
                            for argument in self.machine.elements(arguments) {
                                inside.push((*argument, path.clone()));
                            }
                        }
                    }
                    Some((module, "_reconstruct")) if module.starts_with("numpy") => {
                        if let Some(state) = state
                            && self.seen.insert(id)
                        {
                            self.numpy_array(*state, &path);
                        }
                    }
                    // Python 2 wrote dictionaries as calls with a list of their pairs.
                    Some((_, "OrderedDict" | "dict")) if self.seen.insert(id) => {
                        let listed = self.machine.elements(*arguments).first();
                        let listed = listed.map_or(&[][..], |id| self.machine.elements(*id));
                        for pair in listed {
                            self.pairs(self.machine.elements(*pair), &path, &mut inside);
                        }
                        self.pairs(contents, &path, &mut inside);
                        if let Some(state) = state {
                            inside.push((*state, path));
                        }
                    }
                    _ if self.seen.insert(id) => {
                        self.pairs(contents, &path, &mut inside);
                        if let Some(state) = state {
                            inside.push((*state, path));
                        }
                    }
                    _ => {}
                },
                Object::Text(text) => self.scalar(&path, text),
                Object::Int(number) => self.scalar(&path, &number.to_string()),
                Object::Float(number) => self.scalar(&path, &number.to_string()),
                Object::Bool(truth) => self.scalar(&path, &truth.to_string()),
                _ => {}
            }
            open.extend(inside.into_iter().rev());
        }
    }

    fn pairs(&self, pairs: &[ObjectId], path: &str, inside: &mut Vec<(ObjectId, String)>) {
        for pair in pairs.chunks_exact(2) {
            let [key, value] = pair else { continue };
            let key = match self.machine.get(*key) {
                Object::Text(text) => text.to_string(),
                Object::Int(number) => number.to_string(),
                _ => continue,
            };
            let path = if TRANSPARENT.contains(&key.as_str()) {
                path.to_owned()
            } else {
                join(path, &key)
            };
            inside.push((*value, path));
        }
    }

    /// A short value near the root says something of the checkpoint.
    fn scalar(&mut self, path: &str, value: &str) {
        let depth = path.matches('.').count();
        if self.fields.len() >= MOST_FIELDS || depth > 1 || path.is_empty() || is_state(path) {
            return;
        }
        let name = crate::safetensors::metadata_field(path);
        self.fields
            .push(Field::new(name, path, shorten(value, 1024), None));
    }

    /// An array of `NumPy` from its state: version, shape, type, order, bytes.
    fn numpy_array(&mut self, state: ObjectId, path: &str) {
        let [_, shape, kind, ..] = self.machine.elements(state) else {
            return;
        };
        let sides = self.machine.elements(*shape).iter();
        let Some(shape) = sides.map(|side| self.machine.count(*side)).collect() else {
            return;
        };
        if is_state(path) {
            self.state_tensors = self.state_tensors.saturating_add(1);
            return;
        }
        let dtype = match self.machine.get(*kind) {
            Object::Call { arguments, .. } => {
                let code = self.machine.elements(*arguments).first();
                code.and_then(|code| self.machine.text(*code))
                    .map_or_else(|| "unknown".to_owned(), crate::numpy::type_name)
            }
            _ => "unknown".to_owned(),
        };
        self.tensors.push(Tensor {
            name: shorten(path, 512),
            dtype,
            shape,
            bytes: None,
        });
    }

    /// A tensor from the arguments of its rebuilding: storage, offset, size, stride. Whether these
    /// are such arguments.
    fn tensor(&mut self, arguments: ObjectId, path: &str) -> bool {
        let arguments = self.machine.elements(arguments);
        let sizes = |id: Option<&ObjectId>| -> Option<Vec<u64>> {
            let Object::Sequence(sides) = self.machine.get(*id?) else {
                return None;
            };
            sides.iter().map(|side| self.machine.count(*side)).collect()
        };
        let Some(shape) = sizes(arguments.get(2)) else {
            return false;
        };
        if is_state(path) {
            self.state_tensors = self.state_tensors.saturating_add(1);
            return true;
        }
        let stride = sizes(arguments.get(3)).unwrap_or_default();
        let storage = arguments.first().and_then(|id| self.storage(*id));
        let within = storage.as_ref().map_or(0, |storage| storage.offset);
        let offset = arguments
            .get(1)
            .and_then(|id| self.machine.count(*id))
            .unwrap_or(0)
            .saturating_add(within);
        // `_rebuild_tensor_v3` names the type itself.
        let dtype = arguments
            .get(6)
            .and_then(|id| self.machine.global(*id))
            .and_then(|(_, name)| dtype_of(name))
            .or_else(|| storage.as_ref().and_then(|storage| dtype_of(storage.class)));
        let mut tensor = Tensor {
            name: shorten(path, 512),
            dtype: dtype.map_or("unknown", |(name, _)| name).to_owned(),
            shape,
            bytes: None,
        };
        if let (Some(storage), Some((_, width))) = (storage, dtype) {
            match self.place(&tensor, &stride, offset, &storage, width) {
                Ok(place) => tensor.bytes = place,
                Err(problem) if self.problems.len() < MOST_PROBLEMS => {
                    self.problems.push(problem);
                }
                Err(_) => {}
            }
        }
        self.tensors.push(tensor);
        true
    }

    /// Where a tensor without gaps lies in the file, if the file says so.
    fn place(
        &self,
        tensor: &Tensor,
        stride: &[u64],
        offset: u64,
        storage: &Storage<'_>,
        width: u64,
    ) -> Result<Option<(u64, u64)>, Problem> {
        let Some(storages) = self.storages else {
            return Ok(None);
        };
        let name = shorten(&tensor.name, 80);
        let Some((size, start)) = storages.by_key.get(storage.key) else {
            return Err(Problem::new(
                ProblemKind::Missing,
                format!("the storage of the tensor `{name}` is not in the file"),
            ));
        };
        if !is_contiguous(&tensor.shape, stride) {
            return Ok(None);
        }
        let length = tensor.elements().and_then(|n| n.checked_mul(width));
        let from = offset.checked_mul(width);
        let range = from.zip(length).and_then(|(from, length)| {
            let end = from.checked_add(length)?;
            (end <= *size).then_some((from, end))
        });
        let Some((from, end)) = range else {
            return Err(Problem::new(
                ProblemKind::Inconsistent,
                format!("the tensor `{name}` is larger than its storage of {size} bytes"),
            ));
        };
        Ok(start.map(|start| (start.saturating_add(from), start.saturating_add(end))))
    }

    fn storage(&self, id: ObjectId) -> Option<Storage<'_>> {
        let Object::Persistent(id) = self.machine.get(id) else {
            return None;
        };
        let parts = self.machine.elements(*id);
        let (_, class) = self.machine.global(*parts.get(1)?)?;
        let key = self.machine.text(*parts.get(2)?)?;
        // Old checkpoints name a part of another storage: (its own key, offset, size).
        let offset = parts
            .get(5)
            .and_then(|view| self.machine.elements(*view).get(1))
            .and_then(|offset| self.machine.count(*offset))
            .unwrap_or(0);
        Some(Storage { class, key, offset })
    }
}

/// A storage as a persistent id names it.
struct Storage<'m> {
    class: &'m str,
    key: &'m str,
    /// In elements.
    offset: u64,
}

/// Whether a tensor belongs to the state of training, not to the model.
fn is_state(path: &str) -> bool {
    path.split('.').any(|part| {
        matches!(
            part,
            "optimizer"
                | "optimizers"
                | "optimizer_state"
                | "optimizer_states"
                | "optimizer_state_dict"
                | "optim"
                | "lr_scheduler"
                | "lr_schedulers"
                | "scheduler"
                | "last_optimizer_state"
                | "optimizer_history"
        )
    })
}

fn is_contiguous(shape: &[u64], stride: &[u64]) -> bool {
    if shape.len() != stride.len() {
        return false;
    }
    let mut expected = 1_u64;
    shape.iter().zip(stride).rev().all(|(side, step)| {
        let fits = *side <= 1 || *step == expected;
        expected = expected.saturating_mul(*side);
        fits
    })
}

fn join(path: &str, key: &str) -> String {
    /// Longer paths come from hostile nesting.
    const LONGEST: usize = 1024;
    if path.is_empty() {
        key.to_owned()
    } else if path.len() > LONGEST {
        path.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// The type's name as safetensors spells it, and its bytes, from a storage class or a dtype.
fn dtype_of(name: &str) -> Option<(&'static str, u64)> {
    Some(match name {
        "FloatStorage" | "float32" => ("F32", 4),
        "DoubleStorage" | "float64" => ("F64", 8),
        "HalfStorage" | "float16" => ("F16", 2),
        "BFloat16Storage" | "bfloat16" => ("BF16", 2),
        "LongStorage" | "int64" => ("I64", 8),
        "IntStorage" | "int32" | "QInt32Storage" | "qint32" => ("I32", 4),
        "ShortStorage" | "int16" => ("I16", 2),
        "CharStorage" | "int8" | "QInt8Storage" | "qint8" => ("I8", 1),
        "ByteStorage" | "uint8" | "QUInt8Storage" | "quint8" => ("U8", 1),
        "BoolStorage" | "bool" => ("BOOL", 1),
        "ComplexFloatStorage" | "complex64" => ("C64", 8),
        "ComplexDoubleStorage" | "complex128" => ("C128", 16),
        "float8_e4m3fn" => ("F8_E4M3", 1),
        "float8_e5m2" => ("F8_E5M2", 1),
        "uint16" => ("U16", 2),
        "uint32" => ("U32", 4),
        "uint64" => ("U64", 8),
        _ => return None,
    })
}
