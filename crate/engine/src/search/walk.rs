//! Terms near a word: a walk over the sorted vocabulary that leaves out whatever cannot be near.
//!
//! A distance is computed row by row, a row for each letter of the term. Neighbouring terms share
//! their first letters and so their first rows; where a row shows that nothing with these first
//! letters can be near enough, all of those terms are passed over.

use super::order::{least_first, sort};
use crate::analyze::keyboard::{Key, key};
use crate::analyze::translit::{Rule, rules};
use crate::format::strings::Strings;
use crate::list::List;
use std::ops::Range;

/// A distance that is computed a letter at a time.
pub(super) trait Distance {
    /// Computes the row of `letters`, whose last letter is new; the rows of the letters before are
    /// as they were. False where no longer term can be near enough.
    fn row(&mut self, letters: &[char]) -> bool;
    /// The distance of the term of these letters, where it is near enough.
    fn at(&self, letters: usize) -> Option<f32>;
    /// The letters that a near term has for certain or may have for less than any other.
    fn letters(&self) -> Vec<char>;
}

/// The distance of one term, where it is near enough.
pub(super) fn distance(distance: &mut dyn Distance, term: &str) -> Option<f32> {
    let letters: Vec<char> = term.chars().list();
    for size in 1..=letters.len() {
        distance.row(&letters[..size]);
    }
    distance.at(letters.len())
}

/// Whether a term from `low` on and before `high` may be near; where it is not worth while to find out,
/// it may.
pub(super) fn may_hold(distance: &mut dyn Distance, low: &str, high: Option<&str>) -> bool {
    let low: Vec<char> = low.chars().list();
    let high: Option<Vec<char>> = high.map(|high| high.chars().list());
    let known = distance.letters();
    inside(
        distance,
        &known,
        &mut Vec::new(),
        Some(&low),
        high.as_deref(),
    )
}

/// The same of the terms that begin with `letters`; their rest is bounded where there is a bound.
fn inside(
    distance: &mut dyn Distance,
    known: &[char],
    letters: &mut Vec<char>,
    low: Option<&[char]>,
    high: Option<&[char]>,
) -> bool {
    const DEEP: usize = 5;
    /// Stands for all letters that the word has not.
    const OTHER: char = '\0';
    let low = low.filter(|low| !low.is_empty());
    if high.is_some_and(<[char]>::is_empty) {
        return false;
    }
    if low.is_none() && high.is_none() || letters.len() == DEEP {
        return true;
    }
    // The term that ends here comes before those that go on.
    if low.is_none() && distance.at(letters.len()).is_some() {
        return true;
    }
    let (first, last) = (low.map(|low| low[0]), high.map(|high| high[0]));
    let bounds = first.into_iter().chain(last);
    for letter in known.iter().copied().chain(bounds).chain([OTHER]) {
        let at_low = first == Some(letter);
        let at_high = last == Some(letter);
        let between =
            first.is_none_or(|first| first <= letter) && last.is_none_or(|last| letter <= last);
        if letter != OTHER && !between {
            continue;
        }
        letters.push(letter);
        let found = distance.row(letters)
            && inside(
                distance,
                known,
                letters,
                low.filter(|_| at_low).map(|low| &low[1..]),
                high.filter(|_| at_high).map(|high| &high[1..]),
            );
        letters.pop();
        if found {
            return true;
        }
    }
    false
}

/// The terms that begin so.
pub(super) fn with_prefix(terms: &Strings, prefix: &str) -> Range<usize> {
    let start = terms.rank(prefix);
    let mut end = terms.len();
    if start < end && terms.get(start).starts_with(prefix) {
        end = after_prefix(terms, start, end, &prefix.chars().list());
    } else {
        end = start;
    }
    start..end
}

/// Hands each near term of `range` and its distance to `found`.
pub(super) fn walk(
    terms: &Strings,
    range: Range<usize>,
    distance: &mut dyn Distance,
    found: &mut dyn FnMut(usize, f32),
) {
    let mut letters: Vec<char> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let term = terms.get(at);
        let mut alive = true;
        for (nth, letter) in term.chars().enumerate() {
            // What it shares with the term before has its rows.
            if letters.get(nth) == Some(&letter) {
                continue;
            }
            letters.truncate(nth);
            letters.push(letter);
            alive = distance.row(&letters);
            if !alive {
                break;
            }
        }
        if alive {
            if let Some(distance) = distance.at(letters.len()) {
                found(at, distance);
            }
            at += 1;
        } else {
            at = after_prefix(terms, at, range.end, &letters);
            letters.pop();
        }
    }
}

/// The first term from `at` on that does not begin with `prefix`, which the one at `at` does.
fn after_prefix(terms: &Strings, at: usize, end: usize, prefix: &[char]) -> usize {
    let prefix: String = prefix.iter().collect();
    let begins = |at: usize| terms.get(at).starts_with(&prefix);
    let (mut inside, mut step) = (at, 1);
    while inside + step < end && begins(inside + step) {
        inside += step;
        step *= 2;
    }
    let mut outside = end.min(inside + step);
    while inside + 1 < outside {
        let middle = (inside + outside) / 2;
        if begins(middle) {
            inside = middle
        } else {
            outside = middle
        }
    }
    outside
}

/// What an edit counts in a row of [`Spelling`]: the number of edits decides, their kind among
/// equals. In hundredths, so that sums are exact.
const EDIT: u32 = 1000;

/// Slips of the finger and of the ear: Damerau's distance (insertion, deletion, substitution,
/// transposition of neighbours), with a cost below 1 for an edit that people make often.
pub(super) struct Spelling {
    word: Vec<Letter>,
    most: u32,
    /// Row after row, each as wide as the word and one.
    rows: Vec<u32>,
}

/// A letter, and what it is easily taken for.
#[derive(Clone, Copy)]
struct Letter {
    itself: char,
    key: Option<Key>,
    sound: u8,
}

impl Letter {
    fn new(itself: char) -> Self {
        // Persian letters that sound alike.
        let sound = match itself {
            'س' | 'ص' | 'ث' => 1,
            'ز' | 'ذ' | 'ض' | 'ظ' => 2,
            'ت' | 'ط' => 3,
            'ه' | 'ح' => 4,
            'ق' | 'غ' => 5,
            'ا' | 'ع' => 6,
            _ => 0,
        };
        Letter {
            itself,
            key: key(itself),
            sound,
        }
    }

    /// What it costs to write one for the other.
    fn substitution(self, other: Letter) -> u32 {
        let beside = |a: Key, b: Key| a.row == b.row && a.column.abs_diff(b.column) == 1;
        match (self.key, other.key) {
            _ if self.sound > 0 && self.sound == other.sound => 40,
            (Some(a), Some(b)) if beside(a, b) => 50,
            _ => 100,
        }
    }
}

impl Spelling {
    /// For terms at most `edits` from `word`.
    pub(super) fn new(word: &str, edits: u32) -> Self {
        let word: Vec<Letter> = word.chars().map(Letter::new).list();
        let rows = (0..=word.len() as u32).map(|n| n * (EDIT + 80)).list();
        Spelling {
            word,
            most: edits * EDIT + 999,
            rows,
        }
    }

    /// The number of edits and their cost, from a distance.
    pub(super) fn edits(distance: f32) -> (u32, f32) {
        let distance = distance as u32;
        (distance / EDIT, (distance % EDIT) as f32 / 100.0)
    }
}

impl Distance for Spelling {
    fn row(&mut self, letters: &[char]) -> bool {
        let (depth, width) = (letters.len(), self.word.len() + 1);
        self.rows.truncate(depth * width);
        let letter = Letter::new(letters[depth - 1]);
        let before = depth.checked_sub(2).map(|before| letters[before]);
        let above = (depth - 1) * width;
        // A letter too many or too few: less where it is a doubled one.
        let gap = |doubled: bool| EDIT + if doubled { 40 } else { 80 };
        let letter_gap = gap(before == Some(letter.itself));
        let mut last = self.rows[above] + letter_gap;
        self.rows.push(last);
        let mut least = last;
        for (at, &own) in self.word.iter().enumerate() {
            let own_before = at.checked_sub(1).map(|before| self.word[before].itself);
            let mut best = last + gap(own_before == Some(own.itself));
            best = best.min(self.rows[above + at + 1] + letter_gap);
            let replaced = match own.itself == letter.itself {
                true => 0,
                // The first letter is rarely wrong.
                false if at == 0 => EDIT + own.substitution(letter) * 13 / 10,
                false => EDIT + own.substitution(letter),
            };
            best = best.min(self.rows[above + at] + replaced);
            if before == Some(own.itself)
                && own_before == Some(letter.itself)
                && own.itself != letter.itself
            {
                best = best.min(self.rows[above - width + at - 1] + EDIT + 50);
            }
            self.rows.push(best);
            least = least.min(best);
            last = best;
        }
        least <= self.most
    }

    fn at(&self, letters: usize) -> Option<f32> {
        let width = self.word.len() + 1;
        let distance = *self.rows.get((letters + 1) * width - 1)?;
        (distance <= self.most).then_some(distance as f32)
    }

    fn letters(&self) -> Vec<char> {
        self.word.iter().map(|letter| letter.itself).list()
    }
}

/// How far a word is from terms of the other script.
pub(super) struct Script {
    /// A rule that fits the word, and where its letters end in the word; how many there are.
    steps: Vec<Step>,
    most: f32,
    rows: Vec<Vec<f32>>,
    /// No rule takes more letters of a term than this.
    longest: usize,
}

struct Step {
    /// In letters.
    start: usize,
    end: usize,
    /// What the term must have here.
    term: Vec<char>,
    cost: f32,
}

impl Script {
    /// For terms that say `word` at a cost of at most `most`.
    pub(super) fn new(word: &str, most: f32) -> Self {
        let letters: Vec<char> = word.chars().list();
        let latin = word.is_ascii();
        let mut steps = Vec::new();
        for Rule {
            latin: l,
            persian: p,
            cost,
        } in rules()
        {
            let (own, other) = if latin { (l, p) } else { (p, l) };
            let own: Vec<char> = own.chars().list();
            for start in 0..=letters.len() {
                if letters[start..].starts_with(&own) {
                    let end = start + own.len();
                    steps.push(Step {
                        start,
                        end,
                        term: other.chars().collect(),
                        cost,
                    });
                }
            }
        }
        // So that a step is taken after all steps that lead to its start.
        sort(&mut steps, |step: &Step| {
            least_first(step.start as u32, step.end as u32)
        });
        let longest = steps.iter().map(|step| step.term.len()).max().unwrap_or(0);
        let mut first = vec![f32::INFINITY; letters.len() + 1];
        first[0] = 0.0;
        for step in steps.iter().filter(|step| step.term.is_empty()) {
            first[step.end] = first[step.end].min(first[step.start] + step.cost);
        }
        Script {
            steps,
            most,
            rows: vec![first],
            longest,
        }
    }
}

impl Distance for Script {
    fn row(&mut self, letters: &[char]) -> bool {
        let depth = letters.len();
        self.rows.truncate(depth);
        let mut row = vec![f32::INFINITY; self.rows[0].len()];
        for step in &self.steps {
            let before = match step.term.len() {
                0 => row[step.start],
                size if letters.ends_with(&step.term) => self.rows[depth - size][step.start],
                _ => continue,
            };
            row[step.end] = row[step.end].min(before + step.cost);
        }
        self.rows.push(row);
        // A rule may lead on from any of the last rows.
        self.rows
            .iter()
            .rev()
            .take(self.longest.max(1))
            .flatten()
            .any(|&cost| cost <= self.most + 1e-6)
    }

    fn at(&self, letters: usize) -> Option<f32> {
        let cost = *self.rows.get(letters)?.last()?;
        (cost <= self.most + 1e-6).then_some(cost)
    }

    fn letters(&self) -> Vec<char> {
        let mut letters: Vec<char> = self.steps.iter().flat_map(|step| step.term.clone()).list();
        sort(&mut letters, |&letter| u64::from(u32::from(letter)));
        letters.dedup();
        letters
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use crate::format::bits::ByteReader;
    use crate::format::strings::{Alphabet, write_strings};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn strings(set: &BTreeSet<String>) -> Strings {
        let alphabet = Alphabet::of(set.iter().map(String::as_str));
        let mut bytes = Vec::new();
        write_strings(&mut bytes, &alphabet, set.iter().map(String::as_str));
        Strings::read(&mut ByteReader::new(&bytes), &alphabet, set.len()).expect("strings")
    }

    /// All near terms, without leaving any out.
    fn all(set: &BTreeSet<String>, distance: &mut impl Distance) -> Vec<(usize, f32)> {
        let near = |(at, term): (usize, &String)| {
            let letters: Vec<char> = term.chars().collect();
            (1..=letters.len()).for_each(|size| {
                distance.row(&letters[..size]);
            });
            Some((at, distance.at(letters.len())?))
        };
        set.iter().enumerate().filter_map(near).collect()
    }

    fn walked(terms: &Strings, mut distance: impl Distance) -> Vec<(usize, f32)> {
        let mut found = Vec::new();
        walk(terms, 0..terms.len(), &mut distance, &mut |at, distance| {
            found.push((at, distance))
        });
        found
    }

    proptest! {
        #[test]
        fn the_walk_misses_nothing(
            set in prop::collection::btree_set("[ابپتث]{1,5}|[aeibrt]{1,6}", 0..80),
            persian in "[ابپتث]{2,5}",
            latin in "[aeibrt]{2,6}",
        ) {
            let terms = strings(&set);
            for word in [&persian, &latin] {
                for edits in [1, 2] {
                    prop_assert_eq!(walked(&terms, Spelling::new(word, edits)), all(&set, &mut Spelling::new(word, edits)));
                }
                for most in [0.12, 0.35] {
                    prop_assert_eq!(walked(&terms, Script::new(word, most)), all(&set, &mut Script::new(word, most)));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_stretch_with_a_near_term_is_passed_over(
            set in prop::collection::btree_set("[ابپتثz]{1,7}|[aeibrt]{1,7}", 2..60),
            word in "[ابپتث]{2,6}|[aeibrt]{2,6}",
            cut in any::<prop::sample::Index>(),
        ) {
            let terms: Vec<&String> = set.iter().collect();
            let (low, high) = terms.split_at(cut.index(terms.len()));
            for (part, end) in [(low, high.first()), (high, None)] {
                let Some(first) = part.first() else { continue };
                let end = end.map(|end| end.as_str());
                for edits in [1, 2] {
                    let mut spelling = Spelling::new(&word, edits);
                    let near = part.iter().any(|term| distance(&mut spelling, term).is_some());
                    prop_assert!(!near || may_hold(&mut spelling, first, end));
                }
                let mut script = Script::new(&word, 0.35);
                let near = part.iter().any(|term| distance(&mut script, term).is_some());
                prop_assert!(!near || may_hold(&mut script, first, end));
            }
        }
    }

    #[test]
    fn a_near_term_that_the_next_stretch_begins_with() {
        let mut script = Script::new("tt", 0.35);
        assert!(distance(&mut script, "ت").is_some());
        assert!(may_hold(&mut script, "e", Some("تت")));
        let mut spelling = Spelling::new("شبکه", 1);
        assert!(may_hold(&mut spelling, "شبکه", Some("شبکه‌ها")));
    }

    #[test]
    fn edits_are_counted() {
        let check = |word: &str, term: &str, expect: Option<(u32, f32)>| {
            assert_eq!(
                distance(&mut Spelling::new(word, 2), term).map(Spelling::edits),
                expect,
                "{word} {term}"
            );
        };
        check("شبکه", "شبکه", Some((0, 0.0)));
        check("شکبه", "شبکه", Some((1, 0.5)));
        check("شبکع", "شبکه", Some((1, 0.5)));
        check("صبر", "سبر", Some((1, 0.52)));
        check("شبکهه", "شبکه", Some((1, 0.4)));
        check("شبه", "شبکه", Some((1, 0.8)));
        check("transfomrre", "transformer", Some((2, 1.0)));
        check("شبکه", "درخت", None);
    }

    #[test]
    fn scripts_meet() {
        let cost = |word: &str, term: &str| {
            distance(&mut Script::new(word, 0.3), term).map(|cost| (cost * 100.0).round())
        };
        assert_eq!(cost("bert", "برت"), Some(0.0));
        assert_eq!(cost("برت", "bert"), Some(0.0));
        assert_eq!(cost("transformer", "ترنسفورمر"), Some(10.0));
        assert_eq!(cost("ترنسفورمر", "transformer"), Some(10.0));
        assert_eq!(cost("beat", "برت"), None);
    }
}
