//! The operators of a page's content that show text, and where it stands.

use super::Fonts;
use super::font::Font;

/// An affine map: `x' = a x + c y + e`, `y' = b x + d y + f`.
#[derive(Clone, Copy, Debug)]
struct Matrix([f32; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First this, then the other.
    fn then(self, other: Self) -> Self {
        let apply = |x: f32, y: f32| {
            let [right_x, right_y, up_x, up_y, ..] = other.0;
            (x * right_x + y * up_x, x * right_y + y * up_y)
        };
        let [right_x, right_y, up_x, up_y, x, y] = self.0;
        let (right, up, place) = (apply(right_x, right_y), apply(up_x, up_y), apply(x, y));
        let (x, y) = other.origin();
        Self([right.0, right.1, up.0, up.1, place.0 + x, place.1 + y])
    }

    fn moved(self, x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }

    fn origin(self) -> (f32, f32) {
        (self.0[4], self.0[5])
    }

    /// How far one unit to the right and one up reach.
    fn scale(self) -> (f32, f32) {
        let [right_x, right_y, up_x, up_y, ..] = self.0;
        (right_x.hypot(right_y), up_x.hypot(up_y))
    }
}

/// Where the last text ended: place and size on the page.
#[derive(Clone, Copy, Debug)]
struct End {
    x: f32,
    y: f32,
    size: f32,
}

/// Reads contents and keeps their text.
#[derive(Debug, Default)]
pub(super) struct Reader {
    text: String,
    end: Option<End>,
}

/// Numbers and strings before an operator.
#[derive(Debug)]
enum Operand {
    Number(f32),
    Text(Vec<u8>),
    Name(Vec<u8>),
}

/// The state while one content is read.
struct State<'f> {
    page: Matrix,
    saved: Vec<Matrix>,
    line: Matrix,
    now: Matrix,
    font: Option<&'f Font>,
    size: f32,
    leading: f32,
    /// Of each letter and each space, in thousandths of the size.
    spacing: f32,
}

/// The deepest nesting of saved states.
const DEEPEST: usize = 64;
/// The most operands that are kept.
const MOST_OPERANDS: usize = 4096;
/// A gap of this share of the size is a space.
const SPACE: f32 = 0.18;
/// A step up or down by this share of the size is another line.
const LINE: f32 = 0.4;

impl Reader {
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    pub(super) fn end_page(&mut self) {
        self.text.push('\n');
        self.end = None;
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// Reads a content with its fonts.
    pub(super) fn read(&mut self, content: &[u8], fonts: &Fonts<'_>) {
        let mut state = State {
            page: Matrix::IDENTITY,
            saved: Vec::new(),
            line: Matrix::IDENTITY,
            now: Matrix::IDENTITY,
            font: None,
            size: 1.0,
            leading: 0.0,
            spacing: 0.0,
        };
        let mut operands: Vec<Operand> = Vec::new();
        let mut at = 0;
        while let Some(byte) = content.get(at).copied() {
            let rest = content.get(at..).unwrap_or_default();
            match byte {
                b'(' => {
                    let (string, next) = literal(content, at + 1);
                    operands.push(Operand::Text(string));
                    at = next;
                }
                b'<' if rest.get(1) != Some(&b'<') => {
                    let length = memchr::memchr(b'>', rest).unwrap_or(rest.len());
                    operands.push(Operand::Text(hexadecimal(
                        rest.get(1..length).unwrap_or_default(),
                    )));
                    at += length + 1;
                }
                b'/' => {
                    let length = rest
                        .iter()
                        .skip(1)
                        .position(|byte| byte.is_ascii_whitespace() || b"/[]()<>{}%".contains(byte))
                        .map_or(rest.len(), |length| length + 1);
                    operands.push(Operand::Name(
                        rest.get(1..length).unwrap_or_default().to_vec(),
                    ));
                    at += length;
                }
                b'0'..=b'9' | b'-' | b'+' | b'.' => {
                    let length = rest
                        .iter()
                        .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.'))
                        .unwrap_or(rest.len());
                    let number = rest
                        .get(..length)
                        .and_then(|digits| std::str::from_utf8(digits).ok())
                        .and_then(|digits| digits.parse().ok());
                    operands.push(Operand::Number(number.unwrap_or(0.0)));
                    at += length.max(1);
                }
                b'A'..=b'Z' | b'a'..=b'z' | b'\'' | b'"' => {
                    let length = rest
                        .iter()
                        .position(|byte| {
                            !byte.is_ascii_alphanumeric() && !matches!(byte, b'\'' | b'"' | b'*')
                        })
                        .unwrap_or(rest.len());
                    let word = rest.get(..length).unwrap_or_default();
                    if word == b"BI" {
                        // The bytes of an image are no operators.
                        let skipped = memchr::memmem::find(rest, b"EI").unwrap_or(rest.len());
                        at += skipped + 2;
                    } else {
                        self.operator(word, &operands, &mut state, fonts);
                        at += length.max(1);
                    }
                    operands.clear();
                }
                _ => at += 1,
            }
            if operands.len() > MOST_OPERANDS {
                operands.clear();
            }
        }
    }

    fn operator<'f>(
        &mut self,
        word: &[u8],
        operands: &[Operand],
        state: &mut State<'f>,
        fonts: &Fonts<'f>,
    ) {
        let number = |back: usize| match operands.iter().rev().nth(back) {
            Some(Operand::Number(number)) => *number,
            _ => 0.0,
        };
        let matrix = || {
            Matrix([
                number(5),
                number(4),
                number(3),
                number(2),
                number(1),
                number(0),
            ])
        };
        match word {
            b"q" if state.saved.len() < DEEPEST => state.saved.push(state.page),
            b"Q" => state.page = state.saved.pop().unwrap_or(state.page),
            b"cm" => state.page = matrix().then(state.page),
            b"BT" => {
                state.line = Matrix::IDENTITY;
                state.now = Matrix::IDENTITY;
            }
            b"Tf" => {
                state.size = number(0);
                let name = operands.iter().rev().find_map(|operand| match operand {
                    Operand::Name(name) => Some(name),
                    _ => None,
                });
                state.font = name.and_then(|name| fonts.get(name)).copied();
            }
            b"TL" => state.leading = number(0),
            b"Tc" => state.spacing = number(0),
            b"Tm" => {
                state.line = matrix();
                state.now = state.line;
            }
            b"Td" | b"TD" => {
                if word == b"TD" {
                    state.leading = -number(0);
                }
                state.line = state.line.moved(number(1), number(0));
                state.now = state.line;
            }
            b"T*" | b"'" | b"\"" => {
                state.line = state.line.moved(0.0, -state.leading);
                state.now = state.line;
                if word != b"T*" {
                    self.show(operands, state);
                }
            }
            b"Tj" | b"TJ" => self.show(operands, state),
            _ => {}
        }
    }

    fn show(&mut self, operands: &[Operand], state: &mut State<'_>) {
        for operand in operands {
            match operand {
                Operand::Number(step) => {
                    state.now = state.now.moved(-step / 1000.0 * state.size, 0.0);
                }
                Operand::Text(string) => self.string(string, state),
                Operand::Name(_) => {}
            }
        }
    }

    fn string(&mut self, string: &[u8], state: &mut State<'_>) {
        let place = state.now.then(state.page);
        let ((x, y), (across, up)) = (place.origin(), place.scale());
        let size = (state.size * up).abs().max(0.01);
        if let Some(end) = self.end {
            let largest = size.max(end.size);
            if (y - end.y).abs() > LINE * largest {
                let far = (y - end.y).abs() > 1.9 * largest;
                self.text.push_str(if far { "\n\n" } else { "\n" });
            } else if x - end.x > SPACE * size || end.x - x > 2.0 * size {
                self.text.push(' ');
            }
        }
        let default = Font::default();
        let font = state.font.unwrap_or(&default);
        let mut width = 0.0;
        let mut code = |code: u32, text: &mut String| {
            font.show(code, text);
            let advance = match state.font {
                Some(font) => font.width(code),
                None => 500.0,
            };
            width += advance / 1000.0 * state.size + state.spacing;
        };
        if font.wide {
            for pair in string.as_chunks::<2>().0 {
                code(u32::from(u16::from_be_bytes(*pair)), &mut self.text);
            }
        } else {
            for byte in string {
                code(u32::from(*byte), &mut self.text);
            }
        }
        state.now = state.now.moved(width, 0.0);
        self.end = Some(End {
            x: x + width * across,
            y,
            size,
        });
    }
}

/// A string in parentheses, from after the first; returns where it ends.
fn literal(content: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut string = Vec::new();
    let mut depth = 1;
    while let Some(byte) = content.get(at).copied() {
        at += 1;
        match byte {
            b'\\' => {
                let escaped = content.get(at).copied().unwrap_or_default();
                at += 1;
                match escaped {
                    b'n' | b'r' => string.push(b'\n'),
                    b't' => string.push(b'\t'),
                    b'0'..=b'7' => {
                        let mut value = u32::from(escaped - b'0');
                        for _ in 0..2 {
                            if let Some(digit @ b'0'..=b'7') = content.get(at).copied() {
                                value = value * 8 + u32::from(digit - b'0');
                                at += 1;
                            }
                        }
                        string.push(u8::try_from(value & 0xff).unwrap_or_default());
                    }
                    b'\n' | b'\r' => {}
                    other => string.push(other),
                }
            }
            b'(' => {
                depth += 1;
                string.push(byte);
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
                string.push(byte);
            }
            other => string.push(other),
        }
    }
    (string, at)
}

fn hexadecimal(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .iter()
        .filter_map(|digit| char::from(*digit).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => high << 4 | low,
            [high] => high << 4,
            _ => 0,
        })
        .collect()
}
