//! What a post must have, or must not have, to be a hit at all: phrases, exclusions, tags, and what the
//! reader narrowed the search to.

use super::Options;
use super::query::{Phrase, Query};
use super::score::Scored;
use super::store::{Facts, Occurrence, Reader};
use crate::format::Field;
use crate::format::columns;
use crate::list::List;

/// Leaves out of `ranked` what the query rules out.
pub(super) fn apply(reader: &Reader<'_>, query: &Query, ranked: &mut Vec<Scored>) {
    if !query.tags.is_empty() || !query.without_tags.is_empty() {
        let Some(facts) = reader.facts() else { return };
        ranked.retain(|scored| {
            let tags = &facts.group(scored.post).tags;
            query.tags.iter().all(|tag| tags.contains(tag))
                && !query.without_tags.iter().any(|tag| tags.contains(tag))
        });
    }
    for phrase in &query.phrases {
        let posts = posts_with(reader, phrase);
        ranked.retain(|scored| posts.binary_search(&scored.post).is_ok());
    }
    for phrase in &query.without {
        let posts = posts_with(reader, phrase);
        ranked.retain(|scored| posts.binary_search(&scored.post).is_err());
    }
}

/// Whether the options ask for some posts only.
pub(super) fn narrows(options: &Options) -> bool {
    let lists = [&options.tags, &options.kinds, &options.sources];
    lists.iter().any(|list| !list.is_empty()) || !options.from.is_empty() || !options.to.is_empty()
}

/// Leaves out of `ranked` what the options rule out.
pub(super) fn narrow(facts: &Facts<'_>, options: &Options, ranked: &mut Vec<Scored>) {
    // What no post has is asked for by a number that no post has.
    let numbers = |wanted: &[String], names: &[String]| -> Vec<u32> {
        let number = |name: &String| names.binary_search(name).map_or(u32::MAX, |at| at as u32);
        wanted.iter().map(number).list()
    };
    let tags = numbers(&options.tags, &facts.names.tags);
    let kinds = numbers(&options.kinds, &facts.names.kinds);
    let sources = numbers(&options.sources, &facts.names.sources);
    let dated = !options.from.is_empty() || !options.to.is_empty();
    let (from, to) = (bound(&options.from, b'0'), bound(&options.to, b'9'));
    ranked.retain(|scored| {
        let group = facts.group(scored.post);
        let day = facts.day(scored.post);
        tags.iter().all(|tag| group.tags.contains(tag))
            && (kinds.is_empty() || kinds.contains(&group.kind))
            && (sources.is_empty() || sources.contains(&group.source))
            && (!dated || day > 0 && (from..=to).contains(&day))
    });
}

/// The first or the last day of a year, a month or a day: what is left out is filled up.
fn bound(date: &str, fill: u8) -> u32 {
    let mut whole = [fill; 10];
    whole[4] = b'-';
    whole[7] = b'-';
    for (byte, own) in whole.iter_mut().zip(date.bytes()) {
        *byte = own;
    }
    match columns::day(str::from_utf8(&whole).unwrap_or("")) {
        0 if fill == b'9' => u32::MAX,
        day => day,
    }
}

/// The posts that have these words in a row, in ascending order.
fn posts_with(reader: &Reader<'_>, phrase: &Phrase) -> Vec<u32> {
    let mut common: Option<Vec<u32>> = None;
    let mut terms = Vec::new();
    for term in &phrase.terms {
        let Some(term) = reader.term(term) else {
            return Vec::new();
        };
        terms.push(term as u32);
        let mut found = Vec::new();
        reader.postings(term as u32, &mut |posting| {
            let in_field = phrase
                .field
                .is_none_or(|field| posting.pattern[field as usize] > 0);
            let known = |common: &Vec<u32>| common.binary_search(&posting.post).is_ok();
            if in_field && common.as_ref().is_none_or(known) {
                found.push(posting.post);
            }
        });
        common = Some(found);
    }
    let common = common.unwrap_or_default();
    match phrase.field {
        // There words stand in no row that is kept.
        Some(Field::Tags | Field::Links) => return common,
        _ if terms.len() == 1 => return common,
        _ => {}
    }
    let mut found: Vec<u32> = rows(reader, &terms, &common)
        .iter()
        .filter(|row| phrase.field.is_none_or(|only| only == row.field))
        .map(|row| row.post)
        .list();
    found.dedup();
    found
}

/// Where in titles and texts of the posts the terms stand in a row: the places of the first one, in
/// order. Within an address or a tag they do not.
pub(super) fn rows(reader: &Reader<'_>, terms: &[u32], posts: &[u32]) -> Vec<Occurrence> {
    let mut known = terms.to_vec();
    super::order::sort(&mut known, |&term| u64::from(term));
    known.dedup();
    let all = reader.occurrences(&known, posts);
    let begins_row = |start: &&Occurrence| {
        (0..).zip(terms).all(|(nth, &term)| {
            let at = start.at.saturating_add(nth);
            let wanted = Occurrence {
                at,
                term,
                ..**start
            };
            all.binary_search(&wanted).is_ok()
        })
    };
    all.iter().filter(begins_row).copied().list()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_year_or_a_month_is_all_of_its_days() {
        for (date, first, last) in [
            ("2024", 20_240_000, 20_249_999),
            ("2024-02", 20_240_200, 20_240_299),
            ("2024-02-03", 20_240_203, 20_240_203),
            ("", 0, 99_999_999),
            ("soon", 0, u32::MAX),
        ] {
            assert_eq!(
                (super::bound(date, b'0'), super::bound(date, b'9')),
                (first, last)
            );
        }
    }
}
