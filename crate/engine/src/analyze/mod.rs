//! Text to terms: a post and a query go through the same code, so they cannot disagree.
//!
//! [`fold`] makes one character of those that are read alike; [`tokens`] cuts a text into terms
//! and says where in the text each stands; [`links`] finds the addresses in it.

pub mod fold;
pub(crate) mod forms;
pub(crate) mod keyboard;
mod link;
pub(crate) mod tables;
mod token;
pub(crate) mod translit;

pub use link::links;
pub use token::{Kind, MAX_TERM, Token, tokens};

/// A part of a text, by bytes. What is not there is empty: the index operator would carry a report of
/// how it failed, with tables of what can be printed, into the web module.
pub(crate) fn part(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

/// Names this analysis. An index made by another one is refused, so raise it with every change
/// that gives some text other terms; tests/analysis.rs notices.
pub const ANALYZER: u32 = 1;
