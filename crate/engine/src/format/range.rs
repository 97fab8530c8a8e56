//! Arithmetic coding by a range coder (Martin 1979): a choice costs the logarithm of how unlikely it
//! was, also where that is a part of a bit.

/// Probabilities of a bit are in units of 1 / 2¹⁶.
pub(crate) const HALF: u32 = 1 << 15;
/// The range is at most 2⁵⁶, and made greater by whole bytes where it is below 2⁴⁸.
const TOP: u32 = 56;
const LOW: u32 = 48;

/// Writes choices.
#[cfg(feature = "build")]
pub(crate) struct Encoder {
    low: u64,
    range: u64,
    out: Vec<u8>,
}

#[cfg(feature = "build")]
impl Encoder {
    pub(crate) fn new() -> Encoder {
        Encoder {
            low: 0,
            range: 1 << TOP,
            out: Vec::new(),
        }
    }

    /// One of `total` equally likely numbers, of which those from `before` on, `own` of them, mean
    /// the same.
    pub(crate) fn choose(&mut self, before: u32, own: u32, total: u32) {
        let unit = self.range / u64::from(total);
        self.narrow(unit * u64::from(before), unit * u64::from(own));
    }

    /// A bit that is 0 with the probability `zero` of 2¹⁶.
    pub(crate) fn bit(&mut self, bit: bool, zero: u32) {
        let bound = (self.range >> 16) * u64::from(zero);
        match bit {
            false => self.narrow(0, bound),
            true => self.narrow(bound, self.range - bound),
        }
    }

    fn narrow(&mut self, offset: u64, range: u64) {
        self.low += offset;
        self.range = range;
        self.carry();
        while self.range < 1 << LOW {
            self.out.push((self.low >> LOW) as u8);
            self.low = (self.low & ((1 << LOW) - 1)) << 8;
            self.range <<= 8;
        }
    }

    fn carry(&mut self) {
        if self.low >> TOP != 0 {
            self.low &= (1 << TOP) - 1;
            for byte in self.out.iter_mut().rev() {
                *byte = byte.wrapping_add(1);
                if *byte != 0 {
                    break;
                }
            }
        }
    }

    /// The bytes; zeros at their end are left out.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.low += (1 << LOW) - 1;
        self.carry();
        self.out.push((self.low >> LOW) as u8);
        while self.out.last() == Some(&0) {
            self.out.pop();
        }
        self.out
    }
}

/// Reads what [`Encoder`] wrote; zeros past the end.
pub(crate) struct Decoder<'a> {
    rest: std::slice::Iter<'a, u8>,
    code: u64,
    range: u64,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Decoder<'a> {
        let mut decoder = Decoder {
            rest: bytes.iter(),
            code: 0,
            range: 1 << TOP,
        };
        (0..TOP / 8).for_each(|_| decoder.shift());
        decoder
    }

    fn shift(&mut self) {
        self.code = self.code << 8 | u64::from(self.rest.next().copied().unwrap_or(0));
    }

    /// A number below `total`, which must not be 0. `find` is given it and gives `before` and `own`
    /// of the choice.
    #[inline]
    pub(crate) fn choose<T>(&mut self, total: u32, find: impl FnOnce(u32) -> (T, u32, u32)) -> T {
        let unit = self.range / u64::from(total);
        let number = (self.code / unit).min(u64::from(total) - 1) as u32;
        let (found, before, own) = find(number);
        self.code = self.code.wrapping_sub(unit * u64::from(before));
        self.range = unit * u64::from(own);
        self.normalise();
        found
    }

    /// A bit that is 0 with the probability `zero` of 2¹⁶.
    #[inline]
    pub(crate) fn bit(&mut self, zero: u32) -> bool {
        let bound = (self.range >> 16) * u64::from(zero);
        let bit = self.code >= bound;
        if bit {
            self.code -= bound;
            self.range -= bound;
        } else {
            self.range = bound;
        }
        self.normalise();
        bit
    }

    #[inline]
    fn normalise(&mut self) {
        while self.range < 1 << LOW {
            self.shift();
            self.range <<= 8;
        }
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn choices_come_back(choices in prop::collection::vec((1u32.., any::<u32>(), any::<u32>(), any::<bool>(), 1u32..0xffff), 0..200)) {
            let choices: Vec<_> = choices.into_iter().map(|(total, before, own, bit, zero)| {
                let before = before % total;
                (total, before, own % (total - before) + u32::from(own % (total - before) == 0), bit, zero)
            }).collect();
            let mut encoder = Encoder::new();
            for &(total, before, own, bit, zero) in &choices {
                encoder.choose(before, own, total);
                encoder.bit(bit, zero);
            }
            let bytes = encoder.finish();
            let mut decoder = Decoder::new(&bytes);
            for (total, before, own, bit, zero) in choices {
                let found = decoder.choose(total, |number| (number, before, own));
                prop_assert!((before..before + own).contains(&found));
                prop_assert_eq!(decoder.bit(zero), bit);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, totals in prop::collection::vec(1u32.., 0..50)) {
            let mut decoder = Decoder::new(&bytes);
            for total in totals {
                let number = decoder.choose(total, |number| (number, number, 1));
                prop_assert!(number < total);
                decoder.bit(total & 0xffff | 1);
            }
        }
    }
}
