//! How long a field of a post is, in one byte: exact below 16 terms, then eight steps an octave.

/// The byte for a length in terms.
pub(crate) fn quantise(length: usize) -> u8 {
    if length < 16 {
        return length as u8;
    }
    let octave = length.ilog2();
    let step = length >> (octave - 3) & 7;
    (16 + (octave as usize - 4) * 8 + step).min(255) as u8
}

/// The length that a byte stands for: the middle of its step.
pub(crate) fn length(code: u8) -> f32 {
    if code < 16 {
        return f32::from(code);
    }
    let (octave, step) = ((code - 16) / 8 + 4, (code - 16) % 8);
    let start = (8 + u64::from(step)) << (octave - 3);
    start as f32 + ((1u64 << (octave - 3)) - 1) as f32 / 2.0
}

#[cfg(all(test, feature = "build"))]
#[test]
fn a_length_is_known_to_a_sixteenth() {
    for n in (0..5000).chain([100_000, 1 << 30]) {
        let read = length(quantise(n));
        assert!(
            (read - n as f32).abs() <= n as f32 / 16.0,
            "{n} became {read}"
        );
    }
}
