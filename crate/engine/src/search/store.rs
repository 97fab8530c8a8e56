//! What a search reads of an index, whole or in shards.
//!
//! A whole index has everything. Of one in shards some blocks are there; where a search needs
//! another, it gets nothing for now, the [`Reader`] notes which block it was, and the search ends
//! with the list of what it lacked. Whoever can fetch puts those blocks in and searches again: the
//! engine itself does no I/O.

use super::walk::{self, Distance};
use super::{Index, Summary};
use crate::analyze::{Kind, tokens};
use crate::format::columns::{Columns, Group, Names};
use crate::format::documents::Phrases;
use crate::format::letters::Letters;
use crate::format::lexicon::{self, Lexicon};
use crate::format::lists::{self, Block as Lists, Codes, Place, Posting};
use crate::format::manifest::{self, CHUNK, COLUMNS_POSTS, Manifest, TermsPart};
use crate::format::postings::Postings;
use crate::format::strings::{Alphabet, Strings};
use crate::format::text::Texts;
use crate::format::{self, Field, Header, Metadata, OpenError, STORED, Section};
use crate::list::List;
use crate::post::Post;
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// A block of an index in shards, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block(pub u32);

/// The blocks without which a search cannot go on. Fetch each from [`Index::path`], give it to
/// [`Index::insert`], and search again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(pub Vec<Block>);

/// An index in one file.
#[derive(Default)]
pub(super) struct Whole {
    bytes: Cow<'static, [u8]>,
    sections: [Range<usize>; Section::COUNT],
    terms: Strings,
    postings: Postings,
    /// Length codes of titles, then of texts.
    lengths: Vec<u8>,
    texts: Texts,
    metadata: Metadata,
    names: Names,
    columns: Columns,
}

/// An index in shards.
pub(super) struct Shards {
    manifest: Manifest,
    alphabet: Alphabet,
    codes: Codes,
    phrases: Phrases,
    /// The number of the first term of each block of terms, and then of all terms.
    terms_before: Vec<u32>,
    /// The same of the blocks of their postings.
    postings_before: Vec<u32>,
    /// How many blocks there are.
    blocks: u32,
    /// Those that are there, by number.
    slots: Vec<(u32, Slot)>,
    /// Counts the searches, to know which block was not used for long.
    clock: AtomicU32,
}

/// A block that is there.
struct Slot {
    loaded: Loaded,
    size: usize,
    used: AtomicU32,
}

enum Loaded {
    Terms(Lexicon),
    Endings(Strings),
    Lists(Lists),
    /// As it came: places of a long list, ids, a block of posts.
    Bytes(Vec<u8>),
    Names(Names),
    Columns(Columns),
}

/// Which block a number stands for.
#[derive(Clone, Copy)]
enum Part {
    Terms(usize),
    Endings(usize),
    Names,
    Columns(usize),
    Ids(usize),
    Posts(u32),
    Postings { terms: usize, nth: usize },
}

impl Whole {
    pub(super) fn open(bytes: Cow<'static, [u8]>) -> Result<(Header, Whole), OpenError> {
        let (header, sections) = format::read(&bytes)?;
        let mut whole = Whole {
            bytes,
            sections,
            ..Whole::default()
        };
        match whole.read(&header) {
            Ok(()) => Ok((header, whole)),
            Err(section) => Err(OpenError::Damaged(section.name())),
        }
    }

    /// Reads the sections; an error is the one that is damaged.
    fn read(&mut self, header: &Header) -> Result<(), Section> {
        let part = |section: Section| &self.bytes[self.sections[section as usize].clone()];
        let posts = header.posts;
        let mut bits = format::bits::BitReader::new(part(Section::Terms), 0);
        let letters = Letters::read(&mut bits).ok_or(Section::Terms)?;
        self.terms = letters
            .strings(&mut bits, header.terms as usize)
            .ok_or(Section::Terms)?;
        // First the texts: they see that there are bytes for so many posts.
        self.texts = Texts::read(part(Section::Texts), &letters, posts, &self.terms)
            .ok_or(Section::Texts)?;
        self.postings = Postings::read(part(Section::Postings), posts, self.terms.len())
            .ok_or(Section::Postings)?;
        self.lengths = self.postings.lengths();
        self.metadata = format::metadata::read(part(Section::Metadata), &letters, posts)
            .ok_or(Section::Metadata)?;
        (self.names, self.columns) = self.metadata.columns();
        Ok(())
    }

    fn section(&self, section: Section) -> &[u8] {
        &self.bytes[self.sections[section as usize].clone()]
    }

    /// Bytes by part.
    pub(super) fn sizes(&self) -> Vec<(String, usize)> {
        let header = ("header".to_owned(), self.sections[0].start);
        let sections = Section::ALL.iter().zip(&self.sections);
        let sections = sections.map(|(section, range)| (section.name().to_owned(), range.len()));
        std::iter::once(header).chain(sections).list()
    }

    fn posting(&self, post: u32, pattern: u32) -> Posting {
        let (titles, texts) = self.lengths.split_at(self.lengths.len() / 2);
        Posting {
            post,
            pattern: *self.postings.pattern(pattern),
            title: titles.get(post as usize).copied().unwrap_or(0),
            text: texts.get(post as usize).copied().unwrap_or(0),
        }
    }

    fn stored(&self, post: u32, fields: &mut [String]) {
        let section = self.section(Section::Texts);
        self.texts
            .post(section, &self.terms, &self.postings, post, fields);
    }

    fn post(&self, number: u32) -> Post {
        let mut fields = [const { String::new() }; STORED];
        self.stored(number, &mut fields);
        let [title, text, preview] = fields;
        let row = number as usize;
        let of = |column: &[String]| column.get(row).cloned().unwrap_or_default();
        let tags = self.metadata.tags.get(row).map_or(&[][..], |tags| tags);
        let tag = |&tag: &u32| self.metadata.tag_names.get(tag as usize).cloned();
        Post {
            id: of(&self.metadata.ids),
            title,
            text,
            preview,
            url: of(&self.metadata.urls),
            date: of(&self.metadata.dates),
            tags: tags.iter().filter_map(tag).list(),
            author: of(&self.metadata.authors),
            kind: of(&self.metadata.kinds),
            source: of(&self.metadata.sources),
        }
    }
}

/// For each part the sum of those before it, and then of all.
fn sums(parts: &[TermsPart], of: fn(&TermsPart) -> u32) -> Vec<u32> {
    let mut sum = 0;
    let before = parts.iter().map(|part| {
        let before = sum;
        sum += of(part);
        before
    });
    let mut sums: Vec<u32> = before.list();
    sums.push(sum);
    sums
}

impl Shards {
    pub(super) fn open(bytes: &[u8]) -> Result<(Header, Shards), OpenError> {
        let manifest = manifest::read(bytes)?;
        let read = |bytes| format::bits::ByteReader::new(bytes);
        let damaged = OpenError::Damaged("manifest");
        let alphabet = Alphabet::read(&mut read(&manifest.alphabet)).ok_or(damaged.clone())?;
        let codes = Codes::read(&mut read(&manifest.codes)).ok_or(damaged.clone())?;
        let phrases = Phrases::read(&mut read(&manifest.phrases)).ok_or(damaged)?;
        let terms_before = sums(&manifest.terms, |part| part.terms);
        let postings_before = sums(&manifest.terms, |part| part.postings);
        let header = Header {
            analyzer: manifest.analyzer,
            corpus: manifest.corpus.clone(),
            posts: manifest.posts,
            terms: terms_before.last().copied().unwrap_or(0),
            title_terms: manifest.title_terms,
            text_terms: manifest.text_terms,
            settings: manifest.settings.clone(),
            sections: [(0, 0); Section::COUNT],
        };
        let mut shards = Shards {
            alphabet,
            codes,
            phrases,
            terms_before,
            postings_before,
            blocks: 0,
            slots: Vec::new(),
            clock: AtomicU32::new(0),
            manifest,
        };
        shards.blocks = shards.number(Part::Postings {
            terms: shards.manifest.terms.len(),
            nth: 0,
        });
        Ok((header, shards))
    }

    pub(super) fn sizes(&self, manifest: usize) -> Vec<(String, usize)> {
        let blocks = usize::try_from(self.manifest.bytes).unwrap_or(usize::MAX);
        vec![
            ("manifest".to_owned(), manifest),
            ("blocks".to_owned(), blocks),
        ]
    }

    /// Where the numbers of each kind of block begin: terms, endings, names, columns, ids, posts,
    /// postings.
    fn bases(&self) -> [u32; 7] {
        let manifest = &self.manifest;
        let counts = [
            manifest.terms.len() as u32,
            manifest.endings.len() as u32,
            1,
            manifest.columns.len() as u32,
            manifest.ids.len() as u32,
            manifest.post_blocks(),
        ];
        let mut bases = [0; 7];
        for (at, count) in counts.into_iter().enumerate() {
            bases[at + 1] = bases[at] + count;
        }
        bases
    }

    fn number(&self, part: Part) -> u32 {
        let [terms, endings, names, columns, ids, posts, postings] = self.bases();
        match part {
            Part::Terms(nth) => terms + nth as u32,
            Part::Endings(nth) => endings + nth as u32,
            Part::Names => names,
            Part::Columns(nth) => columns + nth as u32,
            Part::Ids(nth) => ids + nth as u32,
            Part::Posts(nth) => posts + nth,
            Part::Postings { terms, nth } => {
                let before = self.postings_before.get(terms).copied().unwrap_or(0);
                postings + before + nth as u32
            }
        }
    }

    fn part(&self, Block(number): Block) -> Part {
        let [_, endings, names, columns, ids, posts, postings] = self.bases();
        let after = |base: u32| (number - base) as usize;
        match number {
            _ if number < endings => Part::Terms(number as usize),
            _ if number < names => Part::Endings(after(endings)),
            _ if number < columns => Part::Names,
            _ if number < ids => Part::Columns(after(columns)),
            _ if number < posts => Part::Ids(after(ids)),
            _ if number < postings => Part::Posts(number - posts),
            _ => {
                let nth = number - postings;
                let terms = self
                    .postings_before
                    .partition_point(|&before| before <= nth);
                let terms = terms.saturating_sub(1);
                let before = self.postings_before.get(terms).copied().unwrap_or(0);
                Part::Postings {
                    terms,
                    nth: (nth - before) as usize,
                }
            }
        }
    }

    /// The hash that names a block's file; 0 where the block that knows it is not there.
    fn hash(&self, part: Part) -> u64 {
        let at = |hashes: &[u64], nth: usize| hashes.get(nth).copied().unwrap_or(0);
        let of = |parts: &[TermsPart], nth: usize| parts.get(nth).map_or(0, |part| part.hash);
        match part {
            Part::Terms(nth) => of(&self.manifest.terms, nth),
            Part::Endings(nth) => of(&self.manifest.endings, nth),
            Part::Names => self.manifest.names,
            Part::Columns(nth) => at(&self.manifest.columns, nth),
            Part::Ids(nth) => at(&self.manifest.ids, nth),
            Part::Posts(nth) => at(&self.manifest.chunks, (nth / CHUNK) as usize),
            Part::Postings { terms, nth } => match self.loaded(Part::Terms(terms)) {
                Some(Loaded::Terms(lexicon)) => {
                    lexicon.postings.get(nth).map_or(0, |part| part.hash)
                }
                _ => 0,
            },
        }
    }

    /// The path of a block's file, relative to the manifest.
    pub(super) fn path(&self, block: Block) -> String {
        let part = self.part(block);
        let hash = self.hash(part);
        let folder = match part {
            Part::Terms(_) => manifest::TERMS,
            Part::Endings(_) => manifest::ENDINGS,
            Part::Names => manifest::NAMES,
            Part::Columns(_) => manifest::COLUMNS,
            Part::Ids(_) => manifest::IDS,
            Part::Postings { .. } => manifest::POSTINGS,
            Part::Posts(number) => return manifest::post_path(hash, number),
        };
        manifest::path(folder, hash)
    }

    fn loaded(&self, part: Part) -> Option<&Loaded> {
        let number = self.number(part);
        let at = self
            .slots
            .binary_search_by_key(&number, |&(number, _)| number);
        let (_, slot) = self.slots.get(at.ok()?)?;
        slot.used
            .store(self.clock.load(Ordering::Relaxed), Ordering::Relaxed);
        Some(&slot.loaded)
    }

    pub(super) fn insert(&mut self, block: Block, bytes: Vec<u8>) -> Result<(), OpenError> {
        let part = self.part(block);
        if let Part::Postings { terms, .. } = part
            && self.loaded(Part::Terms(terms)).is_none()
        {
            return Ok(()); // what names it was dropped; a search that needs it asks for both again
        }
        let damaged = OpenError::Damaged("block");
        let sound = match part {
            Part::Posts(number) => manifest::unseal(number, &bytes).is_some(),
            _ => manifest::hash(&bytes) == self.hash(part),
        };
        if !sound {
            return Err(damaged);
        }
        let room = bytes.len();
        let terms_in = |parts: &[TermsPart], nth: usize| {
            parts
                .get(nth)
                .map_or((0, 0), |part| (part.terms as usize, part.postings as usize))
        };
        let loaded = match part {
            Part::Terms(nth) => {
                let (terms, postings) = terms_in(&self.manifest.terms, nth);
                Lexicon::read(&bytes, &self.alphabet, terms, postings).map(Loaded::Terms)
            }
            Part::Endings(nth) => {
                let (terms, _) = terms_in(&self.manifest.endings, nth);
                lexicon::read_endings(&bytes, &self.alphabet, terms).map(Loaded::Endings)
            }
            Part::Names => format::decode(&bytes).map(Loaded::Names),
            Part::Columns(nth) => {
                let before = COLUMNS_POSTS * nth as u32;
                let posts = self
                    .manifest
                    .posts
                    .saturating_sub(before)
                    .min(COLUMNS_POSTS);
                let mut columns = Columns::default();
                let read = columns.append(&bytes, posts as usize);
                read.map(|()| Loaded::Columns(columns))
            }
            Part::Ids(_) => Some(Loaded::Bytes(bytes)),
            // Its checksum has done its work.
            Part::Posts(number) => {
                let block = manifest::unseal(number, &bytes);
                block.map(|block| Loaded::Bytes(block.to_vec()))
            }
            Part::Postings { terms, nth } => {
                // Its hash was there just now.
                let Some(Loaded::Terms(lexicon)) = self.loaded(Part::Terms(terms)) else {
                    return Err(damaged);
                };
                let lists = lexicon
                    .postings
                    .get(nth)
                    .map_or(0, |part| part.lists as usize);
                match lists {
                    0 => Some(Loaded::Bytes(bytes)),
                    _ => Lists::read(bytes, &self.codes, self.manifest.posts, lists)
                        .map(Loaded::Lists),
                }
            }
        };
        let loaded = loaded.ok_or(damaged)?;
        // What is read takes more room than its bytes.
        let size = room
            + match &loaded {
                Loaded::Terms(lexicon) => lexicon.size(),
                Loaded::Endings(strings) => strings.size(),
                Loaded::Lists(lists) => lists.size(),
                Loaded::Columns(columns) => 8 * columns.group.len(),
                Loaded::Names(_) | Loaded::Bytes(_) => 0,
            };
        let used = AtomicU32::new(self.clock.load(Ordering::Relaxed));
        let slot = Slot { loaded, size, used };
        match self
            .slots
            .binary_search_by_key(&block.0, |&(number, _)| number)
        {
            Ok(at) => self.slots[at].1 = slot,
            Err(at) => self.slots.insert(at, (block.0, slot)),
        }
        Ok(())
    }

    pub(super) fn trim(&mut self, bytes: usize) {
        let mut held: usize = self.slots.iter().map(|(_, slot)| slot.size).sum();
        // The least recently used come last, and in their order again what stays.
        super::order::sort(&mut self.slots, |(number, slot)| {
            super::order::least_first(!slot.used.load(Ordering::Relaxed), !number)
        });
        while held > bytes
            && let Some((_, slot)) = self.slots.pop()
        {
            held -= slot.size;
        }
        super::order::sort(&mut self.slots, |&(number, _)| u64::from(number));
    }

    /// The block of terms that has a term, were it one, or the last one before it.
    fn part_of(parts: &[TermsPart], term: &str) -> Option<usize> {
        parts
            .partition_point(|part| part.first.as_str() <= term)
            .checked_sub(1)
    }

    /// The blocks in which terms may begin so.
    fn parts_with(parts: &[TermsPart], prefix: &str) -> Range<usize> {
        let start = Self::part_of(parts, prefix).unwrap_or(0);
        let begins_past =
            |part: &TermsPart| part.first.as_str() > prefix && !part.first.starts_with(prefix);
        let end = parts.iter().skip(start).position(begins_past);
        start..end.map_or(parts.len(), |end| start + end)
    }
}

/// One or the other.
pub(super) enum Body {
    Whole(Box<Whole>),
    Shards(Box<Shards>),
}

/// A term in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    pub(super) post: u32,
    pub(super) field: Field,
    /// The how manieth token of the field.
    pub(super) at: u32,
    pub(super) term: u32,
}

/// What posts are narrowed by.
pub(super) struct Facts<'a> {
    pub(super) names: &'a Names,
    blocks: Vec<&'a Columns>,
}

impl Facts<'_> {
    fn row(&self, post: u32) -> (Option<&Columns>, u32) {
        match self.blocks[..] {
            [all] => (Some(all), post),
            _ => {
                let block = self.blocks.get((post / COLUMNS_POSTS) as usize);
                (block.copied(), post % COLUMNS_POSTS)
            }
        }
    }

    pub(super) fn group(&self, post: u32) -> &Group {
        const NONE: &Group = &Group {
            tags: Vec::new(),
            kind: 0,
            source: 0,
        };
        let (columns, row) = self.row(post);
        columns
            .and_then(|columns| columns.group(row))
            .unwrap_or(NONE)
    }

    /// `YYYYMMDD`, 0 where unknown.
    pub(super) fn day(&self, post: u32) -> u32 {
        let (columns, row) = self.row(post);
        columns.map_or(0, |columns| columns.day(row))
    }
}

/// An index for one search.
pub(super) struct Reader<'a> {
    pub(super) index: &'a Index,
    missing: RefCell<Vec<Block>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(index: &'a Index) -> Reader<'a> {
        if let Body::Shards(shards) = &index.body {
            shards.clock.fetch_add(1, Ordering::Relaxed);
        }
        Reader {
            index,
            missing: RefCell::default(),
        }
    }

    /// Whether something was asked for that is not there.
    pub(super) fn lacks(&self) -> bool {
        !self.missing.borrow().is_empty()
    }

    /// The answer, if nothing lacked.
    pub(super) fn answer<T>(self, answer: T) -> Result<T, Missing> {
        let missing = self.missing.into_inner();
        match missing.is_empty() {
            true => Ok(answer),
            false => Err(Missing(missing)),
        }
    }

    pub(super) fn posts(&self) -> u32 {
        self.index.header.posts
    }

    fn loaded(&self, shards: &'a Shards, part: Part) -> Option<&'a Loaded> {
        let loaded = shards.loaded(part);
        if loaded.is_none() {
            let block = Block(shards.number(part));
            let mut missing = self.missing.borrow_mut();
            if !missing.contains(&block) && block.0 < shards.blocks {
                missing.push(block);
            }
        }
        loaded
    }

    fn lexicon(&self, shards: &'a Shards, nth: usize) -> Option<&'a Lexicon> {
        match self.loaded(shards, Part::Terms(nth)) {
            Some(Loaded::Terms(lexicon)) => Some(lexicon),
            _ => None,
        }
    }

    /// The number of a term.
    pub(super) fn term(&self, term: &str) -> Option<usize> {
        let find = |terms: &Strings| {
            let at = terms.rank(term);
            (at < terms.len() && terms.get(at) == term).then_some(at)
        };
        match &self.index.body {
            Body::Whole(whole) => find(&whole.terms),
            Body::Shards(shards) => {
                let part = Shards::part_of(&shards.manifest.terms, term)?;
                let at = find(&self.lexicon(shards, part)?.terms)?;
                Some(shards.terms_before[part] as usize + at)
            }
        }
    }

    /// The block of a term and its place there.
    fn locate(&self, shards: &Shards, term: u32) -> (usize, usize) {
        let part = shards
            .terms_before
            .partition_point(|&before| before <= term);
        let part = part.saturating_sub(1);
        let before = shards.terms_before.get(part).copied().unwrap_or(0);
        (part, (term - before) as usize)
    }

    /// A term by its number.
    pub(super) fn text(&self, term: u32) -> &'a str {
        match &self.index.body {
            Body::Whole(whole) => whole.terms.get(term as usize),
            Body::Shards(shards) => {
                let (part, at) = self.locate(shards, term);
                self.lexicon(shards, part)
                    .map_or("", |lexicon| lexicon.terms.get(at))
            }
        }
    }

    /// In how many posts a term stands.
    pub(super) fn frequency(&self, term: u32) -> u32 {
        match &self.index.body {
            Body::Whole(whole) => whole.postings.frequency(term as usize),
            Body::Shards(shards) => {
                let (part, at) = self.locate(shards, term);
                let lexicon = self.lexicon(shards, part);
                lexicon
                    .map_or(0, |lexicon| lexicon.frequency(at))
                    .min(self.posts())
            }
        }
    }

    /// Hands on the terms that begin so, in ascending order, until `found` has enough.
    pub(super) fn begun(&self, prefix: &str, found: &mut dyn FnMut(usize, &'a str) -> bool) {
        let mut each = |terms: &'a Strings, before: usize| {
            for at in terms.rank(prefix)..terms.len() {
                let term = terms.get(at);
                if !term.starts_with(prefix) || !found(before + at, term) {
                    return false;
                }
            }
            true
        };
        match &self.index.body {
            Body::Whole(whole) => {
                each(&whole.terms, 0);
            }
            Body::Shards(shards) => {
                for part in Shards::parts_with(&shards.manifest.terms, prefix) {
                    let lexicon = self.lexicon(shards, part);
                    if let Some(lexicon) = lexicon
                        && !each(&lexicon.terms, shards.terms_before[part] as usize)
                    {
                        return;
                    }
                }
            }
        }
    }

    /// Hands on the terms of a script that are near.
    pub(super) fn near(
        &self,
        latin: bool,
        distance: &mut dyn Distance,
        found: &mut dyn FnMut(usize, f32),
    ) {
        // Terms are in the order of their characters.
        const BORDER: &str = "\u{80}";
        let range = |terms: &Strings| match latin {
            true => 0..terms.rank(BORDER),
            false => terms.rank(BORDER)..terms.len(),
        };
        match &self.index.body {
            Body::Whole(whole) => {
                walk::walk(&whole.terms, range(&whole.terms), distance, found);
            }
            Body::Shards(shards) => {
                let parts = &shards.manifest.terms;
                for (nth, part) in parts.iter().enumerate() {
                    let end = parts.get(nth + 1).map(|next| next.first.as_str());
                    let other = match latin {
                        true => part.first.as_str() >= BORDER,
                        false => end.is_some_and(|end| end <= BORDER),
                    };
                    if other || !walk::may_hold(distance, &part.first, end) {
                        continue;
                    }
                    if let Some(lexicon) = self.lexicon(shards, nth) {
                        let before = shards.terms_before[nth] as usize;
                        let terms = &lexicon.terms;
                        walk::walk(terms, range(terms), distance, &mut |term, distance| {
                            found(before + term, distance);
                        });
                    }
                }
            }
        }
    }

    /// Hands on the terms that are near `word` and begin or end as it does, with so many letters.
    pub(super) fn near_ends(
        &self,
        word: &str,
        letters: usize,
        distance: &dyn Fn(&str) -> Box<dyn Distance>,
        found: &mut dyn FnMut(usize, f32),
    ) {
        let latin = word.is_ascii();
        let backwards = |word: &str| word.chars().rev().collect::<String>();
        let head: String = word.chars().take(letters).collect();
        let tail: String = word.chars().rev().take(letters).collect();
        match &self.index.body {
            Body::Whole(whole) => self.near(latin, &mut *distance(word), &mut |term, near| {
                let text = whole.terms.get(term);
                if text.starts_with(&head) || text.chars().rev().take(letters).eq(tail.chars()) {
                    found(term, near);
                }
            }),
            Body::Shards(shards) => {
                let mut forward = distance(word);
                let same_script =
                    |text: &str| text.chars().next().is_some_and(|c| c.is_ascii()) == latin;
                let parts = match same_script(&head) {
                    true => Shards::parts_with(&shards.manifest.terms, &head),
                    false => 0..0,
                };
                for nth in parts {
                    let Some(lexicon) = self.lexicon(shards, nth) else {
                        continue;
                    };
                    let (terms, before) = (&lexicon.terms, shards.terms_before[nth] as usize);
                    let range = walk::with_prefix(terms, &head);
                    walk::walk(terms, range, &mut *forward, &mut |term, near| {
                        found(before + term, near);
                    });
                }
                // Which of the others end so; how near they are is asked of them as they read.
                let mut backward = distance(&backwards(word));
                let mut others = Vec::new();
                for nth in Shards::parts_with(&shards.manifest.endings, &tail) {
                    let Some(Loaded::Endings(endings)) = self.loaded(shards, Part::Endings(nth))
                    else {
                        continue;
                    };
                    let range = walk::with_prefix(endings, &tail);
                    walk::walk(endings, range, &mut *backward, &mut |term, _| {
                        others.push(backwards(endings.get(term)));
                    });
                }
                for other in others {
                    if !other.starts_with(&head)
                        && same_script(&other)
                        && let Some(near) = walk::distance(&mut *forward, &other)
                        && let Some(term) = self.term(&other)
                    {
                        found(term, near);
                    }
                }
            }
        }
    }

    fn lists(&self, shards: &'a Shards, term: u32) -> Option<(&'a Lists, Part, usize)> {
        let (terms, at) = self.locate(shards, term);
        let (nth, list) = self.lexicon(shards, terms)?.list(at)?;
        match self.loaded(shards, Part::Postings { terms, nth })? {
            Loaded::Lists(lists) => Some((
                lists,
                Part::Postings {
                    terms,
                    nth: nth + 1,
                },
                list,
            )),
            _ => None,
        }
    }

    /// Hands on the postings of a term, posts in ascending order.
    pub(super) fn postings(&self, term: u32, found: &mut dyn FnMut(Posting)) {
        match &self.index.body {
            Body::Whole(whole) => {
                for (post, pattern) in whole.postings.list(term as usize) {
                    found(whole.posting(post, pattern));
                }
            }
            Body::Shards(shards) => {
                if let Some((lists, _, list)) = self.lists(shards, term) {
                    lists.each(&shards.codes, self.posts(), list, found);
                }
            }
        }
    }

    /// Where in titles and texts of some posts some terms stand, in order; of `terms` and `posts`,
    /// both in ascending order.
    pub(super) fn occurrences(&self, terms: &[u32], posts: &[u32]) -> Vec<Occurrence> {
        let mut all = Vec::new();
        match &self.index.body {
            Body::Whole(whole) => {
                let texts: Vec<&str> = terms.iter().map(|&term| self.text(term)).list();
                for &post in posts {
                    let mut fields = [String::new(), String::new()];
                    whole.stored(post, &mut fields);
                    for (field, text) in [Field::Title, Field::Text].into_iter().zip(fields) {
                        let mut at = 0;
                        tokens(&text, |token| {
                            if token.kind == Kind::Word
                                && let Ok(known) = texts.binary_search(&token.term)
                            {
                                let term = terms[known];
                                all.push(Occurrence {
                                    post,
                                    field,
                                    at,
                                    term,
                                });
                            }
                            at += 1;
                        });
                    }
                }
            }
            Body::Shards(shards) => {
                for &term in terms {
                    let Some((lists, next, list)) = self.lists(shards, term) else {
                        continue;
                    };
                    let apart = match self.frequency(term) > lists::LONG {
                        true => match self.loaded(shards, next) {
                            Some(Loaded::Bytes(bytes)) => Some(&bytes[..]),
                            _ => continue,
                        },
                        false => None,
                    };
                    let mut wanted = posts.iter().peekable();
                    let found = |post: u32, Place { field, at }: Place| {
                        while wanted.next_if(|&&wanted| wanted < post).is_some() {}
                        if wanted.peek() == Some(&&post) {
                            all.push(Occurrence {
                                post,
                                field,
                                at,
                                term,
                            });
                        }
                    };
                    lists.each_place(&shards.codes, self.posts(), list, apart, found);
                }
                // By term they are in order.
                super::order::sort(&mut all, |found| {
                    let field = u32::from(found.field != Field::Title) << 31;
                    super::order::least_first(found.post, field | found.at)
                });
            }
        }
        all
    }

    /// A post by its number.
    pub(super) fn post(&self, number: u32) -> Post {
        match &self.index.body {
            Body::Whole(whole) => whole.post(number),
            Body::Shards(shards) => {
                let per = shards.manifest.block_posts;
                let block = number / per;
                match self.loaded(shards, Part::Posts(block)) {
                    Some(Loaded::Bytes(bytes)) => {
                        shards.phrases.post(bytes, (number % per) as usize)
                    }
                    _ => Post::default(),
                }
            }
        }
    }

    pub(super) fn summary(&self, number: u32) -> Summary {
        let mut post = match &self.index.body {
            // Of a whole index all posts may be listed at once: their texts are let alone.
            Body::Whole(whole) => {
                let mut title = [String::new()];
                whole.stored(number, &mut title);
                let [title] = title;
                let row = number as usize;
                let tags = whole.metadata.tags[row].iter();
                Post {
                    title,
                    id: whole.metadata.ids[row].clone(),
                    date: whole.metadata.dates[row].clone(),
                    tags: tags
                        .map(|&tag| whole.metadata.tag_names[tag as usize].clone())
                        .list(),
                    ..Post::default()
                }
            }
            Body::Shards(_) => self.post(number),
        };
        Summary {
            id: std::mem::take(&mut post.id),
            title: post.title,
            date: post.date,
            tags: post.tags,
        }
    }

    /// The number of the post with this id.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        match &self.index.body {
            Body::Whole(whole) => {
                let number = whole.metadata.ids.iter().position(|known| known == id)?;
                Some(number as u32)
            }
            Body::Shards(shards) => {
                let (hash, blocks) = (manifest::id_hash(id), shards.manifest.ids.len());
                let part = Part::Ids(manifest::ids_block(hash, blocks));
                let Some(Loaded::Bytes(bytes)) = self.loaded(shards, part) else {
                    return None;
                };
                let candidates = manifest::posts_of_id(bytes, hash, blocks, self.posts());
                candidates
                    .into_iter()
                    .find(|&post| self.post(post).id == id)
            }
        }
    }

    /// What posts are narrowed by; none where it is not there yet.
    pub(super) fn facts(&self) -> Option<Facts<'a>> {
        match &self.index.body {
            Body::Whole(whole) => Some(Facts {
                names: &whole.names,
                blocks: vec![&whole.columns],
            }),
            Body::Shards(shards) => {
                let names = self.loaded(shards, Part::Names);
                let all = 0..shards.manifest.columns.len();
                let blocks: Vec<Option<&Loaded>> = all
                    .map(|nth| self.loaded(shards, Part::Columns(nth)))
                    .list();
                let columns = |loaded: Option<&'a Loaded>| match loaded {
                    Some(Loaded::Columns(columns)) => Some(columns),
                    _ => None,
                };
                match names {
                    Some(Loaded::Names(names)) => Some(Facts {
                        names,
                        blocks: blocks.into_iter().map(columns).collect::<Option<_>>()?,
                    }),
                    _ => None,
                }
            }
        }
    }
}
