//! Text to tokens.
//!
//! Two stages. The first cuts raw words: runs of folded letters of one script (digits join
//! non-Arabic letters: `cs224w`), each emoji and each ideograph alone, zero-width non-joiners left
//! out, the words of addresses apart. The second glues what Persian writes in three ways: `می شود`
//! and `می‌شود` become `میشود`, `شبکه ها` becomes `شبکهها`; a Persian ending on a Latin word
//! (`cnnها`) is dropped.

use super::fold::{Class, Folded, class, fold};
use super::link::{link_end, scheme};
use super::part;

/// A term has at most this many characters; a longer run of letters becomes several terms.
pub const MAX_TERM: usize = 64;

/// Where a token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Running text.
    Word,
    /// A hashtag; `#هوش_مصنوعی` gives two tokens.
    Tag,
    /// The host and the path of an address.
    Link,
}

/// A term and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// Folded, never empty.
    pub term: &'a str,
    /// Byte offset in the original text of its first character.
    pub start: usize,
    /// Byte offset after its last character.
    pub end: usize,
    /// Where it comes from.
    pub kind: Kind,
}

/// Hands the tokens of `text` to `each`, in order. Their ranges do not overlap, but for those of one
/// character that holds several words: `½` is `1` and `2`.
pub fn tokens(text: &str, mut each: impl FnMut(Token<'_>)) {
    raw_words(
        text,
        Gluer {
            text,
            held: None,
            each: &mut each,
        },
    );
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Arabic,
    Other,
}

/// A word on its way through the stages.
struct Word {
    term: String,
    start: usize,
    end: usize,
    script: Script,
    kind: Kind,
}

/// Cuts the raw words of a text.
fn raw_words(text: &str, mut gluer: Gluer<'_>) {
    let mut open: Option<Word> = None;
    let mut letters = 0;
    let mut kind = Kind::Word;
    let mut before = ' ';
    // The link we are in: where its path ends, and it itself.
    let mut link: Option<(usize, usize)> = None;
    let mut at = 0;
    while let Some(c) = part(text, at, text.len()).chars().next() {
        let (start, end) = (at, at + c.len_utf8());
        match link {
            Some((path, link_end)) if start >= path => {
                gluer.take(open.take());
                (link, kind, at, before) = (None, Kind::Word, link_end.max(start), ' ');
                continue;
            }
            Some(_) if c == '%' => {
                gluer.take(open.take());
                at = (end..=end + 2)
                    .rev()
                    .find(|&at| text.is_char_boundary(at))
                    .unwrap_or(end);
                continue; // %D8 is a byte, no word
            }
            None => {
                if let Some(link_end) = link_end(text, start, before) {
                    gluer.take(open.take());
                    // Scheme and www say nothing; queries and fragments are mostly keys.
                    let address = part(text, start, link_end);
                    let path = address.find(['?', '#']).map_or(link_end, |at| start + at);
                    let mut words = start + scheme(address.as_bytes());
                    if part(text, words, path)
                        .get(..4)
                        .is_some_and(|head| head.eq_ignore_ascii_case("www."))
                    {
                        words += 4;
                    }
                    (link, kind, at, before) = (Some((path, link_end)), Kind::Link, words, ' ');
                    continue;
                }
            }
            Some(_) => {}
        }
        at = end;
        before = c;

        let mut add = |folded: char, open: &mut Option<Word>, kind: &mut Kind| {
            let script = match class(folded) {
                Class::Arabic => Script::Arabic,
                Class::Latin | Class::Digit => Script::Other,
                Class::Ideograph | Class::Emoji => {
                    gluer.take(open.take());
                    let term = String::from(folded);
                    gluer.take(Some(Word {
                        term,
                        start,
                        end,
                        script: Script::Other,
                        kind: *kind,
                    }));
                    return;
                }
                Class::Zwnj => return,
                Class::Other => {
                    if open.is_some() && stays_in_word(text, start, end, open, letters) {
                        return;
                    }
                    gluer.take(open.take());
                    *kind = match *kind {
                        Kind::Link => Kind::Link,
                        _ if folded == '#' && starts_tag(text, start, end) => Kind::Tag,
                        Kind::Tag if folded == '_' => Kind::Tag,
                        _ => Kind::Word,
                    };
                    return;
                }
            };
            if open
                .as_ref()
                .is_some_and(|word| word.script != script || letters >= MAX_TERM)
            {
                gluer.take(open.take());
            }
            let word = open.get_or_insert_with(|| {
                letters = 0;
                Word {
                    term: String::new(),
                    start,
                    end,
                    script,
                    kind: *kind,
                }
            });
            word.term.push(folded);
            word.end = end;
            letters += 1;
        };
        match fold(c) {
            Folded::Same => add(c, &mut open, &mut kind),
            Folded::One(c) => add(c, &mut open, &mut kind),
            Folded::Many(chars) => {
                // Several words in one character (½, ﷺ) join neither the one before nor the one after.
                let apart = chars.contains([' ', '⁄']);
                if apart {
                    add(' ', &mut open, &mut kind);
                }
                chars.chars().for_each(|c| add(c, &mut open, &mut kind));
                if apart {
                    add(' ', &mut open, &mut kind);
                }
            }
            Folded::Deleted => {}
        }
    }
    gluer.take(open);
    gluer.flush();
}

/// Whether the sign at `start..end` belongs to the open word: the apostrophe of `don't`, the signs
/// of `C++` and `C#`. May extend the word.
fn stays_in_word(
    text: &str,
    start: usize,
    end: usize,
    open: &mut Option<Word>,
    letters: usize,
) -> bool {
    let Some(word) = open
        .as_mut()
        .filter(|word| word.script == Script::Other && word.end == start)
    else {
        return false;
    };
    let mut after = part(text, end, text.len()).chars();
    match part(text, start, end) {
        "'" | "’" => after.next().is_some_and(char::is_alphabetic),
        "+" if word.term == "c" && after.next() == Some('+') => {
            word.term.push_str("++");
            word.end = end + 1;
            true
        }
        "#" if letters == 1
            && matches!(word.term.as_str(), "c" | "f" | "j")
            && !after.next().is_some_and(char::is_alphanumeric) =>
        {
            word.term.push('#');
            word.end = end;
            true
        }
        _ => false,
    }
}

/// Whether `#` at `start..end` begins a hashtag: not within a word, and a letter follows.
fn starts_tag(text: &str, start: usize, end: usize) -> bool {
    !part(text, 0, start)
        .chars()
        .next_back()
        .is_some_and(char::is_alphanumeric)
        && part(text, end, text.len())
            .chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_')
}

/// Persian prefixes that are written apart from their verb.
const PREFIXES: [&str; 2] = ["می", "نمی"];
/// Persian endings that are written apart from their word.
const ENDINGS: [&str; 6] = ["ها", "های", "تر", "ترین", "ام", "اش"];
/// What else may end a word of another script that it is written against: `GANی`.
const LATIN_ENDINGS: [&str; 5] = ["ی", "ای", "م", "ش", "ست"];

/// Holds a word back until the next one shows whether they belong together.
struct Gluer<'a> {
    text: &'a str,
    held: Option<Word>,
    each: &'a mut dyn FnMut(Token<'_>),
}

impl Gluer<'_> {
    fn take(&mut self, word: Option<Word>) {
        let Some(mut word) = word else { return };
        // 's says nothing about which thing is meant.
        if word.script == Script::Other && word.term.len() > 1 && word.term.ends_with('s') {
            let own = part(self.text, word.start, word.end);
            if own.ends_with("'s") || own.ends_with("’s") || own.ends_with("'S") {
                word.term.pop();
            }
        }
        if let Some(held) = &mut self.held
            && held.kind == word.kind
            && word.kind != Kind::Link
            && word.script == Script::Arabic
        {
            // Words of one character (ﷺ) have no gap, and are not glued.
            let gap = self.text.get(held.end..word.start).unwrap_or(".");
            let apart = !gap.is_empty()
                && gap
                    .chars()
                    .all(|c| c == ' ' || c == '\u{a0}' || c == '\u{200c}');
            let ending = ENDINGS.contains(&word.term.as_str());
            let verb = PREFIXES.contains(&held.term.as_str());
            match held.script {
                Script::Arabic if apart && (ending || verb) => {
                    held.term.push_str(&word.term);
                    held.end = word.end;
                    return;
                }
                Script::Other
                    if (apart || gap.is_empty())
                        && (ending
                            || !gap.contains([' '])
                                && (word.term.starts_with("ها") && word.term.len() <= 2 * 6
                                    || LATIN_ENDINGS.contains(&word.term.as_str())))
                        && held.term.starts_with(|c| class(c) == Class::Latin) =>
                {
                    held.end = word.end;
                    return;
                }
                _ => {}
            }
        }
        self.flush();
        self.held = Some(word);
    }

    fn flush(&mut self) {
        if let Some(Word {
            term,
            start,
            end,
            kind,
            ..
        }) = self.held.take()
        {
            (self.each)(Token {
                term: &term,
                start,
                end,
                kind,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let mut found = Vec::new();
        tokens(text, |token| {
            let mark = match token.kind {
                Kind::Word => "",
                Kind::Tag => "#",
                Kind::Link => "/",
            };
            found.push(format!("{mark}{}", token.term));
        });
        assert_eq!(found.join(" "), expect, "{text}");
    }

    #[track_caller]
    fn check_ranges(text: &str, expect: &[&str]) {
        let mut found = Vec::new();
        tokens(text, |token| {
            found.push(text[token.start..token.end].to_owned())
        });
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn three_ways_to_write_a_verb_and_a_plural() {
        check("می شود می‌شود میشود نمی شود", "میشود میشود میشود نمیشود");
        check(
            "شبکه ها شبکه‌ها شبکهها شبکه های بزرگ تر",
            "شبکهها شبکهها شبکهها شبکههای بزرگتر",
        );
        check("می\nشود، می، شود. ها", "می شود می شود ها");
        check_ranges("شبکه های عصبی می شوند", &["شبکه های", "عصبی", "می شوند"]);
    }

    #[test]
    fn scripts_part_but_digits_stay_with_letters() {
        check(
            "cnnها CNN‌های GANهایی GPT3 Wav2Vec سال2021 cs224w BERTی",
            "cnn cnn gan gpt3 wav2vec سال 2021 cs224w bert",
        );
        check("2 ها", "2 ها");
        check("۲۰ ام", "20 ام");
    }

    #[test]
    fn arabic_letters_marks_and_digits_fold() {
        check(
            "شبكة عصبي مُدَرِّس ۱۴۰۰ شبکهٔ کتــاب",
            "شبکه عصبی مدرس 1400 شبکه کتاب",
        );
    }

    #[test]
    fn latin_words() {
        check(
            "Café self-supervised don't Rust's naïve fn_name C++ C# e.g.",
            "cafe self supervised dont rust naive fn name c++ c# e g",
        );
        check("Straße ﬁne a¼b", "strasse fine a 1 4 b");
    }

    #[test]
    fn tags_mentions_links() {
        check(
            "#paper #هوش_مصنوعی متن @nlp_stuff #1 C#x",
            "#paper #هوش #مصنوعی متن nlp stuff 1 c x",
        );
        check(
            "https://www.GitHub.com/slundberg/shap?x=1#citations خوب",
            "/github /com /slundberg /shap خوب",
        );
        check("arxiv.org/abs/2104.10640.", "/arxiv /org /abs /2104 /10640");
        check(
            "https://fa.wikipedia.org/wiki/%D8%B4/ب",
            "/fa /wikipedia /org /wiki /ب",
        );
        check_ranges("(www.x.io/a)", &["x", "io", "a"]);
    }

    #[test]
    fn emoji_and_ideographs_stand_alone() {
        check("سلام👍🏽👍 漢字かな", "سلام 👍 👍 漢 字 か な");
    }

    #[test]
    fn a_long_run_is_cut() {
        let mut lengths = Vec::new();
        tokens(&"a".repeat(150), |token| lengths.push(token.term.len()));
        assert_eq!(lengths, [64, 64, 22]);
    }

    proptest! {
        #[test]
        fn tokens_stand_in_order_on_characters(
            text in "([ا-ی]{1,4}|می|ها|[a-zA-Z0-9]{1,3}|[ \n\u{200c}\u{200f}#_'’+./%]|https?://|\\PC){0,40}",
        ) {
            let mut last = 0..0;
            tokens(&text, |token| {
                assert!(!token.term.is_empty() && token.start < token.end);
                assert!(token.start >= last.end || (token.start..token.end) == last);
                assert!(text.get(token.start..token.end).is_some());
                assert!(token.term.chars().all(|c| fold(c) == Folded::Same), "{}", token.term);
                last = token.start..token.end;
            });
        }
    }
}
