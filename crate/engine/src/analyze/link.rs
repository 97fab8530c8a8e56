//! Addresses in running text.

use super::part;
use crate::Range;

/// Where the links of a text stand: addresses with a scheme (`https://…`), with `www.`, or a
/// domain followed by a path (`arxiv.org/abs/2104.10640`). Trailing punctuation is not part of
/// them. Only `http` and `https` are links.
pub fn links(text: &str) -> Vec<Range> {
    let mut found = Vec::new();
    let (mut at, mut before) = (0, ' ');
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        match link_end(text, at, before) {
            Some(end) => {
                found.push(Range { start: at, end });
                (at, before) = (end, ' ');
            }
            None => (at, before) = (at + c.len_utf8(), c),
        }
    }
    found
}

/// The end of the link that begins at `start`, where one does; `before` is the character before.
pub(super) fn link_end(text: &str, start: usize, before: char) -> Option<usize> {
    let rest = text.as_bytes().get(start..)?;
    if !rest.first()?.is_ascii_alphanumeric()
        || before.is_ascii_alphanumeric()
        || matches!(before, '@' | '_' | '-' | '.')
    {
        return None;
    }
    let scheme = scheme(rest);
    if scheme == 0 && !is_domain_with_path(rest) {
        return None;
    }
    let mut end = start + scheme;
    let mut last = '/';
    for (at, c) in part(text, end, text.len()).char_indices() {
        let goes_on = match c {
            '!'..='~' => !matches!(
                c,
                '<' | '>' | '"' | '\'' | '`' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '\\' | '^'
            ),
            // Persian paths stand unescaped in many posts, after a separator; a word glued to the
            // end of an address does not belong to it.
            c if c.is_alphanumeric() || c == '\u{200c}' => {
                scheme > 0 && (!last.is_ascii() || matches!(last, '/' | '_' | '-' | '='))
            }
            _ => false,
        };
        if !goes_on {
            break;
        }
        last = c;
        end = start + scheme + at + c.len_utf8();
    }
    let mut link = part(text, start, end).chars();
    loop {
        let size = link.as_str().len();
        if !matches!(
            link.next_back(),
            Some('.' | ',' | ';' | ':' | '!' | '?' | '\u{200c}')
        ) {
            return (size > scheme).then_some(start + size);
        }
    }
}

/// The size of `http://` or `https://` at the beginning, 0 where neither stands there.
pub(super) fn scheme(rest: &[u8]) -> usize {
    [&b"https://"[..], b"http://"]
        .iter()
        .find(|scheme| {
            rest.get(..scheme.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
        })
        .map_or(0, |scheme| scheme.len())
}

/// `www.` and a domain, or a domain and `/`.
fn is_domain_with_path(rest: &[u8]) -> bool {
    let is_host = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'-' || **b == b'.';
    let host = &rest[..rest.iter().take_while(is_host).count()];
    let mut labels = host.split(|&b| b == b'.');
    let last = labels.next_back().unwrap_or(host);
    labels.next().is_some_and(|first| !first.is_empty())
        && (2..=24).contains(&last.len())
        && last.iter().all(u8::is_ascii_alphabetic)
        && (rest.get(host.len()) == Some(&b'/')
            || host
                .get(..4)
                .is_some_and(|head| head.eq_ignore_ascii_case(b"www.")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let found: Vec<&str> = links(text)
            .iter()
            .map(|range| &text[range.start..range.end])
            .collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn addresses_are_found() {
        check(
            "لینک: https://github.com/slundberg/shap#citations\n#link",
            &["https://github.com/slundberg/shap#citations"],
        );
        check("arxiv.org/abs/2104.10640.", &["arxiv.org/abs/2104.10640"]);
        check(
            "(see http://a.b/c?d=e&f), www.neuralink.com!",
            &["http://a.b/c?d=e&f", "www.neuralink.com"],
        );
        check(
            "https://fa.wikipedia.org/wiki/شبکه_عصبی را ببینید",
            &["https://fa.wikipedia.org/wiki/شبکه_عصبی"],
        );
        check("https://x.io/abرا", &["https://x.io/ab"]);
        check("HTTPS://T.ME/nlp_stuff", &["HTTPS://T.ME/nlp_stuff"]);
    }

    #[test]
    fn other_words_are_not() {
        check(
            "e.g. Node.js 3.14 and/or a/b main.rs @x.y/z me@host.org/a javascript://x http:// 2021/05",
            &[],
        );
    }

    proptest! {
        #[test]
        fn links_stand_in_order_on_characters(text in "(https?://|www\\.|[a-c./]{1,4}|[ا-ت ]|\\PC){0,20}") {
            let mut end = 0;
            for range in links(&text) {
                prop_assert!(range.start >= end && text.get(range.start..range.end).is_some_and(|l| !l.is_empty()));
                end = range.end;
            }
        }
    }
}
