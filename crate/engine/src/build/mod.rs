//! Posts to index bytes (feature `build`).
//!
//! The same posts give the same bytes: whatever is gathered in a hash map is sorted before it is
//! written.

pub(crate) mod grammar;
mod shards;

use crate::analyze::{ANALYZER, Kind, tokens};
use crate::format::bits::BitWriter;
use crate::format::postings::{Pattern, Postings};
use crate::format::text::Next;
use crate::format::{self, Field, Header, Metadata, Section, letters, metadata, postings, text};
use crate::post::{Corpus, Post};
use crate::settings::Settings;
use std::collections::{BTreeSet, HashMap, HashSet};

pub use crate::settings::{FacetNames, Synonyms, Weight};
pub use shards::Shards;
use std::fmt;

/// Why posts cannot be made an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// Two posts have the same id.
    RepeatedId(String),
    /// A count or a size is over what the format can hold (4 GiB, 2³² posts or terms).
    TooLarge,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::RepeatedId(id) => {
                write!(
                    f,
                    "two posts have the id {id:?}; give each post an id of its own"
                )
            }
            BuildError::TooLarge => f.write_str(
                "the posts are more than one index holds (4 GiB); split them into several indexes",
            ),
        }
    }
}

impl std::error::Error for BuildError {}

/// In one file or in shards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// One file up to 8 MiB of text, which is an index of some 2 MB: more than that nobody should
    /// have to fetch before the first answer.
    #[default]
    Auto,
    /// One file, whatever its size.
    Whole,
    /// Shards, however few the posts are.
    Shards,
}

/// From more bytes of text on [`Form::Auto`] gives shards.
const WHOLE_BYTES: usize = 8 << 20;

/// An index that was built.
pub enum Built {
    /// The bytes of `index.juya`.
    Whole(Vec<u8>),
    /// A manifest and blocks.
    Shards(Shards),
}

/// Builds an index from one post after the other. Of an index in shards a post takes, once added, a
/// fraction of its size in memory.
pub struct Builder {
    corpus: Corpus,
    /// Bytes of the posts in `corpus`.
    bytes: usize,
    form: Form,
    settings: Settings,
    ids: HashSet<String>,
    /// Once there is too much for one file.
    shards: Option<shards::Builder>,
}

impl Builder {
    /// Of no posts yet.
    pub fn new(form: Form) -> Builder {
        Builder {
            corpus: Corpus::default(),
            bytes: 0,
            form,
            settings: Settings::default(),
            ids: HashSet::new(),
            shards: None,
        }
    }

    /// Sets how the index is searched; as [`Settings::default`] says, unless called.
    pub fn settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Adds a post.
    ///
    /// # Errors
    ///
    /// [`BuildError::RepeatedId`] and [`BuildError::TooLarge`].
    pub fn add(&mut self, post: Post) -> Result<(), BuildError> {
        if let Some(shards) = &mut self.shards {
            return shards.add(post);
        }
        if !self.ids.insert(post.id.clone()) {
            return Err(BuildError::RepeatedId(post.id));
        }
        self.bytes += bytes(&post);
        self.corpus.posts.push(post);
        if self.form != Form::Whole && self.bytes > WHOLE_BYTES {
            self.start_shards()?;
        }
        Ok(())
    }

    fn start_shards(&mut self) -> Result<(), BuildError> {
        self.ids = HashSet::new();
        let posts = std::mem::take(&mut self.corpus.posts);
        let mut shards = shards::Builder::new(&posts);
        posts.into_iter().try_for_each(|post| shards.add(post))?;
        self.shards = Some(shards);
        Ok(())
    }

    /// The index of all posts, under the name of their corpus, which may be empty.
    ///
    /// # Errors
    ///
    /// [`BuildError::TooLarge`].
    pub fn finish(mut self, name: &str) -> Result<Built, BuildError> {
        if self.form == Form::Shards && self.shards.is_none() {
            self.start_shards()?;
        }
        match self.shards {
            Some(shards) => shards.finish(name, self.settings).map(Built::Shards),
            None => {
                self.corpus.name = name.to_owned();
                whole(&self.corpus, self.settings).map(Built::Whole)
            }
        }
    }
}

/// How much text a post is.
fn bytes(post: &Post) -> usize {
    post.title.len() + post.text.len() + post.preview.len()
}

/// The bytes of `index.juya` for these posts.
///
/// # Errors
///
/// [`BuildError::RepeatedId`] and [`BuildError::TooLarge`].
pub fn build(corpus: &Corpus) -> Result<Vec<u8>, BuildError> {
    let mut ids = HashSet::new();
    if let Some(post) = corpus.posts.iter().find(|post| !ids.insert(&post.id)) {
        return Err(BuildError::RepeatedId(post.id.clone()));
    }
    whole(corpus, Settings::default())
}

/// The same for posts whose ids are known to differ.
fn whole(corpus: &Corpus, settings: Settings) -> Result<Vec<u8>, BuildError> {
    let posts = u32::try_from(corpus.posts.len()).map_err(|_| BuildError::TooLarge)?;

    let inverted = invert(&corpus.posts);
    let terms: Vec<&str> = inverted.terms.iter().map(String::as_str).collect();
    let texts = code_texts(&corpus.posts, &terms);
    let metadata = metadata(&corpus.posts);
    let metadata = metadata::Writer::new(&metadata);
    let lists = std::iter::once(terms.clone());
    let lists: Vec<_> = lists
        .chain(texts.strings())
        .chain(metadata.strings())
        .collect();
    let letters = letters::Writer::new(&lists);
    let mut bits = BitWriter::default();
    letters.write(&mut bits);
    letters.strings(&mut bits, terms.iter().copied());

    // The texts are coded on what a reader knows of the postings.
    let lists = postings::write(posts, &inverted.lists);
    let postings = Postings::read(&lists, posts, terms.len()).ok_or(BuildError::TooLarge)?;

    let header = Header {
        analyzer: ANALYZER,
        corpus: corpus.name.clone(),
        posts,
        terms: u32::try_from(inverted.terms.len()).map_err(|_| BuildError::TooLarge)?,
        title_terms: inverted.title_terms,
        text_terms: inverted.text_terms,
        settings,
        sections: [(0, 0); Section::COUNT],
    };
    let sections = [
        bits.finish(),
        lists,
        texts.write(&letters, &postings, &terms),
        metadata.write(&letters),
    ];
    format::write(header, &sections).ok_or(BuildError::TooLarge)
}

/// Terms in ascending order and their postings.
struct Inverted {
    terms: Vec<String>,
    lists: Vec<Vec<(u32, Pattern)>>,
    title_terms: u64,
    text_terms: u64,
}

fn invert(posts: &[Post]) -> Inverted {
    let mut lists = HashMap::<String, Vec<(u32, Pattern)>>::new();
    let (mut title_terms, mut text_terms) = (0, 0);
    for (number, post) in (0u32..).zip(posts) {
        let mut lengths = [0usize; Field::COUNT];
        let mut count = |text: &str, field: Field| {
            tokens(text, |token| {
                let field = match token.kind {
                    Kind::Word => field,
                    Kind::Tag => Field::Tags,
                    Kind::Link => Field::Links,
                };
                lengths[field as usize] += 1;
                if !lists.contains_key(token.term) {
                    lists.insert(token.term.to_owned(), Vec::new());
                }
                let Some(list) = lists.get_mut(token.term) else {
                    return;
                };
                if list.last().is_none_or(|&(last, _)| last != number) {
                    list.push((number, Pattern::default()));
                }
                if let Some((_, pattern)) = list.last_mut() {
                    pattern[field as usize] += 1;
                }
            });
        };
        count(&post.title, Field::Title);
        count(&post.text, Field::Text);
        post.tags.iter().for_each(|tag| count(tag, Field::Tags));
        count(&post.preview, Field::Links);
        title_terms += lengths[Field::Title as usize] as u64;
        text_terms += lengths[Field::Text as usize] as u64;
    }
    let mut sorted: Vec<_> = lists.into_iter().collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let (terms, lists) = sorted.into_iter().unzip();
    Inverted {
        terms,
        lists,
        title_terms,
        text_terms,
    }
}

/// The stored fields of a post, in the order in which [`text`] keeps them.
fn stored(post: &Post) -> [&str; format::STORED] {
    [&post.title, &post.text, &post.preview]
}

/// Cuts the texts into gaps and words as the postings have them.
fn code_texts(posts: &[Post], terms: &[&str]) -> text::Coded {
    let numbers: HashMap<&str, u32> = terms.iter().copied().zip(0..).collect();
    let mut writer = text::Writer::new(terms.len());
    for post in posts {
        for (at, text) in stored(post).into_iter().enumerate() {
            let mut end = 0;
            tokens(text, |token| {
                let Some(&term) = numbers.get(token.term) else {
                    return;
                };
                // Of several words in one character, the first says how it is written.
                if token.start < end {
                    return;
                }
                let next = match token.kind {
                    Kind::Tag => Next::Tag,
                    Kind::Link if at < 2 => Next::Link,
                    Kind::Link | Kind::Word => Next::Own,
                };
                let surface = &text[token.start..token.end];
                writer.word(&text[end..token.start], next, term, surface);
                end = token.end;
            });
            writer.end(&text[end..]);
        }
    }
    writer.finish(terms)
}

fn metadata(posts: &[Post]) -> Metadata {
    let column = |of: fn(&Post) -> &String| posts.iter().map(|post| of(post).clone()).collect();
    let tag_names: Vec<String> = {
        let names: BTreeSet<&String> = posts.iter().flat_map(|post| &post.tags).collect();
        names.into_iter().cloned().collect()
    };
    let numbers: HashMap<&str, u32> = tag_names.iter().map(String::as_str).zip(0..).collect();
    let tags = posts
        .iter()
        .map(|post| {
            post.tags
                .iter()
                .filter_map(|tag| numbers.get(tag.as_str()).copied())
                .collect()
        })
        .collect();
    Metadata {
        ids: column(|post| &post.id),
        urls: column(|post| &post.url),
        dates: column(|post| &post.date),
        authors: column(|post| &post.author),
        kinds: column(|post| &post.kind),
        sources: column(|post| &post.source),
        tags,
        tag_names,
    }
}
