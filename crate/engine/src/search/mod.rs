//! Queries to hits.
//!
//! A query is read ([`query`]), each of its words becomes a weighted set of the corpus's terms
//! ([`expand`]), the sets are scored ([`score`]), and the hits that are shown get their excerpt
//! ([`excerpt`]) and, on demand, the shares of their score ([`explain`]).

mod excerpt;
mod expand;
mod explain;
mod query;
mod score;

use crate::Range;
use crate::analyze::links;
use crate::format::postings::Postings;
use crate::format::strings::{Alphabet, Strings};
use crate::format::text::Texts;
use crate::format::{self, Header, Metadata, OpenError, STORED, Section};
use crate::post::Post;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// An index, checked and ready to be searched. Searching cannot fail: an odd query has no hits.
pub struct Index {
    bytes: Cow<'static, [u8]>,
    header: Header,
    sections: [std::ops::Range<usize>; Section::COUNT],
    terms: Strings,
    postings: Postings,
    texts: Texts,
    metadata: Metadata,
    norms: score::Norms,
}

/// What is wanted beside the query.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    /// How many hits at most; 10 unless given.
    pub limit: usize,
    /// How many of the best hits to leave out, for the next page.
    pub offset: usize,
    /// Only posts that have all of these tags.
    pub tags: Vec<String>,
    /// Whether each hit says what its score is made of.
    pub explain: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            limit: 10,
            offset: 0,
            tags: Vec::new(),
            explain: false,
        }
    }
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Best first; equal scores in the order of the source.
    pub hits: Vec<Hit>,
    /// How many posts match in all.
    pub total: usize,
    /// How many of the posts that match the query have each tag, most first. The tags asked for
    /// in [`Options::tags`] do not narrow this, so that a reader sees what else there is.
    pub facets: Vec<Facet>,
}

/// A post that was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// The post's id.
    pub id: String,
    /// Where it can be read; may be empty.
    pub url: String,
    /// May be empty.
    pub title: String,
    /// The passage that shows the most of the query, on one line; `…` where it is cut.
    pub excerpt: String,
    /// The matched words in `title`.
    pub title_ranges: Vec<Range>,
    /// The matched words in `excerpt`.
    pub excerpt_ranges: Vec<Range>,
    /// In the order of the source.
    pub tags: Vec<String>,
    /// The addresses in the text, each once.
    pub links: Vec<String>,
    /// As the post has it.
    pub date: String,
    /// Comparable within one page only.
    pub score: f32,
    /// What the score is made of; the shares sum to it. Only with [`Options::explain`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Vec<Share>>,
}

/// A tag and in how many of the matching posts it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// Without `#`.
    pub tag: String,
    /// At least 1.
    pub count: usize,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The word of the query, as it was searched; two words for `near`.
    pub word: String,
    /// The term of the corpus that it matched; empty for `near`.
    pub term: String,
    /// How the one led to the other: `exact`, `prefix`, or `near` for words that stand together.
    pub source: String,
    /// Where the term stands: the name of a [`crate::Field`]; empty for `near`.
    pub field: String,
    /// How much of the score.
    pub score: f32,
}

/// A post in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The post's id.
    pub id: String,
    /// May be empty.
    pub title: String,
    /// As the post has it.
    pub date: String,
    /// In the order of the source.
    pub tags: Vec<String>,
}

/// Sizes of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// The name of the corpus.
    pub corpus: String,
    /// How many posts.
    pub posts: usize,
    /// How many different terms.
    pub terms: usize,
    /// Bytes by part: the header, then each section by name.
    pub bytes: Vec<(String, usize)>,
}

impl Index {
    /// Checks the bytes and makes them searchable. Takes what [`crate::build::build`] wrote.
    ///
    /// # Errors
    ///
    /// [`OpenError`] where the bytes are not a whole, undamaged index of this version.
    pub fn open(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Index, OpenError> {
        let bytes = bytes.into();
        let (header, sections) = format::read(&bytes)?;
        let part = |section: Section| &bytes[sections[section as usize].clone()];
        let damaged = |section: Section| OpenError::Damaged(section.name());
        let posts = header.posts;

        let mut reader = format::bits::ByteReader::new(part(Section::Terms));
        let (alphabet, terms) = Alphabet::read(&mut reader)
            .and_then(|alphabet| {
                let terms = Strings::read(&mut reader, &alphabet, header.terms as usize)?;
                reader.rest().is_empty().then_some((alphabet, terms))
            })
            .ok_or(damaged(Section::Terms))?;
        let postings = Postings::read(part(Section::Postings), posts, terms.len())
            .ok_or(damaged(Section::Postings))?;
        let texts = Texts::read(part(Section::Texts), &alphabet, posts, terms.len())
            .ok_or(damaged(Section::Texts))?;
        let metadata = format::read_metadata(part(Section::Metadata), posts)
            .ok_or(damaged(Section::Metadata))?;
        let norms = score::Norms::new(&header);
        if part(Section::Lengths).len() as u64 != 2 * u64::from(posts) {
            return Err(damaged(Section::Lengths));
        }
        Ok(Index {
            header,
            sections,
            terms,
            postings,
            texts,
            metadata,
            norms,
            bytes,
        })
    }

    /// The posts that match, best first. Several words are searched as "any of them"; the more
    /// of them a post has, the better. Without words, all posts that have the asked tags, in the
    /// order of the source.
    pub fn search(&self, query: &str, options: &Options) -> Page {
        let query = query::parse(query);
        let positions = expand::expand(self, &query);
        let ranked = if query.words.is_empty() && !options.tags.is_empty() {
            (0..self.header.posts)
                .map(|post| score::Scored {
                    post,
                    score: 0.0,
                    near: 0.0,
                })
                .collect()
        } else {
            score::rank(self, &positions)
        };

        let mut counts = vec![0usize; self.metadata.tag_names.len()];
        for scored in &ranked {
            self.tag_numbers(scored.post)
                .iter()
                .for_each(|&tag| counts[tag as usize] += 1);
        }
        let mut facets: Vec<Facet> = counts
            .into_iter()
            .zip(&self.metadata.tag_names)
            .filter(|&(count, _)| count > 0)
            .map(|(count, tag)| Facet {
                tag: tag.clone(),
                count,
            })
            .collect();
        facets.sort_by_key(|facet| std::cmp::Reverse(facet.count));

        let wanted: Vec<Option<usize>> = options
            .tags
            .iter()
            .map(|tag| self.metadata.tag_names.binary_search(tag).ok())
            .collect();
        let has_tags = |post: u32| {
            let tags = self.tag_numbers(post);
            wanted
                .iter()
                .all(|tag| tag.is_some_and(|tag| tags.contains(&(tag as u32))))
        };
        let kept: Vec<score::Scored> = ranked
            .into_iter()
            .filter(|scored| has_tags(scored.post))
            .collect();
        let shown = kept.iter().skip(options.offset).take(options.limit);
        let hits = shown
            .map(|scored| self.hit(scored, &positions, options.explain))
            .collect();
        Page {
            hits,
            total: kept.len(),
            facets,
        }
    }

    /// The whole post with this id.
    pub fn post(&self, id: &str) -> Option<Post> {
        let number = self.metadata.ids.iter().position(|known| known == id)?;
        let [title, text, preview] = self.stored(number as u32);
        Some(Post {
            id: id.to_owned(),
            title,
            text,
            preview,
            url: self.metadata.urls[number].clone(),
            date: self.metadata.dates[number].clone(),
            tags: self.tags(number as u32),
            author: self.metadata.authors[number].clone(),
        })
    }

    /// All posts, in the order of the source.
    pub fn posts(&self) -> impl Iterator<Item = Summary> + '_ {
        (0..self.header.posts).map(|number| {
            let mut title = [String::new()];
            self.texts.post(
                self.section(Section::Texts),
                &self.terms,
                number,
                &mut title,
            );
            let [title] = title;
            Summary {
                id: self.metadata.ids[number as usize].clone(),
                title,
                date: self.metadata.dates[number as usize].clone(),
                tags: self.tags(number),
            }
        })
    }

    /// What the index holds, and where its bytes go.
    pub fn stats(&self) -> Stats {
        let header = ("header".to_owned(), self.sections[0].start);
        let sections = Section::ALL.iter().zip(&self.sections);
        let sections = sections.map(|(section, range)| (section.name().to_owned(), range.len()));
        Stats {
            corpus: self.header.corpus.clone(),
            posts: self.header.posts as usize,
            terms: self.terms.len(),
            bytes: std::iter::once(header).chain(sections).collect(),
        }
    }

    fn section(&self, section: Section) -> &[u8] {
        &self.bytes[self.sections[section as usize].clone()]
    }

    /// Title, text and preview as written.
    fn stored(&self, post: u32) -> [String; STORED] {
        let mut fields = [const { String::new() }; STORED];
        self.texts
            .post(self.section(Section::Texts), &self.terms, post, &mut fields);
        fields
    }

    fn tag_numbers(&self, post: u32) -> &[u32] {
        &self.metadata.tags[post as usize]
    }

    fn tags(&self, post: u32) -> Vec<String> {
        let names = &self.metadata.tag_names;
        self.tag_numbers(post)
            .iter()
            .map(|&tag| names[tag as usize].clone())
            .collect()
    }

    fn hit(&self, scored: &score::Scored, positions: &[expand::Position], explain: bool) -> Hit {
        let post = scored.post;
        let [title, text, preview] = self.stored(post);
        let matcher = expand::Matcher::new(self, positions);
        let title_ranges = matcher
            .matches(&title)
            .iter()
            .map(|found| found.range)
            .collect();
        let (excerpt, excerpt_ranges) = excerpt::best(&matcher, positions, &text, &preview);
        let mut addresses: Vec<String> = Vec::new();
        for range in links(&text) {
            let address = &text[range.start..range.end];
            if !addresses.iter().any(|known| known == address) {
                addresses.push(address.to_owned());
            }
        }
        Hit {
            id: self.metadata.ids[post as usize].clone(),
            url: self.metadata.urls[post as usize].clone(),
            title,
            excerpt,
            title_ranges,
            excerpt_ranges,
            tags: self.tags(post),
            links: addresses,
            date: self.metadata.dates[post as usize].clone(),
            score: scored.score,
            why: explain.then(|| explain::shares(self, positions, scored)),
        }
    }

    /// The length of a post's title and text, as `format::lengths` codes them.
    fn length_codes(&self, post: u32) -> (u8, u8) {
        let codes = self.section(Section::Lengths);
        let post = post as usize;
        (codes[post], codes[self.header.posts as usize + post])
    }
}
