//! Text typed on the wrong keyboard layout: US keys for Persian (ISIRI 9147) and back.

use super::tables::persian::KEYBOARD;

/// What the keys of this Latin text give on a Persian keyboard.
pub(crate) fn persian(text: &str) -> String {
    let mut retyped = String::new();
    for c in text.chars() {
        let key = (c as usize).checked_sub(usize::from(b'!'));
        let on_it = key
            .and_then(|key| KEYBOARD.get(key))
            .and_then(|&code| char::from_u32(u32::from(code)));
        retyped.push(on_it.unwrap_or(c));
    }
    retyped
}

/// What the keys of this Persian text give on a US keyboard. What several keys give is taken for
/// the lower-case one; Arabic ye and kaf, which other layouts have there, for the Persian ones.
pub(crate) fn latin(text: &str) -> String {
    let mut retyped = String::new();
    for c in text.chars() {
        let c = match c {
            'ي' => 'ی',
            'ك' => 'ک',
            c => c,
        };
        let key = KEYBOARD
            .iter()
            .rposition(|&code| u32::from(code) == u32::from(c));
        retyped.push(key.map_or(c, |key| char::from(b'!' + key as u8)));
    }
    retyped
}

/// Where the key of a letter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) row: usize,
    pub(crate) column: usize,
}

/// The key of a letter, on the keyboard that has it.
pub(crate) fn key(c: char) -> Option<Key> {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop[]", b"asdfghjkl;'", b"zxcvbnm,./"];
    let key = match c.is_ascii() {
        true => c as u8,
        false => {
            b'!' + KEYBOARD
                .iter()
                .rposition(|&code| u32::from(code) == u32::from(c))? as u8
        }
    };
    let place = |(row, keys): (usize, &&[u8])| {
        Some(Key {
            row,
            column: keys.iter().position(|&other| other == key)?,
        })
    };
    ROWS.iter().enumerate().find_map(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        assert_eq!(persian("af;i uwfd"), "شبکه عصبی");
        assert_eq!(persian(";jhfohki"), "کتابخانه");
        assert_eq!(latin("فثدسخقبمخص"), "tensorflow");
        assert_eq!(latin("ذثقف"), "bert");
        assert_eq!(persian("\u{7f}é🙂"), "\u{7f}é🙂");
    }

    #[test]
    fn keys() {
        assert_eq!(key('ب'), Some(Key { row: 1, column: 3 }));
        assert_eq!(key('ب'), key('f'));
        assert_eq!(key('é'), None);
    }
}
