//! Tokenizers: `tokenizer.json` and `SentencePiece` models.

pub mod fast;
pub mod sentencepiece;
