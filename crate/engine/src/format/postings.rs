//! Which posts hold a term, and how often in which field.
//!
//! A list gives the posts in ascending order: Rice-coded gaps, each followed by the Huffman code
//! of the posting's *pattern*, the frequencies by field. Lists stand in term order without
//! separation; every [`GROUP`]th start is stored, and long lists say their own size so that a
//! reader can step over them.

use super::Field;
use super::bits::{BitReader, ByteReader};
#[cfg(feature = "build")]
use super::bits::{BitWriter, write_varint};
use super::huffman;

/// How often a term stands in each field of a post, by [`Field`].
pub(crate) type Pattern = [u32; Field::COUNT];

/// A start is stored for every so many lists.
const GROUP: usize = 16;
/// A list of more postings than this begins with its size in bits, as 32 bits.
const LONG: u32 = 64;

/// How many low bits a gap has in a list of `frequency` among `posts`: near the optimum of Rice's
/// code for random gaps, log2(ln 2 · mean gap).
pub(crate) fn rice_parameter(posts: u32, frequency: u32) -> u32 {
    let mean = u64::from(posts) / u64::from(frequency.max(1));
    (mean * 7 / 10).max(1).ilog2()
}

pub(crate) struct Postings {
    posts: u32,
    patterns: Vec<Pattern>,
    code: huffman::Decoder,
    /// In how many posts each term stands.
    frequencies: Vec<u32>,
    /// Where each group of lists begins in `bits`.
    starts: Vec<u64>,
    /// Where the lists stand in the section.
    lists_at: usize,
}

impl Postings {
    /// Reads the section of an index of so many posts and terms.
    pub(crate) fn read(section: &[u8], posts: u32, terms: usize) -> Option<Postings> {
        let mut bytes = ByteReader::new(section);
        let count = bytes.count()?;
        let patterns = (0..count)
            .map(|_| {
                let mut pattern = Pattern::default();
                for frequency in &mut pattern {
                    *frequency = u32::try_from(bytes.varint()?).ok()?;
                }
                Some(pattern)
            })
            .collect::<Option<Vec<_>>>()?;
        let code = huffman::Decoder::new(&huffman::read_lengths(&mut bytes, count)?)?;
        let frequencies = (0..terms)
            .map(|_| u32::try_from(bytes.varint()?).ok())
            .collect::<Option<Vec<_>>>()?;
        let mut at = 0u64;
        let starts = (0..terms.div_ceil(GROUP))
            .map(|_| {
                let start = at;
                at = at.checked_add(bytes.varint()?)?;
                Some(start)
            })
            .collect::<Option<Vec<_>>>()?;
        let lists_at = section.len() - bytes.rest().len();
        (at <= bytes.rest().len() as u64 * 8).then_some(Postings {
            posts,
            patterns,
            code,
            frequencies,
            starts,
            lists_at,
        })
    }

    /// In how many posts the term stands.
    #[inline]
    pub(crate) fn frequency(&self, term: usize) -> u32 {
        self.frequencies
            .get(term)
            .copied()
            .unwrap_or(0)
            .min(self.posts)
    }

    /// The frequencies of a pattern that a posting names.
    #[inline]
    pub(crate) fn pattern(&self, pattern: u32) -> &Pattern {
        self.patterns
            .get(pattern as usize)
            .unwrap_or(&[0; Field::COUNT])
    }

    /// The postings of a term; `section` is what [`Postings::read`] was given.
    pub(crate) fn list<'a>(&'a self, section: &'a [u8], term: usize) -> List<'a> {
        let group = term / GROUP;
        let lists = section.get(self.lists_at..).unwrap_or(&[]);
        let start = self.starts.get(group).copied().unwrap_or(u64::MAX / 2);
        let mut bits = BitReader::new(lists, start);
        for before in group * GROUP..term {
            if self.frequency(before) > LONG {
                let size = bits.read(32);
                bits.skip(size);
            } else {
                let mut list = self.list_at(bits, before);
                while list.next().is_some() {}
                bits = list.bits;
            }
        }
        if self.frequency(term) > LONG {
            bits.skip(32);
        }
        self.list_at(bits, term)
    }

    fn list_at<'a>(&'a self, bits: BitReader<'a>, term: usize) -> List<'a> {
        let left = self.frequency(term);
        List {
            postings: self,
            bits,
            left,
            next: 0,
            k: rice_parameter(self.posts, left),
        }
    }
}

/// Goes over the postings of one term: (post, pattern).
pub(crate) struct List<'a> {
    postings: &'a Postings,
    bits: BitReader<'a>,
    left: u32,
    next: u32,
    k: u32,
}

impl Iterator for List<'_> {
    type Item = (u32, u32);

    #[inline]
    fn next(&mut self) -> Option<(u32, u32)> {
        self.left = self.left.checked_sub(1)?;
        let post = self.next.checked_add(self.bits.read_rice(self.k)?)?;
        if post >= self.postings.posts {
            self.left = 0;
            return None;
        }
        self.next = post + 1;
        Some((post, self.postings.code.read(&mut self.bits)?))
    }
}

/// Writes the section from the postings of each term, terms and posts in ascending order.
#[cfg(feature = "build")]
pub(crate) fn write(posts: u32, lists: &[Vec<(u32, Pattern)>]) -> Vec<u8> {
    use std::collections::BTreeMap;

    let mut counts = BTreeMap::<Pattern, u64>::new();
    lists
        .iter()
        .flatten()
        .for_each(|&(_, pattern)| *counts.entry(pattern).or_default() += 1);
    let mut out = Vec::new();
    write_varint(&mut out, counts.len() as u64);
    counts
        .keys()
        .flatten()
        .for_each(|&frequency| write_varint(&mut out, u64::from(frequency)));
    let lengths = huffman::lengths(&counts.values().copied().collect::<Vec<_>>());
    huffman::write_lengths(&mut out, &lengths);
    let codes: BTreeMap<Pattern, (u32, u32)> =
        counts.into_keys().zip(huffman::codes(&lengths)).collect();

    let mut bits = BitWriter::default();
    let mut starts = Vec::new();
    for (term, list) in lists.iter().enumerate() {
        write_varint(&mut out, list.len() as u64);
        if term % GROUP == 0 {
            starts.push(bits.len());
        }
        let mut own = BitWriter::default();
        let k = rice_parameter(posts, list.len() as u32);
        let mut next = 0;
        for (post, pattern) in list {
            own.write_rice(post - next, k);
            let (code, length) = codes[pattern];
            own.write(code, length);
            next = post + 1;
        }
        if list.len() as u32 > LONG {
            bits.write(own.len() as u32, 32);
        }
        bits.append(&own);
    }
    starts.push(bits.len());
    starts
        .windows(2)
        .for_each(|pair| write_varint(&mut out, pair[1] - pair[0]));
    out.extend_from_slice(&bits.finish());
    out
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            lists in prop::collection::vec(
                prop::collection::btree_map(0u32..300, prop::array::uniform4(0u32..3), 1..120), 0..40),
        ) {
            let lists: Vec<Vec<(u32, Pattern)>> =
                lists.into_iter().map(|list: BTreeMap<_, _>| list.into_iter().collect()).collect();
            let section = write(300, &lists);
            let postings = Postings::read(&section, 300, lists.len()).expect("as written");
            for (term, list) in lists.iter().enumerate() {
                let read: Vec<_> =
                    postings.list(&section, term).map(|(post, p)| (post, *postings.pattern(p))).collect();
                prop_assert_eq!(&read, list);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(section: Vec<u8>, terms in 0usize..50) {
            if let Some(postings) = Postings::read(&section, 100, terms) {
                for term in 0..terms + 2 {
                    let _ = postings.list(&section, term).count();
                }
            }
        }
    }
}
