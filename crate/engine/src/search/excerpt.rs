//! The passage of a post that shows best why it was found.

use super::expand::{Match, Matcher};
use crate::Range;
use crate::analyze::part;
use crate::list::List;

/// About how many characters an excerpt has.
const LENGTH: usize = 180;

/// The best passage and the matched words in it. Looks at the text first; where nothing of the
/// query stands there, at the preview; else the text's beginning.
pub(super) fn best(matcher: &Matcher<'_>, text: &str, preview: &str) -> (String, Vec<Range>) {
    let found = matcher.matches(text);
    let (text, found) = match found.is_empty() {
        true => match matcher.matches(preview) {
            found if found.is_empty() => (text, found),
            found => (preview, found),
        },
        false => (text, found),
    };
    let window = window(text, &found);
    cut(text, window, &found)
}

/// The window that holds the most positions of the query, then the most matches, then is first.
fn window(text: &str, found: &[Match]) -> Range {
    let mut best = (0, 0, Range { start: 0, end: 0 });
    let mut last = 0;
    for (first, start) in found.iter().enumerate() {
        last = last.max(first);
        while let Some(next) = found.get(last + 1)
            && part(text, start.range.start, next.range.end)
                .chars()
                .take(LENGTH + 1)
                .count()
                <= LENGTH
        {
            last += 1;
        }
        let inside = &found[first..=last];
        let mask = inside.iter().fold(0, |mask, found| mask | found.mask);
        let covered = mask.count_ones();
        if (covered, inside.len()) > (best.0, best.1) {
            let range = Range {
                start: start.range.start,
                end: inside[inside.len() - 1].range.end,
            };
            best = (covered, inside.len(), range);
        }
    }
    best.2
}

/// Widens a window to the length of an excerpt, at spaces, with some words before it.
fn cut(text: &str, window: Range, found: &[Match]) -> (String, Vec<Range>) {
    let spare = LENGTH.saturating_sub(part(text, window.start, window.end).chars().count());
    let before = part(text, 0, window.start).char_indices().rev();
    // A third of the room before, or all that is left over where the text ends early.
    let after = part(text, window.end, text.len())
        .chars()
        .take(spare)
        .count();
    let lead = (spare / 3).max(spare - after);
    let earliest = before.take(lead).last().map_or(window.start, |(at, _)| at);
    let start = match part(text, earliest, window.start).find(char::is_whitespace) {
        _ if earliest == 0 => 0,
        Some(space) => earliest + space,
        None => window.start,
    };
    let start = text.len() - part(text, start, text.len()).trim_start().len();
    let latest = part(text, start, text.len())
        .char_indices()
        .nth(LENGTH)
        .map_or(text.len(), |(at, _)| start + at);
    let latest = latest.max(window.end);
    let end = match part(text, window.end.max(start), latest).rfind(char::is_whitespace) {
        _ if latest == text.len() => text.len(),
        Some(space) => window.end.max(start) + space,
        None => latest,
    };
    let end = start + part(text, start, end).trim_end().len();

    let mut excerpt = String::new();
    if start > 0 {
        excerpt.push_str("… ");
    }
    let offset = excerpt.len();
    excerpt.extend(part(text, start, end).chars().map(|c| {
        if c == '\n' || c == '\t' || c == '\r' {
            ' '
        } else {
            c
        }
    }));
    if end < text.trim_end().len() {
        excerpt.push_str(" …");
    }
    let inside = found
        .iter()
        .map(|found| found.range)
        .filter(|r| r.start >= start && r.end <= end);
    let ranges = inside.map(|r| Range {
        start: r.start - start + offset,
        end: r.end - start + offset,
    });
    (excerpt, ranges.list())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(text: &str, word: &str) -> Vec<Match> {
        let found = text.match_indices(word);
        found
            .map(|(start, word)| Match {
                range: Range {
                    start,
                    end: start + word.len(),
                },
                mask: 1,
            })
            .collect()
    }

    proptest! {
        #[test]
        fn marks_stand_on_the_matched_words(text in "([a-z ]{0,9}|شبکه|\n|[ا-ی]{1,200}| ){0,60}") {
            let found = matches(&text, "شبکه");
            let window = window(&text, &found);
            let (excerpt, ranges) = cut(&text, window, &found);
            prop_assert_eq!(ranges.is_empty(), found.is_empty());
            for range in ranges {
                prop_assert_eq!(&excerpt[range.start..range.end], "شبکه");
            }
            prop_assert!(excerpt.chars().count() <= LENGTH + 4 || found.is_empty());
        }
    }

    #[test]
    fn a_short_text_is_shown_whole_and_a_long_one_is_cut_at_words() {
        let check = |text: &str, expect: &str| {
            let found = matches(text, "x");
            assert_eq!(cut(text, window(text, &found), &found).0, expect);
        };
        check("a\nx b ", "a x b");
        check("", "");
        let long = "word ".repeat(60) + "x" + &" word".repeat(60);
        let lead = "word ".repeat(11);
        let tail = " word".repeat(24);
        check(&long, &format!("… {lead}x{tail} …"));
    }
}
