//! Canonical Huffman codes: shorter bits for what is frequent.
//!
//! Only the code lengths are stored; codes of one length are consecutive numbers in symbol order
//! (as in RFC 1951, 3.2.2).

use super::bits::{BitReader, ByteReader};
#[cfg(feature = "build")]
use super::bits::{BitWriter, write_varint};

/// No code is longer than this many bits.
pub(crate) const MAX_BITS: usize = 24;

/// The decoder of one code.
#[derive(Default)]
pub(crate) struct Decoder {
    /// For each length, the first 32-bit window (code, then anything) that is beyond its codes.
    limits: [u64; MAX_BITS + 1],
    /// For each length, what to add to a code to get its index in `symbols`.
    bases: [i64; MAX_BITS + 1],
    /// In the order of their codes.
    symbols: Vec<u32>,
    /// By the next [`QUICK`] bits: symbol and length of the code that they begin with, where it is
    /// not longer. Empty where there are no codes.
    quick: Vec<(u32, u32)>,
}

/// Codes up to this many bits are looked up.
const QUICK: usize = 8;

impl Decoder {
    /// The code with these lengths, one a symbol, 0 for a symbol that does not occur. `None`
    /// where no prefix code has them. A lone symbol has a code of one bit.
    pub(crate) fn new(lengths: &[u8]) -> Option<Decoder> {
        let mut counts = [0u64; MAX_BITS + 1];
        for &length in lengths {
            *counts.get_mut(usize::from(length))? += 1;
        }
        counts[0] = 0;
        let mut starts = [0usize; MAX_BITS + 2];
        let (mut limits, mut bases) = ([0; MAX_BITS + 1], [0; MAX_BITS + 1]);
        let mut code = 0u64;
        for length in 1..=MAX_BITS {
            code <<= 1;
            bases[length] = starts[length] as i64 - code as i64;
            code += counts[length];
            limits[length] = code << (32 - length);
            starts[length + 1] = starts[length] + counts[length] as usize;
        }
        if code > 1 << MAX_BITS {
            return None; // more codes than bits can tell apart
        }
        let mut symbols = vec![0; starts[MAX_BITS + 1]];
        let mut quick = match symbols.is_empty() {
            true => Vec::new(),
            false => vec![(0, 0); 1 << QUICK],
        };
        let first = starts;
        for (symbol, &length) in lengths.iter().enumerate() {
            if length > 0 {
                let at = &mut starts[usize::from(length)];
                symbols[*at] = symbol as u32;
                *at += 1;
            }
        }
        let mut at = 0;
        for length in 1..=QUICK {
            let size = 1 << (QUICK - length);
            for &symbol in &symbols[first[length]..starts[length]] {
                if let Some(places) = quick.get_mut(at..at + size) {
                    places.fill((symbol, length as u32));
                }
                at += size;
            }
        }
        Some(Decoder {
            limits,
            bases,
            symbols,
            quick,
        })
    }

    /// The next symbol, of bits that `next` gives one by one; it is told those before. `None` where
    /// they are no code.
    pub(crate) fn read_by(&self, mut next: impl FnMut(usize, u32) -> bool) -> Option<u32> {
        let mut code = 0;
        for length in 1..=MAX_BITS {
            code = code << 1 | u32::from(next(length - 1, code));
            if u64::from(code) << (32 - length) < self.limits[length] {
                let at = i64::from(code) + self.bases[length];
                return self.symbols.get(usize::try_from(at).ok()?).copied();
            }
        }
        None
    }

    /// The next symbol; `None` where the bits are no code.
    #[inline]
    pub(crate) fn read(&self, bits: &mut BitReader<'_>) -> Option<u32> {
        let (symbol, length) = self.find(bits.peek())?;
        bits.skip(length);
        Some(symbol)
    }

    /// The symbol whose code these bits begin with, and its length.
    #[inline(always)]
    pub(crate) fn find(&self, window: u32) -> Option<(u32, u32)> {
        let &(symbol, length) = self.quick.get((window >> (32 - QUICK)) as usize)?;
        match length {
            0 => self.find_long(window),
            _ => Some((symbol, length)),
        }
    }

    fn find_long(&self, window: u32) -> Option<(u32, u32)> {
        let mut length = QUICK + 1;
        while u64::from(window) >= *self.limits.get(length)? {
            length += 1;
        }
        let code = i64::from(window >> (32 - length));
        let at = usize::try_from(code + self.bases[length]).ok()?;
        Some((*self.symbols.get(at)?, length as u32))
    }
}

/// Symbols for lengths: 0 to [`MAX_BITS`], then runs of zeros by how many bits say their size, and the
/// shortest of them.
const RUNS: [(u32, usize); 2] = [(3, 3), (8, 11)];
const LENGTH_SYMBOLS: usize = MAX_BITS + 1 + RUNS.len();
/// How many bits say the length of the code of a length.
const META_BITS: u32 = 4;

/// Reads code lengths that [`put_lengths`] wrote, `count` of them.
pub(crate) fn get_lengths(bits: &mut BitReader<'_>, count: usize) -> Option<Vec<u8>> {
    let meta: [u8; LENGTH_SYMBOLS] = std::array::from_fn(|_| bits.read(META_BITS) as u8);
    let decoder = Decoder::new(&meta)?;
    let mut lengths = Vec::new();
    while lengths.len() < count {
        let symbol = decoder.read(bits)? as usize;
        match symbol.checked_sub(MAX_BITS + 1) {
            None => lengths.push(symbol as u8),
            Some(run) => {
                let (size, least) = *RUNS.get(run)?;
                let run = bits.read(size) as usize + least;
                lengths.resize(lengths.len() + run, 0);
            }
        }
        if bits.overrun() {
            return None;
        }
    }
    (lengths.len() == count).then_some(lengths)
}

/// Reads a code of so many symbols.
#[inline(never)]
pub(crate) fn get_code(bits: &mut BitReader<'_>, symbols: usize) -> Option<Decoder> {
    Decoder::new(&get_lengths(bits, symbols)?)
}

/// Reads `count` codes of so many symbols each.
#[inline(never)]
pub(crate) fn get_codes(
    bits: &mut BitReader<'_>,
    count: usize,
    symbols: usize,
) -> Option<Vec<Decoder>> {
    let mut codes = Vec::new();
    for lengths in get_lengths(bits, count * symbols)?.chunks(symbols.max(1)) {
        codes.push(Decoder::new(lengths)?);
    }
    Some(codes)
}

/// Reads code lengths that [`write_lengths`] wrote, `count` of them.
fn read_lengths(bytes: &mut ByteReader<'_>, count: usize) -> Option<Vec<u8>> {
    let size = bytes.count()?;
    get_lengths(&mut BitReader::new(bytes.take(size)?, 0), count)
}

/// Reads a code of so many symbols, whose lengths [`write_lengths`] wrote.
#[inline(never)]
pub(crate) fn read_code(bytes: &mut ByteReader<'_>, symbols: usize) -> Option<Decoder> {
    Decoder::new(&read_lengths(bytes, symbols)?)
}

/// The lengths of an optimal code for symbols of these frequencies, none over [`MAX_BITS`].
#[cfg(feature = "build")]
pub(crate) fn lengths(frequencies: &[u64]) -> Vec<u8> {
    limited_lengths(frequencies, MAX_BITS)
}

/// The same, none over `longest`.
#[cfg(feature = "build")]
fn limited_lengths(frequencies: &[u64], longest: usize) -> Vec<u8> {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    let mut lengths = vec![0u8; frequencies.len()];
    let mut frequencies: Vec<(usize, u64)> = frequencies
        .iter()
        .copied()
        .enumerate()
        .filter(|&(_, f)| f > 0)
        .collect();
    if let [(only, _)] = frequencies[..] {
        lengths[only] = 1;
        return lengths;
    }
    loop {
        // Nodes are numbered as they are made, so a parent's number is above its children's.
        let mut parents = vec![0usize; frequencies.len()];
        let mut heap: BinaryHeap<Reverse<(u64, usize)>> = frequencies
            .iter()
            .enumerate()
            .map(|(node, &(_, f))| Reverse((f, node)))
            .collect();
        while let (Some(Reverse((f1, a))), Some(Reverse((f2, b)))) = (heap.pop(), heap.pop()) {
            let parent = parents.len();
            parents.push(0);
            (parents[a], parents[b]) = (parent, parent);
            if heap.is_empty() {
                break;
            }
            heap.push(Reverse((f1 + f2, parent)));
        }
        let mut depths = vec![0usize; parents.len()];
        for node in (0..parents.len().saturating_sub(1)).rev() {
            depths[node] = depths[parents[node]] + 1;
        }
        let deepest = depths.iter().max().copied().unwrap_or(0);
        if deepest <= longest {
            for (&(symbol, _), depth) in frequencies.iter().zip(depths) {
                lengths[symbol] = depth as u8;
            }
            return lengths;
        }
        // Too deep: flatten the distribution and try again; costs a few bits on rare symbols.
        for (_, f) in &mut frequencies {
            *f = *f / 2 + 1;
        }
    }
}

/// The code of each symbol: bits and length.
#[cfg(feature = "build")]
pub(crate) fn codes(lengths: &[u8]) -> Vec<(u32, u32)> {
    let mut next = [0u32; MAX_BITS + 2];
    for length in 1..=MAX_BITS {
        let count = lengths
            .iter()
            .filter(|&&l| usize::from(l) == length)
            .count() as u32;
        next[length + 1] = (next[length] + count) << 1;
    }
    lengths
        .iter()
        .map(|&length| {
            let code = &mut next[usize::from(length)];
            *code += 1;
            (*code - 1, u32::from(length))
        })
        .collect()
}

/// Writes code lengths, themselves Huffman coded: a code for lengths and runs of zeros, then the
/// lengths in that code.
#[cfg(feature = "build")]
pub(crate) fn put_lengths(bits: &mut BitWriter, code_lengths: &[u8]) {
    let mut symbols: Vec<(usize, u32, u32)> = Vec::new(); // with what stands behind: value, bits
    let mut rest = code_lengths;
    while let Some(&first) = rest.first() {
        let zeros = rest.iter().take_while(|&&length| length == 0).count();
        let run = (0..RUNS.len()).rev().find(|&run| zeros >= RUNS[run].1);
        let taken = match run {
            Some(run) => {
                let (size, least) = RUNS[run];
                let taken = zeros.min(least + (1 << size) - 1);
                symbols.push((MAX_BITS + 1 + run, (taken - least) as u32, size));
                taken
            }
            None => {
                symbols.push((usize::from(first), 0, 0));
                1
            }
        };
        rest = &rest[taken..];
    }
    let mut frequencies = [0u64; LENGTH_SYMBOLS];
    symbols
        .iter()
        .for_each(|&(symbol, ..)| frequencies[symbol] += 1);
    let meta = limited_lengths(&frequencies, (1 << META_BITS) - 1);
    let codes = codes(&meta);
    meta.iter()
        .for_each(|&length| bits.write(u32::from(length), META_BITS));
    for (symbol, value, size) in symbols {
        let (code, length) = codes[symbol];
        bits.write(code, length);
        bits.write(value, size);
    }
}

/// Writes code lengths as [`put_lengths`] does, after their size in bytes.
#[cfg(feature = "build")]
pub(crate) fn write_lengths(out: &mut Vec<u8>, code_lengths: &[u8]) {
    let mut bits = BitWriter::default();
    put_lengths(&mut bits, code_lengths);
    let packed = bits.finish();
    write_varint(out, packed.len() as u64);
    out.extend_from_slice(&packed);
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(symbols in prop::collection::vec(0u32..300, 1..400)) {
            let mut frequencies = vec![0; 300];
            symbols.iter().for_each(|&s| frequencies[s as usize] += 1);
            let code_lengths = lengths(&frequencies);
            let mut stored = Vec::new();
            write_lengths(&mut stored, &code_lengths);
            let read = read_lengths(&mut ByteReader::new(&stored), 300).expect("as written");
            prop_assert_eq!(&read, &code_lengths);

            let codes = codes(&code_lengths);
            let mut bits = BitWriter::default();
            symbols.iter().for_each(|&s| bits.write(codes[s as usize].0, codes[s as usize].1));
            let bytes = bits.finish();
            let decoder = Decoder::new(&read).expect("a prefix code");
            let mut bits = BitReader::new(&bytes, 0);
            for s in symbols {
                prop_assert_eq!(decoder.read(&mut bits), Some(s));
            }
        }

        #[test]
        fn arbitrary_lengths_and_bits_never_panic(lengths: Vec<u8>, bytes: Vec<u8>) {
            let _ = read_lengths(&mut ByteReader::new(&bytes), lengths.len());
            if let Some(decoder) = Decoder::new(&lengths) {
                let mut bits = BitReader::new(&bytes, 0);
                while !bits.overrun() && decoder.read(&mut bits).is_some() {}
            }
        }
    }

    #[test]
    fn skewed_frequencies_stay_within_the_longest_code() {
        let frequencies: Vec<u64> = (0..60).map(|i| 1 << i.min(50)).collect();
        let lengths = lengths(&frequencies);
        assert!(lengths.iter().all(|&l| usize::from(l) <= MAX_BITS && l > 0));
        assert!(Decoder::new(&lengths).is_some());
    }
}
