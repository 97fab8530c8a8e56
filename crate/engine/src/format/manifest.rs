//! The manifest of an index in shards: what stands before everything is fetched, and which blocks
//! there are.
//!
//! Most blocks are files named by a hash of their bytes, so that a cache may keep them for ever and
//! a changed block is another file. The blocks of posts are too many to name each one: a chunk of
//! them shares a folder named by the hash of them all, and each says its own number and checksum.
//!
//! ```text
//! manifest.juya                   magic, version, size and CRC-32 as in one file; then this, in bincode
//! terms/HASH.juya                 lexicon::Lexicon
//! endings/HASH.juya               the terms again, written backwards
//! postings/HASH.juya              lists::Block, or the places of a long list
//! names/HASH.juya                 columns::Names, in bincode
//! columns/HASH.juya               columns::Columns of CHUNK posts
//! ids/HASH.juya                   which posts have ids whose hash begins so
//! posts/HASH/NUMBER.juya          CRC-32 of number and block, then documents
//! ```

use super::bits::{BitReader, ByteReader};
#[cfg(feature = "build")]
use super::bits::{BitWriter, write_varint};
use super::postings::rice_parameter;
use super::{Decode, OpenError, checksum};
use crate::settings::Settings;
#[cfg(feature = "build")]
use serde::Serialize;

/// The first bytes of every manifest.
pub const MANIFEST_MAGIC: [u8; 8] = *b"\x89JUYM\r\n\x1a";
/// The name of the manifest within the folder of an index in shards.
pub const MANIFEST: &str = "manifest.juya";
/// How many posts have their columns in one block.
pub(crate) const COLUMNS_POSTS: u32 = 1 << 16;
/// How many blocks of posts share a folder.
pub(crate) const CHUNK: u32 = 1024;
/// A search takes some bytes of memory for each post, so that no damaged manifest may claim more.
const MAX_POSTS: u32 = 1 << 27;
/// No block of posts has more.
const MAX_BLOCK_POSTS: u32 = 1 << 12;

/// A block of terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "build", derive(Serialize))]
pub(crate) struct TermsPart {
    /// The first of them.
    pub(crate) first: String,
    pub(crate) terms: u32,
    /// In how many blocks their postings stand.
    pub(crate) postings: u32,
    /// Of its bytes.
    pub(crate) hash: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "build", derive(Serialize))]
pub(crate) struct Manifest {
    pub(crate) analyzer: u32,
    pub(crate) corpus: String,
    pub(crate) posts: u32,
    /// Terms in all titles, and in all texts.
    pub(crate) title_terms: u64,
    pub(crate) text_terms: u64,
    pub(crate) settings: Settings,
    /// How many posts a block of posts has.
    pub(crate) block_posts: u32,
    /// In ascending order.
    pub(crate) terms: Vec<TermsPart>,
    /// Likewise, of the terms written backwards; they have no postings.
    pub(crate) endings: Vec<TermsPart>,
    pub(crate) names: u64,
    pub(crate) columns: Vec<u64>,
    /// A power of two of them.
    pub(crate) ids: Vec<u64>,
    pub(crate) chunks: Vec<u64>,
    /// Sizes of all files beside this one, in bytes.
    pub(crate) bytes: u64,
    pub(crate) alphabet: Vec<u8>,
    pub(crate) codes: Vec<u8>,
    pub(crate) phrases: Vec<u8>,
}

impl Decode for TermsPart {
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        self.first.read(bytes)?;
        self.terms.read(bytes)?;
        self.postings.read(bytes)?;
        self.hash.read(bytes)
    }
}

impl Decode for Manifest {
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        self.analyzer.read(bytes)?;
        self.corpus.read(bytes)?;
        self.posts.read(bytes)?;
        self.title_terms.read(bytes)?;
        self.text_terms.read(bytes)?;
        self.settings.read(bytes)?;
        self.block_posts.read(bytes)?;
        self.terms.read(bytes)?;
        self.endings.read(bytes)?;
        self.names.read(bytes)?;
        self.columns.read(bytes)?;
        self.ids.read(bytes)?;
        self.chunks.read(bytes)?;
        self.bytes.read(bytes)?;
        self.alphabet.read(bytes)?;
        self.codes.read(bytes)?;
        self.phrases.read(bytes)
    }
}

/// Names of folders.
pub(crate) const TERMS: &str = "terms";
pub(crate) const ENDINGS: &str = "endings";
pub(crate) const NAMES: &str = "names";
pub(crate) const COLUMNS: &str = "columns";
pub(crate) const IDS: &str = "ids";
pub(crate) const POSTINGS: &str = "postings";

impl Manifest {
    /// How many blocks of posts there are.
    pub(crate) fn post_blocks(&self) -> u32 {
        self.posts.div_ceil(self.block_posts.max(1))
    }

    fn makes_sense(&self) -> bool {
        let ascending = |parts: &[TermsPart]| {
            parts.is_sorted_by(|a, b| a.first < b.first) && parts.iter().all(|part| part.terms > 0)
        };
        let total = |parts: &[TermsPart], of: fn(&TermsPart) -> u32| {
            parts
                .iter()
                .try_fold(0u32, |sum, part| sum.checked_add(of(part)))
        };
        self.posts <= MAX_POSTS
            && (1..=MAX_BLOCK_POSTS).contains(&self.block_posts)
            && ascending(&self.terms)
            && ascending(&self.endings)
            && total(&self.terms, |part| part.terms).is_some()
            && total(&self.terms, |part| part.postings).is_some_and(|n| n <= 1 << 24)
            && self.columns.len() == self.posts.div_ceil(COLUMNS_POSTS) as usize
            && self.ids.len().is_power_of_two()
            && self.chunks.len() == self.post_blocks().div_ceil(CHUNK) as usize
    }
}

/// The file of a manifest.
#[cfg(feature = "build")]
pub(crate) fn write(manifest: &Manifest) -> Option<Vec<u8>> {
    super::envelope(MANIFEST_MAGIC, &super::encode(manifest))
}

/// Reads the file of a manifest, all of whose bytes must be used.
pub(crate) fn read(bytes: &[u8]) -> Result<Manifest, OpenError> {
    let (body, rest) = super::open_envelope(MANIFEST_MAGIC, bytes)?;
    if !rest.is_empty() {
        return Err(OpenError::Size {
            expected: (bytes.len() - rest.len()) as u64,
            found: bytes.len() as u64,
        });
    }
    let manifest: Manifest = super::decode(body).ok_or(OpenError::Damaged("manifest"))?;
    if manifest.analyzer != crate::analyze::ANALYZER {
        return Err(OpenError::Analyzer(manifest.analyzer));
    }
    match manifest.makes_sense() {
        true => Ok(manifest),
        false => Err(OpenError::Damaged("manifest")),
    }
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): names blocks and checks them.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The checksum at the beginning of a block of posts.
fn block_checksum(number: u32, block: &[u8]) -> [u8; 4] {
    // Of the block and then of both, so that the block is not copied.
    let parts = [number, checksum::crc32(block)].map(u32::to_le_bytes);
    checksum::crc32(parts.as_flattened()).to_le_bytes()
}

/// The file of a block of posts.
#[cfg(feature = "build")]
pub(crate) fn seal(number: u32, block: &[u8]) -> Vec<u8> {
    [&block_checksum(number, block), block].concat()
}

/// The block in such a file, if it is the one of this number.
pub(crate) fn unseal(number: u32, bytes: &[u8]) -> Option<&[u8]> {
    let (checksum, block) = bytes.split_at_checked(4)?;
    (checksum == block_checksum(number, block)).then_some(block)
}

/// The path of a file named by its content, relative to the manifest.
pub(crate) fn path(folder: &str, hash: u64) -> String {
    format!("{folder}/{hash:016x}.juya")
}

/// The path of a block of posts in its chunk.
pub(crate) fn post_path(chunk: u64, number: u32) -> String {
    format!("posts/{chunk:016x}/{number}.juya")
}

/// The hash of an id by which its post is found.
pub(crate) fn id_hash(id: &str) -> u32 {
    // The low bits of FNV are the better mixed ones; fold the rest in.
    let hash = hash(id.as_bytes());
    (hash ^ hash >> 32) as u32
}

/// Which of so many (a power of two) blocks of ids has this hash.
pub(crate) fn ids_block(hash: u32, blocks: usize) -> usize {
    ((u64::from(hash) * blocks as u64) >> 32) as usize
}

/// The least hash in a block of ids.
fn least_hash(block: usize, blocks: usize) -> u32 {
    (((block as u64) << 32) / (blocks as u64).max(1)) as u32
}

/// How many bits of a gap between hashes are plain, and how many a post's number takes; steady while
/// the corpus grows to the next power of two.
fn id_bits(posts: u32) -> (u32, u32) {
    let posts = posts.max(2).checked_next_power_of_two().unwrap_or(1 << 31);
    (rice_parameter(u32::MAX, posts), posts.ilog2())
}

/// The posts that may have an id of this hash, from the block of so many that should have it.
pub(crate) fn posts_of_id(bytes: &[u8], hash: u32, blocks: usize, posts: u32) -> Vec<u32> {
    let mut bytes = ByteReader::new(bytes);
    let ids = bytes.count().unwrap_or(0);
    let mut bits = BitReader::new(bytes.rest(), 0);
    let (gap, number) = id_bits(posts);
    let mut found = Vec::new();
    let mut known = least_hash(ids_block(hash, blocks), blocks);
    for _ in 0..ids {
        let Some(step) = bits.read_rice(gap) else {
            break;
        };
        known = known.wrapping_add(step);
        let post = bits.read(number);
        if known == hash && post < posts {
            found.push(post);
        }
    }
    found
}

/// Writes a block of ids, given by hash in ascending order and post.
#[cfg(feature = "build")]
pub(crate) fn write_ids(ids: &[(u32, u32)], block: usize, blocks: usize, posts: u32) -> Vec<u8> {
    let mut out = Vec::new();
    write_varint(&mut out, ids.len() as u64);
    let (gap, number) = id_bits(posts);
    let mut bits = BitWriter::default();
    let mut last = least_hash(block, blocks);
    for &(hash, post) in ids {
        bits.write_rice(hash - last, gap);
        bits.write(post, number);
        last = hash;
    }
    out.extend_from_slice(&bits.finish());
    out
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ids_are_found_in_their_block(ids in prop::collection::btree_set("[a-z0-9]{1,6}", 1..99), blocks in 0u32..6) {
            let blocks = 1usize << blocks;
            let mut hashes: Vec<(u32, u32)> = ids.iter().map(|id| id_hash(id)).zip(0..).collect();
            hashes.sort_unstable();
            for (id, post) in ids.iter().zip(0u32..) {
                let block = ids_block(id_hash(id), blocks);
                let own: Vec<_> = hashes.iter().copied().filter(|&(hash, _)| ids_block(hash, blocks) == block).collect();
                let bytes = write_ids(&own, block, blocks, ids.len() as u32);
                prop_assert!(posts_of_id(&bytes, id_hash(id), blocks, ids.len() as u32).contains(&post));
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, hash: u32, posts: u32) {
            let _ = posts_of_id(&bytes, hash, 4, posts);
            let _ = read(&bytes);
            let _ = read(&[&MANIFEST_MAGIC[..], &bytes].concat());
            let _ = unseal(0, &bytes);
        }
    }

    #[test]
    fn a_block_of_posts_knows_its_number() {
        let sealed = seal(7, b"posts");
        assert_eq!(unseal(7, &sealed), Some(&b"posts"[..]));
        assert_eq!(unseal(8, &sealed), None);
        assert_eq!(unseal(7, &sealed[..8]), None);
    }
}
