//! A word of the query becomes a weighted set of the corpus's terms.

use super::Index;
use super::query::Query;
use crate::Range;
use crate::analyze::tokens;
use std::collections::HashMap;

/// How a word of the query led to a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Exact,
    Prefix,
}

impl Source {
    pub(super) fn name(self) -> &'static str {
        match self {
            Source::Exact => "exact",
            Source::Prefix => "prefix",
        }
    }
}

/// A term that answers a word of the query.
pub(super) struct Variant {
    pub(super) term: u32,
    /// How well: 1 for the word itself.
    pub(super) weight: f32,
    pub(super) source: Source,
}

/// A word of the query and the terms that answer it.
pub(super) struct Position {
    pub(super) word: String,
    pub(super) variants: Vec<Variant>,
}

/// A word of at least this many letters, being typed, stands for the terms that it begins.
const MIN_PREFIX: usize = 2;
/// What a term weighs of which nearly all was typed.
const PREFIX_WEIGHT: f32 = 0.8;

/// The sets for each word of the query.
pub(super) fn expand(index: &Index, query: &Query) -> Vec<Position> {
    let last = query.words.len().wrapping_sub(1);
    let sets = query.words.iter().enumerate().map(|(at, word)| {
        let mut variants = Vec::new();
        let mut term = index.terms.rank(word);
        if index.terms.get(term) == word {
            variants.push(Variant {
                term: term as u32,
                weight: 1.0,
                source: Source::Exact,
            });
            term += 1;
        }
        let letters = word.chars().count();
        if at == last && query.open && letters >= MIN_PREFIX {
            while term < index.terms.len() && index.terms.get(term).starts_with(word) {
                let share = letters as f32 / index.terms.get(term).chars().count() as f32;
                let weight = PREFIX_WEIGHT * share;
                variants.push(Variant {
                    term: term as u32,
                    weight,
                    source: Source::Prefix,
                });
                term += 1;
            }
        }
        Position {
            word: word.clone(),
            variants,
        }
    });
    sets.collect()
}

/// Finds the words of a text that answer the query.
pub(super) struct Matcher<'a> {
    /// For each term, which positions it answers, a bit each.
    masks: HashMap<&'a str, u64>,
}

/// A word of a text that answers the query.
pub(super) struct Match {
    /// The how manieth token of the text.
    pub(super) at: u32,
    pub(super) range: Range,
    /// The positions that it answers, a bit each.
    pub(super) mask: u64,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(index: &'a Index, positions: &[Position]) -> Self {
        let mut masks = HashMap::new();
        for (at, position) in positions.iter().enumerate() {
            for variant in &position.variants {
                *masks
                    .entry(index.terms.get(variant.term as usize))
                    .or_default() |= 1 << at;
            }
        }
        Matcher { masks }
    }

    /// The matches in order, each range once.
    pub(super) fn matches(&self, text: &str) -> Vec<Match> {
        let mut found: Vec<Match> = Vec::new();
        let mut at = 0;
        tokens(text, |token| {
            if let Some(&mask) = self.masks.get(token.term) {
                let range = Range {
                    start: token.start,
                    end: token.end,
                };
                match found.last_mut() {
                    Some(Match {
                        range: last,
                        mask: all,
                        ..
                    }) if *last == range => *all |= mask,
                    _ => found.push(Match { at, range, mask }),
                }
            }
            at += 1;
        });
        found
    }
}
