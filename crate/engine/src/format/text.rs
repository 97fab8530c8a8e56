//! Titles, texts and previews exactly as written, coded on what the postings say already.
//!
//! The postings give the *bag* of each post: which terms it has, and how often in which field. What a
//! text adds is the order of its words, how each is written (its *surface*), and what stands between
//! them (its *gaps*). So a text is a run of gaps and words: a gap is a symbol that depends on the gaps
//! before, a word is drawn from what is left in the bag, all equally likely, and a surface is
//! chosen where a term has several. An arithmetic coder joins the choices. A post can be read without
//! the others.

use super::bits::BitReader;
#[cfg(feature = "build")]
use super::bits::BitWriter;
use super::letters::Letters;
use super::postings::Postings;
use super::strings::Strings;
use super::{Field, STORED, huffman, range};

/// What follows a gap.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The end of the field.
    End,
    /// A word of the field.
    Own,
    /// A word of a hashtag.
    Tag,
    /// A word of an address, in a title or a text.
    Link,
}

impl Next {
    const ALL: [Next; 4] = [Next::End, Next::Own, Next::Tag, Next::Link];

    /// Which part of the bag it is drawn from.
    fn bag(self, stored: usize) -> Option<Field> {
        match self {
            Next::End => None,
            Next::Own => Some(own_bag(stored)),
            Next::Tag => Some(Field::Tags),
            Next::Link => Some(Field::Links),
        }
    }
}

/// Which part of the bag has the words of a stored field.
fn own_bag(stored: usize) -> Field {
    [Field::Title, Field::Text, Field::Links][stored.min(2)]
}

/// The most frequent gap, then those that tell the texts that follow apart.
const MARKS: usize = 7;
/// No mark yet in this field; each mark but the first; any other gap.
const CLASSES: usize = MARKS + 1;
/// How many words were counted since the last mark, at most; one more stands for a field whose bag is
/// used up.
const DISTANCES: usize = 17;
/// How the term before ends: in ه, in ا, otherwise.
const ENDINGS: usize = 3;
/// The first bits of the code of a gap are coded with odds of their own: the first, and the second
/// after each of its values.
const NODES: usize = 3;
/// Codes for gaps: whether the bag is used up, field, class.
const CODES: usize = 2 * STORED * CLASSES;

/// How likely a bit is 0, in units of 1 / 2¹⁶, by level: 2¹⁶ / (1 + exp(0.6 · (12.5 − level))).
const ODDS: [u32; 25] = [
    range::HALF,
    66,
    120,
    219,
    397,
    720,
    1300,
    2331,
    4127,
    7150,
    11_955,
    18_943,
    27_889,
    37_647,
    46_593,
    53_581,
    58_386,
    61_409,
    63_205,
    64_236,
    64_816,
    65_139,
    65_317,
    65_416,
    65_470,
];
/// How likely it is the first surface of a term, by its skew.
const SKEWS: [u32; 4] = [32_768, 49_152, 61_440, 65_024];
/// How likely it is the next one of the others.
const OTHERS: u32 = 49_152;

/// What the code of a gap depends on.
#[derive(Clone, Copy)]
struct Context {
    stored: usize,
    class: usize,
    distance: usize,
    ending: usize,
}

impl Context {
    fn new(stored: usize) -> Context {
        Context {
            stored,
            class: 0,
            distance: 0,
            ending: 0,
        }
    }

    /// The code.
    fn code(self, used_up: bool) -> usize {
        (usize::from(used_up) * STORED + self.stored) * CLASSES + self.class
    }

    /// The odds of the first bit; those of the second follow.
    fn odds(self, used_up: bool) -> usize {
        let distance = match used_up {
            true => DISTANCES - 1,
            false => self.distance,
        };
        (((self.stored * CLASSES + self.class) * DISTANCES + distance) * ENDINGS + self.ending)
            * NODES
    }

    fn after(&mut self, gap: u32, marks: &[u32], term: &str) {
        match marks.iter().position(|&mark| mark == gap) {
            Some(0) => self.distance = (self.distance + 1).min(DISTANCES - 2),
            mark => (self.class, self.distance) = (mark.unwrap_or(CLASSES - 1), 0),
        }
        self.ending = match term.chars().next_back() {
            Some('ه') => 1,
            Some('ا') => 2,
            _ => 0,
        };
    }
}

const ALL_ODDS: usize = STORED * CLASSES * DISTANCES * ENDINGS * NODES;

/// Which of the odds a bit of a gap's code has, counted from those of the first; none for most.
fn node(depth: usize, code: u32) -> Option<usize> {
    match depth {
        0 => Some(0),
        1 => Some(1 + code.min(1) as usize),
        _ => None,
    }
}

/// What is left of a field in the bag of a post: a Fenwick tree over its terms.
struct Draw {
    terms: Vec<u32>,
    counts: Vec<u32>,
    tree: Vec<u32>,
    left: u32,
}

impl Draw {
    fn new(postings: &Postings, post: u32, field: Field) -> Draw {
        let (mut terms, mut counts) = (Vec::new(), Vec::new());
        let mut left = 0u32;
        for (term, pattern) in postings.bag(post) {
            let count = pattern[field as usize];
            // More than can be is what only a damaged index has.
            if let (1.., Some(sum)) = (count, left.checked_add(count)) {
                left = sum;
                terms.push(term);
                counts.push(count);
            }
        }
        let mut tree = counts.clone();
        for at in 1..=tree.len() {
            let above = at + (at & at.wrapping_neg());
            if above <= tree.len() {
                tree[above - 1] += tree[at - 1];
            }
        }
        Draw {
            terms,
            counts,
            tree,
            left,
        }
    }

    /// The place of the term that has the `number`th of what is left, and how many are before it.
    fn find(&self, number: u32) -> (usize, u32) {
        let (mut at, mut before) = (0, 0);
        let mut step = (self.tree.len() + 1).next_power_of_two() / 2;
        while step > 0 {
            if let Some(sum) = self.tree.get(at + step - 1)
                && before + sum <= number
            {
                at += step;
                before += sum;
            }
            step /= 2;
        }
        (at, before)
    }

    fn take(&mut self, at: usize) {
        self.counts[at] -= 1;
        self.left -= 1;
        let mut at = at + 1;
        while let Some(sum) = self.tree.get_mut(at - 1) {
            *sum -= 1;
            at += at & at.wrapping_neg();
        }
    }

    /// Draws a term; `None` where nothing is left.
    fn draw(&mut self, coder: &mut range::Decoder<'_>) -> Option<u32> {
        if self.left == 0 {
            return None;
        }
        let at = coder.choose(self.left, |number| {
            let (at, before) = self.find(number);
            (at, before, self.counts[at])
        });
        self.take(at);
        Some(self.terms[at])
    }
}

/// What is left in the bag of a post, by field; a field is looked at when it is asked for.
struct Bag<'p> {
    postings: &'p Postings,
    post: u32,
    draws: [Option<Draw>; Field::COUNT],
}

impl Bag<'_> {
    fn new(postings: &Postings, post: u32) -> Bag<'_> {
        Bag {
            postings,
            post,
            draws: [const { None }; Field::COUNT],
        }
    }

    fn field(&mut self, field: Field) -> &mut Draw {
        self.draws[field as usize].get_or_insert_with(|| Draw::new(self.postings, self.post, field))
    }
}

/// A surface keeps so many letters of its term, then there is an edit; the last two symbols are
/// "so many, and more" and "the rest".
const STEPS: usize = 64;
const MORE: u32 = 62;
const REST: u32 = 63;
/// How many surfaces a term has; the last symbol is that or more. None is: written as it is.
const COUNTS: usize = 32;
/// The edit that leaves out a letter; then come those that put something in, then those that replace
/// a letter.
const DELETE: u32 = 0;

/// How the terms are written.
#[derive(Default)]
struct Surfaces {
    /// Where those of each term begin in `strings`; then their end.
    starts: Vec<u32>,
    strings: Strings,
    skews: Vec<u8>,
}

impl Surfaces {
    fn read(&mut self, bits: &mut BitReader<'_>, letters: &Letters, terms: &Strings) -> Option<()> {
        let count = bits.count()?;
        // What takes the place of the first letter, or stands before the next where that is NUL.
        let edits = letters.strings(bits, count)?;
        let insertions = edits.rank("\u{1}") as u32;
        let kinds = huffman::get_codes(bits, 2, 1 + count)?;
        let steps = huffman::get_codes(bits, 2, STEPS)?;
        let counts = huffman::get_codes(bits, 2, COUNTS)?;

        let limit = bits.left().saturating_mul(32);
        let mut surface = String::new();
        for term in 0..terms.len() {
            let term = terms.get(term);
            self.starts.push(self.strings.len() as u32);
            let mut count = u64::from(counts[usize::from(term.is_ascii())].read(bits)?);
            if count == COUNTS as u64 - 1 {
                count = count.checked_add(bits.varint()?)?;
            }
            self.skews
                .push(if count > 1 { bits.read(2) as u8 } else { 0 });
            for _ in 0..count {
                surface.clear();
                let mut rest = term.chars();
                let mut context = 0;
                loop {
                    let step = steps[context].read(bits)?;
                    if step == REST {
                        surface.extend(rest);
                        break;
                    }
                    for _ in 0..step {
                        surface.push(rest.next()?);
                    }
                    if step == MORE {
                        continue;
                    }
                    context = 1;
                    let next = rest.clone().next();
                    let kind = kinds[usize::from(next.is_some_and(|c| c.is_ascii()))].read(bits)?;
                    if kind == DELETE {
                        rest.next()?;
                    } else if kind <= insertions {
                        surface.push_str(edits.get(kind as usize - 1).get(1..)?);
                    } else {
                        let letter = rest.next()?;
                        let first = edits.rank(letter.encode_utf8(&mut [0; 4]));
                        let edit = edits.get(first + (kind - insertions) as usize - 1);
                        surface.push_str(edit.strip_prefix(letter)?);
                    }
                    if surface.len() as u64 > limit {
                        return None;
                    }
                }
                self.strings.push(&surface)?;
                if bits.overrun() || self.strings.size() as u64 > limit {
                    return None;
                }
            }
        }
        self.starts.push(self.strings.len() as u32);
        Some(())
    }

    /// Reads which surface it is; none for the term itself.
    fn get(&self, term: u32, coder: &mut range::Decoder<'_>) -> Option<&str> {
        let Some(&[start, end, ..]) = self.starts.get(term as usize..) else {
            return None;
        };
        if start == end {
            return None;
        }
        let mut at = start;
        let mut odds = SKEWS[usize::from(self.skews[term as usize]) & 3];
        while at + 1 < end && coder.bit(odds) {
            (at, odds) = (at + 1, OTHERS);
        }
        Some(self.strings.get(at as usize))
    }
}

#[derive(Default)]
pub(crate) struct Texts {
    /// By what follows them: the symbols of gaps are numbered through.
    gaps: [Strings; Next::ALL.len()],
    marks: Vec<u32>,
    codes: Vec<huffman::Decoder>,
    odds: Vec<u8>,
    surfaces: Surfaces,
    /// Where each post begins, in bytes, and the last one ends.
    starts: Vec<u64>,
    /// Where the posts stand in the section.
    posts_at: usize,
}

impl Texts {
    /// Reads the section of an index of so many posts.
    pub(crate) fn read(
        section: &[u8],
        letters: &Letters,
        posts: u32,
        terms: &Strings,
    ) -> Option<Texts> {
        let mut texts = Texts::default();
        texts.read_codes(section, letters, posts, terms)?;
        Some(texts)
    }

    fn read_codes(
        &mut self,
        section: &[u8],
        letters: &Letters,
        posts: u32,
        terms: &Strings,
    ) -> Option<()> {
        let mut bits = BitReader::new(section, 0);
        let mut symbols = 0;
        for gaps in &mut self.gaps {
            let count = bits.count()?;
            *gaps = letters.strings(&mut bits, count)?;
            symbols += count;
        }
        for _ in 0..symbols.min(MARKS) {
            self.marks.push(u32::try_from(bits.varint()?).ok()?);
        }
        self.codes = huffman::get_codes(&mut bits, CODES, symbols)?;
        self.odds = huffman::get_lengths(&mut bits, ALL_ODDS)?;
        self.surfaces.read(&mut bits, letters, terms)?;
        if u64::from(posts) * 8 > bits.left() {
            return None;
        }
        let mut at = 0u64;
        self.starts.push(0);
        for _ in 0..posts {
            at = at.checked_add(bits.varint()?)?;
            self.starts.push(at);
        }
        let posts_at = bits.position().div_ceil(8);
        self.posts_at = posts_at as usize;
        (section.len() as u64 == posts_at.checked_add(at)?).then_some(())
    }

    /// What a gap is, and what follows it.
    fn gap(&self, symbol: u32) -> Option<(&str, Next)> {
        let mut at = symbol as usize;
        for (gaps, next) in self.gaps.iter().zip(Next::ALL) {
            if at < gaps.len() {
                return Some((gaps.get(at), next));
            }
            at -= gaps.len();
        }
        None
    }

    /// Appends the fields of a post to `fields`, as many as there are places for them. `section`,
    /// `terms` and `postings` are those of the same index.
    pub(crate) fn post(
        &self,
        section: &[u8],
        terms: &Strings,
        postings: &Postings,
        post: u32,
        fields: &mut [String],
    ) {
        let Some(&[start, end, ..]) = self.starts.get(post as usize..) else {
            return;
        };
        let posts = section.get(self.posts_at..).unwrap_or(&[]);
        let bytes = posts.get(start as usize..end as usize).unwrap_or(&[]);
        // What is damaged gives what was read till then.
        let _ = self.read_post(
            &mut range::Decoder::new(bytes),
            terms,
            postings,
            post,
            fields,
        );
    }

    fn read_post(
        &self,
        coder: &mut range::Decoder<'_>,
        terms: &Strings,
        postings: &Postings,
        post: u32,
        fields: &mut [String],
    ) -> Option<()> {
        let mut bag = Bag::new(postings, post);
        for (stored, out) in fields.iter_mut().enumerate() {
            let mut context = Context::new(stored);
            loop {
                let used_up = bag.field(own_bag(stored)).left == 0;
                let odds = context.odds(used_up);
                let gap = self
                    .codes
                    .get(context.code(used_up))?
                    .read_by(|depth, code| {
                        let odds = match node(depth, code) {
                            Some(node) => ODDS[usize::from(self.odds[odds + node])],
                            None => range::HALF,
                        };
                        coder.bit(odds)
                    })?;
                let (string, next) = self.gap(gap)?;
                out.push_str(string);
                let Some(field) = next.bag(stored) else { break };
                let number = bag.field(field).draw(coder)?;
                let term = terms.get(number as usize);
                out.push_str(self.surfaces.get(number, coder).unwrap_or(term));
                context.after(gap, &self.marks, term);
            }
        }
        Some(())
    }
}

#[cfg(feature = "build")]
pub(crate) use writer::{Coded, Writer};

#[cfg(feature = "build")]
mod writer {
    use super::*;
    use crate::analyze::fold::{Folded, fold};
    use crate::format::letters;
    use std::cmp::Reverse;
    use std::collections::{BTreeSet, HashMap};

    /// A gap and the word after it.
    struct Piece {
        gap: u32,
        next: Next,
        term: u32,
        surface: u32,
    }

    /// An edit as its string among the edits, and how many letters are kept before it.
    struct Step {
        kept: u32,
        /// None leaves out a letter.
        edit: Option<String>,
        /// What is next in the term.
        letter: Option<char>,
    }

    /// Collects the texts of an index, then writes the section.
    pub(crate) struct Writer<'t> {
        /// In the order in which they came.
        gaps: HashMap<(&'t str, u8), u32>,
        /// How each term is written, and how often.
        surfaces: Vec<Vec<(&'t str, u64)>>,
        /// Field after field, post after post.
        pieces: Vec<Piece>,
    }

    /// What [`Writer::finish`] found, ready to be written.
    pub(crate) struct Coded {
        gaps: [Vec<String>; Next::ALL.len()],
        edits: Vec<String>,
        /// Of each term: its skew, and of each surface its steps.
        surfaces: Vec<(u8, Vec<Vec<Step>>)>,
        pieces: Vec<Piece>,
    }

    impl<'t> Writer<'t> {
        pub(crate) fn new(terms: usize) -> Writer<'t> {
            Writer {
                gaps: HashMap::new(),
                surfaces: vec![Vec::new(); terms],
                pieces: Vec::new(),
            }
        }

        /// Adds a gap and the word after it: its term, and how it is written.
        pub(crate) fn word(&mut self, gap: &'t str, next: Next, term: u32, surface: &'t str) {
            let surfaces = &mut self.surfaces[term as usize];
            let at = match surfaces.iter().position(|&(known, _)| known == surface) {
                Some(at) => at,
                None => {
                    surfaces.push((surface, 0));
                    surfaces.len() - 1
                }
            };
            surfaces[at].1 += 1;
            self.piece(gap, next, term, at as u32);
        }

        /// Adds what stands after the last word of a field.
        pub(crate) fn end(&mut self, gap: &'t str) {
            self.piece(gap, Next::End, 0, 0);
        }

        fn piece(&mut self, gap: &'t str, next: Next, term: u32, surface: u32) {
            let new = self.gaps.len() as u32;
            let gap = *self.gaps.entry((gap, next as u8)).or_insert(new);
            self.pieces.push(Piece {
                gap,
                next,
                term,
                surface,
            });
        }

        /// Numbers the gaps and surfaces for good.
        pub(crate) fn finish(self, terms: &[&str]) -> Coded {
            let mut sorted: Vec<(u8, &str, u32)> = self
                .gaps
                .iter()
                .map(|(&(gap, next), &number)| (next, gap, number))
                .collect();
            sorted.sort_unstable();
            let mut numbers = vec![0; sorted.len()];
            let mut gaps = [const { Vec::new() }; Next::ALL.len()];
            for (symbol, &(next, gap, number)) in (0..).zip(&sorted) {
                numbers[number as usize] = symbol;
                gaps[usize::from(next)].push(gap.to_owned());
            }
            let mut orders = Vec::with_capacity(terms.len());
            let mut edits = BTreeSet::new();
            let mut surfaces = Vec::with_capacity(terms.len());
            for (term, found) in terms.iter().zip(&self.surfaces) {
                let mut order: Vec<usize> = (0..found.len()).collect();
                order.sort_unstable_by_key(|&at| (Reverse(found[at].1), found[at].0));
                let mut places = vec![0u32; found.len()];
                (0..)
                    .zip(&order)
                    .for_each(|(place, &at)| places[at] = place);
                orders.push(places);
                let plain = found.iter().all(|&(surface, _)| surface == *term);
                let all: u64 = found.iter().map(|&(_, count)| count).sum();
                let skew = order.first().map_or(0, |&first| {
                    let odds = (found[first].1 * 65_536).checked_div(all).unwrap_or(0);
                    let off = |skew: &usize| u64::from(SKEWS[*skew]).abs_diff(odds);
                    (0..SKEWS.len()).min_by_key(off).unwrap_or(0)
                });
                let steps: Vec<Vec<Step>> = match plain {
                    true => Vec::new(),
                    false => order.iter().map(|&at| steps(term, found[at].0)).collect(),
                };
                let found = steps.iter().flatten().filter_map(|step| step.edit.clone());
                edits.extend(found);
                surfaces.push((skew as u8, steps));
            }
            let pieces = self.pieces.into_iter().map(|piece| Piece {
                gap: numbers[piece.gap as usize],
                surface: match piece.next {
                    Next::End => 0,
                    _ => orders[piece.term as usize][piece.surface as usize],
                },
                ..piece
            });
            Coded {
                gaps,
                edits: edits.into_iter().collect(),
                surfaces,
                pieces: pieces.collect(),
            }
        }
    }

    /// What makes a surface of a term.
    fn steps(term: &str, surface: &str) -> Vec<Step> {
        let term: Vec<char> = term.chars().collect();
        let (mut at, mut kept) = (0, 0);
        let mut steps: Vec<Step> = Vec::new();
        let mut add = |at: usize, kept: &mut u32, edit: Option<String>| {
            // What is put in at one place is one edit.
            if let (
                Some(edit),
                Some(Step {
                    edit: Some(last), ..
                }),
                0,
            ) = (&edit, steps.last_mut(), *kept)
                && edit.starts_with('\0')
                && last.starts_with('\0')
            {
                last.push_str(&edit[1..]);
                return;
            }
            steps.push(Step {
                kept: std::mem::take(kept),
                edit,
                letter: term.get(at).copied(),
            });
        };
        for c in surface.chars() {
            let replaced = match fold(c) {
                _ if term.get(at) == Some(&c) => {
                    (at, kept) = (at + 1, kept + 1);
                    continue;
                }
                Folded::One(folded) => usize::from(term.get(at) == Some(&folded)),
                Folded::Many(folded) => {
                    let same = folded.chars().zip(term.get(at..).unwrap_or(&[]));
                    same.take_while(|(a, b)| a == *b).count()
                }
                Folded::Same | Folded::Deleted => 0,
            };
            let removed = if replaced > 0 { term[at] } else { '\0' };
            add(at, &mut kept, Some(String::from_iter([removed, c])));
            at += replaced.min(1);
            for _ in 1..replaced {
                add(at, &mut kept, None);
                at += 1;
            }
        }
        while at < term.len() {
            add(at, &mut kept, None);
            at += 1;
        }
        steps
    }

    /// What a gap or a word adds to the code of a post.
    struct Event {
        code: usize,
        odds: usize,
        gap: u32,
        /// Before, own, total; term and surface.
        word: Option<([u32; 3], u32, u32)>,
    }

    impl Coded {
        /// The lists of strings for whose letters there must be codes.
        pub(crate) fn strings(&self) -> impl Iterator<Item = Vec<&str>> {
            self.gaps
                .iter()
                .chain([&self.edits])
                .map(|list| list.iter().map(String::as_str).collect())
        }

        /// Goes through the posts as a reader does.
        fn walk(
            &self,
            postings: &Postings,
            terms: &[&str],
            marks: &[u32],
            mut each: impl FnMut(u32, Event),
        ) {
            let mut pieces = self.pieces.iter();
            let mut post = 0;
            while !pieces.as_slice().is_empty() {
                let mut bag = Bag::new(postings, post);
                for stored in 0..STORED {
                    let mut context = Context::new(stored);
                    for piece in pieces.by_ref() {
                        let used_up = bag.field(own_bag(stored)).left == 0;
                        let word = piece.next.bag(stored).map(|field| {
                            let draw = bag.field(field);
                            let at = draw.terms.partition_point(|&term| term < piece.term);
                            let before = draw.before(at);
                            let choice = [before, draw.counts[at], draw.left];
                            draw.take(at);
                            (choice, piece.term, piece.surface)
                        });
                        each(
                            post,
                            Event {
                                code: context.code(used_up),
                                odds: context.odds(used_up),
                                gap: piece.gap,
                                word,
                            },
                        );
                        if piece.next == Next::End {
                            break;
                        }
                        context.after(piece.gap, marks, terms[piece.term as usize]);
                    }
                }
                post += 1;
            }
        }

        /// The section.
        pub(crate) fn write(
            &self,
            letters: &letters::Writer,
            postings: &Postings,
            terms: &[&str],
        ) -> Vec<u8> {
            let mut bits = BitWriter::default();
            for gaps in &self.gaps {
                bits.write_varint(gaps.len() as u64);
                letters.strings(&mut bits, gaps.iter().map(String::as_str));
            }
            let symbols: usize = self.gaps.iter().map(Vec::len).sum();
            let mut counts = vec![0u64; symbols];
            self.pieces
                .iter()
                .for_each(|piece| counts[piece.gap as usize] += 1);
            let mut marks: Vec<u32> = (0..symbols as u32).collect();
            marks.sort_unstable_by_key(|&gap| (Reverse(counts[gap as usize]), gap));
            marks.truncate(MARKS);
            marks.iter().for_each(|&gap| bits.write_varint(gap.into()));

            let mut counts = vec![vec![0u64; symbols]; CODES];
            self.walk(postings, terms, &marks, |_, event| {
                counts[event.code][event.gap as usize] += 1;
            });
            let lengths: Vec<Vec<u8>> =
                counts.iter().map(|table| huffman::lengths(table)).collect();
            huffman::put_lengths(&mut bits, &lengths.concat());
            let codes: Vec<_> = lengths.iter().map(|table| huffman::codes(table)).collect();
            // Of each bit: its place in the code, those before it, itself.
            let each_bit = |code: usize, gap: u32, found: &mut dyn FnMut(Option<usize>, bool)| {
                let (word, size) = codes[code][gap as usize];
                for depth in 0..size {
                    let left = size - depth;
                    let before = word.checked_shr(left).unwrap_or(0);
                    found(node(depth as usize, before), word >> (left - 1) & 1 == 1);
                }
            };
            let mut counts = vec![[0u64; 2]; ALL_ODDS];
            self.walk(postings, terms, &marks, |_, event| {
                each_bit(event.code, event.gap, &mut |node, bit| {
                    if let Some(node) = node {
                        counts[event.odds + node][usize::from(bit)] += 1;
                    }
                });
            });
            let levels: Vec<u8> = counts.iter().map(|&counts| level(counts)).collect();
            huffman::put_lengths(&mut bits, &levels);
            self.write_surfaces(&mut bits, letters, terms);

            let mut posts: Vec<Vec<u8>> = Vec::new();
            let mut coder = range::Encoder::new();
            self.walk(postings, terms, &marks, |post, event| {
                if posts.len() < post as usize {
                    posts.push(std::mem::replace(&mut coder, range::Encoder::new()).finish());
                }
                each_bit(event.code, event.gap, &mut |node, bit| {
                    let odds = match node {
                        Some(node) => ODDS[usize::from(levels[event.odds + node])],
                        None => range::HALF,
                    };
                    coder.bit(bit, odds);
                });
                if let Some(([before, own, total], term, surface)) = event.word {
                    coder.choose(before, own, total);
                    let (skew, surfaces) = &self.surfaces[term as usize];
                    let last = (surfaces.len() as u32).saturating_sub(1);
                    let mut odds = SKEWS[usize::from(*skew)];
                    for _ in 0..surface {
                        coder.bit(true, odds);
                        odds = OTHERS;
                    }
                    if surface < last {
                        coder.bit(false, odds);
                    }
                }
            });
            if !self.pieces.is_empty() {
                posts.push(coder.finish());
            }
            posts
                .iter()
                .for_each(|post| bits.write_varint(post.len() as u64));
            let mut out = bits.finish();
            posts.iter().for_each(|post| out.extend_from_slice(post));
            out
        }

        fn write_surfaces(&self, bits: &mut BitWriter, letters: &letters::Writer, terms: &[&str]) {
            bits.write_varint(self.edits.len() as u64);
            letters.strings(bits, self.edits.iter().map(String::as_str));
            let insertions = self.edits.partition_point(|edit| edit.starts_with('\0'));
            let kind = |step: &Step| match &step.edit {
                None => DELETE as usize,
                Some(edit) => {
                    let at = self.edits.partition_point(|known| known < edit);
                    match step.letter {
                        Some(letter) if edit.starts_with(letter) => {
                            let first = String::from(letter);
                            1 + insertions + at - self.edits.partition_point(|known| *known < first)
                        }
                        _ => 1 + at,
                    }
                }
            };
            let kind_context = |step: &Step| usize::from(step.letter.is_some_and(|c| c.is_ascii()));
            let count_context = |term: &str| usize::from(term.is_ascii());
            // Of each table of symbols: which context, which symbol.
            let each_step = |steps: &[Step], found: &mut dyn FnMut(usize, u32, Option<&Step>)| {
                let mut context = 0;
                for step in steps {
                    (0..step.kept / MORE).for_each(|_| found(context, MORE, None));
                    found(context, step.kept % MORE, Some(step));
                    context = 1;
                }
                found(context, REST, None);
            };
            let mut kinds = vec![vec![0u64; 1 + self.edits.len()]; 2];
            let mut steps = vec![vec![0u64; STEPS]; 2];
            let mut counts = vec![vec![0u64; COUNTS]; 2];
            for (term, (_, surfaces)) in terms.iter().zip(&self.surfaces) {
                counts[count_context(term)][surfaces.len().min(COUNTS - 1)] += 1;
                for surface in surfaces {
                    each_step(surface, &mut |context, symbol, step| {
                        steps[context][symbol as usize] += 1;
                        if let Some(step) = step {
                            kinds[kind_context(step)][kind(step)] += 1;
                        }
                    });
                }
            }
            let [kinds, steps, counts] = [kinds, steps, counts].map(|tables| {
                let lengths: Vec<Vec<u8>> =
                    tables.iter().map(|table| huffman::lengths(table)).collect();
                huffman::put_lengths(bits, &lengths.concat());
                let codes = lengths.iter().map(|table| huffman::codes(table));
                codes.collect::<Vec<_>>()
            });
            for (term, (skew, surfaces)) in terms.iter().zip(&self.surfaces) {
                let count = surfaces.len().min(COUNTS - 1);
                let (word, size) = counts[count_context(term)][count];
                bits.write(word, size);
                if count == COUNTS - 1 {
                    bits.write_varint((surfaces.len() - count) as u64);
                }
                if count > 1 {
                    bits.write(u32::from(*skew), 2);
                }
                for surface in surfaces {
                    each_step(surface, &mut |context, symbol, step| {
                        let (word, size) = steps[context][symbol as usize];
                        bits.write(word, size);
                        if let Some(step) = step {
                            let (word, size) = kinds[kind_context(step)][kind(step)];
                            bits.write(word, size);
                        }
                    });
                }
            }
        }
    }

    impl Draw {
        /// How many are left of the terms before this place.
        fn before(&self, mut at: usize) -> u32 {
            let mut before = 0;
            while at > 0 {
                before += self.tree[at - 1];
                at &= at - 1;
            }
            before
        }
    }

    /// The level at which these zeros and ones cost least; 0 where there are none.
    fn level([zeros, ones]: [u64; 2]) -> u8 {
        if zeros + ones == 0 {
            return 0;
        }
        let cost = |level: &u8| {
            let zero = f64::from(ODDS[usize::from(*level)]) / 65_536.0;
            -(zeros as f64 * libm::log(zero) + ones as f64 * libm::log(1.0 - zero))
        };
        let best = (1..ODDS.len() as u8).min_by(|a, b| cost(a).total_cmp(&cost(b)));
        best.unwrap_or(1)
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use crate::format::letters;
    use crate::{Corpus, Index, Post};
    use proptest::prelude::*;

    #[track_caller]
    fn check(posts: Vec<Post>) {
        let corpus = Corpus {
            name: String::new(),
            posts,
        };
        let bytes = crate::build::build(&corpus).expect("posts");
        let index = Index::open(bytes).expect("as written");
        for post in corpus.posts {
            assert_eq!(index.post(&post.id).as_ref(), Ok(&Some(post)));
        }
    }

    #[test]
    fn surfaces_and_gaps_of_all_kinds_come_back() {
        let texts = [
            "",
            "می‌شود می شود میشود مي‌شوَد",
            "BERT Bert bert bErT #برچسب_ها CNN‌های GAN ی Rust's don’t ½ ﷺ شﷺ",
            "https://www.Example.org/a_B/ج?x=1#y (arxiv.org/abs/1). ۱۳۹۹ 1399 ١٣٩٩",
            "!؟!\n\n«»",
            "کتــاب کِتاب کتاب\u{200c} \u{200c}کتاب",
        ];
        let post = |(at, text): (usize, &&str)| Post {
            id: at.to_string(),
            title: texts[texts.len() - 1 - at].to_owned(),
            text: (*text).to_owned(),
            preview: format!("{text} {text}"),
            tags: vec!["هوش_مصنوعی".to_owned()],
            ..Post::default()
        };
        check(texts.iter().enumerate().map(post).collect());
    }

    proptest! {
        #[test]
        fn posts_come_back(
            texts in prop::collection::vec(prop::array::uniform3(
                "(می|ها|شبکه|ۀ|[ا-ی]{1,3}|[a-zA-Z0-9۰-۹]{1,9}|[ \n،.#_/'\u{200c}\u{64e}½ﷺ]|https?://|\\PC){0,30}"), 0..9),
        ) {
            let post = |(at, [title, text, preview]): (usize, [String; 3])| Post {
                id: at.to_string(), title, text, preview, ..Post::default()
            };
            check(texts.into_iter().enumerate().map(post).collect());
        }

        #[test]
        fn arbitrary_bytes_never_panic(letters: Vec<u8>, section: Vec<u8>, lists: Vec<u8>, posts in 0u32..9) {
            let fallback = letters::Writer::new(&[vec!["", " ", "a", "b"]]);
            let mut bits = BitWriter::default();
            fallback.write(&mut bits);
            let fallback = bits.finish();
            let read = |bytes: &[u8]| Letters::read(&mut BitReader::new(bytes, 0));
            let letters = read(&letters).or_else(|| read(&fallback)).expect("the fallback is right");
            let terms = Strings::new("ab".to_owned(), vec![1, 2]);
            if let (Some(texts), Some(postings)) =
                (Texts::read(&section, &letters, posts, &terms), Postings::read(&lists, posts, 2))
            {
                for post in 0..posts + 1 {
                    texts.post(&section, &terms, &postings, post, &mut [const { String::new() }; 3]);
                }
            }
        }
    }
}
