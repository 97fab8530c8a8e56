//! What posts are narrowed and sorted by: tags, kind, source and day of each, by column.
//!
//! Many posts are alike in all but the day, so that each different combination of tags, kind and
//! source is one symbol of a Huffman code; days are differences in Elias's gamma code.

use super::bits::{BitReader, ByteReader};
#[cfg(feature = "build")]
use super::bits::{BitWriter, write_varint};
use super::{Decode, huffman};
#[cfg(feature = "build")]
use serde::Serialize;

/// The names that the columns number, each list in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "build", derive(Serialize))]
pub(crate) struct Names {
    pub(crate) tags: Vec<String>,
    pub(crate) kinds: Vec<String>,
    pub(crate) sources: Vec<String>,
}

/// What many posts have in common, as places in [`Names`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "build", derive(Serialize))]
pub(crate) struct Group {
    /// In the order of the source.
    pub(crate) tags: Vec<u32>,
    pub(crate) kind: u32,
    pub(crate) source: u32,
}

impl Decode for Names {
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        self.tags.read(bytes)?;
        self.kinds.read(bytes)?;
        self.sources.read(bytes)
    }
}

impl Decode for Group {
    fn read(&mut self, bytes: &mut ByteReader<'_>) -> Option<()> {
        self.tags.read(bytes)?;
        self.kind.read(bytes)?;
        self.source.read(bytes)
    }
}

/// The columns of some posts, in post order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) groups: Vec<Group>,
    /// The group of each post, as a place in `groups`.
    pub(crate) group: Vec<u32>,
    /// `YYYYMMDD` of each post, 0 where unknown.
    pub(crate) days: Vec<u32>,
}

/// The day at the beginning of a date, as a number that sorts and reads like it: 20240131.
pub(crate) fn day(date: &str) -> u32 {
    let digits = |range: std::ops::Range<usize>| {
        let part = date.as_bytes().get(range)?;
        part.iter().try_fold(0u32, |n, byte| {
            let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
            Some(n * 10 + digit)
        })
    };
    match (digits(0..4), digits(5..7), digits(8..10)) {
        (Some(year), Some(month), Some(day)) => (year * 100 + month) * 100 + day,
        _ => 0,
    }
}

impl Columns {
    pub(crate) fn group(&self, post: u32) -> Option<&Group> {
        self.groups.get(*self.group.get(post as usize)? as usize)
    }

    pub(crate) fn day(&self, post: u32) -> u32 {
        self.days.get(post as usize).copied().unwrap_or(0)
    }

    /// Reads the columns of so many posts, and puts them after those read before. `None` where the
    /// bytes are not such columns; whether the names they number exist is not looked at.
    pub(crate) fn append(&mut self, bytes: &[u8], posts: usize) -> Option<()> {
        let mut bytes = ByteReader::new(bytes);
        let size = bytes.count()?;
        let groups: Vec<Group> = super::decode(bytes.take(size)?)?;
        let code = huffman::read_code(&mut bytes, groups.len())?;
        let mut bits = BitReader::new(bytes.rest(), 0);
        let before = self.groups.len() as u32;
        let mut last = 0i64;
        for _ in 0..posts {
            self.group.push(before + code.read(&mut bits)?);
            let step = i64::from(read_number(&mut bits)?);
            last += if step & 1 == 1 {
                -(step >> 1) - 1
            } else {
                step >> 1
            };
            self.days.push(u32::try_from(last).ok()?);
        }
        self.groups.extend(groups);
        Some(())
    }
}

/// A step of the days: how many bits it has, in unary, then the bits.
fn read_number(bits: &mut BitReader<'_>) -> Option<u32> {
    let size = bits.read_rice(0).filter(|&size| size < 31)?;
    Some((1 << size | bits.read(size)) - 1)
}

/// Writes columns.
#[cfg(feature = "build")]
pub(crate) fn write(columns: &Columns) -> Vec<u8> {
    let mut out = Vec::new();
    let groups = super::encode(&columns.groups);
    write_varint(&mut out, groups.len() as u64);
    out.extend_from_slice(&groups);
    let mut frequencies = vec![0u64; columns.groups.len()];
    columns
        .group
        .iter()
        .for_each(|&group| frequencies[group as usize] += 1);
    let lengths = huffman::lengths(&frequencies);
    huffman::write_lengths(&mut out, &lengths);
    let codes = huffman::codes(&lengths);
    let mut last = 0i64;
    let mut bits = BitWriter::default();
    for (&group, &day) in columns.group.iter().zip(&columns.days) {
        let (code, length) = codes[group as usize];
        bits.write(code, length);
        let step = i64::from(day) - last;
        last = i64::from(day);
        let step = if step < 0 { -step * 2 - 1 } else { step * 2 };
        // Elias's gamma code of the step and one: a day like the one before takes a bit.
        let number = step as u32 + 1;
        bits.write_rice(number.ilog2(), 0);
        bits.write(number, number.ilog2());
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
        fn columns_come_back(
            groups in prop::collection::vec((prop::collection::vec(0u32..5, 0..3), 0u32..2, 0u32..3), 1..6),
            posts in prop::collection::vec((any::<prop::sample::Index>(), 0u32..99_991_231), 0..50),
        ) {
            let columns = Columns {
                group: posts.iter().map(|(group, _)| group.index(groups.len()) as u32).collect(),
                days: posts.iter().map(|&(_, day)| day).collect(),
                groups: groups.into_iter().map(|(tags, kind, source)| Group { tags, kind, source }).collect(),
            };
            let mut read = Columns::default();
            prop_assert_eq!(read.append(&write(&columns), posts.len()), Some(()));
            prop_assert_eq!(read, columns);
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, posts in 0usize..50) {
            let _ = Columns::default().append(&bytes, posts);
        }
    }

    #[test]
    fn a_day_is_read_from_the_beginning_of_a_date() {
        for (date, expect) in [
            ("2024-01-31", 20_240_131),
            ("2024-01-31T10:00:00Z", 20_240_131),
            ("", 0),
            ("۲۰۲۴-۰۱-۳۱", 0),
            ("2024", 0),
        ] {
            assert_eq!(day(date), expect, "{date}");
        }
    }
}
