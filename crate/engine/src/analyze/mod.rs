//! Text to terms: what a post and a query go through alike.
pub mod fold;
mod tables;
