//! Any bytes are an index or an error; an index that is opened can be searched.
//!
//! Checksums refuse nearly all bytes, so half of the inputs are read as changes to a real index
//! whose checksums are then made to fit: such an index is open to anyone who means ill.
#![no_main]

use std::sync::LazyLock;

use juya_engine::Index;
use juya_fuzz::ARCHIVE;
use libfuzzer_sys::fuzz_target;

/// Where the header's checksum stands (docs/format.md): after magic, version and header size.
const CHECKSUM_AT: usize = juya_engine::MAGIC.len() + 5;
const HEADER_AT: usize = CHECKSUM_AT + 4;

/// The parts of the archive's index in order, each with its bytes.
static SIZES: LazyLock<Vec<(String, usize)>> = LazyLock::new(|| {
    let index = Index::open(ARCHIVE.as_slice()).expect("a whole index");
    index.stats().bytes
});

fuzz_target!(|data: &[u8]| {
    let bytes = match data.split_first() {
        Some((mode, changes)) if mode % 2 == 1 => changed(changes),
        _ => data.to_vec(),
    };
    let Ok(index) = Index::open(bytes) else {
        return;
    };
    // What damaged postings score is anyone's guess; that nothing panics is not.
    for query in ["شبکه عصبی", "\"deep learning\" -bert", "af;i uwfd", "ترنس*"] {
        let options = juya_engine::Options {
            explain: true,
            ..Default::default()
        };
        // A manifest is an index too, of which nothing else is there.
        if let Ok(page) = index.search(query, &options) {
            for hit in page.hits {
                let _ = index.post(&hit.id);
            }
        }
    }
    let _ = index.posts(0, usize::MAX);
});

/// The archive's index with some bytes of its sections changed: five bytes of input each, a place
/// and what is written there.
fn changed(changes: &[u8]) -> Vec<u8> {
    let mut bytes = ARCHIVE.clone();
    let sizes = &*SIZES;
    let header = sizes[0].1;
    for change in changes.chunks_exact(5) {
        let place = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize;
        let place = header + place % (bytes.len() - header);
        bytes[place] = change[4];
    }
    let mut start = header;
    for (_, size) in &sizes[1..] {
        let range = start..start + size;
        start += size;
        let old = crc32fast::hash(&ARCHIVE[range.clone()]);
        let new = crc32fast::hash(&bytes[range]);
        // As bincode writes a number of more than 16 bits.
        let written = |crc: u32| [&[0xFC][..], &crc.to_le_bytes()].concat();
        let place = bytes[HEADER_AT..header]
            .windows(5)
            .position(|window| window == written(old));
        if let Some(place) = place {
            let place = HEADER_AT + place;
            bytes[place..place + 5].copy_from_slice(&written(new));
        }
    }
    let crc = crc32fast::hash(&bytes[HEADER_AT..header]);
    bytes[CHECKSUM_AT..HEADER_AT].copy_from_slice(&crc.to_le_bytes());
    bytes
}
