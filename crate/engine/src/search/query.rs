//! What the reader typed, as words.

use crate::analyze::tokens;

/// A query has at most this many words; more are left out. A page pasted into the box is
/// answered by its beginning.
const MAX_WORDS: usize = 64;

/// A query.
pub(super) struct Query {
    /// Folded; in order, each once.
    pub(super) words: Vec<String>,
    /// Whether the last word may go on: nothing stands after it.
    pub(super) open: bool,
}

/// Reads a query. Nothing is malformed: what has no letters has no words.
pub(super) fn parse(query: &str) -> Query {
    let mut words: Vec<String> = Vec::new();
    let mut end = 0;
    tokens(query, |token| {
        end = token.end;
        if words.len() < MAX_WORDS && !words.iter().any(|word| word == token.term) {
            words.push(token.term.to_owned());
        }
    });
    Query {
        words,
        open: end == query.len(),
    }
}
