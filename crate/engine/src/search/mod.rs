//! Queries to hits.
//!
//! A query is read ([`query`]), each of its words becomes a weighted set of the corpus's terms
//! ([`expand`]), the sets are scored ([`score`]), and the hits that are shown get their excerpt
//! ([`excerpt`]) and, on demand, the shares of their score ([`explain`]).

#[cfg(not(feature = "ablate"))]
mod ablate;
#[cfg(feature = "ablate")]
pub mod ablate;
mod excerpt;
mod expand;
mod explain;
mod filter;
mod order;
mod query;
mod score;
mod suggest;
mod walk;
mod weights;

use self::expand::Matcher;
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
    /// Whether the reader is still typing: the last word, where nothing stands after it, then
    /// answers for all terms that begin so.
    pub typing: bool,
    /// Whether to search just what was typed: no other keyboard layout, script or spelling.
    pub literal: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            limit: 10,
            offset: 0,
            tags: Vec::new(),
            explain: false,
            typing: false,
            literal: false,
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
    /// What was searched, where it is something else than was typed. A search with
    /// [`Options::literal`] is the way back.
    pub interpretation: Option<Interpretation>,
}

/// What was searched in place of what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpretation {
    /// What the hits answer.
    pub query: String,
    /// Why: `keyboard`, `script` or `spelling`.
    pub why: String,
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
    /// How the one led to the other: `exact`, `join`, `form`, `spoken`, `split`, `prefix`, `script`,
    /// `spelling`, or `near` for words that stand together.
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
    /// order of the source. `query` has a small language of its own: docs/query.md.
    pub fn search(&self, query: &str, options: &Options) -> Page {
        let query = query::parse(self, query, options);
        let positions = expand::expand(self, &query, options);
        let browse = !(options.tags.is_empty() && query.tags.is_empty());
        let (mut ranked, pairs) = match query.words.is_empty() && browse {
            true => (score::all(self), Vec::new()),
            false => score::rank(self, &positions),
        };
        filter::apply(self, &query, &mut ranked);

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
        order::sort(&mut facets, |facet| {
            order::least_first(!(facet.count as u32), 0)
        });

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
        ranked.retain(|scored| has_tags(scored.post));
        let total = ranked.len();
        let matcher = Matcher::new(self, &positions);
        let shown = options.offset.saturating_add(options.limit);
        score::bring_near(self, &matcher, &pairs, &mut ranked, shown);
        let shown = ranked.iter().skip(options.offset).take(options.limit);
        let hits = shown.map(|scored| {
            let why = options
                .explain
                .then(|| explain::shares(self, &positions, scored));
            self.hit(scored, &matcher, why)
        });
        Page {
            hits: hits.collect(),
            total,
            facets,
            interpretation: interpretation(self, &query, &positions),
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
            kind: self.metadata.kinds[number].clone(),
            source: self.metadata.sources[number].clone(),
        })
    }

    /// All posts, in the order of the source.
    pub fn posts(&self) -> impl Iterator<Item = Summary> + '_ {
        (0..self.header.posts).map(|post| self.summary(post))
    }

    /// At most `limit` queries that go on from `query`: its last word completed from the terms of
    /// the index, or corrected where no term begins so. Most frequent first; none where the query
    /// ends in something else than a word.
    pub fn suggest(&self, query: &str, limit: usize) -> Vec<String> {
        suggest::suggest(self, query, limit)
    }

    /// At most `limit` posts about the same as the one with this id, nearest first; none where
    /// there is no such post.
    pub fn similar(&self, id: &str, limit: usize) -> Vec<Summary> {
        let number = self.metadata.ids.iter().position(|known| known == id);
        number.map_or_else(Vec::new, |post| suggest::similar(self, post as u32, limit))
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

    /// The number of a term.
    fn term(&self, term: &str) -> Option<usize> {
        let at = self.terms.rank(term);
        (at < self.terms.len() && self.terms.get(at) == term).then_some(at)
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

    fn summary(&self, post: u32) -> Summary {
        let mut title = [String::new()];
        self.texts
            .post(self.section(Section::Texts), &self.terms, post, &mut title);
        let [title] = title;
        Summary {
            id: self.metadata.ids[post as usize].clone(),
            title,
            date: self.metadata.dates[post as usize].clone(),
            tags: self.tags(post),
        }
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

    fn hit(&self, scored: &score::Scored, matcher: &Matcher<'_>, why: Option<Vec<Share>>) -> Hit {
        let post = scored.post;
        let [title, text, preview] = self.stored(post);
        let title_ranges = matcher
            .matches(&title)
            .iter()
            .map(|found| found.range)
            .collect();
        let (excerpt, excerpt_ranges) = excerpt::best(matcher, &text, &preview);
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
            why,
        }
    }

    /// The length of a post's title and text, as `format::lengths` codes them.
    fn length_codes(&self, post: u32) -> (u8, u8) {
        let codes = self.section(Section::Lengths);
        let post = post as usize;
        (codes[post], codes[self.header.posts as usize + post])
    }
}

/// What to tell the reader of a query that was not searched as typed.
fn interpretation(
    index: &Index,
    query: &query::Query,
    positions: &[expand::Position],
) -> Option<Interpretation> {
    let mut why = query.retyped.as_ref().map(|_| "keyboard");
    let mut words = Vec::new();
    for position in positions {
        let trusted = position
            .variants
            .iter()
            .any(|variant| !variant.source.is_guess());
        match position.variants.first().filter(|_| !trusted) {
            Some(best) => {
                why = why.or(Some(best.source.name()));
                words.push(index.terms.get(best.target.term as usize));
            }
            None => words.push(&position.word),
        }
    }
    words.dedup(); // two words that were read as one
    why.map(|why| Interpretation {
        query: words.join(" "),
        why: why.to_owned(),
    })
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use crate::Corpus;
    use crate::build::build;
    use crate::format::checksum::crc32;
    use proptest::prelude::*;

    fn post(id: &str, title: &str, text: &str) -> Post {
        let (title, text) = (title.to_owned(), text.to_owned());
        Post {
            id: id.to_owned(),
            title,
            text,
            tags: vec!["paper".into()],
            ..Post::default()
        }
    }

    fn corpus(posts: Vec<Post>) -> Corpus {
        Corpus {
            name: "test".to_owned(),
            posts,
        }
    }

    fn open(posts: Vec<Post>) -> Index {
        Index::open(build(&corpus(posts)).expect("posts")).expect("an index")
    }

    #[track_caller]
    fn check(index: &Index, query: &str, expect: &[&str]) {
        let page = index.search(query, &Options::default());
        let ids: Vec<&str> = page.hits.iter().map(|hit| hit.id.as_str()).collect();
        assert_eq!(ids, expect, "{query}");
        assert_eq!(page.total, expect.len());
    }

    #[test]
    fn a_title_counts_more_and_all_words_before_some() {
        let index = open(vec![
            post("text", "", "شبکه عصبی است"),
            post("title", "شبکه", "این عصبی است"),
            post("one", "", "شبکه و یک چیز دیگر"),
            post("none", "", "چیز دیگر"),
        ]);
        check(&index, "شبکه", &["title", "text", "one"]);
        check(&index, "شبکه عصبی", &["text", "title", "one"]);
        check(&index, "", &[]);
        check(&index, "؟!", &[]);
    }

    #[test]
    fn equal_posts_stay_in_the_order_of_the_source() {
        let index = open(
            (0..30)
                .map(|n| post(&format!("{n}"), "", "یک متن"))
                .collect(),
        );
        let page = index.search(
            "متن",
            &Options {
                limit: 100,
                ..Options::default()
            },
        );
        let ids: Vec<usize> = page
            .hits
            .iter()
            .map(|hit| hit.id.parse().expect("a number"))
            .collect();
        assert_eq!(ids, (0..30).collect::<Vec<_>>());
        let second = index.search(
            "متن",
            &Options {
                offset: 10,
                ..Options::default()
            },
        );
        assert_eq!(second.hits[..], page.hits[10..20]);
    }

    #[test]
    fn words_that_stand_together_come_first() {
        let filler = "واژه ".repeat(20);
        let index = open(vec![
            post("far", "", &format!("شبکه {filler} عصبی")),
            post("near", "", &format!("{filler} شبکه عصبی")),
        ]);
        check(&index, "شبکه عصبی", &["near", "far"]);
    }

    #[test]
    fn what_is_being_typed_is_found_and_gone_on_with() {
        let index = open(vec![
            post("a", "آموزش شبکه‌های عصبی", "دسته‌بندی متن"),
            post("b", "آموزش زبان", "شبکه و متن"),
            post("c", "کتاب", "آموزش شبکه‌های عصبی و دسته‌بندی"),
        ]);
        check(&index, "دسته", &[]);
        let options = Options {
            typing: true,
            ..Options::default()
        };
        assert_eq!(index.search("دسته", &options).total, 2);
        assert_eq!(index.search("دسته ", &options).total, 0);
        assert_eq!(index.suggest("متن آمو", 5), ["متن آموزش"]);
        assert_eq!(index.suggest("آموزس", 5), ["آموزش"]);
        assert_eq!(index.suggest("آموزش ", 5), [""; 0]);
        let similar: Vec<String> = index
            .similar("a", 5)
            .into_iter()
            .map(|post| post.id)
            .collect();
        assert_eq!(similar, ["c", "b"]);
        assert!(index.similar("z", 5).is_empty());
    }

    #[test]
    fn the_language_of_queries() {
        let index = open(vec![
            post("row", "شبکه عصبی", "الف"),
            post("apart", "شبکه", "یک عصبی دیگر"),
            Post {
                tags: vec!["هوش_مصنوعی".into()],
                ..post("tag", "عصبی", "ب")
            },
        ]);
        check(&index, "\"شبکه عصبی\"", &["row"]);
        check(&index, "«شبکه عصبی»؟", &["row", "apart", "tag"]);
        check(&index, "\"شبکه عصبی", &["row", "apart", "tag"]);
        check(&index, "عصبی -شبکه", &["tag"]);
        check(&index, "عصبی -\"شبکه عصبی\"", &["tag", "apart"]);
        check(&index, "عنوان:عصبی", &["tag", "row"]);
        check(&index, "title:عصبی -الف", &["tag"]);
        check(&index, "#هوش_مصنوعی", &["tag"]);
        check(&index, "عصبی -#هوش_مصنوعی", &["row", "apart"]);
        check(&index, "الف OR ب", &["row", "tag"]);
        check(&index, "الف | ب", &["row", "tag"]);
        check(&index, "دی*", &["apart"]);
        check(&index, "-شبکه", &[]);
    }

    #[test]
    fn a_guess_is_told_and_can_be_declined() {
        let index = open(vec![post("a", "", "شبکه عصبی"), post("b", "", "مدل برت")]);
        for (query, expect, why) in [
            ("af;i uwfd", "شبکه عصبی", "keyboard"),
            ("شکبه عصبی", "شبکه عصبی", "spelling"),
            ("bert", "برت", "script"),
            ("shabake asabi", "شبکه عصبی", "script"),
        ] {
            let page = index.search(query, &Options::default());
            let told = Interpretation {
                query: expect.into(),
                why: why.into(),
            };
            assert_eq!(
                (page.hits.len(), page.interpretation),
                (1, Some(told)),
                "{query}"
            );
        }
        assert_eq!(
            index.search("شبکه", &Options::default()).interpretation,
            None
        );
        let literal = Options {
            literal: true,
            ..Options::default()
        };
        assert_eq!(index.search("af;i uwfd", &literal), Page::default());
    }

    #[test]
    fn tags_narrow_the_hits_but_not_the_facets() {
        let index = open(vec![
            Post {
                tags: vec!["read".into(), "paper".into()],
                ..post("a", "", "متن")
            },
            post("b", "", "متن"),
        ]);
        let options = Options {
            tags: vec!["read".into()],
            ..Options::default()
        };
        for query in ["متن", ""] {
            let page = index.search(query, &options);
            assert_eq!((page.hits.len(), page.total), (1, 1));
            let facets: Vec<_> = page
                .facets
                .iter()
                .map(|f| (f.tag.as_str(), f.count))
                .collect();
            assert_eq!(facets, [("paper", 2), ("read", 1)]);
        }
        let unknown = Options {
            tags: vec!["nothing".into()],
            ..Options::default()
        };
        assert_eq!(index.search("متن", &unknown).total, 0);
    }

    /// Any text at all, and words that meet each other.
    fn any_post() -> impl Strategy<Value = (String, String, String)> {
        let text = "(شبکه|عصبی|می|ها|bert|[ا-ت]{1,3}|[ \n،.#\u{200c}]|https://x.io/a|\\PC){0,25}";
        (text, text, text)
    }

    fn any_corpus() -> impl Strategy<Value = Corpus> {
        prop::collection::vec(any_post(), 0..12).prop_map(|posts| {
            let posts = posts
                .into_iter()
                .enumerate()
                .map(|(n, (title, text, preview))| Post {
                    preview,
                    tags: vec![title.chars().take(2).collect()],
                    ..post(&n.to_string(), &title, &text)
                });
            corpus(posts.collect())
        })
    }

    proptest! {
        #[test]
        fn posts_come_back_as_they_were(corpus in any_corpus()) {
            let index = Index::open(build(&corpus).expect("posts")).expect("an index");
            prop_assert_eq!(index.posts().count(), corpus.posts.len());
            for (post, summary) in corpus.posts.iter().zip(index.posts()) {
                let found = index.post(&post.id);
                prop_assert_eq!(found.as_ref(), Some(post));
                prop_assert_eq!(&summary.title, &post.title);
            }
        }

        #[test]
        fn every_post_with_a_word_of_the_query_is_found(corpus in any_corpus(), query in "(شبکه|عصبی|bert|[ا-ت]| ){0,6}") {
            let index = Index::open(build(&corpus).expect("posts")).expect("an index");
            let mut words = Vec::new();
            crate::analyze::tokens(&query, |token| words.push(token.term.to_owned()));
            let page = index.search(&format!("{query} "), &Options { limit: 99, explain: true, ..Options::default() });
            let has_word = |post: &Post| {
                let mut has = false;
                for text in [&post.title, &post.text, &post.preview].into_iter().chain(&post.tags) {
                    crate::analyze::tokens(text, |token| has |= words.iter().any(|word| word == token.term));
                }
                has
            };
            for post in corpus.posts.iter().filter(|post| has_word(post)) {
                prop_assert!(page.hits.iter().any(|hit| hit.id == post.id), "{} is missing", post.id);
            }
            prop_assert_eq!(page.hits.len(), page.total);
            prop_assert!(page.hits.is_sorted_by(|a, b| a.score >= b.score));
            for hit in &page.hits {
                let sum: f32 = hit.why.iter().flatten().map(|share| share.score).sum();
                prop_assert!((sum - hit.score).abs() <= hit.score * 1e-4, "{} is not {}", sum, hit.score);
                for range in &hit.excerpt_ranges {
                    prop_assert!(hit.excerpt.get(range.start..range.end).is_some());
                }
            }
        }

        #[test]
        fn any_query_is_answered_and_explained(
            corpus in any_corpus(),
            query in "((title|متن|[a-z]{1,6}|[ا-ت]{1,6}|شبکه|عصبی|shabake|af;i|#|-|:|\\*|\"|“|OR|\\||\u{200c}|\u{202b}| |\\PC)){0,25}",
            typing: bool,
            literal: bool,
        ) {
            let index = Index::open(build(&corpus).expect("posts")).expect("an index");
            let options = Options { limit: 99, explain: true, typing, literal, ..Options::default() };
            let page = index.search(&query, &options);
            prop_assert_eq!(page.hits.len(), page.total);
            for hit in &page.hits {
                let sum: f32 = hit.why.iter().flatten().map(|share| share.score).sum();
                prop_assert!((sum - hit.score).abs() <= hit.score * 1e-4, "{} is not {}", sum, hit.score);
                let marked = hit.title_ranges.iter().map(|range| hit.title.get(range.start..range.end));
                let marked = marked.chain(hit.excerpt_ranges.iter().map(|range| hit.excerpt.get(range.start..range.end)));
                marked.into_iter().for_each(|text| assert!(text.is_some()));
            }
            index.suggest(&query, 5);
            index.similar("0", 5);
        }

        /// Checksums find accidents; whoever damages an index on purpose mends them too.
        #[test]
        fn a_damaged_index_with_right_checksums_never_panics(
            corpus in any_corpus(),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            query in "(شبکه|عصبی|bert|[ا-ت]| ){0,6}",
        ) {
            let bytes = build(&corpus).expect("posts");
            let (mut header, ranges) = format::read(&bytes).expect("an index");
            let start = ranges[0].start;
            let mut body = bytes[start..].to_vec();
            for (at, byte) in damage {
                let at = at.index(body.len());
                body[at] = byte;
            }
            for (entry, range) in header.sections.iter_mut().zip(&ranges) {
                entry.1 = crc32(&body[range.start - start..range.end - start]);
            }
            let header = format::encode(&header);
            let mut bytes = bytes[..9].to_vec();
            bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
            bytes.extend_from_slice(&crc32(&header).to_le_bytes());
            bytes.extend_from_slice(&header);
            bytes.extend_from_slice(&body);
            if let Ok(index) = Index::open(bytes) {
                index.search(&query, &Options { explain: true, ..Options::default() });
                let ids: Vec<String> = index.posts().map(|post| post.id).collect();
                ids.iter().for_each(|id| drop(index.post(id)));
            }
        }
    }
}
