//! Which posts hold a term, and how often in which field.
//!
//! A list gives the posts in ascending order. A posting is one Huffman symbol for the magnitude of
//! the gap before it and for its *pattern*, the frequencies by field, and the rest of the gap. The
//! code depends on how many posts the term stands in, and on whether it stood in the text of the
//! post before.
//!
//! All lists are read when an index is opened, and turned into the *bag* of each post: the terms it
//! has, on which the texts are coded.

use super::bits::BitReader;
#[cfg(feature = "build")]
use super::bits::BitWriter;
use super::{Field, huffman, lengths};

/// How often a term stands in each field of a post, by [`Field`].
pub(crate) type Pattern = [u32; Field::COUNT];

/// Frequencies up to this have a symbol each, those above one by magnitude.
const SMALL: u32 = 16;
const FREQUENCY_SYMBOLS: usize = SMALL as usize + 28;
/// The most frequent patterns have a symbol together with the gap; the last stands for all others.
const JOINT: u32 = 8;
/// Codes for postings: by [`magnitude`] of the frequency, by whether the posting before is in a text.
const CODES: usize = MAGNITUDES * CODES_BEFORE;
const MAGNITUDES: usize = 38;
const CODES_BEFORE: usize = 2;
/// What the first posting of a list takes for the one before.
const FIRST: usize = 1;

/// How many low bits a gap has in a list of `frequency` among `posts`: near the optimum of Rice's
/// code for random gaps, log2(ln 2 · mean gap).
pub(crate) fn rice_parameter(posts: u32, frequency: u32) -> u32 {
    let mean = u64::from(posts) / u64::from(frequency.max(1));
    (mean * 7 / 10).max(1).ilog2()
}

/// Which codes the postings of a list have.
fn magnitude(frequency: u32) -> usize {
    match frequency {
        0..=8 => frequency as usize,
        _ => 6 + frequency.ilog2() as usize,
    }
}

/// How many symbols postings among so many posts have.
fn joint_symbols(posts: u32) -> usize {
    ((posts.max(1).ilog2() + 1) * JOINT) as usize
}

#[derive(Default)]
pub(crate) struct Postings {
    patterns: Vec<Pattern>,
    /// Where the list of each term begins in `lists`; then their end.
    starts: Vec<u32>,
    /// Post and number of the pattern, by term.
    lists: Vec<(u32, u32)>,
    /// Where the bag of each post begins in `bags`; then their end.
    bag_starts: Vec<u32>,
    /// Term and number of the pattern, by post.
    bags: Vec<(u32, u32)>,
}

impl Postings {
    /// Reads the section of an index of so many posts and terms. The caller has seen that there is
    /// room for so many posts.
    pub(crate) fn read(section: &[u8], posts: u32, terms: usize) -> Option<Postings> {
        let mut postings = Postings::default();
        postings.read_lists(section, posts, terms)?;
        postings.fill_bags();
        Some(postings)
    }

    fn read_lists(&mut self, section: &[u8], posts: u32, terms: usize) -> Option<()> {
        let mut bits = BitReader::new(section, 0);
        let count = bits.count()?;
        for _ in 0..count {
            let mut pattern = Pattern::default();
            for frequency in &mut pattern {
                *frequency = u32::try_from(bits.varint()?).ok()?;
            }
            self.patterns.push(pattern);
        }
        let joint = huffman::get_codes(&mut bits, CODES, joint_symbols(posts))?;
        let rare = huffman::get_code(&mut bits, count.max(1))?;
        let frequencies = huffman::get_code(&mut bits, FREQUENCY_SYMBOLS)?;

        if terms as u64 > bits.left() {
            return None;
        }
        self.starts.push(0);
        self.bag_starts.resize(posts as usize + 1, 0);
        for _ in 0..terms {
            let mut frequency = frequencies.read(&mut bits)?;
            if frequency >= SMALL {
                let low = frequency - SMALL + SMALL.ilog2();
                frequency = 1 << low | bits.read(low);
            }
            if frequency > posts || u64::from(frequency) > bits.left() {
                return None;
            }
            let codes = joint.get(CODES_BEFORE * magnitude(frequency)..)?;
            let (mut next, mut before) = (0u32, FIRST);
            for _ in 0..frequency {
                // A code has at most 24 bits, the rest of a gap 31.
                let window = bits.window();
                let (symbol, length) = codes[before].find((window >> 32) as u32)?;
                let size = symbol / JOINT;
                let rest = window << length >> 32 << size >> 32;
                bits.skip(length + size);
                let gap = (1 << size | rest as u32) - 1;
                let post = next.checked_add(gap).filter(|&post| post < posts)?;
                let mut number = symbol % JOINT;
                if number == JOINT - 1 {
                    number = rare.read(&mut bits)?;
                }
                let pattern = self.patterns.get(number as usize)?;
                before = usize::from(pattern[Field::Text as usize] > 0);
                self.lists.push((post, number));
                self.bag_starts[post as usize + 1] += 1;
                next = post + 1;
            }
            if bits.overrun() {
                return None;
            }
            self.starts.push(u32::try_from(self.lists.len()).ok()?);
        }
        Some(())
    }

    /// Turns the lists into bags.
    fn fill_bags(&mut self) {
        // From how many there are to where they begin.
        let mut at = 0;
        for start in &mut self.bag_starts {
            at += *start;
            *start = at;
        }
        let mut free = self.bag_starts.clone();
        self.bags.resize(self.lists.len(), (0, 0));
        for (term, range) in (0..).zip(self.starts.windows(2)) {
            for &(post, number) in &self.lists[range[0] as usize..range[1] as usize] {
                let free = &mut free[post as usize];
                self.bags[*free as usize] = (term, number);
                *free += 1;
            }
        }
    }

    /// In how many posts the term stands.
    #[inline]
    pub(crate) fn frequency(&self, term: usize) -> u32 {
        self.range(term).len() as u32
    }

    /// The frequencies of a pattern that a posting names.
    #[inline]
    pub(crate) fn pattern(&self, pattern: u32) -> &Pattern {
        self.patterns
            .get(pattern as usize)
            .unwrap_or(&[0; Field::COUNT])
    }

    fn range(&self, term: usize) -> std::ops::Range<usize> {
        match self.starts.get(term..) {
            Some(&[start, end, ..]) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    /// The postings of a term: post and number of the pattern.
    pub(crate) fn list(&self, term: usize) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.lists[self.range(term)].iter().copied()
    }

    fn bag_range(&self, post: u32) -> std::ops::Range<usize> {
        match self.bag_starts.get(post as usize..) {
            Some(&[start, end, ..]) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    /// The terms of a post in ascending order, and how often they stand in which field.
    pub(crate) fn bag(&self, post: u32) -> impl Iterator<Item = (u32, &Pattern)> + '_ {
        let bag = self.bags[self.bag_range(post)].iter();
        bag.map(|&(term, number)| (term, self.pattern(number)))
    }

    /// The length codes of the titles, then of the texts.
    pub(crate) fn lengths(&self) -> Vec<u8> {
        let posts = self.bag_starts.len() as u32 - 1;
        let mut codes = vec![0; 2 * posts as usize];
        let (titles, texts) = codes.split_at_mut(posts as usize);
        for post in 0..posts {
            let (mut title, mut text) = (0, 0);
            for (_, pattern) in self.bag(post) {
                title += pattern[Field::Title as usize] as usize;
                text += pattern[Field::Text as usize] as usize;
            }
            titles[post as usize] = lengths::quantise(title);
            texts[post as usize] = lengths::quantise(text);
        }
        codes
    }
}

/// Writes the section from the postings of each term, terms and posts in ascending order.
#[cfg(feature = "build")]
pub(crate) fn write(posts: u32, lists: &[Vec<(u32, Pattern)>]) -> Vec<u8> {
    use std::collections::{BTreeMap, HashMap};

    let mut counts = BTreeMap::<Pattern, u64>::new();
    lists
        .iter()
        .flatten()
        .for_each(|&(_, pattern)| *counts.entry(pattern).or_default() += 1);
    let mut patterns: Vec<(Pattern, u64)> = counts.into_iter().collect();
    patterns.sort_by_key(|&(pattern, count)| (std::cmp::Reverse(count), pattern));
    let numbers: HashMap<Pattern, u32> = patterns
        .iter()
        .map(|&(pattern, _)| pattern)
        .zip(0..)
        .collect();
    let mut bits = BitWriter::default();
    bits.write_varint(patterns.len() as u64);
    let counts = patterns.iter().flat_map(|(pattern, _)| pattern);
    counts.for_each(|&count| bits.write_varint(u64::from(count)));

    let frequency_symbol = |frequency: u32| match frequency {
        0..SMALL => frequency,
        _ => SMALL + frequency.ilog2() - SMALL.ilog2(),
    };
    // Of each posting its code, its symbol, the rest of the gap, and the number of its pattern.
    let each = |list: &[(u32, Pattern)], found: &mut dyn FnMut(usize, u32, u32, u32)| {
        let (mut next, mut before) = (0, FIRST);
        let codes = CODES_BEFORE * magnitude(list.len() as u32);
        for &(post, pattern) in list {
            let gap = post - next + 1;
            let number = numbers[&pattern];
            let symbol = gap.ilog2() * JOINT + number.min(JOINT - 1);
            found(codes + before, symbol, gap, number);
            (next, before) = (post + 1, usize::from(pattern[Field::Text as usize] > 0));
        }
    };
    let mut joint = vec![vec![0u64; joint_symbols(posts)]; CODES];
    let mut rare = vec![0u64; patterns.len().max(1)];
    let mut frequencies = vec![0u64; FREQUENCY_SYMBOLS];
    for list in lists {
        frequencies[frequency_symbol(list.len() as u32) as usize] += 1;
        each(list, &mut |code, symbol, _, number| {
            joint[code][symbol as usize] += 1;
            if number >= JOINT - 1 {
                rare[number as usize] += 1;
            }
        });
    }
    let joint: Vec<Vec<u8>> = joint.iter().map(|table| huffman::lengths(table)).collect();
    let [rare, frequencies] = [rare, frequencies].map(|table| huffman::lengths(&table));
    huffman::put_lengths(&mut bits, &joint.concat());
    huffman::put_lengths(&mut bits, &rare);
    huffman::put_lengths(&mut bits, &frequencies);
    let joint: Vec<_> = joint.iter().map(|table| huffman::codes(table)).collect();
    let [rare, frequencies] = [rare, frequencies].map(|table| huffman::codes(&table));
    for list in lists {
        let frequency = list.len() as u32;
        let (word, size) = frequencies[frequency_symbol(frequency) as usize];
        bits.write(word, size);
        if frequency >= SMALL {
            bits.write(frequency, frequency.ilog2());
        }
        each(list, &mut |code, symbol, gap, number| {
            let (word, size) = joint[code][symbol as usize];
            bits.write(word, size);
            bits.write(gap, gap.ilog2());
            if number >= JOINT - 1 {
                let (word, size) = rare[number as usize];
                bits.write(word, size);
            }
        });
    }
    bits.finish()
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
                    postings.list(term).map(|(post, p)| (post, *postings.pattern(p))).collect();
                prop_assert_eq!(&read, list);
                prop_assert_eq!(postings.frequency(term), list.len() as u32);
            }
            for post in 0..300 {
                let bag: Vec<_> = postings.bag(post).map(|(term, pattern)| (term, *pattern)).collect();
                let expect: Vec<_> = (0..).zip(&lists).filter_map(|(term, list)| {
                    Some((term, list.iter().find(|posting| posting.0 == post)?.1))
                }).collect();
                prop_assert_eq!(bag, expect);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(section: Vec<u8>, terms in 0usize..50) {
            if let Some(postings) = Postings::read(&section, 100, terms) {
                for term in 0..terms + 2 {
                    let _ = postings.list(term).count();
                }
                for post in 0..102 {
                    let _ = postings.bag(post).count();
                }
            }
        }
    }
}
