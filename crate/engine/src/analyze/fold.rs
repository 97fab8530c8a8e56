//! Folding of single characters: what is written apart but read alike becomes one.
//!
//! A character folds by the first of these that says something about it:
//!
//! 1. the Persian table, `data/persian/fold.tsv` (ي → ی, ك → ک, أ → ا, vowel signs and tatweel
//!    deleted, ¬ → zero-width non-joiner);
//! 2. deleted: what is never seen (Default_Ignorable_Code_Point but for the zero-width
//!    non-joiner: joiners, bidi controls, soft hyphen, variation selectors), the accents of
//!    general use and of Arabic, and skin tones, so that 👍🏽 equals 👍;
//! 3. decimal digits of every script of the BMP → ASCII;
//! 4. itself: emoji, ™ and ℠, and blocks that few keyboards give (compatibility forms of Chinese
//!    and Korean, letters in squares, numbers in parentheses, some phonetic and mathematical);
//! 5. lower case, NFKD, without the accents of 2, recomposed by NFC; ø ł ß æ and their like
//!    → their Latin spelling. The Cyrillic й ї ў ѓ ќ are letters and stay. Signs and spaces stay
//!    unless they become a letter, a digit or one ASCII sign.
//!
//! Folding what was folded changes nothing. The tables come from Unicode 16.0 by
//! `cargo xtask tables` (10 kB, 4 kB compressed); crate/xtask/src/tables.rs says the rules in
//! code. One character at a time means that `и` followed by a combining breve is not й.

use super::tables::fold as table;

/// What a character becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folded {
    /// Itself.
    Same,
    /// Nothing.
    Deleted,
    /// Another character.
    One(char),
    /// Two characters or more.
    Many(&'static str),
}

/// Folds one character. Constant time for ASCII and the Arabic block, else a binary search among
/// the runs of its page.
#[inline]
pub fn fold(c: char) -> Folded {
    let code = c as u32;
    if code < 0x80 {
        return if c.is_ascii_uppercase() {
            Folded::One(c.to_ascii_lowercase())
        } else {
            Folded::Same
        };
    }
    match table::ARABIC.get(code.wrapping_sub(0x600) as usize) {
        Some(0) => Folded::Same,
        Some(1) => Folded::Deleted,
        Some(&to) if to != 2 => one(to.into()),
        _ => fold_by_runs(code),
    }
}

fn fold_by_runs(code: u32) -> Folded {
    if let 0xE_0000..=0xE_0FFF = code {
        return Folded::Deleted; // tags
    }
    let page = (code >> 8) as usize;
    let (Some(&first), Some(&end)) = (table::PAGES.get(page), table::PAGES.get(page + 1)) else {
        return Folded::Same;
    };
    let lows = table::LOWS
        .get(first.into()..end.into())
        .unwrap_or_default();
    let low = (code & 0xFF) as u8;
    let Some(nth) = lows.partition_point(|&start| start <= low).checked_sub(1) else {
        return Folded::Same;
    };
    let run = usize::from(first) + nth;
    let nth = u32::from(low - lows[nth]);
    let (span, to) = (table::SPANS[run], u32::from(table::TARGETS[run]));
    if nth > u32::from(span & 0xFF) {
        return Folded::Same;
    }
    let high = u32::from(span >> 10);
    match span >> 8 & 3 {
        0 => one(high << 16 | to),
        2 if nth % 2 == 1 => Folded::Same,
        1 | 2 => one((high << 16 | to) + nth),
        _ => {
            let at = (to + nth * high) as usize;
            let text = table::POOL.get(at..at + high as usize).unwrap_or_default();
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) if c as u32 == code => Folded::Same,
                (Some(c), None) => Folded::One(c),
                _ => Folded::Many(text),
            }
        }
    }
}

/// The character of a code in the tables, where 0 stands for none.
#[inline]
fn one(code: u32) -> Folded {
    match char::from_u32(code) {
        Some('\0') | None => Folded::Deleted,
        Some(c) => Folded::One(c),
    }
}

/// What a folded character is to the tokenizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Space, punctuation, `_`, signs.
    Other,
    /// A letter of the Arabic script.
    Arabic,
    /// A letter, a mark within words or an unfolded digit of any other script.
    Latin,
    /// An ASCII digit: those of other scripts fold to it.
    Digit,
    /// Han, Hiragana or Katakana: one term for each character.
    Ideograph,
    /// A pictograph, or one of the two regional indicators of a flag. Not © ® ™ # * and digits.
    Emoji,
    /// Zero-width non-joiner.
    Zwnj,
}

/// The class of a folded character. Of one that [`fold`] changes, nothing is promised.
#[inline]
pub fn class(c: char) -> Class {
    let code = c as u32;
    if code < 0x80 {
        return match c {
            'a'..='z' => Class::Latin,
            '0'..='9' => Class::Digit,
            _ => Class::Other,
        };
    }
    let nth = code.wrapping_sub(0x600) as usize;
    if let Some(bits) = table::ARABIC_LETTERS.get(nth / 32) {
        return if bits >> (nth % 32) & 1 == 1 {
            Class::Arabic
        } else {
            Class::Other
        };
    }
    let after = table::CLASS_STARTS.partition_point(|&start| start <= code);
    match after
        .checked_sub(1)
        .and_then(|range| table::CLASSES.get(range))
        .unwrap_or(&0)
    {
        1 => Class::Arabic,
        2 => Class::Latin,
        3 => Class::Digit,
        4 => Class::Ideograph,
        5 => Class::Emoji,
        6 => Class::Zwnj,
        _ => Class::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut out = String::new();
        for c in text.chars() {
            match fold(c) {
                Folded::Same => out.push(c),
                Folded::Deleted => {}
                Folded::One(c) => out.push(c),
                Folded::Many(text) => out.push_str(text),
            }
        }
        out
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(folded(text), expect, "{text} {}", text.escape_unicode());
    }

    #[test]
    fn persian() {
        check("شبكة", "شبکه");
        check("كتابي", "کتابی");
        check("مَدرسِه", "مدرسه");
        check("مـــدرسه", "مدرسه");
        check("مسئله آب مؤثر إن أن", "مسیله اب موثر ان ان");
        check("خانۀ", "خانه");
        check("\u{FEFB} \u{FDF2} \u{FDFC}", "لا الله ریال");
        check("ﺳﻼﻡ", "سلام");
        check("می\u{200C}شود می¬شود", "می\u{200C}شود می\u{200C}شود");
        check("\u{202B}الف\u{202C}\u{FEFF}\u{200F}", "الف");
        check("۱۲۳ ١٢٣ १२३ １２３", "123 123 123 123");
        check("۳٫۱۴ و ۱٬۰۰۰", "3.14 و 1000");
    }

    #[test]
    fn other_scripts() {
        check("Ｆｕｌｌ ＃ｔａｇ", "full #tag");
        check("Café CAFE\u{301} İstanbul ŏ ﬁn", "cafe cafe istanbul o fin");
        check("Straße Øresund Łódź þæð", "strasse oresund lodz thaed");
        check("x² H₂O №5 Ⅳ ½", "x2 h2o no5 iv 1⁄2");
        check("𝓙𝓾𝔂𝓪 ⓙ", "juya j");
        check("ΟΔΥΣΣΕΎΣ ὀδυσσεύς", "οδυσσευσ οδυσσευσ");
        check("Ёлка Йод їжак", "елка йод їжак");
        check("ԵՐԵՎԱՆ և", "երեվան եւ");
        check("हिन्दी", "हिन्दी");
        check("한국어 ガ ｶﾅ 漢字", "한국어 ガ カナ 漢字");
        check("Foo™ © so\u{AD}ft", "foo™ © soft");
    }

    #[test]
    fn emoji() {
        check("👍🏽 ❤\u{FE0F} 1\u{FE0F}\u{20E3} 👩\u{200D}💻", "👍 ❤ 1 👩💻");
        for c in "👍❤🇮🇷💻🔥✅".chars() {
            assert_eq!(class(c), Class::Emoji, "{c}");
        }
        for c in "©®™#*…".chars() {
            assert_eq!(class(c), Class::Other, "{c}");
        }
    }

    #[test]
    fn folding_again_changes_nothing() {
        for c in '\0'..=char::MAX {
            let once = folded(c.encode_utf8(&mut [0; 4]));
            check(&once, &once);
        }
    }

    #[test]
    fn classes() {
        for (text, expect) in [
            ("ابپژگیءۀۓ", Class::Arabic),
            ("azéñжλհअिक़ไทย한", Class::Latin),
            ("09", Class::Digit),
            ("漢々かナー", Class::Ideograph),
            ("\u{200C}", Class::Zwnj),
            (" _-.،؛؟٪«»…・\n\u{A0}\u{E000}", Class::Other),
        ] {
            for c in folded(text).chars() {
                assert_eq!(class(c), expect, "{c} {}", c.escape_unicode());
            }
        }
    }
}
