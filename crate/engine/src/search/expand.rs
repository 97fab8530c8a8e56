//! The lattice: a word of the query becomes a weighted set of the corpus's terms.
//!
//! What leads from a word to a term, and how much that weighs, stands in [`weights`]. The gates
//! keep a query that needs no help as it is: other spellings and the other script are thought of
//! only for words that the corpus has not, or hardly.

use super::order::{best_first, least_first, sort};
use super::query::{Query, Word};
use super::store::Reader;
use super::walk::{Script, Spelling};
use super::{Options, ablate, weights};
use crate::Range;
use crate::analyze::forms::{Form, bases, colloquial, inflections, plurals};
use crate::analyze::part;
use crate::analyze::tokens;
use crate::format::Field;
use crate::list::{List, join};
use crate::settings::Synonym;

/// How a word of the query led to a term; in the order of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Exact,
    Join,
    Form,
    Spoken,
    Synonym,
    Split,
    Prefix,
    Script,
    Spelling,
}

impl Source {
    pub(super) fn name(self) -> &'static str {
        match self {
            Source::Exact => "exact",
            Source::Join => "join",
            Source::Form => "form",
            Source::Spoken => "spoken",
            Source::Synonym => "synonym",
            Source::Split => "split",
            Source::Prefix => "prefix",
            Source::Script => "script",
            Source::Spelling => "spelling",
        }
    }

    /// Whether the reader should be told, because it is not what was typed.
    pub(super) fn is_guess(self) -> bool {
        matches!(self, Source::Script | Source::Spelling)
    }
}

/// What answers a word of the query.
#[derive(PartialEq)]
pub(super) enum Target {
    Term(u32),
    /// Words in a row: for each place the terms that may stand there, the plainest first.
    Row(Vec<Vec<u32>>),
}

impl Target {
    /// The term, or the first one of the row.
    pub(super) fn first(&self) -> u32 {
        match self {
            Target::Term(term) => *term,
            Target::Row(row) => row[0][0],
        }
    }
}

/// A target, how well it answers, and why.
pub(super) struct Variant {
    pub(super) target: Target,
    /// 1 for the word itself.
    pub(super) weight: f32,
    pub(super) source: Source,
}

/// A word of the query and all that answers it.
pub(super) struct Position {
    pub(super) word: String,
    /// Each target once, best first.
    pub(super) variants: Vec<Variant>,
    /// How much the word counts beside others.
    pub(super) gamma: f32,
    /// Only in this field.
    pub(super) field: Option<Field>,
}

/// The best known way to each target.
#[derive(Default)]
struct Set(Vec<Variant>);

impl Set {
    fn add(&mut self, target: Target, weight: f32, source: Source) {
        if !ablate::is_on(source.name()) {
            return;
        }
        let new = Variant {
            target,
            weight,
            source,
        };
        match self.0.iter_mut().find(|known| known.target == new.target) {
            Some(known) if weight > known.weight => *known = new,
            Some(_) => {}
            None => self.0.push(new),
        }
    }

    fn term(&mut self, term: usize, weight: f32, source: Source) {
        self.add(Target::Term(term as u32), weight, source);
    }
}

/// The sets for each word of the query.
pub(super) fn expand(reader: &Reader<'_>, query: &Query, options: &Options) -> Vec<Position> {
    let words = &query.words;
    let mut sets: Vec<Set> = words
        .iter()
        .map(|word| same_word(reader, &word.term))
        .list();
    let unknown: Vec<bool> = words
        .iter()
        .zip(&sets)
        .map(|(word, set)| set.0.is_empty() && word.term.is_ascii())
        .list();
    for start in 0..words.len() {
        for count in 2..=weights::MAX_JOIN.min(words.len() - start) {
            let run = &words[start..start + count];
            if !run.iter().all(Word::is_plain) {
                break;
            }
            let joined: String = run.iter().map(|word| word.term.as_str()).collect();
            let mut found = Vec::new();
            if let Some(term) = reader.term(&joined) {
                found.push((term, weights::JOIN));
            }
            found.extend(forms(reader, &joined));
            for (term, weight) in found {
                let run = &mut sets[start..start + count];
                run.iter_mut()
                    .for_each(|set| set.term(term, weight, Source::Join));
            }
            // Endings that Persian in Latin letters puts apart: mard haye.
            if !options.literal && unknown[start..start + count].iter().all(|unknown| *unknown) {
                for (weight, term) in other_script(reader, &joined) {
                    let run = &mut sets[start..start + count];
                    run.iter_mut()
                        .for_each(|set| set.term(term, weight, Source::Script));
                }
            }
        }
    }

    synonyms(reader, words, &mut sets);

    if reader.lacks() {
        return Vec::new(); // whether a word needs help is not known yet
    }
    let mut positions: Vec<Position> = Vec::new();
    for (word, mut set) in words.iter().zip(sets) {
        let strong: u32 = set
            .0
            .iter()
            .filter(|known| known.source != Source::Script)
            .map(|known| reader.frequency(known.target.first()))
            .sum();
        weak(reader, word, strong, words.len(), options.literal, &mut set);
        let gamma = match weights::QUESTION_WORDS.contains(&word.term.as_str()) {
            true if words.len() > 1 && ablate::is_on("question") => weights::QUESTION,
            _ => 1.0,
        };
        let mut variants = set.0;
        sort(&mut variants, |variant| {
            best_first(variant.weight, variant.target.first())
        });
        match positions.last_mut() {
            Some(before) if word.or && before.field == word.field => {
                before.word = join(&[&before.word, &word.term], "|");
                for new in variants {
                    if !before
                        .variants
                        .iter()
                        .any(|known| known.target == new.target)
                    {
                        before.variants.push(new);
                    }
                }
            }
            _ => positions.push(Position {
                word: word.term.clone(),
                variants,
                gamma,
                field: word.field,
            }),
        }
    }
    positions
}

/// The word itself and its forms.
fn same_word(reader: &Reader<'_>, word: &str) -> Set {
    let mut set = Set::default();
    if let Some(term) = reader.term(word) {
        set.term(term, 1.0, Source::Exact);
    }
    for (term, weight) in forms(reader, word) {
        set.term(term, weight, Source::Form);
    }
    for other in plurals(word).map(str::to_owned).chain(colloquial(word)) {
        if let Some(term) = reader.term(&other) {
            set.term(term, weights::SPOKEN, Source::Spoken);
        }
        for (term, weight) in forms(reader, &other) {
            set.term(term, weight * weights::SPOKEN_FORM, Source::Spoken);
        }
    }
    set
}

/// Where words of the query are synonyms, others of their group answer all of them.
fn synonyms(reader: &Reader<'_>, words: &[Word], sets: &mut [Set]) {
    let all = &reader.index.settings().synonyms[..];
    if all.is_empty() {
        return;
    }
    // Of what each word may be a form.
    let plain = |word: &Word| {
        let mut plain = colloquial(&word.term);
        plain.push(word.term.clone());
        for base in bases(&word.term) {
            plain.push(base.term);
        }
        for other in plurals(&word.term) {
            plain.push(other.to_owned());
        }
        plain
    };
    let plain: Vec<Vec<String>> = words.iter().map(plain).list();
    for start in 0..words.len() {
        for first in &plain[start] {
            let begins = |own: &&Synonym| own.words.first() == Some(first);
            let from = all.partition_point(|own| own.words.first() < Some(first));
            for own in all[from..].iter().take_while(begins) {
                let (mut end, mut is_said) = (start, true);
                for word in &own.words {
                    is_said &= plain.get(end).is_some_and(|known| known.contains(word));
                    end += 1;
                }
                if !is_said || end > start + 1 && !words[start..end].iter().all(Word::is_plain) {
                    continue;
                }
                let others = all.iter().filter(|other| other.group == own.group);
                for other in others.filter(|other| other.words != own.words) {
                    synonym(reader, &other.words, &mut sets[start..end]);
                }
            }
        }
    }
}

/// Adds a word, or words in a row, and their forms.
fn synonym(reader: &Reader<'_>, words: &[String], sets: &mut [Set]) {
    let row: Vec<Set> = words.iter().map(|word| same_word(reader, word)).list();
    if let [Set(word)] = &row[..] {
        for known in word {
            for set in &mut *sets {
                let weight = weights::SYNONYM * known.weight;
                set.term(known.target.first() as usize, weight, Source::Synonym);
            }
        }
        return;
    }
    let terms = |set: &Set| set.0.iter().map(|known| known.target.first()).list();
    for set in sets {
        let row: Vec<Vec<u32>> = row.iter().map(terms).list();
        if row.iter().all(|terms| !terms.is_empty()) {
            set.add(Target::Row(row), weights::SYNONYM, Source::Synonym);
        }
    }
}

/// Terms that are other forms of the same word.
fn forms(reader: &Reader<'_>, word: &str) -> Vec<(usize, f32)> {
    let weight = match word.is_ascii() {
        true => weights::FORM_ENGLISH,
        false => weights::FORM,
    };
    let mut found = Vec::new();
    let itself = Form {
        term: word.to_owned(),
        precision: 1.0,
        must_exist: false,
    };
    for base in std::iter::once(itself).chain(bases(word)) {
        let term = reader.term(&base.term);
        if base.must_exist && term.is_none() {
            continue;
        }
        if let Some(term) = term.filter(|_| base.term != word) {
            found.push((term, weight * libm::sqrtf(base.precision)));
        }
        for form in inflections(&base.term) {
            if form.term != word
                && let Some(term) = reader.term(&form.term)
            {
                found.push((term, weight * libm::sqrtf(base.precision * form.precision)));
            }
        }
    }
    found
}

/// What is thought of beside the word itself and its forms, which `strong` postings have.
fn weak(reader: &Reader<'_>, word: &Word, strong: u32, words: usize, literal: bool, set: &mut Set) {
    let letters = word.term.chars().count();
    let is_number = word.term.bytes().all(|b| b.is_ascii_digit());

    // A word that was written as one and stands in the corpus as two.
    let middles = word
        .term
        .char_indices()
        .filter(|_| strong <= weights::RARE_SPLIT);
    for (middle, _) in middles {
        let (left, right) = (
            part(&word.term, 0, middle),
            part(&word.term, middle, word.term.len()),
        );
        let enough = |part: &str| part.chars().count() >= weights::MIN_SPLIT;
        if enough(left)
            && enough(right)
            && let Some(left) = reader.term(left)
            && let Some(right) = reader.term(right)
        {
            let row = vec![vec![left as u32], vec![right as u32]];
            set.add(Target::Row(row), weights::SPLIT, Source::Split);
        }
    }

    let least = if word.unfinished {
        weights::MIN_TYPED
    } else {
        weights::MIN_PREFIX
    };
    if word.any_end || letters >= least {
        let all = word.any_end || word.unfinished;
        let mut begun: Vec<(f32, u32)> = Vec::new();
        reader.begun(&word.term, &mut |term, text| {
            let share = letters as f32 / text.chars().count() as f32;
            if all || share >= weights::MIN_PREFIX_SHARE {
                begun.push((share, term as u32));
            }
            true
        });
        if word.unfinished {
            // What is being typed is most likely a word that stands in many posts.
            sort(&mut begun, |&(_, term)| {
                least_first(!reader.frequency(term), term)
            });
            begun.truncate(weights::MAX_TYPED);
        } else {
            sort(&mut begun, |&(share, term)| best_first(share, term));
            begun.truncate(weights::MAX_PREFIX);
        }
        for &(share, term) in &begun {
            set.term(term as usize, weights::PREFIX * share, Source::Prefix);
        }
        if word.unfinished && !begun.is_empty() {
            return; // what is half typed is not misspelt
        }
    }
    if literal || is_number {
        return;
    }

    if strong == 0 {
        for (weight, term) in other_script(reader, &word.term) {
            set.term(term, weight, Source::Script);
        }
    }

    if strong == 0 || strong <= weights::RARE && words <= weights::RARE_WORDS {
        let mut near = spellings(reader, &word.term);
        near.truncate(weights::MAX_SPELLINGS);
        for (weight, term) in near {
            set.term(term, weight, Source::Spelling);
        }
    }
}

/// The terms of which `word` may be a misspelling, and how well they answer it; best first. One edit
/// leaves the beginning or the end as it was, two nearly always do: such terms are found without
/// looking at all.
pub(super) fn spellings(reader: &Reader<'_>, word: &str) -> Vec<(f32, usize)> {
    let letters = word.chars().count();
    let is_latin = word.is_ascii();
    let least = if is_latin {
        weights::MIN_EDIT_LATIN
    } else {
        weights::MIN_EDIT[0]
    };
    let mut near = Vec::new();
    if letters < least {
        return near;
    }
    let edits = if letters >= weights::MIN_EDIT[1] {
        2
    } else {
        1
    };
    let kept = match edits {
        1 => (letters - 1) / 2,
        _ => (letters - 1) / 3,
    };
    reader.near_ends(
        word,
        kept,
        &|word| Box::new(Spelling::new(word, edits)),
        &mut |term, distance| {
            let (edits, cost) = Spelling::edits(distance);
            let base = edits
                .checked_sub(1)
                .and_then(|edits| weights::EDITS.get(edits as usize));
            if let Some(base) = base
                && !is_other_word(word, reader.text(term as u32))
            {
                near.push((base * (1.0 - weights::EDIT_COST * cost), term));
            }
        },
    );
    sort(&mut near, |&(weight, term)| best_first(weight, term as u32));
    near
}

/// Whether two words differ just by a last letter that makes another word of one (دست, دسته), which
/// nobody leaves out by mistake.
fn is_other_word(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short)
        .is_some_and(|rest| matches!(rest, "ه" | "و" | "ت" | "ی" | "ای"))
}

/// The terms of the other script that say `word`, and how well they answer it; best first.
fn other_script(reader: &Reader<'_>, word: &str) -> Vec<(f32, usize)> {
    let letters = word.chars().count();
    let is_latin = word.is_ascii();
    let most = match is_latin {
        true => weights::SCRIPT_COST * letters as f32,
        false => weights::SCRIPT_COST * letters as f32 * weights::LATIN_LETTERS,
    };
    let mut near = Vec::new();
    let mut script = Script::new(word, most);
    reader.near(!is_latin, &mut script, &mut |term, cost| {
        let other = reader.text(term as u32).chars().count();
        let (latin, persian) = if is_latin {
            (letters, other)
        } else {
            (other, letters)
        };
        let cost = cost / latin as f32;
        if latin <= weights::MAX_LATIN_LETTERS * persian && cost <= weights::SCRIPT_COST {
            near.push((weights::SCRIPT - weights::SCRIPT_SLOPE * cost, term));
        }
    });
    sort(&mut near, |&(weight, term)| best_first(weight, term as u32));
    let best = near.first().map_or(0.0, |near| near.0);
    near.retain(|near| best - near.0 <= weights::SCRIPT_SLOPE * weights::SCRIPT_SPREAD);
    near.truncate(weights::MAX_SCRIPT);
    near
}

/// Finds the words of a text that answer the query.
pub(super) struct Matcher<'a> {
    /// Each term, and which positions it answers alone, a bit each; in the order of the terms.
    masks: Vec<(&'a str, u64)>,
    /// Words in a row, and a position that they answer.
    rows: Vec<(Vec<Vec<&'a str>>, u64)>,
}

/// A word of a text that answers the query.
pub(super) struct Match {
    pub(super) range: Range,
    /// The positions that it answers, a bit each.
    pub(super) mask: u64,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(reader: &Reader<'a>, positions: &[Position]) -> Self {
        let (mut masks, mut rows) = (Vec::<(&str, u64)>::new(), Vec::new());
        let mut add = |term: u32, mask: u64| {
            let text = reader.text(term);
            match masks.binary_search_by_key(&text, |&(term, _)| term) {
                Ok(known) => masks[known].1 |= mask,
                Err(at) => masks.insert(at, (text, mask)),
            }
            text
        };
        for (at, position) in positions.iter().enumerate() {
            let mask = 1 << at;
            for variant in &position.variants {
                match &variant.target {
                    Target::Term(term) => {
                        add(*term, mask);
                    }
                    Target::Row(row) => {
                        let mut texts =
                            |terms: &Vec<u32>| terms.iter().map(|&term| add(term, 0)).list();
                        rows.push((row.iter().map(&mut texts).list(), mask));
                    }
                }
            }
        }
        Matcher { masks, rows }
    }

    /// The matches in order, each range once.
    pub(super) fn matches(&self, text: &str) -> Vec<Match> {
        let mut terms: Vec<&str> = Vec::new();
        let mut all: Vec<Match> = Vec::new();
        tokens(text, |token| {
            let known = self
                .masks
                .binary_search_by_key(&token.term, |&(term, _)| term);
            let (term, mask) = known.map_or(("", 0), |known| self.masks[known]);
            terms.push(term);
            let range = Range {
                start: token.start,
                end: token.end,
            };
            all.push(Match { range, mask });
        });
        for start in 0..terms.len() {
            for (row, mask) in &self.rows {
                let own = &terms[start..];
                let mut places = row.iter().zip(own);
                if row.len() <= own.len() && places.all(|(known, term)| known.contains(term)) {
                    let matches = &mut all[start..start + row.len()];
                    matches.iter_mut().for_each(|found| found.mask |= mask);
                }
            }
        }
        let mut found: Vec<Match> = Vec::new();
        for new in all.into_iter().filter(|new| new.mask > 0) {
            match found.last_mut() {
                Some(last) if last.range == new.range => last.mask |= new.mask,
                _ => found.push(new),
            }
        }
        found
    }
}
