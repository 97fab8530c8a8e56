//! The words of the posts, exactly as written, coded with the corpus's own vocabulary.
//!
//! A text is a run of *chunks*: words, and what separates them; one space between two words is
//! not coded at all. A chunk that is a term of the dictionary is that term's number, another one
//! stands in a list of its own. Pairs of symbols that stand together often become one symbol, by a
//! *rule* (Re-Pair, Larsson and Moffat 1999), and the symbols are Huffman coded. A post can be
//! read without those before it.
//!
//! Symbols: 0 ends a field, then the terms, the other chunks, the rules.

use super::bits::{BitReader, ByteReader};
#[cfg(feature = "build")]
use super::bits::{BitWriter, write_varint};
use super::huffman;
#[cfg(feature = "build")]
use super::strings::write_strings;
use super::strings::{Alphabet, Strings};

/// Ends each field of a post.
pub(crate) const FIELD_END: u32 = 0;

/// Whether a character belongs to a word chunk; any rule would do as long as it never changes.
fn is_word(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        '«' | '»' | '،' | '؛' | '؟' => false,
        '\u{80}'..='\u{a9}' => false,
        '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' => false,
        _ => true,
    }
}

/// Cuts a text into chunks: runs of separators, of ASCII words and of other words; none longer
/// than [`MAX_CHUNK`] characters. A separator of one space is left out, an absent one is `""`.
#[cfg(feature = "build")]
pub(crate) fn chunks<'t>(text: &'t str, mut each: impl FnMut(&'t str)) {
    const MAX_CHUNK: usize = 64;
    let kind = |c: char| {
        if !is_word(c) {
            0
        } else {
            1 + u8::from(!c.is_ascii())
        }
    };
    let (mut start, mut before) = (0, 0);
    while start < text.len() {
        let rest = &text[start..];
        let first = rest.chars().next().map_or(0, kind);
        let mut ends = rest.char_indices().take(MAX_CHUNK + 1).skip(1);
        let size =
            ends.find(|&(at, c)| kind(c) != first || rest[..at].chars().count() == MAX_CHUNK);
        let chunk = &rest[..size.map_or(rest.len(), |(at, _)| at)];
        start += chunk.len();
        if first > 0 && before > 0 {
            each("");
        }
        let alone = chunk == " " && before > 0 && text[start..].chars().next().is_some_and(is_word);
        if !alone {
            each(chunk);
        }
        before = if alone { 0 } else { first };
    }
}

pub(crate) struct Texts {
    /// Chunks that are no terms.
    others: Strings,
    /// What each rule stands for.
    rules: Vec<(u32, u32)>,
    code: huffman::Decoder,
    /// Where each post begins, in bits, and the last one ends.
    starts: Vec<u64>,
    /// Where the posts stand in the section.
    posts_at: usize,
}

impl Texts {
    /// Reads the section of an index of so many posts and terms.
    pub(crate) fn read(
        section: &[u8],
        alphabet: &Alphabet,
        posts: u32,
        terms: usize,
    ) -> Option<Texts> {
        let mut bytes = ByteReader::new(section);
        let count = bytes.count()?;
        let others = Strings::read(&mut bytes, alphabet, count)?;
        let first_rule = 1 + terms + others.len();
        let count = bytes.count()?;
        let code = huffman::Decoder::new(&huffman::read_lengths(&mut bytes, first_rule + count)?)?;
        let size = bytes.count()?;
        let mut bits = BitReader::new(bytes.take(size)?, 0);
        // In chunks. A rule of more than 255 is refused, so that no damaged one unfolds without bound.
        let mut lengths: Vec<u8> = Vec::with_capacity(count);
        let rules = (0..count)
            .map(|_| {
                let (left, right) = (code.read(&mut bits)?, code.read(&mut bits)?);
                let length = |symbol: u32| match (symbol as usize).checked_sub(first_rule) {
                    None => Some(1u8),
                    Some(rule) => lengths.get(rule).copied(), // none for a rule that comes later
                };
                let length = length(left)?.checked_add(length(right)?)?;
                lengths.push(length);
                (left != FIELD_END && right != FIELD_END).then_some((left, right))
            })
            .collect::<Option<Vec<_>>>()?;
        if bits.overrun() {
            return None;
        }
        let mut at = 0u64;
        let mut starts = vec![0];
        for _ in 0..posts {
            at = at.checked_add(bytes.varint()?)?;
            starts.push(at);
        }
        let posts_at = section.len() - bytes.rest().len();
        (at <= bytes.rest().len() as u64 * 8).then_some(Texts {
            others,
            rules,
            code,
            starts,
            posts_at,
        })
    }

    /// Appends the fields of a post to `fields`, as many as there are places for them.
    pub(crate) fn post(&self, section: &[u8], terms: &Strings, post: u32, fields: &mut [String]) {
        let post = post as usize;
        let (Some(&start), Some(&end)) = (self.starts.get(post), self.starts.get(post + 1)) else {
            return;
        };
        let mut bits = BitReader::new(section.get(self.posts_at..).unwrap_or(&[]), start);
        let mut fields = fields.iter_mut();
        let Some(mut out) = fields.next() else { return };
        let mut after_word = false;
        let mut stack = Vec::new();
        while bits.position() < end {
            let Some(symbol) = self.code.read(&mut bits) else {
                return;
            };
            if symbol == FIELD_END {
                let Some(next) = fields.next() else { return };
                (out, after_word) = (next, false);
                continue;
            }
            stack.push(symbol);
            while let Some(symbol) = stack.pop() {
                let number = symbol as usize - 1;
                let chunk = if number < terms.len() {
                    terms.get(number)
                } else if number - terms.len() < self.others.len() {
                    self.others.get(number - terms.len())
                } else {
                    if let Some(&(left, right)) =
                        self.rules.get(number - terms.len() - self.others.len())
                    {
                        stack.extend([right, left]);
                    }
                    continue;
                };
                let word = chunk.chars().next().is_some_and(is_word);
                if word && after_word {
                    out.push(' ');
                }
                out.push_str(chunk);
                after_word = word;
            }
        }
    }
}

/// What the builder hands to [`write`].
#[cfg(feature = "build")]
pub(crate) struct Coded {
    /// Chunks that are no terms, in ascending order.
    pub(crate) others: Vec<String>,
    /// What each rule stands for.
    pub(crate) rules: Vec<(u32, u32)>,
    /// The symbols of each post, every field ended by [`FIELD_END`].
    pub(crate) posts: Vec<Vec<u32>>,
}

/// Writes the section for an index of so many terms.
#[cfg(feature = "build")]
pub(crate) fn write(coded: &Coded, alphabet: &Alphabet, terms: usize) -> Vec<u8> {
    let mut out = Vec::new();
    write_varint(&mut out, coded.others.len() as u64);
    write_strings(&mut out, alphabet, coded.others.iter().map(String::as_str));
    write_varint(&mut out, coded.rules.len() as u64);

    let mut frequencies = vec![0u64; 1 + terms + coded.others.len() + coded.rules.len()];
    let bodies = coded.rules.iter().flat_map(|&(left, right)| [left, right]);
    bodies
        .clone()
        .chain(coded.posts.iter().flatten().copied())
        .for_each(|s| frequencies[s as usize] += 1);
    let lengths = huffman::lengths(&frequencies);
    huffman::write_lengths(&mut out, &lengths);
    let codes = huffman::codes(&lengths);
    let put = |bits: &mut BitWriter, symbol: u32| {
        let (code, length) = codes[symbol as usize];
        bits.write(code, length);
    };

    let mut bits = BitWriter::default();
    bodies.for_each(|symbol| put(&mut bits, symbol));
    let bodies = bits.finish();
    write_varint(&mut out, bodies.len() as u64);
    out.extend_from_slice(&bodies);

    let mut bits = BitWriter::default();
    for post in &coded.posts {
        let start = bits.len();
        post.iter().for_each(|&symbol| put(&mut bits, symbol));
        write_varint(&mut out, bits.len() - start);
    }
    out.extend_from_slice(&bits.finish());
    out
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(text: &str) -> String {
        let mut out = String::new();
        let mut after_word = false;
        chunks(text, |chunk| {
            let word = chunk.chars().next().is_some_and(is_word);
            if word && after_word {
                out.push(' ');
            }
            out.push_str(chunk);
            after_word = word;
        });
        out
    }

    #[test]
    fn chunks_are_words_and_what_is_between() {
        let mut found = Vec::new();
        chunks("مدل BERT، cnnها  می‌شود", |chunk| {
            found.push(chunk)
        });
        assert_eq!(
            found,
            [
                "مدل", "BERT", "، ", "cnn", "", "ها", "  ", "می", "\u{200c}", "شود"
            ]
        );
    }

    proptest! {
        #[test]
        fn chunks_hold_the_whole_text(text in "([ا-ی]{1,3}|[a-zA-Z0-9]{1,70}|[ \n،.\u{200c}]|\\PC){0,30}") {
            prop_assert_eq!(joined(&text), text);
        }

        #[test]
        fn arbitrary_bytes_never_panic(section: Vec<u8>, terms in 0usize..10, posts in 0u32..10) {
            let strings = Strings::default();
            let Some(alphabet) = Alphabet::read(&mut ByteReader::new(&[2, 97, 1])) else { unreachable!() };
            if let Some(texts) = Texts::read(&section, &alphabet, posts, terms) {
                for post in 0..posts + 1 {
                    texts.post(&section, &strings, post, &mut [const { String::new() }; 3]);
                }
            }
        }
    }
}
