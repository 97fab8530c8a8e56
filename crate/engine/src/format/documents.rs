//! Posts in shards: all fields as written, in blocks that are read without one another.
//!
//! A post is a run of symbols: letters, and phrases that stand for two symbols each (Re-Pair, Larsson
//! and Moffat 1999, over letters), Huffman coded. The phrases are learned from the first posts and
//! come with the manifest, so that a block needs no vocabulary beside it. Ids, addresses and dates
//! go through the same code: what repeats in them becomes a phrase, too.
//!
//! A block says how many posts it has and how many bits each takes; each begins at a whole byte.
//!
//! Symbols: 0 ends a field, 1 announces a letter outside the alphabet (its code point follows in 21
//! bits), then the letters, then the phrases.

use super::bits::{BitReader, ByteReader};
#[cfg(feature = "build")]
use super::bits::{BitWriter, write_varint};
use super::huffman;
use crate::post::Post;

/// Ends each field.
pub(crate) const FIELD_END: u32 = 0;
const OTHER: u32 = 1;
const FIRST_LETTER: u32 = 2;
/// In bytes. A longer phrase is refused, so that no damaged one unfolds without bound.
const MAX_PHRASE: usize = 255;
/// Fields before the tags, of which each is one more.
#[cfg(feature = "build")]
const FIELDS: usize = 9;

/// What the symbols stand for.
#[derive(Default)]
pub(crate) struct Phrases {
    /// Letters and phrases one after the other.
    text: String,
    /// Where each ends in `text`.
    ends: Vec<u32>,
    code: huffman::Decoder,
}

impl Phrases {
    pub(crate) fn read(bytes: &mut ByteReader<'_>) -> Option<Phrases> {
        let mut phrases = Phrases::default();
        phrases.read_symbols(bytes)?;
        Some(phrases)
    }

    fn read_symbols(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        let Phrases { text, ends, code } = self;
        let letters = bytes.count()?;
        let mut letter = 0u32;
        for _ in 0..letters {
            letter = letter.checked_add(u32::try_from(bytes.varint()?).ok()?)?;
            text.push(char::from_u32(letter)?);
            ends.push(text.len() as u32);
        }
        let phrases = bytes.count()?;
        let symbols = FIRST_LETTER as usize + letters + phrases;
        *code = huffman::read_code(bytes, symbols)?;
        let size = bytes.count()?;
        let mut bits = BitReader::new(bytes.take(size)?, 0);
        for _ in 0..phrases {
            let start = text.len();
            for _ in 0..2 {
                let symbol = code.read(&mut bits)?;
                let range = place(ends, symbol)?;
                text.extend_from_within(range);
            }
            if text.len() - start > MAX_PHRASE {
                return None;
            }
            ends.push(u32::try_from(text.len()).ok()?);
        }
        (!bits.overrun()).then_some(())
    }

    /// Hands the fields of a post of a block to `each`, in order.
    fn fields(&self, block: &[u8], nth: usize, mut each: impl FnMut(usize, String)) {
        let mut bytes = ByteReader::new(block);
        let (mut start, mut size) = (0u64, 0u32);
        let Some(posts) = bytes.count() else { return };
        for at in 0..posts {
            let own = bytes.varint().and_then(|size| u32::try_from(size).ok());
            let Some(own) = own else { return };
            match at {
                _ if at < nth => start += u64::from(own.div_ceil(8)),
                _ if at == nth => size = own,
                _ => {}
            }
        }
        let mut bits = BitReader::new(bytes.rest(), start * 8);
        let end = bits.position() + u64::from(size);
        let (mut field, mut number) = (String::new(), 0);
        while bits.position() < end && !bits.overrun() {
            match self.code.read(&mut bits) {
                Some(FIELD_END) => {
                    each(number, std::mem::take(&mut field));
                    number += 1;
                }
                Some(OTHER) => field.extend(char::from_u32(bits.read(21))),
                Some(symbol) => match place(&self.ends, symbol) {
                    Some(range) => field.push_str(self.text.get(range).unwrap_or("")),
                    None => return,
                },
                None => return,
            }
        }
    }

    /// The post at place `nth` of a block.
    pub(crate) fn post(&self, block: &[u8], nth: usize) -> Post {
        let mut post = Post::default();
        self.fields(block, nth, |number, text| match number {
            0 => post.title = text,
            1 => post.text = text,
            2 => post.preview = text,
            3 => post.id = text,
            4 => post.url = text,
            5 => post.date = text,
            6 => post.author = text,
            7 => post.kind = text,
            8 => post.source = text,
            _ => post.tags.push(text),
        });
        post
    }
}

/// Where the letter or phrase of a symbol stands in the text.
fn place(ends: &[u32], symbol: u32) -> Option<std::ops::Range<usize>> {
    let at = symbol.checked_sub(FIRST_LETTER)? as usize;
    let end = *ends.get(at)?;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    Some(start as usize..end as usize)
}

/// The fields of a post in the order in which a block has them.
#[cfg(feature = "build")]
fn fields(post: &Post) -> impl Iterator<Item = &String> {
    let own: [&String; FIELDS] = [
        &post.title,
        &post.text,
        &post.preview,
        &post.id,
        &post.url,
        &post.date,
        &post.author,
        &post.kind,
        &post.source,
    ];
    own.into_iter().chain(&post.tags)
}

#[cfg(feature = "build")]
pub(crate) use writer::{Writer, block};

#[cfg(feature = "build")]
mod writer {
    use super::*;
    use crate::build::grammar;
    use std::cmp::Reverse;
    use std::collections::{BTreeMap, BinaryHeap, HashMap};

    /// How many phrases are learned: each more saves less and is paid by every reader.
    const PHRASES: usize = 6000;

    /// What was learned of a sample, ready to write blocks.
    pub(crate) struct Writer {
        letters: HashMap<char, u32>,
        /// Which phrase two symbols make.
        phrases: HashMap<(u32, u32), u32>,
        codes: Vec<(u32, u32)>,
    }

    impl Writer {
        /// Learns from a sample; gives also the bytes that [`Phrases::read`] takes.
        pub(crate) fn new(sample: &[Post]) -> (Writer, Vec<u8>) {
            let mut counts = BTreeMap::<char, u64>::new();
            let chars = sample
                .iter()
                .flat_map(fields)
                .flat_map(|field| field.chars());
            chars.for_each(|c| *counts.entry(c).or_default() += 1);
            let mut bytes = Vec::new();
            write_varint(&mut bytes, counts.len() as u64);
            let mut last = 0;
            for &c in counts.keys() {
                write_varint(&mut bytes, u64::from(u32::from(c) - last));
                last = u32::from(c);
            }
            let letters: HashMap<char, u32> = counts.into_keys().zip(FIRST_LETTER..).collect();
            let first_phrase = FIRST_LETTER + letters.len() as u32;
            let mut writer = Writer {
                letters,
                phrases: HashMap::new(),
                codes: Vec::new(),
            };
            // The first post of a sample has no letter that the sample has not.
            let mut coded: Vec<Vec<u32>> = sample
                .iter()
                .map(|post| {
                    writer
                        .symbols(post)
                        .iter()
                        .map(|&(symbol, _)| symbol)
                        .collect()
                })
                .collect();
            let rules = grammar::rules(&mut coded, first_phrase, PHRASES, (MAX_PHRASE / 4) as u8);

            // Every symbol must have a code: later posts may need what the sample does not.
            let mut frequencies = vec![1u64; first_phrase as usize + rules.len()];
            let bodies = rules.iter().flat_map(|&(left, right)| [left, right]);
            coded
                .iter()
                .flatten()
                .copied()
                .chain(bodies.clone())
                .for_each(|symbol| frequencies[symbol as usize] += 1);
            let lengths = huffman::lengths(&frequencies);
            writer.codes = huffman::codes(&lengths);
            write_varint(&mut bytes, rules.len() as u64);
            huffman::write_lengths(&mut bytes, &lengths);
            let mut bits = BitWriter::default();
            bodies.for_each(|symbol| writer.put(&mut bits, symbol));
            let bits = bits.finish();
            write_varint(&mut bytes, bits.len() as u64);
            bytes.extend_from_slice(&bits);
            writer.phrases = rules.into_iter().zip(first_phrase..).collect();
            (writer, bytes)
        }

        fn put(&self, bits: &mut BitWriter, symbol: u32) {
            let (code, length) = self.codes[symbol as usize];
            bits.write(code, length);
        }

        /// Letters, each with itself.
        fn symbols(&self, post: &Post) -> Vec<(u32, char)> {
            let mut symbols = Vec::new();
            for field in fields(post) {
                let letter = |c| (self.letters.get(&c).copied().unwrap_or(OTHER), c);
                symbols.extend(field.chars().map(letter));
                symbols.push((FIELD_END, '\0'));
            }
            symbols
        }

        /// Puts phrases in place of letters, as they were learned: earliest first, then from the
        /// left.
        fn join(&self, symbols: &mut Vec<(u32, char)>) {
            const NONE: u32 = u32::MAX;
            let size = symbols.len();
            let mut next: Vec<u32> = (1..=size as u32).collect();
            let mut before: Vec<u32> = (0..size as u32).map(|at| at.wrapping_sub(1)).collect();
            let phrase = |symbols: &[(u32, char)], left: u32, right: u32| {
                let (left, right) = (
                    symbols.get(left as usize)?.0,
                    symbols.get(right as usize)?.0,
                );
                self.phrases.get(&(left, right)).copied()
            };
            let mut heap: BinaryHeap<Reverse<(u32, u32)>> = (0..size as u32)
                .filter_map(|at| Some(Reverse((phrase(symbols, at, at + 1)?, at))))
                .collect();
            while let Some(Reverse((joined, at))) = heap.pop() {
                let second = next[at as usize];
                if symbols[at as usize].0 == NONE || phrase(symbols, at, second) != Some(joined) {
                    continue; // one of the two has been joined with another
                }
                symbols[at as usize].0 = joined;
                symbols[second as usize].0 = NONE;
                let after = next[second as usize];
                next[at as usize] = after;
                if let Some(link) = before.get_mut(after as usize) {
                    *link = at;
                }
                heap.extend(phrase(symbols, at, after).map(|joined| Reverse((joined, at))));
                let earlier = before[at as usize];
                heap.extend(phrase(symbols, earlier, at).map(|joined| Reverse((joined, earlier))));
            }
            symbols.retain(|&(symbol, _)| symbol != NONE);
        }

        /// A post: how many bits it has, and its bytes.
        pub(crate) fn post(&self, post: &Post) -> (u32, Vec<u8>) {
            let mut symbols = self.symbols(post);
            self.join(&mut symbols);
            let mut bits = BitWriter::default();
            for (symbol, letter) in symbols {
                self.put(&mut bits, symbol);
                if symbol == OTHER {
                    bits.write(u32::from(letter), 21);
                }
            }
            (bits.len() as u32, bits.finish())
        }
    }

    /// The bytes of a block of posts, given as [`Writer::post`] gives them.
    pub(crate) fn block<'p>(
        posts: impl ExactSizeIterator<Item = (u32, &'p [u8])> + Clone,
    ) -> Vec<u8> {
        let mut out = Vec::new();
        write_varint(&mut out, posts.len() as u64);
        posts
            .clone()
            .for_each(|(bits, _)| write_varint(&mut out, u64::from(bits)));
        posts.for_each(|(_, bytes)| out.extend_from_slice(bytes));
        out
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_post() -> impl Strategy<Value = Post> {
        let text = "(شبکه|عصبی|bert|[ا-ت ]{1,9}|\\PC){0,20}";
        (
            text,
            text,
            "[a-z0-9]{1,5}",
            prop::collection::vec("\\PC{0,5}", 0..3),
        )
            .prop_map(|(title, text, id, tags)| Post {
                title,
                text,
                id,
                tags,
                date: "2024-01-01".into(),
                ..Post::default()
            })
    }

    proptest! {
        #[test]
        fn posts_come_back(posts in prop::collection::vec(any_post(), 1..30), sample in 0usize..30) {
            let (writer, bytes) = Writer::new(&posts[..sample.min(posts.len())]);
            let phrases = Phrases::read(&mut ByteReader::new(&bytes)).expect("as written");
            let coded: Vec<(u32, Vec<u8>)> = posts.iter().map(|post| writer.post(post)).collect();
            let block = block(coded.iter().map(|(bits, bytes)| (*bits, &bytes[..])));
            for (at, post) in posts.iter().enumerate() {
                prop_assert_eq!(&phrases.post(&block, at), post);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(phrases: Vec<u8>, block: Vec<u8>) {
            let (_, fallback) = Writer::new(&[]);
            let phrases = Phrases::read(&mut ByteReader::new(&phrases))
                .or_else(|| Phrases::read(&mut ByteReader::new(&fallback)));
            let phrases = phrases.expect("the fallback is right");
            for nth in 0..9 {
                phrases.post(&block, nth);
            }
        }
    }
}
