//! Words to go on with, and posts to go on to.

use super::Summary;
use super::expand::{Position, Source, Target, Variant, spellings};
use super::order::{best_first, least_first, sort};
use super::score::{self, idf};
use super::store::Reader;
use crate::analyze::{part, tokens};
use crate::list::{List, join};
use crate::post::Post;

/// How many terms of a post say what it is about.
const TOPIC_TERMS: usize = 16;
/// Out of how many: its title's, then its longest.
const TOPIC_CANDIDATES: usize = 32;
/// How many terms that begin with a word are looked at, in their order.
const MAX_BEGUN: usize = 2000;

/// The query with its last word completed, or else corrected, most frequent first.
pub(super) fn suggest(reader: &Reader<'_>, query: &str, limit: usize) -> Vec<String> {
    let mut last = None;
    tokens(query, |token| {
        last = Some((token.start, token.end, token.term.to_owned()))
    });
    let Some((start, _, word)) = last.filter(|&(_, end, _)| end == query.len()) else {
        return Vec::new(); // nothing is being typed
    };
    let mut found: Vec<(f32, usize)> = Vec::new();
    let mut looked_at = 0;
    reader.begun(&word, &mut |term, text| {
        if text != word {
            found.push((reader.frequency(term as u32) as f32, term));
        }
        looked_at += 1;
        looked_at < MAX_BEGUN
    });
    if found.is_empty() && reader.term(&word).is_none() {
        found = spellings(reader, &word);
    }
    sort(&mut found, |&(weight, term)| {
        best_first(weight, term as u32)
    });
    let words = found.into_iter().take(limit);
    words
        .map(|(_, term)| join(&[part(query, 0, start), &surface(reader, term as u32)], ""))
        .list()
}

/// A term as it is spelt in the first post that has it; of an index in shards, as it is folded: a post
/// for each suggestion is too much to fetch.
fn surface(reader: &Reader<'_>, term: u32) -> String {
    let folded = reader.text(term);
    let mut first = None;
    if reader.index.is_whole() {
        reader.postings(term, &mut |posting| first = first.or(Some(posting.post)));
    }
    let mut found = None;
    if let Some(post) = first {
        let post = reader.post(post);
        for text in [&post.title, &post.text, &post.preview]
            .into_iter()
            .chain(&post.tags)
        {
            tokens(text, |token| {
                if found.is_none() && token.term == folded {
                    found = Some(part(text, token.start, token.end).to_owned());
                }
            });
        }
    }
    found.unwrap_or_else(|| folded.to_owned())
}

/// The posts that share most of what `post` is about, best first.
pub(super) fn similar(reader: &Reader<'_>, post: u32, limit: usize) -> Vec<Summary> {
    let Post { title, text, .. } = reader.post(post);
    let mut words: Vec<(String, f32)> = Vec::new();
    for (text, weight) in [(&title, 3.0), (&text, 1.0)] {
        tokens(text, |token| {
            match words.iter_mut().find(|(word, _)| word == token.term) {
                Some(known) => known.1 += weight,
                None => words.push((token.term.to_owned(), weight)),
            }
        });
    }
    // Which of them are rare is not known before they are looked up; long ones are.
    sort(&mut words, |(word, weight)| {
        let of_title = if *weight >= 3.0 { 1 << 16 } else { 0 };
        least_first(!(of_title + word.len() as u32), 0)
    });
    words.truncate(TOPIC_CANDIDATES);
    let mut counts: Vec<(u32, f32)> = Vec::new();
    for (word, count) in words {
        if let Some(term) = reader.term(&word) {
            let frequency = reader.frequency(term as u32);
            // What no other post has leads nowhere.
            if frequency > 1 {
                counts.push((term as u32, count * idf(reader, frequency as f32)));
            }
        }
    }
    sort(&mut counts, |&(term, count)| best_first(count, term));
    let topic = counts.into_iter().take(TOPIC_TERMS);
    let positions: Vec<Position> = topic
        .map(|(term, _)| Position {
            word: reader.text(term).to_owned(),
            variants: vec![Variant {
                target: Target::Term(term),
                weight: 1.0,
                source: Source::Exact,
            }],
            gamma: 1.0,
            field: None,
        })
        .list();
    if reader.lacks() {
        return Vec::new();
    }
    let (mut ranked, _) = score::rank(reader, &positions);
    score::best_first(&mut ranked, limit.saturating_add(1));
    let others = ranked
        .into_iter()
        .filter(|scored| scored.post != post)
        .take(limit);
    others.map(|scored| reader.summary(scored.post)).list()
}
