//! The engine of Juya: text to terms, posts to index bytes, queries to hits.
//!
//! Pure: no I/O, no clock, no JavaScript.
pub mod analyze;
mod post;

pub use post::{Corpus, Post};
