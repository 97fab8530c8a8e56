//! How generators name headings and files in addresses.

use std::collections::{HashMap, HashSet};

/// The rule of a generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// GitHub's, which Jekyll and Docusaurus follow.
    GitHub,
    /// Hugo's.
    Hugo,
    /// mdBook's.
    MdBook,
    /// Zola's `slugify = "on"`: other scripts are written in Latin letters.
    Ascii,
    /// Zola's `slugify = "safe"`.
    Safe,
    /// Zola's `slugify = "off"`.
    Off,
}

impl Rule {
    pub(crate) fn of(self, text: &str) -> String {
        let text = text.trim();
        match self {
            Rule::GitHub => text
                .chars()
                .flat_map(char::to_lowercase)
                .filter_map(|c| match c {
                    ' ' | '\t' => Some('-'),
                    c if c == '-' || is_word(c) => Some(c),
                    _ => None,
                })
                .collect(),
            Rule::Hugo => text
                .chars()
                .filter_map(|c| match c {
                    ' ' | '\t' | '-' => Some('-'),
                    c if c == '_' || (is_word(c) && !is_mark(c)) => Some(c),
                    _ => None,
                })
                .flat_map(char::to_lowercase)
                .collect(),
            Rule::MdBook => text
                .chars()
                .filter_map(|c| match c {
                    c if c.is_alphanumeric() || c == '_' || c == '-' => {
                        Some(c.to_ascii_lowercase())
                    }
                    c if c.is_whitespace() => Some('-'),
                    _ => None,
                })
                .collect(),
            Rule::Ascii => ::slug::slugify(text),
            Rule::Safe => {
                const UNSAFE: [char; 13] = [
                    '<', '>', ':', '"', '/', '|', '?', '*', '#', '\n', '\r', '(', ')',
                ];
                let safe = text
                    .chars()
                    .filter(|c| !UNSAFE.contains(c) && !"\\[]\t".contains(*c));
                safe.map(|c| if c == ' ' { '_' } else { c }).collect()
            }
            Rule::Off => text.to_owned(),
        }
    }
}

/// A name in an address as Hugo writes it.
pub(crate) fn hugo_path(text: &str, lower: bool) -> String {
    let kept = text.trim().chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '/' | '.' | '-' | '+' | '~' | '@' => Some(c),
        c if is_word(c) => Some(c),
        _ => None,
    });
    if lower {
        kept.flat_map(char::to_lowercase).collect()
    } else {
        kept.collect()
    }
}

/// A title in an address as Jekyll writes it.
pub(crate) fn jekyll(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for c in title.chars() {
        if is_word(c) || "._~!$&'()+,;=@".contains(c) {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

/// What regular expressions call a word character: letters, marks, digits, `_` and its like.
fn is_word(c: char) -> bool {
    // Numbers that are no digits: ², ½, ①.
    let other_number = matches!(c,
        '²' | '³' | '¹' | '¼'..='¾' | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}'
        | '\u{2150}'..='\u{215f}' | '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}'
        | '\u{2776}'..='\u{2793}');
    let connector = matches!(
        c,
        '_' | '‿' | '⁀' | '⁔' | '︳' | '︴' | '﹍'..='﹏' | '\u{ff3f}'
    );
    (c.is_alphanumeric() && !other_number) || connector || is_mark(c)
}

/// The combining marks that are met in headings: those of Latin and of Arabic script, and the
/// signs that choose how a character looks.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}'
        | '\u{6ea}'..='\u{6ed}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

/// The anchors of one page, each given once.
pub(crate) struct Anchors {
    rule: Rule,
    given: HashSet<String>,
    counts: HashMap<String, usize>,
}

impl Anchors {
    pub(crate) fn new(rule: Rule) -> Anchors {
        Anchors {
            rule,
            given: HashSet::new(),
            counts: HashMap::new(),
        }
    }

    /// Takes the anchor that a heading says it has.
    pub(crate) fn take(&mut self, anchor: &str) {
        self.given.insert(anchor.to_owned());
    }

    /// The anchor of the next heading; empty where it gets none.
    pub(crate) fn next(&mut self, heading: &str) -> String {
        let mut slug = self.rule.of(heading);
        if slug.is_empty() {
            match self.rule {
                Rule::Hugo => "heading".clone_into(&mut slug),
                _ => return slug,
            }
        }
        if !self.given.contains(&slug) {
            self.given.insert(slug.clone());
            return slug;
        }
        let count = self.counts.entry(slug.clone()).or_default();
        loop {
            *count += 1;
            let numbered = format!("{slug}-{count}");
            if self.given.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_generator_names_headings_its_way() {
        #[track_caller]
        fn check(heading: &str, expect: [(Rule, &str); 4]) {
            for (rule, slug) in expect {
                assert_eq!(rule.of(heading), slug, "{rule:?}");
            }
        }
        check(
            "Hello, World! (v1.2)",
            [
                (Rule::GitHub, "hello-world-v12"),
                (Rule::Hugo, "hello-world-v12"),
                (Rule::MdBook, "hello-world-v12"),
                (Rule::Ascii, "hello-world-v1-2"),
            ],
        );
        check(
            "A & B – C_d",
            [
                (Rule::GitHub, "a--b--c_d"),
                (Rule::Hugo, "a--b--c_d"),
                (Rule::MdBook, "a--b--c_d"),
                (Rule::Ascii, "a-b-c-d"),
            ],
        );
        check(
            "شبکه‌های عصبی؟",
            [
                (Rule::GitHub, "شبکههای-عصبی"),
                (Rule::Hugo, "شبکههای-عصبی"),
                (Rule::MdBook, "شبکههای-عصبی"),
                (Rule::Safe, "شبکه‌های_عصبی؟"),
            ],
        );
        check(
            "Über ÜBER",
            [
                (Rule::GitHub, "über-über"),
                (Rule::Hugo, "über-über"),
                (Rule::MdBook, "Über-Über"),
                (Rule::Ascii, "uber-uber"),
            ],
        );
    }

    #[test]
    fn anchors_of_a_page_differ() {
        let mut anchors = Anchors::new(Rule::GitHub);
        anchors.take("own");
        let given: Vec<String> = ["A", "a", "a-1", "A", "own", "!"]
            .map(|h| anchors.next(h))
            .into();
        assert_eq!(given, ["a", "a-1", "a-1-1", "a-2", "own-1", ""]);
        assert_eq!(Anchors::new(Rule::Hugo).next("!"), "heading");
    }

    proptest! {
        #[test]
        fn a_slug_has_no_white_space(heading in "\\PC{0,20}[ \t][a-z ]{0,5}") {
            for rule in [Rule::GitHub, Rule::Hugo, Rule::MdBook, Rule::Ascii] {
                let slug = rule.of(&heading);
                prop_assert!(!slug.contains([' ', '\t']), "{rule:?} {slug}");
            }
        }
    }
}
