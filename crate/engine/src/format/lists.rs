//! Postings in shards: which posts hold a term, how often in which field, how long those posts are,
//! and where in them the term stands.
//!
//! A shard has no table of lengths beside it and no text, so a posting carries what scoring and
//! nearness need. A list gives the posts in ascending order: Rice-coded gaps, the Huffman code of
//! the *pattern* (the frequencies by field), then the length codes of the fields that hold the
//! term. The positions of all of its postings follow, Rice coded by what the length and the
//! frequency let expect. Lists begin at whole bytes.

use super::bits::{BitReader, ByteReader};
#[cfg(feature = "build")]
use super::bits::{BitWriter, write_varint};
use super::postings::{Pattern, rice_parameter};
use super::{Field, huffman, lengths};

/// A list of more postings stands in a block of its own, and its positions in the next one: who
/// scores it has no use for them.
pub(crate) const LONG: u32 = 4096;
/// The symbol for a pattern that has none of its own.
const ESCAPE: u32 = 0;
/// How many patterns have a symbol.
#[cfg(feature = "build")]
const PATTERNS: usize = 255;

/// A posting: a term in a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Posting {
    pub(crate) post: u32,
    /// How often the term stands in each field.
    pub(crate) pattern: Pattern,
    /// Codes of [`lengths`]; those of a field without the term may be 0.
    pub(crate) title: u8,
    pub(crate) text: u8,
}

/// A place of a term: the how manieth token of the title or of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) field: Field,
    pub(crate) at: u32,
}

/// The codes that all lists share.
#[derive(Default)]
pub(crate) struct Codes {
    /// By symbol less one.
    patterns: Vec<Pattern>,
    pattern: huffman::Decoder,
    title: huffman::Decoder,
    text: huffman::Decoder,
}

impl Codes {
    pub(crate) fn read(bytes: &mut ByteReader<'_>) -> Option<Codes> {
        let mut codes = Codes::default();
        codes.read_codes(bytes)?;
        Some(codes)
    }

    fn read_codes(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        let count = bytes.count()?;
        for _ in 0..count {
            let mut pattern = Pattern::default();
            for frequency in &mut pattern {
                *frequency = u32::try_from(bytes.varint()?).ok()?;
            }
            self.patterns.push(pattern);
        }
        self.pattern = huffman::read_code(bytes, count + 1)?;
        self.title = huffman::read_code(bytes, 256)?;
        self.text = huffman::read_code(bytes, 256)?;
        Some(())
    }

    fn posting(&self, bits: &mut BitReader<'_>, post: u32) -> Option<Posting> {
        let mut pattern = Pattern::default();
        match self.pattern.read(bits)? {
            ESCAPE => pattern.iter_mut().for_each(|n| *n = bits.read(32)),
            symbol => pattern = *self.patterns.get(symbol as usize - 1)?,
        }
        let mut length = |field: Field, code: &huffman::Decoder| match pattern[field as usize] {
            0 => Some(0),
            _ => code.read(bits).map(|code| code as u8),
        };
        Some(Posting {
            post,
            title: length(Field::Title, &self.title)?,
            text: length(Field::Text, &self.text)?,
            pattern,
        })
    }
}

/// How many low bits a gap between places has.
fn place_parameter(length: u8, frequency: u32) -> u32 {
    rice_parameter(lengths::length(length) as u32, frequency.saturating_add(1))
}

/// A block: some lists, or the one long list.
pub(crate) struct Block {
    bytes: Vec<u8>,
    lists: Vec<Start>,
}

/// Where a list begins, in bytes.
struct Start {
    frequency: u32,
    postings: u32,
    places: u32,
}

impl Block {
    /// Reads a block of so many lists for a corpus of so many posts.
    pub(crate) fn read(bytes: Vec<u8>, codes: &Codes, posts: u32, lists: usize) -> Option<Block> {
        let mut at = 0;
        let mut starts = Vec::new();
        for _ in 0..lists {
            let mut reader = ByteReader::new(bytes.get(at..)?);
            let frequency = u32::try_from(reader.varint()?).ok()?;
            let postings = bytes.len() - reader.rest().len();
            let start = Start {
                frequency,
                postings: u32::try_from(postings).ok()?,
                places: 0,
            };
            let mut bits = BitReader::new(&bytes, postings as u64 * 8);
            let mut places = Vec::new();
            let whole = each(codes, posts, frequency, &mut bits, |posting| {
                if frequency <= LONG {
                    places.push(posting);
                }
            });
            if whole? != frequency {
                return None;
            }
            let places_at = bits.position().div_ceil(8);
            bits = BitReader::new(&bytes, places_at * 8);
            for posting in &places {
                places_of(posting, &mut bits, |_| {})?;
            }
            at = bits.position().div_ceil(8) as usize;
            starts.push(Start {
                places: u32::try_from(places_at).ok()?,
                ..start
            });
        }
        (at == bytes.len()).then_some(Block {
            bytes,
            lists: starts,
        })
    }

    /// Hands on the postings of a list.
    pub(crate) fn each(&self, codes: &Codes, posts: u32, list: usize, found: impl FnMut(Posting)) {
        if let Some(start) = self.lists.get(list) {
            let mut bits = BitReader::new(&self.bytes, u64::from(start.postings) * 8);
            each(codes, posts, start.frequency, &mut bits, found);
        }
    }

    /// Hands on the places of a list, post by post. Those of a long list stand in the bytes of the
    /// block after this one.
    pub(crate) fn each_place(
        &self,
        codes: &Codes,
        posts: u32,
        list: usize,
        apart: Option<&[u8]>,
        mut found: impl FnMut(u32, Place),
    ) {
        let Some(start) = self.lists.get(list) else {
            return;
        };
        let mut places = match apart {
            Some(bytes) => BitReader::new(bytes, 0),
            None => BitReader::new(&self.bytes, u64::from(start.places) * 8),
        };
        let mut bits = BitReader::new(&self.bytes, u64::from(start.postings) * 8);
        each(codes, posts, start.frequency, &mut bits, |posting| {
            places_of(&posting, &mut places, |place| found(posting.post, place));
        });
    }

    /// Memory in bytes.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len() + self.lists.len() * size_of::<Start>()
    }
}

/// Reads `frequency` postings; says how many there were before something was wrong.
fn each(
    codes: &Codes,
    posts: u32,
    frequency: u32,
    bits: &mut BitReader<'_>,
    mut found: impl FnMut(Posting),
) -> Option<u32> {
    let k = gap_parameter(posts, frequency);
    let mut next = 0u32;
    for read in 0..frequency {
        let post = bits.read_rice(k).and_then(|gap| next.checked_add(gap));
        let posting = post
            .filter(|&post| post < posts)
            .and_then(|post| codes.posting(bits, post));
        let Some(posting) = posting else {
            return Some(read);
        };
        found(posting);
        next = posting.post + 1;
    }
    Some(frequency)
}

/// As for postings in one file, but steady while a corpus grows: a list that has no new post keeps
/// its bytes.
fn gap_parameter(posts: u32, frequency: u32) -> u32 {
    let posts = posts.checked_next_power_of_two().unwrap_or(u32::MAX);
    rice_parameter(posts, frequency)
}

/// Reads the places of one posting; `None` past the end.
fn places_of(
    posting: &Posting,
    bits: &mut BitReader<'_>,
    mut found: impl FnMut(Place),
) -> Option<()> {
    let fields = [(Field::Title, posting.title), (Field::Text, posting.text)];
    for (field, length) in fields {
        let frequency = posting.pattern[field as usize];
        let k = place_parameter(length, frequency);
        let mut next = 0u32;
        for _ in 0..frequency {
            let at = next.checked_add(bits.read_rice(k)?)?;
            found(Place { field, at });
            next = at.checked_add(1)?;
        }
    }
    Some(())
}

#[cfg(feature = "build")]
pub(crate) use writer::Writer;

#[cfg(feature = "build")]
mod writer {
    use super::*;
    use std::collections::HashMap;

    /// Codes to write with.
    pub(crate) struct Writer {
        patterns: HashMap<Pattern, u32>,
        pattern: Vec<(u32, u32)>,
        title: Vec<(u32, u32)>,
        text: Vec<(u32, u32)>,
    }

    impl Writer {
        /// Codes fit for postings like these; and their bytes.
        pub(crate) fn new(sample: impl Iterator<Item = Posting>) -> (Writer, Vec<u8>) {
            let mut counts = HashMap::<Pattern, u64>::new();
            // Every code must be there: what comes later may be like nothing in the sample.
            let (mut title, mut text) = (vec![1u64; 256], vec![1u64; 256]);
            for posting in sample {
                *counts.entry(posting.pattern).or_default() += 1;
                title[usize::from(posting.title)] +=
                    u64::from(posting.pattern[Field::Title as usize] > 0);
                text[usize::from(posting.text)] +=
                    u64::from(posting.pattern[Field::Text as usize] > 0);
            }
            let mut sorted: Vec<(Pattern, u64)> = counts.into_iter().collect();
            sorted.sort_by_key(|&(pattern, count)| (std::cmp::Reverse(count), pattern));
            let rare: u64 = sorted.iter().skip(PATTERNS).map(|&(_, count)| count).sum();
            sorted.truncate(PATTERNS);

            let mut bytes = Vec::new();
            write_varint(&mut bytes, sorted.len() as u64);
            sorted
                .iter()
                .flat_map(|(pattern, _)| pattern)
                .for_each(|&n| write_varint(&mut bytes, u64::from(n)));
            let frequencies: Vec<u64> = std::iter::once(rare + 1)
                .chain(sorted.iter().map(|&(_, count)| count))
                .collect();
            let mut code = |frequencies: &[u64]| {
                let lengths = huffman::lengths(frequencies);
                huffman::write_lengths(&mut bytes, &lengths);
                huffman::codes(&lengths)
            };
            let (pattern, title, text) = (code(&frequencies), code(&title), code(&text));
            let patterns = sorted.into_iter().map(|(pattern, _)| pattern).zip(1..);
            let writer = Writer {
                patterns: patterns.collect(),
                pattern,
                title,
                text,
            };
            (writer, bytes)
        }

        /// The bytes of a list, and those of its places.
        pub(crate) fn list<'p>(
            &self,
            posts: u32,
            frequency: u32,
            postings: impl Iterator<Item = (Posting, &'p [Place])>,
        ) -> (Vec<u8>, Vec<u8>) {
            let mut head = Vec::new();
            write_varint(&mut head, u64::from(frequency));
            let (mut bits, mut places) = (BitWriter::default(), BitWriter::default());
            let k = gap_parameter(posts, frequency);
            let mut next = 0;
            for (posting, found) in postings {
                bits.write_rice(posting.post - next, k);
                next = posting.post + 1;
                let symbol = self.patterns.get(&posting.pattern).copied();
                let (code, length) = self.pattern[symbol.unwrap_or(ESCAPE) as usize];
                bits.write(code, length);
                if symbol.is_none() {
                    posting.pattern.iter().for_each(|&n| bits.write(n, 32));
                }
                let fields = [
                    (Field::Title, posting.title, &self.title),
                    (Field::Text, posting.text, &self.text),
                ];
                for (field, length_code, codes) in fields {
                    let frequency = posting.pattern[field as usize];
                    if frequency == 0 {
                        continue;
                    }
                    let (code, length) = codes[usize::from(length_code)];
                    bits.write(code, length);
                    let k = place_parameter(length_code, frequency);
                    let mut next = 0;
                    for place in found.iter().filter(|place| place.field == field) {
                        places.write_rice(place.at - next, k);
                        next = place.at + 1;
                    }
                }
            }
            head.extend_from_slice(&bits.finish());
            (head, places.finish())
        }
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Posts with their frequencies, lengths and places.
    fn any_list() -> impl Strategy<Value = Vec<(Posting, Vec<Place>)>> {
        let posting = (
            0u32..400,
            0u32..3,
            0u32..4,
            0u32..400,
            any::<u8>(),
            any::<u8>(),
        );
        prop::collection::vec(posting, 0..60).prop_map(|postings| {
            let mut post = 0;
            let build = |(gap, title, text, links, title_length, text_length)| {
                post += 1 + gap;
                let pattern = [title, text, 0, links];
                let length = |n: u32, code: u8| if n > 0 { code } else { 0 };
                let posting = Posting {
                    post,
                    pattern,
                    title: length(title, title_length),
                    text: length(text, text_length),
                };
                let places = [(Field::Title, title), (Field::Text, text)]
                    .into_iter()
                    .flat_map(|(field, n)| {
                        (0..n).map(move |at| Place {
                            field,
                            at: at * gap + at,
                        })
                    });
                (posting, places.collect())
            };
            postings.into_iter().map(build).collect()
        })
    }

    proptest! {
        #[test]
        fn lists_come_back(lists in prop::collection::vec(any_list(), 1..5)) {
            let sample = lists.iter().flatten().map(|(posting, _)| *posting).take(20);
            let (writer, bytes) = Writer::new(sample);
            let codes = Codes::read(&mut ByteReader::new(&bytes)).expect("as written");
            let mut block = Vec::new();
            for list in &lists {
                let postings = list.iter().map(|(posting, places)| (*posting, &places[..]));
                let (own, places) = writer.list(100_000, list.len() as u32, postings);
                block.extend_from_slice(&own);
                block.extend_from_slice(&places);
            }
            let block = Block::read(block, &codes, 100_000, lists.len()).expect("as written");
            for (at, list) in lists.iter().enumerate() {
                let mut found = Vec::new();
                block.each(&codes, 100_000, at, |posting| found.push(posting));
                let expect: Vec<Posting> = list.iter().map(|(posting, _)| *posting).collect();
                prop_assert_eq!(found, expect);
                let mut found = Vec::new();
                block.each_place(&codes, 100_000, at, None, |post, place| found.push((post, place)));
                let expect: Vec<(u32, Place)> = list
                    .iter()
                    .flat_map(|(posting, places)| places.iter().map(|&place| (posting.post, place)))
                    .collect();
                prop_assert_eq!(found, expect);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(codes: Vec<u8>, bytes: Vec<u8>, posts in 0u32..100, lists in 0usize..10) {
            let (_, fallback) = Writer::new(std::iter::empty());
            let codes = Codes::read(&mut ByteReader::new(&codes))
                .or_else(|| Codes::read(&mut ByteReader::new(&fallback)));
            let codes = codes.expect("the fallback is right");
            if let Some(block) = Block::read(bytes, &codes, posts, lists) {
                for list in 0..=lists {
                    block.each_place(&codes, posts, list, None, |_, _| {});
                }
            }
        }
    }
}
