//! What a post must have, or must not have, to be a hit at all: phrases, exclusions, tags, and what the
//! reader narrowed the search to.

use super::query::{Phrase, Query};
use super::score::Scored;
use super::store::{Facts, Occurrence, Reader};
use super::{Options, order};
use crate::format::Field;
use crate::format::columns;
use crate::format::lists::Posting;
use crate::list::{AllSome, List};

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
    let term = |term: &String| reader.term(term).map(|term| vec![term as u32]);
    let Some(row) = phrase.terms.iter().map(term).all_some() else {
        return Vec::new();
    };
    let common = postings_of_all(reader, &row, phrase.field);
    let common: Vec<u32> = common.iter().map(|posting| posting.post).list();
    match phrase.field {
        // There words stand in no row that is kept.
        Some(Field::Tags | Field::Links) => return common,
        _ if row.len() == 1 => return common,
        _ => {}
    }
    let mut found: Vec<u32> = rows(reader, &row, &common)
        .iter()
        .filter(|start| phrase.field.is_none_or(|only| only == start.field))
        .map(|start| start.post)
        .list();
    found.dedup();
    found
}

/// Of the posts that have a term of each place, in whatever order, maybe only in one field, a posting
/// each; in ascending order.
pub(super) fn postings_of_all(
    reader: &Reader<'_>,
    row: &[Vec<u32>],
    field: Option<Field>,
) -> Vec<Posting> {
    let mut common: Option<Vec<Posting>> = None;
    for terms in row {
        let mut found = Vec::new();
        for &term in terms {
            reader.postings(term, &mut |posting| {
                let in_field = field.is_none_or(|field| posting.pattern[field as usize] > 0);
                let known = |common: &Vec<Posting>| {
                    let known = common.binary_search_by_key(&posting.post, |known| known.post);
                    known.is_ok()
                };
                if in_field && common.as_ref().is_none_or(known) {
                    found.push(posting);
                }
            });
        }
        if terms.len() > 1 {
            order::sort(&mut found, |posting| u64::from(posting.post));
            // In shards a posting knows the length of a field only where its term stands there.
            found.dedup_by(|next, posting| {
                let is_same = next.post == posting.post;
                if is_same {
                    posting.title = posting.title.max(next.title);
                    posting.text = posting.text.max(next.text);
                }
                is_same
            });
        }
        common = Some(found);
    }
    common.unwrap_or_default()
}

/// Where in titles and texts of the posts the words stand in a row: the places of the first ones, in
/// order. Within an address or a tag they do not.
pub(super) fn rows(reader: &Reader<'_>, row: &[Vec<u32>], posts: &[u32]) -> Vec<Occurrence> {
    let mut terms: Vec<u32> = row.iter().flatten().copied().list();
    order::sort(&mut terms, |&term| u64::from(term));
    terms.dedup();
    let all = reader.occurrences(&terms, posts);
    let starts = all.iter().filter(|start| begins(&all, start, row));
    starts.copied().list()
}

/// Whether the words stand in a row from an occurrence on, of all that there are, in order.
pub(super) fn begins(all: &[Occurrence], start: &Occurrence, row: &[Vec<u32>]) -> bool {
    (0..).zip(row).all(|(nth, terms)| {
        let at = start.at.saturating_add(nth);
        let is_there = |&term: &u32| {
            let wanted = Occurrence { at, term, ..*start };
            all.binary_search(&wanted).is_ok()
        };
        terms.iter().any(is_there)
    })
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
