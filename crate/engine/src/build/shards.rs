//! Posts to an index in shards.
//!
//! Posts come one at a time and are let go: of each stays its coded text, and what it adds to the
//! postings, both a fraction of it. Some thousand posts at a time are analysed, on all processors,
//! to a [`Run`]: their terms in order, with their postings. In the end the runs are merged. How
//! many processors there are, and how the posts were cut into runs, shows nowhere in the result.
//!
//! Codes and phrases are learned from the first posts alone, and blocks end at terms whose hash says
//! so rather than after so many bytes: what does not change between two builds stays in files of the
//! same name.

use super::BuildError;
use crate::analyze::{ANALYZER, Kind, tokens};
use crate::format::columns::{self, Columns, Group, Names};
use crate::format::lexicon::{self, PostingsPart};
use crate::format::lists::{self, Place, Posting};
use crate::format::manifest::{self, CHUNK, COLUMNS_POSTS, Manifest, TermsPart};
use crate::format::strings::{Alphabet, write_strings};
use crate::format::{Field, bits, documents, encode, lengths};
use crate::post::Post;
use crate::settings::Settings;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

/// An index in shards.
pub struct Shards {
    /// The manifest; to be put in place after the blocks that it names.
    pub manifest: Vec<u8>,
    /// Path relative to the manifest, and content, of each block.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Codes are learned from so many bytes of text at most.
const SAMPLE_BYTES: usize = 2 << 20;
/// So many posts make a run.
const RUN_POSTS: usize = 2048;
/// So many are gathered before they are analysed.
const PENDING_POSTS: usize = 8 * RUN_POSTS;

/// A block of terms has at least so many, and ends before the next term of whose hash these bits are
/// 0, or at the most.
const TERMS: Cut = Cut {
    least: 1024,
    mask: 0xff,
    most: 4096,
};
/// The same for blocks of postings, in bytes.
const POSTINGS: Cut = Cut {
    least: 6 << 10,
    mask: 0xf,
    most: 16 << 10,
};
/// A block of posts has so many, or twice that and so on where there would be more than
/// [`MOST_POST_FILES`].
const BLOCK_POSTS: u32 = 32;
const MOST_POST_FILES: u32 = 1 << 15;
/// About how many ids share a block.
const IDS: usize = 1024;

struct Cut {
    least: usize,
    mask: u64,
    most: usize,
}

impl Cut {
    /// Whether a block of this size ends before the term.
    fn ends(&self, size: usize, term: &str) -> bool {
        size >= self.most || size >= self.least && manifest::hash(term.as_bytes()) & self.mask == 0
    }
}

/// Terms in ascending order and their postings, of some posts in a row.
#[derive(Default)]
struct Run {
    text: String,
    /// Where each term ends in `text`, and its postings in `data`; in how many posts it stands.
    terms: Vec<(u32, u32, u32)>,
    data: Vec<u8>,
    first_post: u32,
}

impl Run {
    fn term(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.terms[before].0);
        &self.text[start as usize..self.terms[at].0 as usize]
    }

    fn data(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.terms[before].1);
        &self.data[start as usize..self.terms[at].1 as usize]
    }

    /// How many terms stand before this one.
    fn rank(&self, term: &str) -> usize {
        let (mut low, mut high) = (0, self.terms.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.term(middle) < term {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// What analysing some posts gave.
struct Analysed {
    run: Run,
    /// How many terms each title and each text has.
    lengths: Vec<(usize, usize)>,
    /// The posts, coded.
    coded: Vec<(u32, Vec<u8>)>,
}

/// Numbers names in the order in which they come.
#[derive(Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, name: &str) -> u32 {
        if let Some(&known) = self.0.get(name) {
            return known;
        }
        let new = self.0.len() as u32;
        self.0.insert(name.to_owned(), new);
        new
    }

    /// The names in order, and for each number its place among them.
    fn sorted(self) -> (Vec<String>, Vec<u32>) {
        let mut names: Vec<(String, u32)> = self.0.into_iter().collect();
        names.sort_unstable();
        let mut places = vec![0; names.len()];
        for (place, (_, number)) in (0..).zip(&names) {
            places[*number as usize] = place;
        }
        (names.into_iter().map(|(name, _)| name).collect(), places)
    }
}

/// Builds an index in shards from one post after the other.
pub(super) struct Builder {
    documents: documents::Writer,
    phrases: Vec<u8>,
    lists: lists::Writer,
    codes: Vec<u8>,
    alphabet: Alphabet,
    pending: Vec<Post>,
    runs: Vec<Run>,
    /// Codes of the lengths of title and text, by post.
    lengths: Vec<(u8, u8)>,
    title_terms: u64,
    text_terms: u64,
    /// How many bits each post takes, and all posts end to end.
    post_bits: Vec<u32>,
    coded: Vec<u8>,
    ids: HashSet<Box<str>>,
    id_hashes: Vec<(u32, u32)>,
    tags: Numbers,
    kinds: Numbers,
    sources: Numbers,
    /// By post; the numbers are those of the three above.
    groups: Vec<u32>,
    group_numbers: HashMap<Group, u32>,
    days: Vec<u32>,
}

impl Builder {
    /// Learns from the first posts of the corpus, which are to be added like all others.
    pub(super) fn new(first: &[Post]) -> Builder {
        let mut size = 0;
        let sample = first.iter().take_while(|post| {
            size += super::bytes(post);
            size <= SAMPLE_BYTES
        });
        let sample = &first[..sample.count().max(first.len().min(1))];
        let ((documents, phrases), analysed) =
            rayon::join(|| documents::Writer::new(sample), || invert(sample, 0));
        let (run, lengths) = analysed;
        let lengths: Vec<(u8, u8)> = lengths.into_iter().map(quantised).collect();
        let mut postings = Vec::new();
        for at in 0..run.terms.len() {
            read_postings(&run, at, &lengths, |posting, _| postings.push(posting));
        }
        let (lists, codes) = lists::Writer::new(postings.into_iter());
        Builder {
            documents,
            phrases,
            lists,
            codes,
            alphabet: Alphabet::of((0..run.terms.len()).map(|at| run.term(at))),
            pending: Vec::new(),
            runs: Vec::new(),
            lengths: Vec::new(),
            title_terms: 0,
            text_terms: 0,
            post_bits: Vec::new(),
            coded: Vec::new(),
            ids: HashSet::new(),
            id_hashes: Vec::new(),
            tags: Numbers::default(),
            kinds: Numbers::default(),
            sources: Numbers::default(),
            groups: Vec::new(),
            group_numbers: HashMap::new(),
            days: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, post: Post) -> Result<(), BuildError> {
        if !self.ids.insert(post.id.as_str().into()) {
            return Err(BuildError::RepeatedId(post.id));
        }
        let number = u32::try_from(self.groups.len()).map_err(|_| BuildError::TooLarge)?;
        self.id_hashes.push((manifest::id_hash(&post.id), number));
        let group = Group {
            tags: post.tags.iter().map(|tag| self.tags.of(tag)).collect(),
            kind: self.kinds.of(&post.kind),
            source: self.sources.of(&post.source),
        };
        let new = self.group_numbers.len() as u32;
        self.groups
            .push(*self.group_numbers.entry(group).or_insert(new));
        self.days.push(columns::day(&post.date));
        self.pending.push(post);
        if self.pending.len() >= PENDING_POSTS {
            self.analyse();
        }
        Ok(())
    }

    fn analyse(&mut self) {
        let first = self.lengths.len();
        let analysed: Vec<Analysed> = self
            .pending
            .par_chunks(RUN_POSTS)
            .enumerate()
            .map(|(nth, posts)| {
                let (run, lengths) = invert(posts, (first + nth * RUN_POSTS) as u32);
                let coded = posts.iter().map(|post| self.documents.post(post)).collect();
                Analysed {
                    run,
                    lengths,
                    coded,
                }
            })
            .collect();
        self.pending.clear();
        for Analysed {
            run,
            lengths,
            coded,
        } in analysed
        {
            self.runs.push(run);
            for (title, text) in lengths {
                self.title_terms += title as u64;
                self.text_terms += text as u64;
                self.lengths.push(quantised((title, text)));
            }
            for (bits, bytes) in coded {
                self.post_bits.push(bits);
                self.coded.extend_from_slice(&bytes);
            }
        }
    }

    pub(super) fn finish(mut self, corpus: &str, settings: Settings) -> Result<Shards, BuildError> {
        self.analyse();
        self.ids = HashSet::new();
        let posts = self.lengths.len() as u32;
        let mut files = Vec::new();
        let (terms, endings) = self.write_terms(posts, &mut files);
        let block_posts = (0..)
            .map(|doublings| BLOCK_POSTS << doublings)
            .find(|&size| posts.div_ceil(size) <= MOST_POST_FILES)
            .unwrap_or(BLOCK_POSTS);
        let chunks = self.write_posts(block_posts, &mut files);
        let (names, columns) = write_columns(
            (self.tags, self.kinds, self.sources),
            self.group_numbers,
            &self.groups,
            &self.days,
            &mut files,
        );
        let ids = write_ids(self.id_hashes, posts, &mut files);
        let mut alphabet = Vec::new();
        self.alphabet.write(&mut alphabet);
        let manifest = Manifest {
            analyzer: ANALYZER,
            corpus: corpus.to_owned(),
            posts,
            title_terms: self.title_terms,
            text_terms: self.text_terms,
            settings,
            block_posts,
            terms,
            endings,
            names,
            columns,
            ids,
            chunks,
            bytes: files.iter().map(|(_, bytes)| bytes.len() as u64).sum(),
            alphabet,
            codes: self.codes,
            phrases: self.phrases,
        };
        let manifest = manifest::write(&manifest).ok_or(BuildError::TooLarge)?;
        Ok(Shards { manifest, files })
    }

    /// Merges the runs, and writes the blocks of terms, of terms backwards, and of postings.
    fn write_terms(&mut self, posts: u32, files: &mut Files) -> (Vec<TermsPart>, Vec<TermsPart>) {
        let runs = std::mem::take(&mut self.runs);
        let merged: Vec<Merged> = stretches(&runs)
            .par_iter()
            .map(|stretch| merge(&runs, stretch, posts, &self.lengths, &self.lists))
            .collect();
        drop(runs);
        let terms = merged.iter().flat_map(Merged::terms);
        let parts = write_lexicon(terms.clone(), &self.alphabet, files);

        let mut endings: Vec<String> = terms
            .map(|(term, ..)| term.chars().rev().collect())
            .collect();
        endings.par_sort_unstable();
        let mut blocks: Vec<Vec<&str>> = Vec::new();
        for ending in &endings {
            match blocks.last_mut() {
                Some(last) if !TERMS.ends(last.len(), ending) => last.push(ending),
                _ => blocks.push(vec![ending]),
            }
        }
        let endings = blocks.iter().map(|block| {
            let mut bytes = Vec::new();
            write_strings(&mut bytes, &self.alphabet, block.iter().copied());
            TermsPart {
                first: block[0].to_owned(),
                terms: block.len() as u32,
                postings: 0,
                hash: put(files, manifest::ENDINGS, bytes),
            }
        });
        let endings = endings.collect();
        (parts, endings)
    }

    /// Writes the blocks of posts, and gives the hash of each chunk of them.
    fn write_posts(&self, block_posts: u32, files: &mut Files) -> Vec<u64> {
        let mut rest = &self.coded[..];
        let mut blocks = Vec::new();
        for (number, bits) in (0..).zip(self.post_bits.chunks(block_posts as usize)) {
            let posts: Vec<(u32, &[u8])> = bits
                .iter()
                .map(|&bits| {
                    let (post, after) = rest.split_at(bits.div_ceil(8) as usize);
                    rest = after;
                    (bits, post)
                })
                .collect();
            blocks.push(manifest::seal(
                number,
                &documents::block(posts.iter().copied()),
            ));
        }
        let mut chunks = Vec::new();
        let mut number = 0;
        let mut blocks = blocks.into_iter().peekable();
        while blocks.peek().is_some() {
            let chunk: Vec<Vec<u8>> = blocks.by_ref().take(CHUNK as usize).collect();
            let hash = manifest::hash(&chunk.concat());
            for block in chunk {
                files.push((manifest::post_path(hash, number), block));
                number += 1;
            }
            chunks.push(hash);
        }
        chunks
    }
}

type Files = Vec<(String, Vec<u8>)>;

/// Names a block by its content.
fn put(files: &mut Files, folder: &str, bytes: Vec<u8>) -> u64 {
    let hash = manifest::hash(&bytes);
    files.push((manifest::path(folder, hash), bytes));
    hash
}

fn quantised((title, text): (usize, usize)) -> (u8, u8) {
    (lengths::quantise(title), lengths::quantise(text))
}

/// The postings of some posts, and how many terms each title and text has.
fn invert(posts: &[Post], first_post: u32) -> (Run, Vec<(usize, usize)>) {
    let mut numbers = HashMap::<String, u32>::new();
    // Postings of a term: the last post, how many, and their bytes.
    let mut found: Vec<(u32, u32, Vec<u8>)> = Vec::new();
    let mut all_lengths = Vec::with_capacity(posts.len());
    let mut own: Vec<(u32, Field, u32)> = Vec::new();
    for (number, post) in (0u32..).zip(posts) {
        own.clear();
        let mut lengths = [0usize; Field::COUNT];
        let mut read = |text: &str, field: Field| {
            let mut at = 0;
            tokens(text, |token| {
                let field = match token.kind {
                    Kind::Word => field,
                    Kind::Tag => Field::Tags,
                    Kind::Link => Field::Links,
                };
                lengths[field as usize] += 1;
                let term = numbers.get(token.term).copied().unwrap_or_else(|| {
                    found.push((0, 0, Vec::new()));
                    numbers.insert(token.term.to_owned(), found.len() as u32 - 1);
                    found.len() as u32 - 1
                });
                own.push((term, field, at));
                at += 1;
            });
        };
        read(&post.title, Field::Title);
        read(&post.text, Field::Text);
        post.tags.iter().for_each(|tag| read(tag, Field::Tags));
        read(&post.preview, Field::Links);
        all_lengths.push((
            lengths[Field::Title as usize],
            lengths[Field::Text as usize],
        ));
        own.sort_unstable();
        for places in own.chunk_by(|a, b| a.0 == b.0) {
            let (next, count, bytes) = &mut found[places[0].0 as usize];
            bits::write_varint(bytes, u64::from(number - *next));
            (*next, *count) = (number + 1, *count + 1);
            for field in Field::ALL {
                let in_field = places.iter().filter(|place| place.1 == field);
                bits::write_varint(bytes, in_field.clone().count() as u64);
                if matches!(field, Field::Title | Field::Text) {
                    let mut next = 0;
                    for &(_, _, at) in in_field {
                        bits::write_varint(bytes, u64::from(at - next));
                        next = at + 1;
                    }
                }
            }
        }
    }
    let mut sorted: Vec<(String, u32)> = numbers.into_iter().collect();
    sorted.sort_unstable();
    let mut run = Run {
        first_post,
        ..Run::default()
    };
    for (term, number) in sorted {
        let (_, count, bytes) = &found[number as usize];
        run.text.push_str(&term);
        run.data.extend_from_slice(bytes);
        run.terms
            .push((run.text.len() as u32, run.data.len() as u32, *count));
    }
    (run, all_lengths)
}

/// Hands on the postings of a term of a run, each with its places.
fn read_postings(
    run: &Run,
    term: usize,
    lengths: &[(u8, u8)],
    mut each: impl FnMut(Posting, &[Place]),
) {
    let mut bytes = bits::ByteReader::new(run.data(term));
    // What is read here was written by `invert`.
    let mut read = || bytes.varint().unwrap_or(0) as u32;
    let mut places = Vec::new();
    let mut next = run.first_post;
    for _ in 0..run.terms[term].2 {
        let post = next + read();
        next = post + 1;
        places.clear();
        let mut posting = Posting {
            post,
            ..Posting::default()
        };
        for field in Field::ALL {
            let count = read();
            posting.pattern[field as usize] = count;
            if matches!(field, Field::Title | Field::Text) {
                let mut next = 0;
                for _ in 0..count {
                    let at = next + read();
                    places.push(Place { field, at });
                    next = at + 1;
                }
            }
        }
        let (title, text) = lengths[post as usize];
        let length = |field: Field, code: u8| match posting.pattern[field as usize] {
            0 => 0,
            _ => code,
        };
        posting.title = length(Field::Title, title);
        posting.text = length(Field::Text, text);
        each(posting, &places);
    }
}

/// Where the terms of each run lie between two terms: for each run a range.
type Stretch = Vec<std::ops::Range<usize>>;

/// Cuts all runs at the same terms, into stretches that can be merged side by side.
fn stretches(runs: &[Run]) -> Vec<Stretch> {
    const STRETCHES: usize = 64;
    let Some(largest) = runs.iter().max_by_key(|run| run.terms.len()) else {
        return Vec::new();
    };
    let size = largest.terms.len();
    let cuts: BTreeSet<&str> = (1..STRETCHES)
        .map(|nth| nth * size / STRETCHES)
        .filter(|&at| at > 0 && at < size)
        .map(|at| largest.term(at))
        .collect();
    let mut starts = vec![0; runs.len()];
    let ends = cuts.into_iter().map(Some).chain([None]);
    ends.map(|end| {
        let stretch = runs.iter().zip(&mut starts).map(|(run, start)| {
            let end = end.map_or(run.terms.len(), |end| run.rank(end));
            std::mem::replace(start, end)..end
        });
        stretch.collect()
    })
    .collect()
}

/// Terms in ascending order with their lists, coded.
#[derive(Default)]
struct Merged {
    text: String,
    bytes: Vec<u8>,
    /// Where each term ends in `text`, in how many posts it stands, and how long its list and the
    /// places are.
    terms: Vec<(usize, u32, usize, usize)>,
}

impl Merged {
    /// Term, number of posts, list, places.
    fn terms(&self) -> impl Iterator<Item = (&str, u32, &[u8], &[u8])> + Clone {
        let (mut text, mut bytes) = (&self.text[..], &self.bytes[..]);
        let mut start = 0;
        self.terms
            .iter()
            .map(move |&(end, frequency, list, places)| {
                let term;
                (term, text) = text.split_at(end - start);
                start = end;
                let (list, rest) = bytes.split_at(list);
                let own;
                (own, bytes) = rest.split_at(places);
                (term, frequency, list, own)
            })
    }
}

fn merge(
    runs: &[Run],
    stretch: &Stretch,
    posts: u32,
    lengths: &[(u8, u8)],
    writer: &lists::Writer,
) -> Merged {
    let mut merged = Merged::default();
    // The next term of each run; runs come in the order of their posts.
    let next = |run: usize, at: usize| {
        (at < stretch[run].end).then(|| Reverse((runs[run].term(at), run, at)))
    };
    let mut heap: BinaryHeap<_> = (0..runs.len())
        .filter_map(|run| next(run, stretch[run].start))
        .collect();
    let mut postings: Vec<(Posting, std::ops::Range<usize>)> = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    while let Some(Reverse((term, ..))) = heap.peek() {
        let term = *term;
        postings.clear();
        places.clear();
        while let Some(Reverse((same, run, at))) = heap.peek()
            && *same == term
        {
            let (run, at) = (*run, *at);
            read_postings(&runs[run], at, lengths, |posting, own| {
                let start = places.len();
                places.extend_from_slice(own);
                postings.push((posting, start..places.len()));
            });
            heap.pop();
            heap.extend(next(run, at + 1));
        }
        let frequency = postings.len() as u32;
        let list = postings
            .iter()
            .map(|(posting, own)| (*posting, &places[own.clone()]));
        let (list, places) = writer.list(posts, frequency, list);
        merged.text.push_str(term);
        merged.bytes.extend_from_slice(&list);
        merged.bytes.extend_from_slice(&places);
        merged
            .terms
            .push((merged.text.len(), frequency, list.len(), places.len()));
    }
    merged
}

/// Writes blocks of postings, and the blocks of terms that name them.
fn write_lexicon<'t>(
    terms: impl Iterator<Item = (&'t str, u32, &'t [u8], &'t [u8])>,
    alphabet: &Alphabet,
    files: &mut Files,
) -> Vec<TermsPart> {
    let mut parts = Vec::new();
    let mut block: (Vec<&str>, Vec<u32>, Vec<PostingsPart>) = Default::default();
    let (mut lists, mut open) = (Vec::new(), 0);
    let close_lists = |postings: &mut Vec<PostingsPart>,
                       lists: &mut Vec<u8>,
                       open: &mut u32,
                       files: &mut Files| {
        if *open > 0 {
            let hash = put(files, manifest::POSTINGS, std::mem::take(lists));
            let lists = std::mem::take(open);
            postings.push(PostingsPart { lists, hash });
        }
    };
    let mut close = |block: &mut (Vec<&str>, Vec<u32>, Vec<PostingsPart>), files: &mut Files| {
        let (terms, frequencies, postings) = std::mem::take(block);
        if let Some(first) = terms.first() {
            let bytes = lexicon::write(&terms, &frequencies, &postings, alphabet);
            parts.push(TermsPart {
                first: (*first).to_owned(),
                terms: terms.len() as u32,
                postings: postings.len() as u32,
                hash: put(files, manifest::TERMS, bytes),
            });
        }
    };
    for (term, frequency, list, places) in terms {
        if TERMS.ends(block.0.len(), term) {
            close_lists(&mut block.2, &mut lists, &mut open, files);
            close(&mut block, files);
        }
        let long = frequency > lists::LONG;
        if long || POSTINGS.ends(lists.len(), term) {
            close_lists(&mut block.2, &mut lists, &mut open, files);
        }
        block.0.push(term);
        block.1.push(frequency);
        lists.extend_from_slice(list);
        open += 1;
        if long {
            close_lists(&mut block.2, &mut lists, &mut open, files);
            let hash = put(files, manifest::POSTINGS, places.to_vec());
            block.2.push(PostingsPart { lists: 0, hash });
        } else {
            lists.extend_from_slice(places);
        }
    }
    close_lists(&mut block.2, &mut lists, &mut open, files);
    close(&mut block, files);
    parts
}

/// Writes the names and the columns; gives their hashes.
fn write_columns(
    (tags, kinds, sources): (Numbers, Numbers, Numbers),
    groups: HashMap<Group, u32>,
    group: &[u32],
    days: &[u32],
    files: &mut Files,
) -> (u64, Vec<u64>) {
    let (tags, tag_places) = tags.sorted();
    let (kinds, kind_places) = kinds.sorted();
    let (sources, source_places) = sources.sorted();
    let mut by_number = vec![Group::default(); groups.len()];
    for (group, number) in groups {
        by_number[number as usize] = Group {
            tags: group
                .tags
                .iter()
                .map(|&tag| tag_places[tag as usize])
                .collect(),
            kind: kind_places[group.kind as usize],
            source: source_places[group.source as usize],
        };
    }
    let names = encode(&Names {
        tags,
        kinds,
        sources,
    });
    let names = put(files, manifest::NAMES, names);
    let size = COLUMNS_POSTS as usize;
    let columns = group
        .chunks(size)
        .zip(days.chunks(size))
        .map(|(group, days)| {
            let known: Vec<&Group> = {
                let known: BTreeSet<&Group> =
                    group.iter().map(|&n| &by_number[n as usize]).collect();
                known.into_iter().collect()
            };
            let place = |&number: &u32| {
                let place = known.binary_search(&&by_number[number as usize]);
                place.unwrap_or_default() as u32
            };
            let columns = Columns {
                group: group.iter().map(place).collect(),
                groups: known.iter().map(|&group| group.clone()).collect(),
                days: days.to_vec(),
            };
            put(files, manifest::COLUMNS, columns::write(&columns))
        });
    (names, columns.collect())
}

/// Writes the blocks of ids; gives their hashes.
fn write_ids(mut hashes: Vec<(u32, u32)>, posts: u32, files: &mut Files) -> Vec<u64> {
    hashes.par_sort_unstable();
    let blocks = (hashes.len() / IDS).max(1).next_power_of_two();
    let mut rest = &hashes[..];
    (0..blocks)
        .map(|block| {
            let own;
            (own, rest) = rest.split_at(
                rest.partition_point(|&(hash, _)| manifest::ids_block(hash, blocks) <= block),
            );
            put(
                files,
                manifest::IDS,
                manifest::write_ids(own, block, blocks, posts),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts(count: usize) -> Vec<Post> {
        let words = ["شبکه", "عصبی", "زبان", "متن", "bert", "مدل", "دسته"];
        (0..count)
            .map(|n| Post {
                id: format!("p{n}"),
                title: format!("{} {}", words[n % 7], words[n / 7 % 7]),
                text: format!("{} {} n{n} {}", words[n % 5], words[n % 3], n % 97),
                date: format!("2024-01-{:02}", 1 + n % 28),
                tags: vec![words[n % 2].to_owned()],
                ..Post::default()
            })
            .collect()
    }

    fn shards(posts: &[Post]) -> Shards {
        let mut builder = Builder::new(posts);
        for post in posts {
            builder.add(post.clone()).expect("a new id");
        }
        builder
            .finish("test", Settings::default())
            .expect("few posts")
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bytes() {
        let posts = posts(5000);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("threads").install(|| shards(&posts))
        };
        let (one, three) = (with(1), with(3));
        assert!(one.manifest == three.manifest && one.files == three.files);
    }

    #[test]
    fn a_post_more_changes_few_files() {
        // The sample that codes are learned from is the same.
        let posts = posts(60_000);
        let before: HashSet<String> = {
            let mut builder = Builder::new(&posts[..5000]);
            posts[..59_999]
                .iter()
                .for_each(|post| builder.add(post.clone()).expect("a new id"));
            builder
                .finish("", Settings::default())
                .expect("few posts")
                .files
                .into_iter()
                .map(|(path, _)| path)
                .collect()
        };
        let mut builder = Builder::new(&posts[..5000]);
        posts
            .iter()
            .for_each(|post| builder.add(post.clone()).expect("a new id"));
        let after = builder
            .finish("", Settings::default())
            .expect("few posts")
            .files;
        let new = after.iter().filter(|(path, _)| !before.contains(path));
        let new_bytes: usize = new.map(|(_, bytes)| bytes.len()).sum();
        let bytes: usize = after.iter().map(|(_, bytes)| bytes.len()).sum();
        // Of posts, those of one chunk are named anew.
        assert!(
            new_bytes * 2 < bytes,
            "{new_bytes} of {bytes} bytes are new"
        );
    }
}
