//! A sorted list of strings, front coded: each says how much of the one before it shares.
//!
//! Letters stand as one byte each, by an [`Alphabet`] of the corpus's own: a Persian letter costs
//! half of what UTF-8 takes.

use super::bits::ByteReader;
#[cfg(feature = "build")]
use super::bits::write_varint;

/// Marks a character outside the alphabet; its code point follows in three bytes.
const ESCAPE: u8 = 255;

/// The most frequent characters of a corpus, at most 255, in code point order.
pub(crate) struct Alphabet(Vec<char>);

impl Alphabet {
    pub(crate) fn read(bytes: &mut ByteReader<'_>) -> Option<Alphabet> {
        let mut alphabet = Vec::new();
        let mut last = 0;
        for _ in 0..bytes.byte()? {
            last += u32::try_from(bytes.varint()?).ok()?.min(0x11_0000);
            alphabet.push(char::from_u32(last)?);
        }
        Some(Alphabet(alphabet))
    }

    fn decode(&self, bytes: &[u8], out: &mut String) -> Option<()> {
        let mut bytes = ByteReader::new(bytes);
        while let Some(byte) = bytes.byte() {
            out.push(if byte == ESCAPE {
                let code = bytes.take(3)?;
                char::from_u32(u32::from_le_bytes([code[0], code[1], code[2], 0]))?
            } else {
                *self.0.get(usize::from(byte))?
            });
        }
        Some(())
    }
}

#[cfg(feature = "build")]
impl Alphabet {
    /// The alphabet of these strings.
    pub(crate) fn of<'s>(strings: impl Iterator<Item = &'s str>) -> Alphabet {
        let mut counts = std::collections::BTreeMap::<char, u64>::new();
        strings
            .flat_map(str::chars)
            .for_each(|c| *counts.entry(c).or_default() += 1);
        let mut chars: Vec<(char, u64)> = counts.into_iter().collect();
        chars.sort_by_key(|&(c, n)| (std::cmp::Reverse(n), c));
        chars.truncate(usize::from(ESCAPE));
        let mut chars: Vec<char> = chars.into_iter().map(|(c, _)| c).collect();
        chars.sort_unstable();
        Alphabet(chars)
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.push(self.0.len() as u8);
        let mut last = 0;
        for &c in &self.0 {
            write_varint(out, u64::from(u32::from(c) - last));
            last = u32::from(c);
        }
    }

    fn encode(&self, string: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(string.len());
        for c in string.chars() {
            match self.0.binary_search(&c) {
                Ok(at) => out.push(at as u8),
                Err(_) => {
                    out.push(ESCAPE);
                    out.extend_from_slice(&u32::from(c).to_le_bytes()[..3]);
                }
            }
        }
        out
    }
}

/// A list of strings, held as UTF-8.
#[derive(Default)]
pub(crate) struct Strings {
    text: String,
    /// Where each string ends in `text`.
    ends: Vec<u32>,
}

impl Strings {
    /// Strings that stand end to end in `text`, by where they end.
    pub(crate) const fn new(text: String, ends: Vec<u32>) -> Strings {
        Strings { text, ends }
    }

    /// Reads `count` strings in strictly ascending order; `None` where the bytes are not that.
    pub(crate) fn read(
        bytes: &mut ByteReader<'_>,
        alphabet: &Alphabet,
        count: usize,
    ) -> Option<Strings> {
        if count > bytes.rest().len() {
            return None;
        }
        let mut strings = Strings {
            text: String::new(),
            ends: Vec::with_capacity(count),
        };
        let mut letters: Vec<u8> = Vec::new();
        for at in 0..count {
            let packed = bytes.byte()?;
            let mut part = |nibble: u8| {
                let long = if nibble == 15 {
                    usize::try_from(bytes.varint()?).ok()?
                } else {
                    0
                };
                long.checked_add(usize::from(nibble))
            };
            let (shared, own) = (part(packed >> 4)?, part(packed & 15)?);
            if shared > letters.len() {
                return None;
            }
            letters.truncate(shared);
            letters.extend_from_slice(bytes.take(own)?);
            // Front coding may not blow up: a string is at most as long as all that was read, and
            // sharing more than MAX_SHARED letters is refused on both sides.
            if shared > MAX_SHARED {
                return None;
            }
            alphabet.decode(&letters, &mut strings.text)?;
            strings.ends.push(u32::try_from(strings.text.len()).ok()?);
            if at > 0 && strings.get(at - 1) >= strings.get(at) {
                return None;
            }
        }
        Some(strings)
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Appends a string; `None` where there is no room.
    pub(crate) fn push(&mut self, string: &str) -> Option<()> {
        self.text.push_str(string);
        self.ends.push(u32::try_from(self.text.len()).ok()?);
        Some(())
    }

    /// Memory in bytes.
    pub(crate) fn size(&self) -> usize {
        self.text.len() + 4 * self.ends.len()
    }

    /// The string at `at`, empty where there is none.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> &str {
        let Some(&end) = self.ends.get(at) else {
            return "";
        };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// How many strings stand before `string` in order.
    pub(crate) fn rank(&self, string: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.get(middle) < string {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// How many letters a string may share with the one before it.
const MAX_SHARED: usize = 63;

/// Writes strings in strictly ascending order.
#[cfg(feature = "build")]
pub(crate) fn write_strings<'s>(
    out: &mut Vec<u8>,
    alphabet: &Alphabet,
    strings: impl Iterator<Item = &'s str>,
) {
    let mut before: Vec<u8> = Vec::new();
    for string in strings {
        let letters = alphabet.encode(string);
        let mut shared = before
            .iter()
            .zip(&letters)
            .take_while(|(a, b)| a == b)
            .count()
            .min(MAX_SHARED);
        // An escaped character is not torn apart.
        while (1..=3).any(|back| shared >= back && letters[shared - back] == ESCAPE) {
            shared -= 1;
        }
        let own = letters.len() - shared;
        out.push((shared.min(15) << 4 | own.min(15)) as u8);
        for part in [shared, own] {
            if part >= 15 {
                write_varint(out, (part - 15) as u64);
            }
        }
        out.extend_from_slice(&letters[shared..]);
        before = letters;
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(set in prop::collection::btree_set("[ا-ی]{0,5}|[a-c]{0,40}|\\PC{0,4}", 0..60)) {
            // An alphabet of a part of the strings, so that escapes occur.
            let alphabet = Alphabet::of(set.iter().take(20).map(String::as_str));
            let mut out = Vec::new();
            alphabet.write(&mut out);
            write_strings(&mut out, &alphabet, set.iter().map(String::as_str));
            let mut bytes = ByteReader::new(&out);
            let alphabet = Alphabet::read(&mut bytes).expect("an alphabet");
            let strings = Strings::read(&mut bytes, &alphabet, set.len()).expect("strings");
            prop_assert!(bytes.rest().is_empty());
            for (at, string) in set.iter().enumerate() {
                prop_assert_eq!(strings.get(at), string);
                prop_assert_eq!(strings.rank(string), at);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, count in 0usize..1000) {
            let mut bytes = ByteReader::new(&bytes);
            if let Some(alphabet) = Alphabet::read(&mut bytes) {
                let _ = Strings::read(&mut bytes, &alphabet, count);
            }
        }
    }
}
