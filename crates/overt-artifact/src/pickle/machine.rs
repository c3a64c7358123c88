//! The machine that follows a pickle's opcodes.

use std::collections::{BTreeSet, HashMap};

use crate::bytes::{Cursor, ReadError};

/// A place in the arena.
pub type ObjectId = u32;

/// A symbolic value.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// `None`.
    None,
    /// A truth value.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Int(i64),
    /// A larger whole number: its bytes, little end first.
    LongInt(Box<[u8]>),
    /// A floating-point number.
    Float(f64),
    /// A text.
    Text(Box<str>),
    /// Bytes, of which only the number is kept.
    Bytes(u64),
    /// A tuple, list, set or frozen set.
    Sequence(Vec<ObjectId>),
    /// A dictionary: keys and values in turn.
    Dict(Vec<ObjectId>),
    /// An imported name.
    Global {
        /// The module.
        module: Box<str>,
        /// The name in it.
        name: Box<str>,
    },
    /// What a call would give: the callable, its arguments, and what was done to the result.
    Call {
        /// The callable.
        callable: ObjectId,
        /// Its arguments.
        arguments: ObjectId,
        /// Elements appended and pairs set afterwards.
        contents: Vec<ObjectId>,
        /// The state set afterwards.
        state: Option<ObjectId>,
    },
    /// A persistent id.
    Persistent(ObjectId),
}

/// The machine's memory after a pickle ended.
#[derive(Debug, Default)]
pub struct Machine {
    objects: Vec<Object>,
    stack: Vec<ObjectId>,
    marks: Vec<usize>,
    memo: HashMap<u64, ObjectId>,
    /// The names it would import, as `module.name`.
    pub imports: BTreeSet<String>,
    /// How many calls it would make.
    pub calls: u64,
    /// The highest protocol it named.
    pub protocol: u8,
}

/// The longest text that is kept whole, in bytes.
const LONGEST_TEXT: u64 = 1 << 16;
/// The most imports that are kept.
const MOST_IMPORTS: usize = 4096;

impl Machine {
    /// The value at a place.
    pub fn get(&self, id: ObjectId) -> &Object {
        usize::try_from(id)
            .ok()
            .and_then(|index| self.objects.get(index))
            .unwrap_or(&Object::None)
    }

    /// The text at a place.
    pub fn text(&self, id: ObjectId) -> Option<&str> {
        match self.get(id) {
            Object::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What every persistent id that was met is made of, in the pickle's order.
    pub fn persistent_ids(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.objects.iter().filter_map(|object| match object {
            Object::Persistent(id) => Some(*id),
            _ => None,
        })
    }

    /// The elements of the sequence at a place.
    pub fn elements(&self, id: ObjectId) -> &[ObjectId] {
        match self.get(id) {
            Object::Sequence(elements) => elements,
            _ => &[],
        }
    }

    /// The whole number at a place, if it is not negative.
    pub fn count(&self, id: ObjectId) -> Option<u64> {
        match self.get(id) {
            Object::Int(number) => u64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// `(module, name)` of the import at a place.
    pub fn global(&self, id: ObjectId) -> Option<(&str, &str)> {
        match self.get(id) {
            Object::Global { module, name } => Some((module, name)),
            _ => None,
        }
    }

    fn put(&mut self, object: Object, cursor: &mut Cursor<'_>) -> Result<ObjectId, ReadError> {
        cursor.item("the pickle")?;
        let id = ObjectId::try_from(self.objects.len())
            .map_err(|_| cursor.malformed("the pickle has too many values"))?;
        self.objects.push(object);
        Ok(id)
    }

    fn push(&mut self, object: Object, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
        let id = self.put(object, cursor)?;
        self.stack.push(id);
        Ok(())
    }

    /// Pops one value; never below the innermost mark.
    fn pop(&mut self, cursor: &Cursor<'_>) -> Result<ObjectId, ReadError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(cursor.malformed("the pickle's stack is empty"));
        }
        self.stack
            .pop()
            .ok_or_else(|| cursor.malformed("the pickle's stack is empty"))
    }

    fn top(&self, cursor: &Cursor<'_>) -> Result<ObjectId, ReadError> {
        self.stack
            .last()
            .copied()
            .ok_or_else(|| cursor.malformed("the pickle's stack is empty"))
    }

    fn pop_mark(&mut self, cursor: &Cursor<'_>) -> Result<Vec<ObjectId>, ReadError> {
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| cursor.malformed("the pickle's mark is missing"))?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    /// Adds elements, or keys and values, to the container on top.
    fn extend(
        &mut self,
        items: &[ObjectId],
        pairs: bool,
        cursor: &Cursor<'_>,
    ) -> Result<(), ReadError> {
        let top = self.top(cursor)?;
        let index = usize::try_from(top).unwrap_or(usize::MAX);
        match self.objects.get_mut(index) {
            Some(Object::Sequence(into)) if !pairs => into.extend_from_slice(items),
            Some(Object::Dict(into)) if pairs => into.extend_from_slice(items),
            Some(Object::Call { contents, .. }) => contents.extend_from_slice(items),
            _ => return Err(cursor.malformed("the pickle fills what is no container")),
        }
        Ok(())
    }

    fn global_object(
        &mut self,
        module: &str,
        name: &str,
        cursor: &mut Cursor<'_>,
    ) -> Result<(), ReadError> {
        if self.imports.len() < MOST_IMPORTS {
            self.imports.insert(format!("{module}.{name}"));
        }
        let object = Object::Global {
            module: module.into(),
            name: name.into(),
        };
        self.push(object, cursor)
    }

    fn call(
        &mut self,
        callable: ObjectId,
        arguments: ObjectId,
        cursor: &mut Cursor<'_>,
    ) -> Result<(), ReadError> {
        self.calls = self.calls.saturating_add(1);
        let object = Object::Call {
            callable,
            arguments,
            contents: Vec::new(),
            state: None,
        };
        self.push(object, cursor)
    }

    fn remember(&mut self, key: u64, cursor: &Cursor<'_>) -> Result<(), ReadError> {
        let top = self.top(cursor)?;
        self.memo.insert(key, top);
        Ok(())
    }

    fn recall(&mut self, key: u64, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
        cursor.item("the pickle")?;
        let id = self
            .memo
            .get(&key)
            .copied()
            .ok_or_else(|| cursor.malformed(format!("the pickle's memo has no {key}")))?;
        self.stack.push(id);
        Ok(())
    }
}

/// Follows one pickle from the cursor's place to its `STOP`; gives the value it leaves.
pub fn run(machine: &mut Machine, cursor: &mut Cursor<'_>) -> Result<ObjectId, ReadError> {
    machine.stack.clear();
    machine.marks.clear();
    machine.memo.clear();
    loop {
        cursor.item("the pickle")?;
        let [opcode] = cursor.array("the pickle")?;
        if opcode == b'.' {
            return machine.pop(cursor);
        }
        step(machine, opcode, cursor)?;
    }
}

fn step(machine: &mut Machine, opcode: u8, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
    let what = "the pickle";
    match opcode {
        0x80 => {
            let [protocol] = cursor.array(what)?;
            if protocol > 5 {
                return Err(cursor.malformed(format!("the pickle protocol {protocol} is unknown")));
            }
            machine.protocol = machine.protocol.max(protocol);
            Ok(())
        }
        // A frame's length only helps readers that fetch ahead.
        0x95 => cursor.array::<8>(what).map(drop),
        b'(' => {
            cursor.item(what)?;
            machine.marks.push(machine.stack.len());
            Ok(())
        }
        b'0' => {
            let at_mark = machine.marks.last() == Some(&machine.stack.len());
            if at_mark {
                machine.marks.pop();
                Ok(())
            } else {
                machine.pop(cursor).map(drop)
            }
        }
        b'1' => machine.pop_mark(cursor).map(drop),
        b'2' => {
            let top = machine.top(cursor)?;
            machine.stack.push(top);
            Ok(())
        }
        b'N' => machine.push(Object::None, cursor),
        0x88 => machine.push(Object::Bool(true), cursor),
        0x89 => machine.push(Object::Bool(false), cursor),
        b'I' | b'L' => {
            let line = line(cursor)?;
            let object = match line.as_str() {
                "00" => Object::Bool(false),
                "01" => Object::Bool(true),
                digits => {
                    let digits = digits.strip_suffix('L').unwrap_or(digits);
                    digits
                        .parse()
                        .map_or_else(|_| Object::LongInt(digits.as_bytes().into()), Object::Int)
                }
            };
            machine.push(object, cursor)
        }
        b'J' => {
            let number = i32::from_le_bytes(cursor.array(what)?);
            machine.push(Object::Int(number.into()), cursor)
        }
        b'K' => {
            let [number] = cursor.array(what)?;
            machine.push(Object::Int(number.into()), cursor)
        }
        b'M' => {
            let number = u16::from_le_bytes(cursor.array(what)?);
            machine.push(Object::Int(number.into()), cursor)
        }
        0x8a => {
            let [length] = cursor.array(what)?;
            long_int(machine, length.into(), cursor)
        }
        0x8b => {
            let length = u32::from_le_bytes(cursor.array(what)?);
            long_int(machine, length.into(), cursor)
        }
        b'F' => {
            let number = line(cursor)?.parse().unwrap_or(f64::NAN);
            machine.push(Object::Float(number), cursor)
        }
        b'G' => {
            let number = f64::from_be_bytes(cursor.array(what)?);
            machine.push(Object::Float(number), cursor)
        }
        b'S' | b'V' => {
            let line = line(cursor)?;
            let text = line.trim_matches(['\'', '"']);
            machine.push(Object::Text(text.into()), cursor)
        }
        b'U' | 0x8c => {
            let [length] = cursor.array(what)?;
            text(machine, length.into(), cursor)
        }
        b'T' | b'X' => {
            let length = u32::from_le_bytes(cursor.array(what)?);
            text(machine, length.into(), cursor)
        }
        0x8d => {
            let length = u64::from_le_bytes(cursor.array(what)?);
            text(machine, length, cursor)
        }
        b'C' => {
            let [length] = cursor.array(what)?;
            bytes(machine, length.into(), cursor)
        }
        b'B' => {
            let length = u32::from_le_bytes(cursor.array(what)?);
            bytes(machine, length.into(), cursor)
        }
        0x8e | 0x96 => {
            let length = u64::from_le_bytes(cursor.array(what)?);
            bytes(machine, length, cursor)
        }
        0x97 => machine.push(Object::Bytes(0), cursor),
        0x98 => Ok(()),
        b')' | b']' | 0x8f => machine.push(Object::Sequence(Vec::new()), cursor),
        b'}' => machine.push(Object::Dict(Vec::new()), cursor),
        b't' | b'l' | 0x91 => {
            let elements = machine.pop_mark(cursor)?;
            machine.push(Object::Sequence(elements), cursor)
        }
        b'd' => {
            let pairs = machine.pop_mark(cursor)?;
            machine.push(Object::Dict(pairs), cursor)
        }
        0x85..=0x87 => {
            let mut elements = Vec::new();
            for _ in 0x85..=opcode {
                elements.push(machine.pop(cursor)?);
            }
            elements.reverse();
            machine.push(Object::Sequence(elements), cursor)
        }
        b'a' => {
            let element = machine.pop(cursor)?;
            machine.extend(&[element], false, cursor)
        }
        b'e' | 0x90 => {
            let elements = machine.pop_mark(cursor)?;
            machine.extend(&elements, false, cursor)
        }
        b's' => {
            let value = machine.pop(cursor)?;
            let key = machine.pop(cursor)?;
            machine.extend(&[key, value], true, cursor)
        }
        b'u' => {
            let pairs = machine.pop_mark(cursor)?;
            machine.extend(&pairs, true, cursor)
        }
        b'p' => {
            let key = line(cursor)?.parse().unwrap_or(u64::MAX);
            machine.remember(key, cursor)
        }
        b'q' => {
            let [key] = cursor.array(what)?;
            machine.remember(key.into(), cursor)
        }
        b'r' => {
            let key = u32::from_le_bytes(cursor.array(what)?);
            machine.remember(key.into(), cursor)
        }
        0x94 => {
            let key = machine.memo.len() as u64;
            machine.remember(key, cursor)
        }
        b'g' => {
            let key = line(cursor)?.parse().unwrap_or(u64::MAX);
            machine.recall(key, cursor)
        }
        b'h' => {
            let [key] = cursor.array(what)?;
            machine.recall(key.into(), cursor)
        }
        b'j' => {
            let key = u32::from_le_bytes(cursor.array(what)?);
            machine.recall(key.into(), cursor)
        }
        b'c' => {
            let module = line(cursor)?;
            let name = line(cursor)?;
            machine.global_object(&module, &name, cursor)
        }
        0x93 => {
            let name = machine.pop(cursor)?;
            let module = machine.pop(cursor)?;
            let owned = |id| machine.text(id).unwrap_or("?").to_owned();
            let (module, name) = (owned(module), owned(name));
            machine.global_object(&module, &name, cursor)
        }
        b'i' => {
            let module = line(cursor)?;
            let name = line(cursor)?;
            let arguments = machine.pop_mark(cursor)?;
            let arguments = machine.put(Object::Sequence(arguments), cursor)?;
            machine.global_object(&module, &name, cursor)?;
            let callable = machine.pop(cursor)?;
            machine.call(callable, arguments, cursor)
        }
        b'o' => {
            let mut arguments = machine.pop_mark(cursor)?;
            if arguments.is_empty() {
                return Err(cursor.malformed("the pickle builds an object of no class"));
            }
            let rest = arguments.split_off(1);
            let arguments_id = machine.put(Object::Sequence(rest), cursor)?;
            let callable = arguments.first().copied().unwrap_or_default();
            machine.call(callable, arguments_id, cursor)
        }
        b'R' | 0x81 => {
            let arguments = machine.pop(cursor)?;
            let callable = machine.pop(cursor)?;
            machine.call(callable, arguments, cursor)
        }
        0x92 => {
            let _keywords = machine.pop(cursor)?;
            let arguments = machine.pop(cursor)?;
            let callable = machine.pop(cursor)?;
            machine.call(callable, arguments, cursor)
        }
        b'b' => {
            let set = machine.pop(cursor)?;
            let top = machine.top(cursor)?;
            let index = usize::try_from(top).unwrap_or(usize::MAX);
            if let Some(Object::Call { state, .. }) = machine.objects.get_mut(index) {
                *state = Some(set);
            }
            Ok(())
        }
        b'P' => {
            let line = line(cursor)?;
            let id = machine.put(Object::Text(line.into()), cursor)?;
            machine.push(Object::Persistent(id), cursor)
        }
        b'Q' => {
            let id = machine.pop(cursor)?;
            machine.push(Object::Persistent(id), cursor)
        }
        0x82..=0x84 => {
            let length = match opcode {
                0x82 => 1,
                0x83 => 2,
                _ => 4,
            };
            cursor.take(length, what)?;
            machine.global_object("copyreg", "extension", cursor)
        }
        other => Err(cursor.malformed(format!("the pickle's opcode {other:#04x} is unknown"))),
    }
}

/// The rest of the line.
fn line(cursor: &mut Cursor<'_>) -> Result<String, ReadError> {
    const LONGEST: usize = 4096;
    let mut line = Vec::new();
    loop {
        let [byte] = cursor.array("the pickle")?;
        if byte == b'\n' {
            break;
        }
        if line.len() >= LONGEST {
            return Err(cursor.malformed("a line of the pickle is too long"));
        }
        line.push(byte);
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

fn text(machine: &mut Machine, length: u64, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
    let kept = length.min(LONGEST_TEXT);
    let bytes = cursor.take(kept, "a text of the pickle")?;
    let text = String::from_utf8_lossy(bytes).into_owned();
    cursor.skip(length.saturating_sub(kept), "a text of the pickle")?;
    machine.push(Object::Text(text.into()), cursor)
}

fn bytes(machine: &mut Machine, length: u64, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
    cursor.skip(length, "bytes of the pickle")?;
    machine.push(Object::Bytes(length), cursor)
}

fn long_int(machine: &mut Machine, length: u64, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
    const LONGEST: u64 = 1 << 12;
    if length > LONGEST {
        return Err(cursor.malformed("a number of the pickle is too long"));
    }
    let bytes = cursor.take(length, "a number of the pickle")?;
    let object = if bytes.len() <= 8 {
        let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut wide = if negative { [0xFF; 8] } else { [0; 8] };
        for (to, from) in wide.iter_mut().zip(bytes) {
            *to = *from;
        }
        Object::Int(i64::from_le_bytes(wide))
    } else {
        Object::LongInt(bytes.into())
    };
    machine.push(object, cursor)
}
