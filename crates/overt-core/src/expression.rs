//! SPDX license expressions (SPDX 2.3, annex D), with any `LicenseRef-` id.
//!
//! Whether an id is one that SPDX or `knowledge/licenses/` knows is not decided here.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// How deeply parentheses may nest.
const DEEPEST: usize = 64;

/// An SPDX license id or `LicenseRef-` id, in its canonical spelling.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct LicenseId(String);

impl LicenseId {
    /// An id as spelled.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one of our own or another's `LicenseRef-` (or `DocumentRef-`) ids.
    pub fn is_reference(&self) -> bool {
        self.0.starts_with("LicenseRef-") || self.0.starts_with("DocumentRef-")
    }
}

impl fmt::Display for LicenseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// One license of an expression: an id, with `+` or an exception.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimpleLicense {
    /// The license.
    pub id: LicenseId,
    /// Whether a `+` follows: this version or any later one.
    pub or_later: bool,
    /// The exception after `WITH`.
    pub exception: Option<String>,
}

/// A license expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expression {
    /// One license.
    License(SimpleLicense),
    /// All of these apply together.
    And(Vec<Expression>),
    /// One of these may be chosen.
    Or(Vec<Expression>),
}

/// Why a text is not a license expression.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExpressionError {
    /// There is nothing in it.
    #[error("the license expression is empty")]
    Empty,
    /// A word stands where it cannot.
    #[error("unexpected `{word}` at byte {at} of the license expression")]
    Unexpected {
        /// The word.
        word: String,
        /// Its place, in bytes from 0.
        at: usize,
    },
    /// It ends too early.
    #[error("the license expression ends where a license is expected")]
    Incomplete,
    /// Too many parentheses inside each other.
    #[error("the license expression nests more than {DEEPEST} levels deep")]
    TooDeep,
}

impl Expression {
    /// The expression that is one license.
    pub fn license(id: impl Into<String>) -> Self {
        Self::License(SimpleLicense {
            id: LicenseId::new(id),
            or_later: false,
            exception: None,
        })
    }

    /// Parses an expression; operators are taken in any case, ids as spelled.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let mut parser = Parser {
            tokens: tokens(text),
            next: 0,
            depth: 0,
        };
        if parser.tokens.is_empty() {
            return Err(ExpressionError::Empty);
        }
        let expression = parser.alternatives()?;
        match parser.peek() {
            None => Ok(expression),
            Some(token) => Err(token.unexpected()),
        }
    }

    /// Joins expressions that apply together; flattens, drops repetitions, keeps order.
    /// `None` if there are none.
    pub fn all_of(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        join(
            parts,
            |part| match part {
                Self::And(inner) => Ok(inner),
                other => Err(other),
            },
            Self::And,
        )
    }

    /// Joins alternatives; flattens, drops repetitions, keeps order. `None` if there are none.
    pub fn any_of(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        join(
            parts,
            |part| match part {
                Self::Or(inner) => Ok(inner),
                other => Err(other),
            },
            Self::Or,
        )
    }

    /// Every license in it, in order, repetitions included.
    pub fn licenses(&self) -> Vec<&SimpleLicense> {
        match self {
            Self::License(license) => vec![license],
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::licenses).collect(),
        }
    }

    /// Whether both mean the same set of obligations, whatever the order of operands.
    pub fn is_equivalent(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }

    /// The same with operands flattened, in order and without repetitions.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let sort = |parts: &[Self], same: fn(Self) -> Result<Vec<Self>, Self>| {
            let mut sorted: Vec<Self> = Vec::with_capacity(parts.len());
            for part in parts {
                match same(part.sorted()) {
                    Ok(inner) => sorted.extend(inner),
                    Err(single) => sorted.push(single),
                }
            }
            sorted.sort();
            sorted.dedup();
            sorted
        };
        let single = |mut parts: Vec<Self>, make: fn(Vec<Self>) -> Self| {
            if parts.len() == 1 {
                parts.remove(0)
            } else {
                make(parts)
            }
        };
        match self {
            Self::License(_) => self.clone(),
            Self::And(parts) => single(
                sort(parts, |part| match part {
                    Self::And(inner) => Ok(inner),
                    other => Err(other),
                }),
                Self::And,
            ),
            Self::Or(parts) => single(
                sort(parts, |part| match part {
                    Self::Or(inner) => Ok(inner),
                    other => Err(other),
                }),
                Self::Or,
            ),
        }
    }
}

fn join(
    parts: impl IntoIterator<Item = Expression>,
    flatten: fn(Expression) -> Result<Vec<Expression>, Expression>,
    make: fn(Vec<Expression>) -> Expression,
) -> Option<Expression> {
    let mut joined: Vec<Expression> = Vec::new();
    for part in parts {
        let inner = flatten(part).unwrap_or_else(|single| vec![single]);
        for part in inner {
            if !joined.contains(&part) {
                joined.push(part);
            }
        }
    }
    match joined.len() {
        0 => None,
        1 => joined.pop(),
        _ => Some(make(joined)),
    }
}

impl fmt::Display for SimpleLicense {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}{}",
            self.id,
            if self.or_later { "+" } else { "" }
        )?;
        match &self.exception {
            Some(exception) => write!(formatter, " WITH {exception}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, operator) = match self {
            Self::License(license) => return license.fmt(formatter),
            Self::And(parts) => (parts, " AND "),
            Self::Or(parts) => (parts, " OR "),
        };
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                formatter.write_str(operator)?;
            }
            match part {
                Self::License(license) => license.fmt(formatter)?,
                compound => write!(formatter, "({compound})")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Expression {
    fn schema_name() -> Cow<'static, str> {
        "Expression".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "description": "An SPDX license expression." })
    }
}

struct Token<'a> {
    word: &'a str,
    at: usize,
}

impl Token<'_> {
    fn unexpected(&self) -> ExpressionError {
        ExpressionError::Unexpected {
            word: self.word.to_owned(),
            at: self.at,
        }
    }

    fn is(&self, operator: &str) -> bool {
        self.word.eq_ignore_ascii_case(operator)
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = None;
    let mut push = |start: &mut Option<usize>, end: usize| {
        if let Some(at) = start.take()
            && let Some(word) = text.get(at..end)
        {
            tokens.push(Token { word, at });
        }
    };
    for (at, character) in text.char_indices() {
        if character.is_whitespace() {
            push(&mut start, at);
        } else if character == '(' || character == ')' {
            push(&mut start, at);
            push(&mut Some(at), at + 1);
        } else if start.is_none() {
            start = Some(at);
        }
    }
    push(&mut start, text.len());
    tokens
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    next: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.next)
    }

    fn accept(&mut self, operator: &str) -> bool {
        let accepted = self.peek().is_some_and(|token| token.is(operator));
        self.next += usize::from(accepted);
        accepted
    }

    fn alternatives(&mut self) -> Result<Expression, ExpressionError> {
        let mut parts = vec![self.conjunction()?];
        while self.accept("OR") {
            parts.push(self.conjunction()?);
        }
        Expression::any_of(parts).ok_or(ExpressionError::Empty)
    }

    fn conjunction(&mut self) -> Result<Expression, ExpressionError> {
        let mut parts = vec![self.operand()?];
        while self.accept("AND") {
            parts.push(self.operand()?);
        }
        Expression::all_of(parts).ok_or(ExpressionError::Empty)
    }

    fn operand(&mut self) -> Result<Expression, ExpressionError> {
        if self.accept("(") {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(ExpressionError::TooDeep);
            }
            let inner = self.alternatives()?;
            self.depth -= 1;
            if !self.accept(")") {
                return Err(self
                    .peek()
                    .map_or(ExpressionError::Incomplete, Token::unexpected));
            }
            return Ok(inner);
        }
        let word = self.word()?;
        let (id, or_later) = match word.strip_suffix('+') {
            Some(id) if !id.is_empty() => (id, true),
            _ => (word, false),
        };
        let exception = if self.accept("WITH") {
            Some(self.word()?.to_owned())
        } else {
            None
        };
        Ok(Expression::License(SimpleLicense {
            id: LicenseId::new(id),
            or_later,
            exception,
        }))
    }

    fn word(&mut self) -> Result<&'a str, ExpressionError> {
        let token = self
            .tokens
            .get(self.next)
            .ok_or(ExpressionError::Incomplete)?;
        let operator = ["AND", "OR", "WITH", "(", ")"]
            .iter()
            .any(|operator| token.is(operator));
        let valid = token
            .word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '+' | ':' | '_'));
        if operator || !valid {
            return Err(token.unexpected());
        }
        self.next += 1;
        Ok(token.word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_print_as_they_parse() {
        for text in [
            "MIT",
            "Apache-2.0 AND MIT",
            "GPL-2.0+ WITH Classpath-exception-2.0",
            "MIT OR (Apache-2.0 AND BSD-3-Clause)",
            "LicenseRef-llama3.1-community",
        ] {
            assert_eq!(
                Expression::parse(text).map(|e| e.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn and_binds_more_tightly_than_or() {
        let parsed = Expression::parse("a or b and c").expect("valid");
        assert_eq!(parsed.to_string(), "a OR (b AND c)");
    }

    #[test]
    fn what_is_no_expression_is_refused_with_its_place() {
        assert_eq!(Expression::parse("  "), Err(ExpressionError::Empty));
        assert_eq!(
            Expression::parse("MIT AND"),
            Err(ExpressionError::Incomplete)
        );
        assert_eq!(
            Expression::parse("MIT License"),
            Err(ExpressionError::Unexpected {
                word: "License".into(),
                at: 4
            })
        );
        assert_eq!(
            Expression::parse(&"(".repeat(100_000)),
            Err(ExpressionError::TooDeep)
        );
    }

    #[test]
    fn order_and_nesting_do_not_change_the_meaning() {
        let left = Expression::parse("(MIT AND Apache-2.0) AND Zlib").expect("valid");
        let right = Expression::parse("Zlib AND MIT AND (Apache-2.0 AND MIT)").expect("valid");
        assert!(left.is_equivalent(&right));
        assert!(!left.is_equivalent(&Expression::license("MIT")));
    }
}
