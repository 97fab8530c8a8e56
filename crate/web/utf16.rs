//! Offsets of matches as JavaScript counts them.
//!
//! Rust strings are UTF-8 and the engine's ranges count bytes; a JavaScript string counts UTF-16
//! code units. Ranges are converted here, once, where results leave for JavaScript.

use crate::engine::Range;

/// Turns byte ranges of `text` into ranges of UTF-16 code units. The ranges ascend and do not
/// overlap, so that one walk over the text serves them all.
pub(crate) fn convert(text: &str, ranges: &mut [Range]) {
    let (mut bytes, mut units) = (0, 0);
    for offset in ranges
        .iter_mut()
        .flat_map(|range| [&mut range.start, &mut range.end])
    {
        debug_assert!(bytes <= *offset && text.is_char_boundary(*offset));
        let passed = text.as_bytes().get(bytes..*offset).unwrap_or_default();
        units += self::units(passed);
        bytes = *offset;
        *offset = units;
    }
}

/// How many code units a text takes, or a part of one that begins and ends between characters.
pub(crate) fn units(text: &[u8]) -> usize {
    text.iter().map(|&byte| units_begun(byte)).sum()
}

/// How many code units the character has that `byte` begins: two (a surrogate pair) where UTF-8
/// takes four bytes, none where `byte` continues a character.
fn units_begun(byte: u8) -> usize {
    match byte {
        0x80..=0xBF => 0,
        0xF0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks what the brackets of `marked` enclose, and compares with what `str::encode_utf16` says.
    fn check(marked: &str) {
        let (mut text, mut ranges, mut expected) = (String::new(), Vec::new(), Vec::new());
        for char in marked.chars() {
            let units = text.encode_utf16().count();
            match char {
                '[' => {
                    ranges.push(Range {
                        start: text.len(),
                        end: 0,
                    });
                    expected.push((units, 0));
                }
                ']' => {
                    ranges.last_mut().unwrap().end = text.len();
                    expected.last_mut().unwrap().1 = units;
                }
                _ => text.push(char),
            }
        }
        convert(&text, &mut ranges);
        let got: Vec<_> = ranges
            .iter()
            .map(|range| (range.start, range.end))
            .collect();
        assert_eq!(got, expected, "{marked}");
    }

    #[test]
    fn offsets_count_code_units() {
        check("");
        check("no range");
        check("[plain]");
        check("[شبکه] [عصبی] خود را بهتر بفهمید!");
        check("a [é] شبکه\u{200c}[های] 🎉🎉 [🎉] [end]");
        check("[𝒳][y][]z");
    }

    #[test]
    fn one_walk_serves_all_ranges() {
        // Quadratic work over 200,000 ranges would not end within the patience of a test run.
        let words = 200_000;
        let text = "شبکه ".repeat(words);
        let mut ranges: Vec<_> = (0..words)
            .map(|word| Range {
                start: word * 9,
                end: word * 9 + 8,
            })
            .collect();
        convert(&text, &mut ranges);
        let last = ranges.last().unwrap();
        assert_eq!(
            (last.start, last.end),
            ((words - 1) * 5, (words - 1) * 5 + 4)
        );
    }
}
