//! Lists of strings in few bits: front coded, each letter Huffman coded by the letter before it.
//!
//! One [`Letters`] serves all lists of an index.

use super::bits::BitReader;
#[cfg(feature = "build")]
use super::bits::BitWriter;
use super::huffman;
use super::strings::Strings;

/// The letter that ends a string, and stands before its first.
const END: usize = 0;
/// No more letters have a number; the last one stands for all others, whose code point follows.
const MAX_LETTERS: usize = 254;
/// Bits of a code point.
const CODE_POINT: u32 = 21;
/// A string shares at most so many letters with the one before.
const MAX_SHARED: usize = 63;
/// The length of the string before that tells codes for shared letters apart, at most.
const LENGTHS: usize = 16;
/// Decoded strings may have so many bytes for each byte of the list.
const MAX_GROWTH: u64 = 256;
/// A letter that stands before fewer others has no code of its own for what follows it.
#[cfg(feature = "build")]
const MIN_FOLLOWERS: u64 = 40;

/// The alphabet of an index, and its codes.
#[derive(Default)]
pub(crate) struct Letters {
    /// In ascending order; letter `n` is at `n - 1`.
    alphabet: Vec<char>,
    /// Which code a letter has for what follows it.
    followers: Vec<u8>,
    codes: Vec<huffman::Decoder>,
    /// For how many letters are shared, by the length of the string before.
    shared: Vec<huffman::Decoder>,
}

/// How many symbols the letters have: [`END`], those of the alphabet, and the one for all others.
fn symbols(alphabet: &[char]) -> usize {
    alphabet.len() + 2
}

impl Letters {
    pub(crate) fn read(bits: &mut BitReader<'_>) -> Option<Letters> {
        let mut letters = Letters::default();
        letters.read_codes(bits)?;
        Some(letters)
    }

    fn read_codes(&mut self, bits: &mut BitReader<'_>) -> Option<()> {
        let count = bits.count().filter(|&count| count < MAX_LETTERS)?;
        let mut last = 0;
        for _ in 0..count {
            last += u32::try_from(bits.varint()?).ok()?.min(0x11_0000);
            self.alphabet.push(char::from_u32(last)?);
        }
        let symbols = symbols(&self.alphabet);
        let mut own = 0;
        for _ in 0..symbols {
            let has_own = bits.read(1) as u8;
            own += has_own;
            self.followers.push(own * has_own);
        }
        self.codes = huffman::get_codes(bits, usize::from(own) + 1, symbols)?;
        self.shared = huffman::get_codes(bits, LENGTHS, MAX_SHARED + 1)?;
        Some(())
    }

    /// Reads `count` strings in strictly ascending order; `None` where the bits are not that.
    pub(crate) fn strings(&self, bits: &mut BitReader<'_>, count: usize) -> Option<Strings> {
        if count as u64 > bits.left() {
            return None;
        }
        let limit = bits.left().saturating_mul(MAX_GROWTH / 8);
        let mut text = String::new();
        let mut ends = Vec::with_capacity(count);
        // Where the string before begins; its letters, each with where it ends in the string.
        let mut start = 0;
        let mut letters: Vec<(usize, usize)> = Vec::new();
        for _ in 0..count {
            let shared = self.shared[letters.len().min(LENGTHS - 1)].read(bits)? as usize;
            if shared > letters.len() {
                return None;
            }
            letters.truncate(shared);
            let (mut before, size) = letters.last().copied().unwrap_or((END, 0));
            let own = text.len();
            text.extend_from_within(start..start + size);
            loop {
                let code = &self.codes[usize::from(*self.followers.get(before)?)];
                before = code.read(bits)? as usize;
                if before == END {
                    break;
                }
                text.push(match self.alphabet.get(before - 1) {
                    Some(&letter) => letter,
                    None => char::from_u32(bits.read(CODE_POINT))?,
                });
                letters.push((before, text.len() - own));
            }
            if bits.overrun() || text.len() as u64 > limit {
                return None;
            }
            if !ends.is_empty() && text.as_bytes()[start..own] >= text.as_bytes()[own..] {
                return None;
            }
            ends.push(u32::try_from(text.len()).ok()?);
            start = own;
        }
        Some(Strings::new(text, ends))
    }
}

#[cfg(feature = "build")]
pub(crate) use writer::Writer;

#[cfg(feature = "build")]
mod writer {
    use super::*;
    use std::collections::BTreeMap;

    /// The codes, ready to write.
    pub(crate) struct Writer {
        alphabet: Vec<char>,
        followers: Vec<usize>,
        lengths: Vec<Vec<u8>>,
        codes: Vec<Vec<(u32, u32)>>,
        shared_lengths: Vec<Vec<u8>>,
        shared: Vec<Vec<(u32, u32)>>,
    }

    /// Hands on, of each string, how long the one before was, how many letters it shares with that,
    /// and all of its letters.
    fn fronts<'s>(
        strings: impl Iterator<Item = &'s str>,
        mut each: impl FnMut(usize, usize, &[char]),
    ) {
        let mut before: Vec<char> = Vec::new();
        for string in strings {
            let letters: Vec<char> = string.chars().collect();
            let same = before.iter().zip(&letters).take_while(|(a, b)| a == b);
            let shared = same.count().min(MAX_SHARED);
            each(before.len().min(LENGTHS - 1), shared, &letters);
            before = letters;
        }
    }

    impl Writer {
        /// Codes for these lists of strings.
        pub(crate) fn new(lists: &[Vec<&str>]) -> Writer {
            let mut counts = BTreeMap::<char, u64>::new();
            let chars = lists.iter().flatten().flat_map(|string| string.chars());
            chars.for_each(|c| *counts.entry(c).or_default() += 1);
            let mut chars: Vec<(char, u64)> = counts.into_iter().collect();
            chars.sort_by_key(|&(c, n)| (std::cmp::Reverse(n), c));
            chars.truncate(MAX_LETTERS - 1);
            let mut alphabet: Vec<char> = chars.into_iter().map(|(c, _)| c).collect();
            alphabet.sort_unstable();
            let symbols = symbols(&alphabet);
            let mut writer = Writer {
                alphabet,
                followers: vec![0; symbols],
                lengths: Vec::new(),
                codes: Vec::new(),
                shared_lengths: Vec::new(),
                shared: Vec::new(),
            };
            let mut pairs = vec![vec![0u64; symbols]; symbols];
            let mut shares = vec![vec![0u64; MAX_SHARED + 1]; LENGTHS];
            for list in lists {
                fronts(list.iter().copied(), |length, shared, letters| {
                    shares[length][shared] += 1;
                    writer.each(shared, letters, |before, letter, _| {
                        pairs[before][letter] += 1;
                    });
                });
            }
            let mut common = vec![0u64; symbols];
            let mut tables = Vec::new();
            for (letter, after) in pairs.into_iter().enumerate() {
                if after.iter().sum::<u64>() < MIN_FOLLOWERS {
                    common.iter_mut().zip(after).for_each(|(all, n)| *all += n);
                } else {
                    tables.push(after);
                    writer.followers[letter] = tables.len();
                }
            }
            tables.insert(0, common);
            let lengths = |tables: &[Vec<u64>]| -> Vec<Vec<u8>> {
                tables.iter().map(|table| huffman::lengths(table)).collect()
            };
            let codes =
                |lengths: &[Vec<u8>]| lengths.iter().map(|table| huffman::codes(table)).collect();
            writer.lengths = lengths(&tables);
            writer.codes = codes(&writer.lengths);
            writer.shared_lengths = lengths(&shares);
            writer.shared = codes(&writer.shared_lengths);
            writer
        }

        /// Hands on each letter after the shared ones with the one before it, and its character.
        fn each(&self, shared: usize, letters: &[char], mut each: impl FnMut(usize, usize, char)) {
            let number = |c: char| match self.alphabet.binary_search(&c) {
                Ok(at) => at + 1,
                Err(_) => self.alphabet.len() + 1,
            };
            let mut before = shared.checked_sub(1).map_or(END, |at| number(letters[at]));
            for &c in &letters[shared..] {
                let letter = number(c);
                each(before, letter, c);
                before = letter;
            }
            each(before, END, '\0');
        }

        pub(crate) fn write(&self, bits: &mut BitWriter) {
            bits.write_varint(self.alphabet.len() as u64);
            let mut last = 0;
            for &c in &self.alphabet {
                bits.write_varint(u64::from(u32::from(c) - last));
                last = u32::from(c);
            }
            for &own in &self.followers {
                bits.write(u32::from(own > 0), 1);
            }
            huffman::put_lengths(bits, &self.lengths.concat());
            huffman::put_lengths(bits, &self.shared_lengths.concat());
        }

        /// Writes one of the lists that the codes were made for.
        pub(crate) fn strings<'s>(
            &self,
            bits: &mut BitWriter,
            strings: impl Iterator<Item = &'s str>,
        ) {
            fronts(strings, |length, shared, letters| {
                let (code, size) = self.shared[length][shared];
                bits.write(code, size);
                self.each(shared, letters, |before, letter, c| {
                    let (code, size) = self.codes[self.followers[before]][letter];
                    bits.write(code, size);
                    if letter > self.alphabet.len() {
                        bits.write(u32::from(c), CODE_POINT);
                    }
                });
            });
        }
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn check(lists: &[BTreeSet<String>]) {
        let lists: Vec<Vec<&str>> = lists
            .iter()
            .map(|list| list.iter().map(String::as_str).collect())
            .collect();
        let writer = Writer::new(&lists);
        let mut bits = BitWriter::default();
        writer.write(&mut bits);
        for list in &lists {
            writer.strings(&mut bits, list.iter().copied());
        }
        let bytes = bits.finish();
        let mut bits = BitReader::new(&bytes, 0);
        let letters = Letters::read(&mut bits).expect("as written");
        for list in lists {
            let read = letters
                .strings(&mut bits, list.len())
                .expect("ascending strings");
            for (at, string) in list.iter().enumerate() {
                assert_eq!(read.get(at), *string);
            }
        }
        assert!(bits.left() < 8);
    }

    proptest! {
        #[test]
        fn lists_come_back(lists in prop::collection::vec(
            prop::collection::btree_set("[ا-ی]{0,5}|[a-c]{0,80}|\\PC{0,4}", 0..60), 0..4)) {
            check(&lists);
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, count in 0usize..1000) {
            let mut bits = BitReader::new(&bytes, 0);
            if let Some(letters) = Letters::read(&mut bits) {
                let _ = letters.strings(&mut bits, count);
            }
        }
    }

    #[test]
    fn letters_beyond_the_alphabet_are_spelt_out() {
        check(&[('\u{4e00}'..'\u{4f00}').map(String::from).collect()]);
    }
}
