//! Terms in shards: blocks of the sorted vocabulary, each term with the number of its posts, and where
//! the postings of a block's terms are.
//!
//! A query is expanded on these blocks alone; postings are fetched only for the terms that it comes
//! to. A second set of blocks has the vocabulary sorted from the last letter: a misspelt beginning
//! is looked for there.

use super::bits::ByteReader;
#[cfg(feature = "build")]
use super::bits::write_varint;
#[cfg(feature = "build")]
use super::strings::write_strings;
use super::strings::{Alphabet, Strings};

/// A block of postings, as its terms' block names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PostingsPart {
    /// How many lists it has; none where it has the places of the long list before it.
    pub(crate) lists: u32,
    /// Of its bytes.
    pub(crate) hash: u64,
}

/// A block of terms.
#[derive(Default)]
pub(crate) struct Lexicon {
    pub(crate) terms: Strings,
    frequencies: Vec<u32>,
    pub(crate) postings: Vec<PostingsPart>,
}

impl Lexicon {
    /// Reads a block of so many terms, whose postings stand in so many blocks.
    pub(crate) fn read(
        bytes: &[u8],
        alphabet: &Alphabet,
        terms: usize,
        postings: usize,
    ) -> Option<Lexicon> {
        let mut lexicon = Lexicon::default();
        lexicon.read_terms(bytes, alphabet, terms, postings)?;
        Some(lexicon)
    }

    fn read_terms(
        &mut self,
        bytes: &[u8],
        alphabet: &Alphabet,
        terms: usize,
        postings: usize,
    ) -> Option<()> {
        let mut bytes = ByteReader::new(bytes);
        if terms.max(postings) > bytes.rest().len() {
            return None;
        }
        let mut in_lists = 0;
        for _ in 0..postings {
            let lists = u32::try_from(bytes.varint()?).ok()?;
            let hash = bytes.take(8)?.try_into().ok().map(u64::from_le_bytes)?;
            self.postings.push(PostingsPart { lists, hash });
            in_lists += u64::from(lists);
        }
        for _ in 0..terms {
            self.frequencies.push(bytes.varint()?.try_into().ok()?);
        }
        self.terms = Strings::read(&mut bytes, alphabet, terms)?;
        (in_lists == terms as u64 && bytes.rest().is_empty()).then_some(())
    }

    /// In how many posts a term stands.
    pub(crate) fn frequency(&self, term: usize) -> u32 {
        self.frequencies.get(term).copied().unwrap_or(0)
    }

    /// Which of the blocks of postings has the list of a term, and which of its lists it is.
    pub(crate) fn list(&self, term: usize) -> Option<(usize, usize)> {
        let mut left = term;
        for (at, part) in self.postings.iter().enumerate() {
            if left < part.lists as usize {
                return Some((at, left));
            }
            left -= part.lists as usize;
        }
        None
    }

    /// Memory in bytes.
    pub(crate) fn size(&self) -> usize {
        self.terms.size() + 4 * self.frequencies.len() + 16 * self.postings.len()
    }
}

/// Reads a block of so many terms written backwards.
pub(crate) fn read_endings(bytes: &[u8], alphabet: &Alphabet, terms: usize) -> Option<Strings> {
    let mut bytes = ByteReader::new(bytes);
    let strings = Strings::read(&mut bytes, alphabet, terms)?;
    bytes.rest().is_empty().then_some(strings)
}

/// Writes a block of terms.
#[cfg(feature = "build")]
pub(crate) fn write(
    terms: &[&str],
    frequencies: &[u32],
    postings: &[PostingsPart],
    alphabet: &Alphabet,
) -> Vec<u8> {
    let mut out = Vec::new();
    for part in postings {
        write_varint(&mut out, u64::from(part.lists));
        out.extend_from_slice(&part.hash.to_le_bytes());
    }
    frequencies
        .iter()
        .for_each(|&frequency| write_varint(&mut out, u64::from(frequency)));
    write_strings(&mut out, alphabet, terms.iter().copied());
    out
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn terms_come_back(terms in prop::collection::btree_map("[ا-ی]{1,4}|[a-z]{1,4}", 1u32..9999, 1..50), cut in 0usize..50) {
            let (terms, frequencies): (Vec<String>, Vec<u32>) = terms.into_iter().unzip();
            let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
            let alphabet = Alphabet::of(terms.iter().copied());
            let cut = cut.min(terms.len());
            let parts = [(cut, 1), (0, 2), (terms.len() - cut, 3)];
            let parts = parts.map(|(lists, hash)| PostingsPart { lists: lists as u32, hash });
            let bytes = write(&terms, &frequencies, &parts, &alphabet);
            let read = Lexicon::read(&bytes, &alphabet, terms.len(), 3).expect("as written");
            for (at, term) in terms.iter().enumerate() {
                prop_assert_eq!(read.terms.get(at), *term);
                prop_assert_eq!(read.frequency(at), frequencies[at]);
                prop_assert_eq!(read.list(at), Some(if at < cut { (0, at) } else { (2, at - cut) }));
            }
            prop_assert_eq!(read.list(terms.len()), None);
            prop_assert!(Lexicon::read(&bytes, &alphabet, terms.len(), 2).is_none());
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, terms in 0usize..30, postings in 0usize..4) {
            let alphabet = Alphabet::of(BTreeMap::<&str, ()>::new().into_keys());
            let _ = Lexicon::read(&bytes, &alphabet, terms, postings);
        }
    }
}
