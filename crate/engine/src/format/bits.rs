//! Numbers as bytes and bits: varints, a bit stream (most significant bit first), Rice codes.
//!
//! Readers are total: past the end they read zeros and say so by [`BitReader::overrun`] or `None`.

/// Appends `n` in groups of 7 bits, low group first; the high bit of a byte says that more follow.
#[cfg(feature = "build")]
pub(crate) fn write_varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// A cursor over bytes.
#[derive(Clone)]
pub(crate) struct ByteReader<'a> {
    rest: &'a [u8],
}

impl<'a> ByteReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        ByteReader { rest: bytes }
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    pub(crate) fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(head)
    }

    pub(crate) fn varint(&mut self) -> Option<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }

    /// A number as bincode writes it: up to 250 in a byte, or else a byte that says in how many
    /// bytes it follows, low byte first.
    #[inline(never)]
    pub(crate) fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let size = match first {
            251..=253 => 2 << (first - 251),
            254.. => return None,
            _ => return Some(u64::from(first)),
        };
        let bytes = self.take(size)?.iter().rev();
        Some(bytes.fold(0, |n, &byte| n << 8 | u64::from(byte)))
    }

    /// A varint that counts things of which each takes at least one bit of what follows, so that
    /// no damaged count makes the reader allocate more than the input justifies.
    pub(crate) fn count(&mut self) -> Option<usize> {
        let n = usize::try_from(self.varint()?).ok()?;
        (n <= self.rest.len().saturating_mul(8)).then_some(n)
    }
}

/// Collects bits, most significant first.
#[cfg(feature = "build")]
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    bits: u64,
}

#[cfg(feature = "build")]
impl BitWriter {
    /// Appends the low `n` bits of `value`; `n` ≤ 32.
    pub(crate) fn write(&mut self, value: u32, n: u32) {
        let mut left = n;
        while left > 0 {
            let used = (self.bits % 8) as u32;
            if used == 0 {
                self.bytes.push(0);
            }
            let size = left.min(8 - used);
            let part = (value >> (left - size)) & ((1 << size) - 1);
            if let Some(last) = self.bytes.last_mut() {
                *last |= (part << (8 - used - size)) as u8;
            }
            self.bits += u64::from(size);
            left -= size;
        }
    }

    /// Appends `n` in groups of 7 bits, as [`write_varint`] does.
    pub(crate) fn write_varint(&mut self, n: u64) {
        let mut bytes = Vec::new();
        write_varint(&mut bytes, n);
        bytes.iter().for_each(|&byte| self.write(byte.into(), 8));
    }

    /// Appends `n` with `k` low bits plain and the rest in unary.
    pub(crate) fn write_rice(&mut self, n: u32, k: u32) {
        for _ in 0..n >> k {
            self.write(1, 1);
        }
        self.write(0, 1);
        self.write(n, k);
    }

    /// Appends all that another writer holds.
    pub(crate) fn append(&mut self, other: &BitWriter) {
        let mut reader = BitReader::new(&other.bytes, 0);
        let mut left = other.bits;
        while left > 0 {
            let n = left.min(32) as u32;
            self.write(reader.read(n), n);
            left -= u64::from(n);
        }
    }

    /// How many bits were written.
    pub(crate) fn len(&self) -> u64 {
        self.bits
    }

    /// The bytes, the last one filled up with zeros.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what [`BitWriter`] wrote.
#[derive(Clone)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: u64,
}

impl<'a> BitReader<'a> {
    /// Starts at bit `at` of `bytes`.
    pub(crate) fn new(bytes: &'a [u8], at: u64) -> Self {
        BitReader { bytes, at }
    }

    /// The next 32 bits, zeros past the end, without moving on.
    #[inline(always)] // with `skip` and `Decoder::find`: a twentieth of a search in the browser
    pub(crate) fn peek(&self) -> u32 {
        (self.window() >> 32) as u32
    }

    /// The next 56 bits, zeros past the end, and whatever stands below them; without moving on.
    #[inline]
    pub(crate) fn window(&self) -> u64 {
        let byte = (self.at / 8) as usize;
        let window = match self.bytes.get(byte..byte + 8) {
            Some(eight) => u64::from_be_bytes([
                eight[0], eight[1], eight[2], eight[3], eight[4], eight[5], eight[6], eight[7],
            ]),
            None => {
                let tail = self.bytes.get(byte..).unwrap_or(&[]);
                (0..8).fold(0, |w, i| {
                    w << 8 | u64::from(tail.get(i).copied().unwrap_or(0))
                })
            }
        };
        window << (self.at % 8)
    }

    #[inline(always)]
    pub(crate) fn skip(&mut self, n: u32) {
        self.at += u64::from(n);
    }

    /// The next `n` ≤ 32 bits.
    #[inline]
    pub(crate) fn read(&mut self, n: u32) -> u32 {
        let value = (u64::from(self.peek()) >> (32 - n)) as u32;
        self.skip(n);
        value
    }

    /// Reads what [`BitWriter::write_rice`] wrote; `None` where the unary part runs past the end
    /// or the number past 32 bits.
    #[inline]
    pub(crate) fn read_rice(&mut self, k: u32) -> Option<u32> {
        let mut quotient = 0u32;
        loop {
            let ones = self.peek().leading_ones();
            quotient += ones;
            self.skip(ones);
            if ones < 32 {
                break;
            }
        }
        self.skip(1);
        let low = self.read(k);
        if quotient.checked_shl(k)? >> k != quotient || self.overrun() {
            return None;
        }
        Some(quotient << k | low)
    }

    /// Reads what [`BitWriter::write_varint`] wrote; `None` where it is no number of 64 bits.
    pub(crate) fn varint(&mut self) -> Option<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.read(8);
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return (!self.overrun()).then_some(n);
            }
        }
        None
    }

    /// A varint that counts things of which each takes at least one bit of what follows.
    pub(crate) fn count(&mut self) -> Option<usize> {
        let n = usize::try_from(self.varint()?).ok()?;
        (n as u64 <= self.left()).then_some(n)
    }

    /// How many bits are left.
    pub(crate) fn left(&self) -> u64 {
        (self.bytes.len() as u64 * 8).saturating_sub(self.at)
    }

    /// Where the next bit stands.
    pub(crate) fn position(&self) -> u64 {
        self.at
    }

    /// Whether more was read than there is.
    #[inline]
    pub(crate) fn overrun(&self) -> bool {
        self.at > self.bytes.len() as u64 * 8
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn varints_come_back(numbers: Vec<u64>) {
            let mut out = Vec::new();
            numbers.iter().for_each(|&n| write_varint(&mut out, n));
            let mut reader = ByteReader::new(&out);
            for n in numbers {
                prop_assert_eq!(reader.varint(), Some(n));
            }
            prop_assert_eq!(reader.varint(), None);
        }

        #[test]
        fn rice_codes_come_back(numbers in prop::collection::vec((0u32..5000, 0u32..20), 0..50)) {
            let mut out = BitWriter::default();
            numbers.iter().for_each(|&(n, k)| out.write_rice(n, k));
            let (bits, bytes) = (out.len(), out.finish());
            let mut reader = BitReader::new(&bytes, 0);
            for (n, k) in numbers {
                prop_assert_eq!(reader.read_rice(k), Some(n));
            }
            prop_assert_eq!(reader.position(), bits);
        }

        #[test]
        fn arbitrary_bits_are_read_without_panic(bytes: Vec<u8>, at in 0u64..300, k in 0u32..33) {
            let mut reader = BitReader::new(&bytes, at);
            while !reader.overrun() {
                let _ = reader.read_rice(k);
            }
            let mut reader = ByteReader::new(&bytes);
            while !reader.rest().is_empty() {
                let _ = reader.varint();
            }
        }
    }
}
