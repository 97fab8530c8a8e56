//! What is known of the posts beside their words, column by column.
//!
//! Ids, addresses and dates are mostly numbers in a frame that repeats. So each string is a
//! *template* of its column, in which numbers, and the id of the post in its address, are left open,
//! and the numbers stand in columns of their own, as they are or as differences.

#[cfg(feature = "build")]
use super::bits::BitWriter;
use super::bits::{BitReader, ByteReader};
use super::huffman;
use super::letters::Letters;
use super::strings::Strings;
use super::{Decode, Metadata};
use crate::list::List;
#[cfg(feature = "build")]
use serde::Serialize;

/// In a template: here a number stands.
const NUMBER: char = '\0';
/// In a template: here the id of the post stands.
const ID: char = '\u{1}';
/// Begins a template in which neither is meant.
const LITERAL: char = '\u{2}';
/// A template has at most so many numbers.
const MAX_NUMBERS: usize = 8;
/// How many columns of strings there are.
const COLUMNS: usize = 6;
/// Which of them has the addresses.
#[cfg(feature = "build")]
const URLS: usize = 1;
/// Magnitudes of numbers: how many bits they have.
const MAGNITUDES: usize = 64;
/// How a column of numbers stands: each one; all the same; and likewise the differences, each to the
/// number before, with the sign as the lowest bit.
#[cfg(feature = "build")]
const EACH: u32 = 0;
const SAME: u32 = 1;
const DIFFERENCES: u32 = 2;
/// Columns may have so many bytes for each post and each byte of the section.
const MAX_GROWTH: usize = 1024;

/// The section, in bincode.
#[derive(Default)]
#[cfg_attr(feature = "build", derive(Serialize))]
struct Frame {
    /// How many templates each column has.
    templates: [u32; COLUMNS],
    tag_names: u32,
    /// All else.
    bits: Vec<u8>,
}

impl Decode for Frame {
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        for count in &mut self.templates {
            count.read(bytes)?;
        }
        self.tag_names.read(bytes)?;
        self.bits.read(bytes)
    }
}

/// Reads the section of an index of so many posts.
pub(crate) fn read(section: &[u8], letters: &Letters, posts: u32) -> Option<Metadata> {
    let posts = posts as usize;
    let frame: Frame = super::decode(section)?;
    let mut bits = BitReader::new(&frame.bits, 0);
    let mut room = (posts + section.len()).saturating_mul(MAX_GROWTH);
    let mut columns = [const { Vec::new() }; COLUMNS];
    for at in 0..COLUMNS {
        let templates = letters.strings(&mut bits, frame.templates[at] as usize)?;
        columns[at] = column(&mut bits, &templates, posts, &columns[0], &mut room)?;
    }
    let names = letters.strings(&mut bits, frame.tag_names as usize)?;
    let tag_names: Vec<String> = (0..names.len()).map(|at| names.get(at).to_owned()).list();
    let counts = numbers(&mut bits, posts)?;
    let code = huffman::get_code(&mut bits, tag_names.len())?;
    let mut tags = Vec::new();
    for count in counts {
        let mut own = Vec::new();
        for _ in 0..Some(count).filter(|&count| count <= bits.left())? {
            own.push(code.read(&mut bits)?);
        }
        tags.push(own);
    }
    if bits.overrun() {
        return None;
    }
    let [ids, urls, dates, authors, kinds, sources] = columns;
    Some(Metadata {
        ids,
        urls,
        dates,
        authors,
        kinds,
        sources,
        tag_names,
        tags,
    })
}

/// Reads a column of strings.
fn column(
    bits: &mut BitReader<'_>,
    templates: &Strings,
    posts: usize,
    ids: &[String],
    room: &mut usize,
) -> Option<Vec<String>> {
    let chosen = numbers(bits, posts)?;
    let template = |at: usize| -> Option<&str> {
        let number = usize::try_from(chosen[at]).ok()?;
        (number < templates.len()).then(|| templates.get(number))
    };
    let open: Vec<usize> = (0..templates.len())
        .map(|at| numbers_in(templates.get(at)))
        .list();
    let mut slots = Vec::new();
    for slot in 0..open.iter().max().copied().unwrap_or(0).min(MAX_NUMBERS) {
        let has_slot = |&&number: &&u64| open.get(number as usize).is_some_and(|&open| open > slot);
        let count = chosen.iter().filter(has_slot).count();
        slots.push(numbers(bits, count)?.into_iter());
    }
    let mut strings = Vec::new();
    for at in 0..posts {
        let template = template(at)?;
        let mut string = String::new();
        if let Some(literal) = template.strip_prefix(LITERAL) {
            string.push_str(literal);
        } else {
            let mut slots = slots.iter_mut();
            for c in template.chars() {
                match c {
                    NUMBER => push_number(&mut string, slots.next()?.next()?),
                    ID => string.push_str(ids.get(at)?),
                    _ => string.push(c),
                }
            }
        }
        *room = room.checked_sub(string.len())?;
        strings.push(string);
    }
    Some(strings)
}

/// How many numbers a template leaves open.
fn numbers_in(template: &str) -> usize {
    match template.starts_with(LITERAL) {
        true => 0,
        false => template.chars().filter(|&c| c == NUMBER).count(),
    }
}

fn push_number(string: &mut String, number: u64) {
    if number > 9 {
        push_number(string, number / 10);
    }
    string.push(char::from(b'0' + (number % 10) as u8));
}

/// Reads so many numbers.
fn numbers(bits: &mut BitReader<'_>, count: usize) -> Option<Vec<u64>> {
    let mode = bits.read(2);
    let mut numbers = match mode & !DIFFERENCES {
        SAME => vec![bits.varint()?; count],
        _ => {
            let code = huffman::get_code(bits, MAGNITUDES)?;
            if count as u64 > bits.left() {
                return None;
            }
            let mut numbers = Vec::new();
            for _ in 0..count {
                let magnitude = code.read(bits)?;
                let (high, low) = (magnitude.saturating_sub(32), magnitude.min(32));
                let number = u64::from(bits.read(high)) << 32 | u64::from(bits.read(low));
                numbers.push((1 << magnitude | number) - 1);
            }
            numbers
        }
    };
    if mode & DIFFERENCES != 0 {
        let mut last = 0u64;
        for number in &mut numbers {
            last = last.wrapping_add(*number >> 1 ^ (*number & 1).wrapping_neg());
            *number = last;
        }
    }
    (!bits.overrun()).then_some(numbers)
}

#[cfg(feature = "build")]
pub(crate) use writer::Writer;

#[cfg(feature = "build")]
mod writer {
    use super::*;
    use crate::format::letters;
    use std::collections::{BTreeMap, BTreeSet};

    /// Digits beyond this many are no number.
    const MAX_DIGITS: usize = 18;

    /// The columns, ready to be written.
    pub(crate) struct Writer<'m> {
        metadata: &'m Metadata,
        columns: Vec<Column>,
    }

    struct Column {
        templates: Vec<String>,
        /// Of each post, its template and its numbers.
        chosen: Vec<u64>,
        slots: Vec<Vec<u64>>,
    }

    /// The template of a string and the numbers in it. `id` is what may be left open.
    fn template(string: &str, id: Option<&str>) -> (String, Vec<u64>) {
        let mut numbers = Vec::new();
        if string.contains([NUMBER, ID]) || string.starts_with(LITERAL) {
            return (format!("{LITERAL}{string}"), numbers);
        }
        let alone = |at: usize, id: &str| {
            let before = string[..at].chars().next_back();
            let after = string[at + id.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        };
        let id = id.filter(|id| !id.is_empty());
        let id = id.and_then(|id| Some((string.rfind(id).filter(|&at| alone(at, id))?, id.len())));
        let mut template = String::new();
        let mut at = 0;
        while let Some(c) = string[at..].chars().next() {
            if let Some((_, size)) = id.filter(|&(start, _)| start == at) {
                template.push(ID);
                at += size;
                continue;
            }
            let end = id.map(|(start, _)| start).filter(|&start| start > at);
            let rest = &string[at..end.unwrap_or(string.len())];
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if (1..=MAX_DIGITS).contains(&digits) && c != '0' && numbers.len() < MAX_NUMBERS {
                let number = rest[..digits].bytes();
                numbers.push(number.fold(0, |n, digit| n * 10 + u64::from(digit - b'0')));
                template.push(NUMBER);
                at += digits;
            } else if digits > MAX_DIGITS {
                template.push_str(&rest[..digits]);
                at += digits;
            } else {
                template.push(c);
                at += c.len_utf8();
            }
        }
        (template, numbers)
    }

    impl<'m> Writer<'m> {
        pub(crate) fn new(metadata: &'m Metadata) -> Writer<'m> {
            let ids = &metadata.ids;
            let column = |rows: &Vec<String>, with_id: bool| {
                let rows: Vec<_> = rows
                    .iter()
                    .zip(ids)
                    .map(|(row, id)| template(row, with_id.then_some(id)))
                    .collect();
                let all: BTreeSet<&String> = rows.iter().map(|(template, _)| template).collect();
                let templates: Vec<String> = all.into_iter().cloned().collect();
                let places: BTreeMap<&str, u64> =
                    templates.iter().map(String::as_str).zip(0..).collect();
                let chosen = rows.iter().map(|(template, _)| places[template.as_str()]);
                let chosen = chosen.collect();
                let slots = (0..MAX_NUMBERS)
                    .map(|slot| {
                        let numbers = rows.iter().filter_map(|(_, numbers)| numbers.get(slot));
                        numbers.copied().collect::<Vec<u64>>()
                    })
                    .take_while(|slot| !slot.is_empty())
                    .collect();
                Column {
                    chosen,
                    slots,
                    templates,
                }
            };
            let all: [&Vec<String>; COLUMNS] = [
                ids,
                &metadata.urls,
                &metadata.dates,
                &metadata.authors,
                &metadata.kinds,
                &metadata.sources,
            ];
            let columns = all.iter().enumerate();
            let columns = columns.map(|(at, rows)| column(rows, at == URLS)).collect();
            Writer { metadata, columns }
        }

        /// The lists of strings for whose letters there must be codes.
        pub(crate) fn strings(&self) -> impl Iterator<Item = Vec<&str>> {
            self.columns
                .iter()
                .map(|column| &column.templates)
                .chain([&self.metadata.tag_names])
                .map(|list| list.iter().map(String::as_str).collect())
        }

        /// The section.
        pub(crate) fn write(&self, letters: &letters::Writer) -> Vec<u8> {
            let mut bits = BitWriter::default();
            let mut lists = self.strings();
            let mut templates = [0; COLUMNS];
            for (column, count) in self.columns.iter().zip(&mut templates) {
                let list = lists.next().unwrap_or_default();
                *count = list.len() as u32;
                letters.strings(&mut bits, list.into_iter());
                put_numbers(&mut bits, &column.chosen);
                for slot in &column.slots {
                    put_numbers(&mut bits, slot);
                }
            }
            let names = lists.next().unwrap_or_default();
            let tag_names = names.len() as u32;
            letters.strings(&mut bits, names.into_iter());
            let tags = &self.metadata.tags;
            let counts: Vec<u64> = tags.iter().map(|tags| tags.len() as u64).collect();
            put_numbers(&mut bits, &counts);
            let mut frequencies = vec![0u64; tag_names as usize];
            tags.iter()
                .flatten()
                .for_each(|&tag| frequencies[tag as usize] += 1);
            let lengths = huffman::lengths(&frequencies);
            huffman::put_lengths(&mut bits, &lengths);
            let codes = huffman::codes(&lengths);
            for &tag in tags.iter().flatten() {
                let (word, size) = codes[tag as usize];
                bits.write(word, size);
            }
            super::super::encode(&Frame {
                templates,
                tag_names,
                bits: bits.finish(),
            })
        }
    }

    /// Writes numbers in the way that is shortest.
    fn put_numbers(bits: &mut BitWriter, numbers: &[u64]) {
        let mut last = 0u64;
        let differences: Vec<u64> = numbers
            .iter()
            .map(|&number| {
                let difference = number.wrapping_sub(last);
                last = number;
                difference << 1 ^ (difference >> 63).wrapping_neg()
            })
            .collect();
        let best = [(numbers, 0), (&differences[..], DIFFERENCES)]
            .into_iter()
            .map(|(numbers, mode)| {
                let mut bits = BitWriter::default();
                match numbers.iter().all(|number| *number == numbers[0]) {
                    true => {
                        bits.write(mode | SAME, 2);
                        bits.write_varint(numbers.first().copied().unwrap_or(0));
                    }
                    false => {
                        bits.write(mode | EACH, 2);
                        put_each(&mut bits, numbers);
                    }
                }
                bits
            })
            .min_by_key(BitWriter::len);
        if let Some(best) = best {
            bits.append(&best);
        }
    }

    fn put_each(bits: &mut BitWriter, numbers: &[u64]) {
        let magnitude = |number: u64| (number + 1).ilog2();
        let mut frequencies = [0u64; MAGNITUDES];
        numbers
            .iter()
            .for_each(|&number| frequencies[magnitude(number) as usize] += 1);
        let lengths = huffman::lengths(&frequencies);
        huffman::put_lengths(bits, &lengths);
        let codes = huffman::codes(&lengths);
        for &number in numbers {
            let magnitude = magnitude(number);
            let (word, size) = codes[magnitude as usize];
            bits.write(word, size);
            bits.write(((number + 1) >> 32) as u32, magnitude.saturating_sub(32));
            bits.write((number + 1) as u32, magnitude.min(32));
        }
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use crate::format::letters;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn metadata_comes_back(
            rows in prop::collection::vec((
                "([a-c]{0,2}(0|[1-9][0-9]{0,20}|\\PC)?){0,10}",
                "(https://x.io/)?([a-z]{0,3}[0-9]{0,3}|[\0-\u{3}])/?",
                "(20[0-9]{2}-[01][0-9]-[0-3][0-9])?",
                prop::collection::vec(0u32..4, 0..3),
            ), 0..40),
        ) {
            let mut metadata = Metadata {
                tag_names: (0..4).map(|n| format!("tag{n}")).collect(),
                ..Metadata::default()
            };
            for (at, (id, url, date, tags)) in rows.into_iter().enumerate() {
                metadata.urls.push(if at % 2 == 0 { format!("{url}{id}") } else { url });
                metadata.ids.push(id);
                metadata.dates.push(date);
                metadata.authors.push(String::new());
                metadata.kinds.push(["", "photo"][at % 2].to_owned());
                metadata.sources.push("same".to_owned());
                metadata.tags.push(tags);
            }
            let columns = Writer::new(&metadata);
            let lists: Vec<_> = columns.strings().collect();
            let writer = letters::Writer::new(&lists);
            let mut bits = BitWriter::default();
            writer.write(&mut bits);
            let bytes = bits.finish();
            let letters = Letters::read(&mut BitReader::new(&bytes, 0)).expect("as written");
            let section = columns.write(&writer);
            let posts = metadata.ids.len() as u32;
            let read = read(&section, &letters, posts).expect("as written");
            prop_assert_eq!(read.ids, metadata.ids);
            prop_assert_eq!(read.urls, metadata.urls);
            prop_assert_eq!(read.dates, metadata.dates);
            prop_assert_eq!(read.kinds, metadata.kinds);
            prop_assert_eq!(read.sources, metadata.sources);
            prop_assert_eq!(read.tag_names, metadata.tag_names);
            prop_assert_eq!(read.tags, metadata.tags);
        }

        #[test]
        fn arbitrary_bytes_never_panic(letters: Vec<u8>, section: Vec<u8>, posts in 0u32..50) {
            if let Some(letters) = Letters::read(&mut BitReader::new(&letters, 0)) {
                let _ = read(&section, &letters, posts);
            }
        }
    }
}
