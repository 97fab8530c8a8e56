//! What a post must have, or must not have, to be a hit at all: phrases, exclusions, tags.

use super::Index;
use super::query::{Phrase, Query};
use super::score::{Scored, postings};
use crate::analyze::{Kind, tokens};
use crate::format::Field;

/// Leaves out of `ranked` what the query rules out.
pub(super) fn apply(index: &Index, query: &Query, ranked: &mut Vec<Scored>) {
    if !query.tags.is_empty() || !query.without_tags.is_empty() {
        ranked.retain(|scored| {
            let tags = index.tag_numbers(scored.post);
            query.tags.iter().all(|tag| tags.contains(tag))
                && !query.without_tags.iter().any(|tag| tags.contains(tag))
        });
    }
    for phrase in &query.phrases {
        let posts = posts_with(index, phrase);
        ranked.retain(|scored| posts.binary_search(&scored.post).is_ok());
    }
    for phrase in &query.without {
        let posts = posts_with(index, phrase);
        ranked.retain(|scored| posts.binary_search(&scored.post).is_err());
    }
}

/// The posts that have these words in a row, in ascending order.
fn posts_with(index: &Index, phrase: &Phrase) -> Vec<u32> {
    let mut common: Option<Vec<u32>> = None;
    for term in &phrase.terms {
        let Some(term) = index.term(term) else {
            return Vec::new();
        };
        let target = super::expand::Target {
            term: term as u32,
            next: None,
        };
        let found = postings(index, target)
            .filter(|(_, pattern)| phrase.field.is_none_or(|field| pattern[field as usize] > 0))
            .map(|(post, _)| post)
            .filter(|post| {
                common
                    .as_ref()
                    .is_none_or(|common| common.binary_search(post).is_ok())
            })
            .collect();
        common = Some(found);
    }
    let mut common = common.unwrap_or_default();
    if phrase.terms.len() > 1 {
        let terms: Vec<&str> = phrase.terms.iter().map(String::as_str).collect();
        common.retain(|&post| {
            let [title, text, preview] = index.stored(post);
            let fields = [
                (Field::Title, title),
                (Field::Text, text),
                (Field::Links, preview),
            ];
            let wanted = fields
                .iter()
                .filter(|(field, _)| phrase.field.is_none_or(|only| only == *field));
            wanted
                .into_iter()
                .any(|(_, text)| count_phrase(text, &terms) > 0)
        });
    }
    common
}

/// How often the terms stand in a row in a text; within an address or a tag they do not.
pub(super) fn count_phrase(text: &str, terms: &[&str]) -> u32 {
    let mut count = 0;
    // How many of the first terms each start that is still open has met; at most one a term.
    let mut open: Vec<usize> = Vec::new();
    tokens(text, |token| {
        if token.kind == Kind::Word {
            open.push(0);
            open.retain_mut(|met| {
                let fits = terms.get(*met).is_some_and(|term| *term == token.term);
                *met += 1;
                count += u32::from(fits && *met == terms.len());
                fits && *met < terms.len()
            });
        } else {
            open.clear();
        }
    });
    count
}
