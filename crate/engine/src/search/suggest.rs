//! Words to go on with, and posts to go on to.

use super::expand::{Position, Source, Target, Variant, spellings};
use super::order::{best_first, sort};
use super::score::{self, idf};
use super::{Index, Summary};
use crate::analyze::tokens;

/// How many terms of a post say what it is about.
const TOPIC_TERMS: usize = 16;
/// How many terms that begin with a word are looked at, in their order.
const MAX_BEGUN: usize = 2000;

/// The query with its last word completed, or else corrected, most frequent first.
pub(super) fn suggest(index: &Index, query: &str, limit: usize) -> Vec<String> {
    let mut last = None;
    tokens(query, |token| {
        last = Some((token.start, token.end, token.term.to_owned()))
    });
    let Some((start, _, word)) = last.filter(|&(_, end, _)| end == query.len()) else {
        return Vec::new(); // nothing is being typed
    };
    let first = index.terms.rank(&word);
    let begun = (first..index.terms.len()).take(MAX_BEGUN);
    let begun = begun.take_while(|&term| index.terms.get(term).starts_with(&word));
    let longer = begun.filter(|&term| index.terms.get(term) != word);
    let mut found: Vec<(f32, usize)> = longer
        .map(|term| (index.postings.frequency(term) as f32, term))
        .collect();
    if found.is_empty() && index.term(&word).is_none() {
        found = spellings(index, &word);
    }
    sort(&mut found, |&(weight, term)| {
        best_first(weight, term as u32)
    });
    let words = found.into_iter().take(limit);
    words
        .map(|(_, term)| format!("{}{}", &query[..start], surface(index, term as u32)))
        .collect()
}

/// A term as it is spelt in the first post that has it.
fn surface(index: &Index, term: u32) -> String {
    let folded = index.terms.get(term as usize);
    let mut found = None;
    if let Some((post, _)) = score::postings(index, Target { term, next: None }).next() {
        for text in index.stored(post).iter().chain(&index.tags(post)) {
            tokens(text, |token| {
                if found.is_none() && token.term == folded {
                    found = Some(text[token.start..token.end].to_owned());
                }
            });
        }
    }
    found.unwrap_or_else(|| folded.to_owned())
}

/// The posts that share most of what `post` is about, best first.
pub(super) fn similar(index: &Index, post: u32, limit: usize) -> Vec<Summary> {
    let [title, text, _] = index.stored(post);
    let mut counts: Vec<(u32, f32)> = Vec::new();
    for (text, weight) in [(&title, 3.0), (&text, 1.0)] {
        tokens(text, |token| {
            let Some(term) = index.term(token.term) else {
                return;
            };
            match counts.binary_search_by_key(&(term as u32), |&(term, _)| term) {
                Ok(known) => counts[known].1 += weight,
                Err(at) => counts.insert(at, (term as u32, weight)),
            }
        });
    }
    for (term, count) in &mut counts {
        let frequency = index.postings.frequency(*term as usize);
        // What no other post has leads nowhere.
        *count = if frequency > 1 {
            *count * idf(index, frequency as f32)
        } else {
            0.0
        };
    }
    sort(&mut counts, |&(term, count)| best_first(count, term));
    let topic = counts
        .into_iter()
        .take(TOPIC_TERMS)
        .filter(|&(_, count)| count > 0.0);
    let positions: Vec<Position> = topic
        .map(|(term, _)| Position {
            word: index.terms.get(term as usize).to_owned(),
            variants: vec![Variant {
                target: Target { term, next: None },
                weight: 1.0,
                source: Source::Exact,
            }],
            gamma: 1.0,
            field: None,
        })
        .collect();
    let (ranked, _) = score::rank(index, &positions);
    let others = ranked
        .into_iter()
        .filter(|scored| scored.post != post)
        .take(limit);
    others.map(|scored| index.summary(scored.post)).collect()
}
