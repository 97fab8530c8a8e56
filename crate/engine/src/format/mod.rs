//! The bytes of an index: the only place that knows them. `docs/format.md` says the same in prose.
//!
//! ```text
//! magic                8 bytes
//! format version       1 byte
//! size of the header   4 bytes, little-endian
//! CRC-32 of the header 4 bytes, little-endian
//! header               bincode
//! sections             end to end, in the order and of the sizes that the header names
//! ```
//!
//! Everything is checked when an index is opened: every byte by a checksum, every table for
//! sense. Reading arbitrary bytes never panics.

pub(crate) mod bits;
pub(crate) mod checksum;
pub(crate) mod columns;
pub(crate) mod documents;
pub(crate) mod huffman;
pub(crate) mod lengths;
pub(crate) mod letters;
pub(crate) mod lexicon;
pub(crate) mod lists;
pub(crate) mod manifest;
pub(crate) mod metadata;
pub(crate) mod postings;
mod range;
pub(crate) mod strings;
pub(crate) mod text;

use crate::list::List;
use crate::settings::{Settings, Synonym};
use bits::ByteReader;
#[cfg(feature = "build")]
use serde::Serialize;
use std::fmt;

/// The first bytes of every index. The first is no text in any encoding; the line ends tell of a
/// transfer that changed them.
pub const MAGIC: [u8; 8] = *b"\x89JUYA\r\n\x1a";
/// The format that this engine writes and reads.
pub const VERSION: u8 = 3;
/// Where the header begins.
const HEADER_AT: usize = MAGIC.len() + 1 + 4 + 4;

/// The parts of a post that are searched, each with its own weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The title.
    Title,
    /// The body.
    Text,
    /// Hashtags in the text, and the tags of the post.
    Tags,
    /// Words of addresses, and what link previews said.
    Links,
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = 4;
    /// All fields, in the order in which a posting counts them.
    pub const ALL: [Field; Field::COUNT] = [Field::Title, Field::Text, Field::Tags, Field::Links];

    /// The name by which queries and explanations call the field.
    pub fn name(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Text => "text",
            Field::Tags => "tags",
            Field::Links => "links",
        }
    }
}

/// How many fields of a post are kept as written: title, text, preview.
pub(crate) const STORED: usize = 3;

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// The alphabet, its codes, and the terms in ascending order: [`letters`].
    Terms,
    /// In which posts the terms stand, and how often: [`postings`].
    Postings,
    /// Titles, texts and previews as written: [`text`].
    Texts,
    /// [`Metadata`], as [`mod@metadata`] packs it.
    Metadata,
}

impl Section {
    pub(crate) const COUNT: usize = 4;
    pub(crate) const ALL: [Section; Section::COUNT] = [
        Section::Terms,
        Section::Postings,
        Section::Texts,
        Section::Metadata,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Section::Terms => "terms",
            Section::Postings => "postings",
            Section::Texts => "texts",
            Section::Metadata => "metadata",
        }
    }
}

/// What stands before the sections.
#[derive(Clone, Default)]
#[cfg_attr(feature = "build", derive(Serialize))]
pub(crate) struct Header {
    /// The analysis that made the terms; a query must go through the same one.
    pub(crate) analyzer: u32,
    pub(crate) corpus: String,
    pub(crate) posts: u32,
    pub(crate) terms: u32,
    /// Terms in all titles, and in all texts: for the average length.
    pub(crate) title_terms: u64,
    pub(crate) text_terms: u64,
    pub(crate) settings: Settings,
    /// Size in bytes and CRC-32 of each section, in the order of [`Section::ALL`].
    pub(crate) sections: [(u32, u32); Section::COUNT],
}

/// What is known of the posts beside their words; a column each, in post order.
#[derive(Default)]
pub(crate) struct Metadata {
    pub(crate) ids: Vec<String>,
    pub(crate) urls: Vec<String>,
    pub(crate) dates: Vec<String>,
    pub(crate) authors: Vec<String>,
    pub(crate) kinds: Vec<String>,
    pub(crate) sources: Vec<String>,
    /// All tags, in ascending order.
    pub(crate) tag_names: Vec<String>,
    /// The tags of each post, as places in `tag_names`.
    pub(crate) tags: Vec<Vec<u32>>,
}

impl Metadata {
    /// What posts are narrowed by.
    pub(crate) fn columns(&self) -> (columns::Names, columns::Columns) {
        let names = |column: &[String]| {
            let mut names: Vec<String> = Vec::new();
            for name in column {
                if let Err(at) = names.binary_search(name) {
                    names.insert(at, name.clone());
                }
            }
            names
        };
        let names = columns::Names {
            tags: self.tag_names.clone(),
            kinds: names(&self.kinds),
            sources: names(&self.sources),
        };
        let number = |names: &[String], name| names.binary_search(name).unwrap_or(0) as u32;
        let rows = self.tags.iter().zip(&self.kinds).zip(&self.sources);
        let groups: Vec<columns::Group> = rows
            .map(|((tags, kind), source)| columns::Group {
                tags: tags.clone(),
                kind: number(&names.kinds, kind),
                source: number(&names.sources, source),
            })
            .list();
        let columns = columns::Columns {
            group: (0..groups.len() as u32).list(),
            days: self.dates.iter().map(|date| columns::day(date)).list(),
            groups,
        };
        (names, columns)
    }
}

/// Why bytes are not an index that this engine can search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The bytes do not begin as an index does.
    NotAnIndex,
    /// The index is of another format version.
    Version(u8),
    /// The index was made by another analysis of words.
    Analyzer(u32),
    /// There are fewer or more bytes than the index says; sizes in bytes.
    Size {
        /// What the header asks for.
        expected: u64,
        /// What was given.
        found: u64,
    },
    /// The bytes of a part are not those that were written.
    Damaged(&'static str),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::NotAnIndex => {
                f.write_str("not a Juya index; give a file that `juya build` wrote (index.juya or manifest.juya)")
            }
            OpenError::Version(version) => write!(
                f,
                "the index has format version {version}, this engine reads version {VERSION}; \
                 build the index and the page with the same release of Juya"
            ),
            OpenError::Analyzer(analyzer) => write!(
                f,
                "the index was made by word analysis {analyzer}, this engine has {}; \
                 build the index again with this release of Juya",
                crate::analyze::ANALYZER
            ),
            OpenError::Size { expected, found } => write!(
                f,
                "the index should have {expected} bytes and has {found}; \
                 it was cut off or mixed with another file: fetch or build it again"
            ),
            OpenError::Damaged(part) => {
                write!(
                    f,
                    "the {part} of the index is damaged; fetch or build the index again"
                )
            }
        }
    }
}

impl std::error::Error for OpenError {}

/// Magic, version, size and checksum before `body`.
#[cfg(feature = "build")]
fn envelope(magic: [u8; 8], body: &[u8]) -> Option<Vec<u8>> {
    let mut out = magic.to_vec();
    out.push(VERSION);
    out.extend_from_slice(&u32::try_from(body.len()).ok()?.to_le_bytes());
    out.extend_from_slice(&checksum::crc32(body).to_le_bytes());
    out.extend_from_slice(body);
    Some(out)
}

/// The body that [`envelope`] wrapped, and what stands after it.
fn open_envelope(magic: [u8; 8], bytes: &[u8]) -> Result<(&[u8], &[u8]), OpenError> {
    let found = bytes.len() as u64;
    let cut = |expected: u64| OpenError::Size { expected, found };
    if !bytes.starts_with(&magic) {
        // The beginning of the magic is what is left of an index that was cut off very early.
        return Err(match !bytes.is_empty() && magic.starts_with(bytes) {
            true => cut(HEADER_AT as u64),
            false => OpenError::NotAnIndex,
        });
    }
    match bytes.get(magic.len()) {
        Some(&VERSION) | None => {}
        Some(&other) => return Err(OpenError::Version(other)),
    }
    let Some(&[_, s0, s1, s2, s3, c0, c1, c2, c3]) = bytes.get(magic.len()..HEADER_AT) else {
        return Err(cut(HEADER_AT as u64));
    };
    let size = u32::from_le_bytes([s0, s1, s2, s3]);
    let Some((body, rest)) = bytes
        .get(HEADER_AT..)
        .and_then(|rest| rest.split_at_checked(size as usize))
    else {
        return Err(cut(HEADER_AT as u64 + u64::from(size)));
    };
    if checksum::crc32(body) != u32::from_le_bytes([c0, c1, c2, c3]) {
        return Err(OpenError::Damaged("header"));
    }
    Ok((body, rest))
}

/// The whole of an index file, put together.
#[cfg(feature = "build")]
pub(crate) fn write(mut header: Header, sections: &[Vec<u8>; Section::COUNT]) -> Option<Vec<u8>> {
    for (entry, section) in header.sections.iter_mut().zip(sections) {
        *entry = (u32::try_from(section.len()).ok()?, checksum::crc32(section));
    }
    let mut out = envelope(MAGIC, &encode(&header))?;
    sections
        .iter()
        .for_each(|section| out.extend_from_slice(section));
    Some(out)
}

/// Reads the header and finds the sections: byte ranges, in the order of [`Section::ALL`].
pub(crate) fn read(
    bytes: &[u8],
) -> Result<(Header, [std::ops::Range<usize>; Section::COUNT]), OpenError> {
    let found = bytes.len() as u64;
    let (header, rest) = open_envelope(MAGIC, bytes)?;
    let sections_at = found - rest.len() as u64;
    let header: Header = decode(header).ok_or(OpenError::Damaged("header"))?;
    if header.analyzer != crate::analyze::ANALYZER {
        return Err(OpenError::Analyzer(header.analyzer));
    }
    let expected = sections_at
        + header
            .sections
            .iter()
            .map(|&(size, _)| u64::from(size))
            .sum::<u64>();
    if expected != found {
        return Err(OpenError::Size { expected, found });
    }
    let mut at = sections_at as usize;
    let mut ranges = [const { 0..0 }; Section::COUNT];
    for ((section, range), &(size, crc)) in
        Section::ALL.iter().zip(&mut ranges).zip(&header.sections)
    {
        *range = at..at + size as usize;
        at = range.end;
        if checksum::crc32(&bytes[range.clone()]) != crc {
            return Err(OpenError::Damaged(section.name()));
        }
    }
    Ok((header, ranges))
}

#[cfg(feature = "build")]
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    // Only a writer that fails or a type that serde refuses can fail here; neither is the case.
    bincode::serde::encode_to_vec(value, bincode::config::standard()).unwrap_or_default()
}

/// What is read as bincode writes it. bincode's own reader, with serde's, would be a tenth of the web
/// module.
///
/// Values are read into their place: what is half read is then thrown away at one place, and not
/// after each of its fields.
pub(crate) trait Decode: Default {
    /// Reads the value into this one, which is as [`Default`] makes it.
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()>;
}

/// All of the bytes must be used.
pub(crate) fn decode<T: Decode>(bytes: &[u8]) -> Option<T> {
    let mut bytes = ByteReader::new(bytes);
    let mut value = T::default();
    value.read(&mut bytes)?;
    bytes.rest().is_empty().then_some(value)
}

impl Decode for u8 {
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        *self = bytes.byte()?;
        Some(())
    }
}

impl Decode for u32 {
    #[inline(never)]
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        *self = bytes.number()?.try_into().ok()?;
        Some(())
    }
}

impl Decode for u64 {
    #[inline(never)]
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        *self = bytes.number()?;
        Some(())
    }
}

/// Items take a byte or more each: there cannot be more of them than bytes.
impl<T: Decode> Decode for Vec<T> {
    #[inline(never)]
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        for _ in 0..bytes.number()? {
            let mut item = T::default();
            item.read(bytes)?;
            self.push(item);
        }
        Some(())
    }
}

impl Decode for String {
    #[inline(never)]
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        let size = bytes.number()?.try_into().ok()?;
        self.push_str(str::from_utf8(bytes.take(size)?).ok()?);
        Some(())
    }
}

impl Decode for Settings {
    #[inline(never)]
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        for weight in &mut self.weights {
            weight.read(bytes)?;
        }
        self.facets.read(bytes)?;
        self.synonyms.read(bytes)
    }
}

impl Decode for Synonym {
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        self.words.read(bytes)?;
        self.group.read(bytes)?;
        (!self.words.is_empty()).then_some(())
    }
}

impl Decode for Header {
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        self.analyzer.read(bytes)?;
        self.corpus.read(bytes)?;
        self.posts.read(bytes)?;
        self.terms.read(bytes)?;
        self.title_terms.read(bytes)?;
        self.text_terms.read(bytes)?;
        self.settings.read(bytes)?;
        for (size, crc) in &mut self.sections {
            size.read(bytes)?;
            crc.read(bytes)?;
        }
        Some(())
    }
}

#[cfg(test)]
#[test]
fn what_claims_to_be_huge_is_refused() {
    // A string of 2⁶³ bytes.
    let claim = [0xFD, 0, 0, 0, 0, 0, 0, 0, 0x80];
    assert_eq!(decode::<String>(&claim), None);
}
