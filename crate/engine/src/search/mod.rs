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
mod store;
mod suggest;
mod walk;
mod weights;

use self::expand::Matcher;
use self::store::{Body, Reader, Shards, Whole};
use crate::Range;
use crate::analyze::{links, part};
use crate::format::manifest::MANIFEST_MAGIC;
use crate::format::{Header, OpenError};
use crate::list::{List, join};
use crate::post::Post;
use crate::settings::Settings;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub use self::store::{Block, Missing};

/// An index, checked and ready to be searched, in one file or in shards.
///
/// Of an index in shards only the manifest is needed to open it. A search answers with the blocks
/// that it lacks ([`Missing`]) until they are put in with [`Index::insert`]; a whole index lacks
/// none. Beyond that searching cannot fail: an odd query has no hits.
pub struct Index {
    header: Header,
    norms: score::Norms,
    body: Body,
    /// Bytes that the index was opened from.
    opened: usize,
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
    /// Only posts of one of these kinds; of any kind where there is none.
    pub kinds: Vec<String>,
    /// Only posts of one of these sources; of any source where there is none.
    pub sources: Vec<String>,
    /// Only posts of this day and later: `YYYY-MM-DD`, a month or a year; empty for no bound. Posts
    /// without a date are within no bounds.
    pub from: String,
    /// Only posts of this day and earlier.
    pub to: String,
    /// What comes first.
    pub sort: Sort,
    /// Whether to count tags, kinds, sources and years, or those of them that the index is set to count.
    /// An index in shards reads some blocks more for it.
    pub facets: bool,
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
            kinds: Vec::new(),
            sources: Vec::new(),
            from: String::new(),
            to: String::new(),
            sort: Sort::Relevance,
            facets: true,
            explain: false,
            typing: false,
            literal: false,
        }
    }
}

/// What comes first among hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Sort {
    /// What answers best.
    #[default]
    Relevance,
    /// What is newest; posts without a date come last.
    Date,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Best first; equal scores in the order of the source.
    pub hits: Vec<Hit>,
    /// How many posts match in all.
    pub total: usize,
    /// What else there is among the posts that match the query; empty where not asked for.
    pub facets: Facets,
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
    /// As the post has it; may be empty.
    pub kind: String,
    /// As the post has it; may be empty.
    pub source: String,
    /// Comparable within one page only.
    pub score: f32,
    /// What the score is made of; the shares sum to it. Only with [`Options::explain`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Vec<Share>>,
}

/// In how many of the posts that match the query each value stands, most first. What the options
/// ask for does not narrow this, so that a reader sees what else there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    /// Tags without `#`.
    pub tags: Vec<Facet>,
    /// Kinds of posts.
    pub kinds: Vec<Facet>,
    /// Where posts come from.
    pub sources: Vec<Facet>,
    /// `YYYY`, latest first.
    pub years: Vec<Facet>,
}

/// A value and in how many of the matching posts it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// Never empty.
    pub value: String,
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
    /// How the one led to the other: `exact`, `join`, `form`, `spoken`, `synonym`, `split`, `prefix`, `script`,
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
    /// Checks the bytes and makes them searchable: an `index.juya`, or the manifest of an index in
    /// shards.
    ///
    /// # Errors
    ///
    /// [`OpenError`] where the bytes are not a whole, undamaged index of this version.
    pub fn open(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Index, OpenError> {
        let bytes = bytes.into();
        let opened = bytes.len();
        let (header, body) = if bytes.starts_with(&MANIFEST_MAGIC) {
            let (header, shards) = Shards::open(&bytes)?;
            (header, Body::Shards(Box::new(shards)))
        } else {
            let (header, whole) = Whole::open(bytes)?;
            (header, Body::Whole(Box::new(whole)))
        };
        Ok(Index {
            norms: score::Norms::new(&header),
            header,
            body,
            opened,
        })
    }

    /// Whether everything is there: false of an index in shards.
    pub fn is_whole(&self) -> bool {
        matches!(self.body, Body::Whole(_))
    }

    /// Where the file of a block is, relative to the manifest's folder.
    pub fn path(&self, block: Block) -> String {
        match &self.body {
            Body::Shards(shards) => shards.path(block),
            Body::Whole(_) => String::new(),
        }
    }

    /// Puts in the bytes of a block's file.
    ///
    /// # Errors
    ///
    /// [`OpenError::Damaged`] where the bytes are not those of this block; nothing changes then.
    pub fn insert(&mut self, block: Block, bytes: Vec<u8>) -> Result<(), OpenError> {
        match &mut self.body {
            Body::Shards(shards) => shards.insert(block, bytes),
            Body::Whole(_) => Ok(()),
        }
    }

    /// Drops the blocks that were not used for longest until the others take about so many bytes.
    pub fn trim(&mut self, bytes: usize) {
        if let Body::Shards(shards) = &mut self.body {
            shards.trim(bytes);
        }
    }

    /// The posts that match, best first. Several words are searched as "any of them"; the more
    /// of them a post has, the better. Without words, all posts that the options or tags of the query
    /// ask for, in the order of the source. `query` has a small language of its own: docs/query.md.
    ///
    /// # Errors
    ///
    /// [`Missing`], of an index in shards only.
    pub fn search(&self, query: &str, options: &Options) -> Result<Page, Missing> {
        let reader = Reader::new(self);
        let page = search(&reader, query, options);
        reader.answer(page)
    }

    /// The whole post with this id.
    ///
    /// # Errors
    ///
    /// As [`Index::search`].
    pub fn post(&self, id: &str) -> Result<Option<Post>, Missing> {
        let reader = Reader::new(self);
        let post = reader.number(id).map(|number| reader.post(number));
        reader.answer(post)
    }

    /// The whole post at a place in the order of the source.
    ///
    /// # Errors
    ///
    /// As [`Index::search`].
    pub fn nth(&self, place: usize) -> Result<Option<Post>, Missing> {
        let reader = Reader::new(self);
        let number = u32::try_from(place).ok().filter(|&n| n < reader.posts());
        let post = number.map(|number| reader.post(number));
        reader.answer(post)
    }

    /// Some posts in the order of the source: at most `limit` of them, without the first `offset`.
    ///
    /// # Errors
    ///
    /// As [`Index::search`].
    pub fn posts(&self, offset: usize, limit: usize) -> Result<Vec<Summary>, Missing> {
        let reader = Reader::new(self);
        let posts = (0..self.header.posts).skip(offset).take(limit);
        let posts = posts.map(|post| reader.summary(post)).list();
        reader.answer(posts)
    }

    /// At most `limit` queries that go on from `query`: its last word completed from the terms of
    /// the index, or corrected where no term begins so. Most frequent first; none where the query
    /// ends in something else than a word.
    ///
    /// # Errors
    ///
    /// As [`Index::search`].
    pub fn suggest(&self, query: &str, limit: usize) -> Result<Vec<String>, Missing> {
        let reader = Reader::new(self);
        let queries = suggest::suggest(&reader, query, limit);
        reader.answer(queries)
    }

    /// At most `limit` posts about the same as the one with this id, nearest first; none where
    /// there is no such post.
    ///
    /// # Errors
    ///
    /// As [`Index::search`].
    pub fn similar(&self, id: &str, limit: usize) -> Result<Vec<Summary>, Missing> {
        let reader = Reader::new(self);
        let number = reader.number(id);
        let posts = match number {
            Some(post) if !reader.lacks() => suggest::similar(&reader, post, limit),
            _ => Vec::new(),
        };
        reader.answer(posts)
    }

    /// How the index is searched, as its owner says.
    pub fn settings(&self) -> &Settings {
        &self.header.settings
    }

    /// What the index holds, and where its bytes go.
    pub fn stats(&self) -> Stats {
        Stats {
            corpus: self.header.corpus.clone(),
            posts: self.header.posts as usize,
            terms: self.header.terms as usize,
            bytes: match &self.body {
                Body::Whole(whole) => whole.sizes(),
                Body::Shards(shards) => shards.sizes(self.opened),
            },
        }
    }
}

/// What [`Index::search`] answers, if nothing lacks.
fn search(reader: &Reader<'_>, query: &str, options: &Options) -> Page {
    let query = query::parse(reader, query, options);
    if reader.lacks() {
        return Page::default();
    }
    let positions = expand::expand(reader, &query, options);
    if reader.lacks() {
        return Page::default();
    }
    let narrows = filter::narrows(options);
    let browse = narrows || !query.tags.is_empty();
    let (mut ranked, pairs) = match query.words.is_empty() && browse {
        true => (score::all(reader), Vec::new()),
        false => score::rank(reader, &positions),
    };
    filter::apply(reader, &query, &mut ranked);
    let by_date = options.sort == Sort::Date;
    let counted = match options.facets {
        true => reader.index.header.settings.facets,
        false => 0,
    };
    let facts = match counted > 0 || narrows || by_date {
        true => reader.facts(),
        false => None,
    };
    if reader.lacks() {
        return Page::default();
    }
    let mut facets = Facets::default();
    if let Some(facts) = &facts {
        if counted > 0 {
            facets = count(facts, &ranked, counted);
        }
        if narrows {
            filter::narrow(facts, options, &mut ranked);
        }
    }
    let total = ranked.len();
    let shown = options.offset.saturating_add(options.limit);
    match &facts {
        Some(facts) if by_date => order::sort_first(&mut ranked, shown, |scored| {
            order::least_first(!facts.day(scored.post), scored.post)
        }),
        _ => score::bring_near(reader, &positions, &pairs, &mut ranked, shown),
    }
    if reader.lacks() {
        return Page::default();
    }
    let matcher = Matcher::new(reader, &positions);
    let shown = ranked.iter().skip(options.offset).take(options.limit);
    let hits = shown.map(|scored| {
        let why = options
            .explain
            .then(|| explain::shares(reader, &positions, scored));
        hit(reader, scored, &matcher, why)
    });
    Page {
        hits: hits.list(),
        total,
        facets,
        interpretation: interpretation(reader, &query, &positions),
    }
}

/// How many of the posts have each tag, kind, source and year; of these, what is `counted`, a bit each.
fn count(facts: &store::Facts<'_>, ranked: &[score::Scored], counted: u32) -> Facets {
    let names = facts.names;
    let counts = |names: &[String]| vec![0usize; names.len()];
    let mut tags = counts(&names.tags);
    let (mut kinds, mut sources) = (counts(&names.kinds), counts(&names.sources));
    let mut years: Vec<(u32, usize)> = Vec::new();
    for scored in ranked {
        let group = facts.group(scored.post);
        let add = |counts: &mut [usize], value: u32| {
            if let Some(count) = counts.get_mut(value as usize) {
                *count += 1;
            }
        };
        group.tags.iter().for_each(|&tag| add(&mut tags, tag));
        add(&mut kinds, group.kind);
        add(&mut sources, group.source);
        let year = facts.day(scored.post) / 10_000;
        match years.binary_search_by_key(&year, |&(year, _)| year) {
            Ok(known) => years[known].1 += 1,
            Err(at) => years.insert(at, (year, 1)),
        }
    }
    let is_counted = |bit: u32| counted >> bit & 1 == 1;
    let facet = |bit: u32, counts: Vec<usize>, names: &[String]| {
        let named = counts.into_iter().zip(names);
        let found = named.filter(|&(count, name)| is_counted(bit) && count > 0 && !name.is_empty());
        let facets = found.map(|(count, name)| Facet {
            value: name.clone(),
            count,
        });
        let mut facets: Vec<Facet> = facets.list();
        order::sort(&mut facets, |facet| {
            order::least_first(!(facet.count as u32), 0)
        });
        facets
    };
    let years = years.into_iter().rev();
    let years = years.filter(|&(year, _)| is_counted(3) && year > 0);
    Facets {
        tags: facet(0, tags, &names.tags),
        kinds: facet(1, kinds, &names.kinds),
        sources: facet(2, sources, &names.sources),
        years: years
            .map(|(year, count)| Facet {
                value: year.to_string(),
                count,
            })
            .list(),
    }
}

fn hit(
    reader: &Reader<'_>,
    scored: &score::Scored,
    matcher: &Matcher<'_>,
    why: Option<Vec<Share>>,
) -> Hit {
    let post = reader.post(scored.post);
    let title_ranges = matcher
        .matches(&post.title)
        .iter()
        .map(|found| found.range)
        .list();
    let (excerpt, excerpt_ranges) = excerpt::best(matcher, &post.text, &post.preview);
    let mut addresses: Vec<String> = Vec::new();
    for range in links(&post.text) {
        let address = part(&post.text, range.start, range.end);
        if !addresses.iter().any(|known| known == address) {
            addresses.push(address.to_owned());
        }
    }
    Hit {
        id: post.id,
        url: post.url,
        title: post.title,
        excerpt,
        title_ranges,
        excerpt_ranges,
        tags: post.tags,
        links: addresses,
        date: post.date,
        kind: post.kind,
        source: post.source,
        score: scored.score,
        why,
    }
}

/// What to tell the reader of a query that was not searched as typed.
fn interpretation(
    reader: &Reader<'_>,
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
                words.push(reader.text(best.target.first()));
            }
            None => words.push(&position.word),
        }
    }
    words.dedup(); // two words that were read as one
    why.map(|why| Interpretation {
        query: join(&words, " "),
        why: why.to_owned(),
    })
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::*;
    use crate::Corpus;
    use crate::build::{Builder, Built, Form, Synonyms, Weight, build};
    use crate::format::{self, checksum::crc32};
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

    /// What a whole index answers.
    fn whole<T>(answer: Result<T, Missing>) -> T {
        answer.expect("nothing lacks")
    }

    fn corpus(posts: Vec<Post>) -> Corpus {
        Corpus {
            name: "test".to_owned(),
            posts,
        }
    }

    fn open(posts: Vec<Post>) -> Index {
        open_with(posts, Settings::default())
    }

    fn open_with(posts: Vec<Post>, settings: Settings) -> Index {
        let Built::Whole(bytes) = built(&corpus(posts), settings, Form::Whole) else {
            panic!("one file was asked for")
        };
        Index::open(bytes).expect("an index")
    }

    fn built(corpus: &Corpus, settings: Settings, form: Form) -> Built {
        let mut builder = Builder::new(form);
        builder.settings(settings);
        for post in &corpus.posts {
            builder.add(post.clone()).expect("a new id");
        }
        builder.finish(&corpus.name).expect("posts")
    }

    fn settings(weights: &[&str], synonyms: &[&str], facets: Option<&str>) -> Settings {
        let weights: Vec<Weight> = weights
            .iter()
            .map(|text| text.parse().expect("a weight"))
            .collect();
        let synonyms: Vec<Synonyms> = synonyms
            .iter()
            .map(|text| text.parse().expect("synonyms"))
            .collect();
        let facets = facets.map(|text| text.parse().expect("facets"));
        Settings::new(&weights, &synonyms, facets).expect("fields that are searched")
    }

    #[track_caller]
    fn check(index: &Index, query: &str, expect: &[&str]) {
        let page = whole(index.search(query, &Options::default()));
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
        let page = whole(index.search(
            "متن",
            &Options {
                limit: 100,
                ..Options::default()
            },
        ));
        let ids: Vec<usize> = page
            .hits
            .iter()
            .map(|hit| hit.id.parse().expect("a number"))
            .collect();
        assert_eq!(ids, (0..30).collect::<Vec<_>>());
        let second = whole(index.search(
            "متن",
            &Options {
                offset: 10,
                ..Options::default()
            },
        ));
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
        assert_eq!(whole(index.search("دسته", &options)).total, 2);
        assert_eq!(whole(index.search("دسته ", &options)).total, 0);
        assert_eq!(whole(index.suggest("متن آمو", 5)), ["متن آموزش"]);
        assert_eq!(whole(index.suggest("آموزس", 5)), ["آموزش"]);
        assert_eq!(whole(index.suggest("آموزش ", 5)), [""; 0]);
        let similar: Vec<String> = whole(index.similar("a", 5))
            .into_iter()
            .map(|post| post.id)
            .collect();
        assert_eq!(similar, ["c", "b"]);
        assert!(whole(index.similar("z", 5)).is_empty());
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
            let page = whole(index.search(query, &Options::default()));
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
            whole(index.search("شبکه", &Options::default())).interpretation,
            None
        );
        let literal = Options {
            literal: true,
            ..Options::default()
        };
        assert_eq!(whole(index.search("af;i uwfd", &literal)), Page::default());
    }

    #[test]
    fn synonyms_answer_one_another() {
        let groups = [
            "NLP, natural language processing, پردازش زبان طبیعی",
            "شبکه عصبی، neural network",
            "AI, هوش",
        ];
        let posts = vec![
            post("short", "", "All of NLP in a week"),
            post("persian", "", "درسی از پردازش زبان طبیعی و مانند آن"),
            post("english", "", "Natural language processing for all"),
            post("scattered", "", "Processing of language, natural or not"),
            post("plural", "", "شبکه‌های عصبی عمیق"),
            post("nets", "", "Neural networks, deep"),
            post("other", "", "هوشی که نیست"),
        ];
        let index = open_with(posts.clone(), settings(&[], &groups, None));
        check(&index, "nlp", &["short", "english", "persian"]);
        check(
            &index,
            "پردازش زبان طبیعی",
            &["persian", "english", "short"],
        );
        check(&index, "neural network", &["nets", "plural"]);
        check(&index, "شبکه عصبی", &["plural", "nets"]);
        check(&index, "شبکه‌های عصبی", &["plural", "nets"]);
        check(&index, "ai", &["other"]);
        // Not one word of it alone, and not in a row.
        check(&index, "zaban", &["persian"]);
        check(&index, "\"nlp\"", &["short", "english", "persian"]);
        check(&index, "-nlp course", &[]);
        check(&index, "title:nlp", &[]);
        let page = whole(index.search(
            "nlp",
            &Options {
                explain: true,
                ..Options::default()
            },
        ));
        assert_eq!(page.interpretation, None);
        let hit = &page.hits[2];
        let marked = hit.excerpt_ranges.iter();
        let marked: Vec<&str> = marked
            .map(|range| &hit.excerpt[range.start..range.end])
            .collect();
        assert_eq!(marked, ["پردازش", "زبان", "طبیعی"]);
        let why = hit.why.as_deref().expect("asked for");
        assert_eq!(
            (why[0].source.as_str(), why[0].term.as_str()),
            ("synonym", "پردازش زبان طبیعی")
        );
        let index = open(posts);
        check(&index, "nlp", &["short"]);
        check(&index, "ai", &[]);
    }

    #[test]
    fn fields_weigh_what_their_owner_says() {
        let posts = vec![
            post("text", "", "شبکه عصبی و شبکه"),
            post("title", "شبکه", "چیز دیگر"),
            Post {
                preview: "شبکه".into(),
                ..post("link", "", "چیز دیگر")
            },
        ];
        check(&open(posts.clone()), "شبکه", &["title", "text", "link"]);
        let weights = ["title=0.2", "links=0"];
        check(
            &open_with(posts.clone(), settings(&weights, &[], None)),
            "شبکه",
            &["text", "title"],
        );
        let weights = ["text=0", "links=100"];
        check(
            &open_with(posts, settings(&weights, &[], None)),
            "شبکه",
            &["link", "title"],
        );
    }

    #[test]
    fn only_facets_that_are_wanted_are_counted() {
        let posts = vec![Post {
            date: "2021-05-08".into(),
            ..post("1", "", "شبکه")
        }];
        for (names, tags, years) in [
            ("years", 0, 1),
            ("tags,kinds", 1, 0),
            ("none", 0, 0),
            ("", 0, 0),
        ] {
            let index = open_with(posts.clone(), settings(&[], &[], Some(names)));
            let Facets {
                tags: t, years: y, ..
            } = whole(index.search("شبکه", &Options::default())).facets;
            assert_eq!((t.len(), y.len()), (tags, years), "{names}");
        }
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
            let page = whole(index.search(query, &options));
            assert_eq!((page.hits.len(), page.total), (1, 1));
            let facets: Vec<_> = page
                .facets
                .tags
                .iter()
                .map(|f| (f.value.as_str(), f.count))
                .collect();
            assert_eq!(facets, [("paper", 2), ("read", 1)]);
        }
        let unknown = Options {
            tags: vec!["nothing".into()],
            ..Options::default()
        };
        assert_eq!(whole(index.search("متن", &unknown)).total, 0);
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
                    date: format!("2024-{:02}-01", 1 + n % 12),
                    kind: if n % 3 == 0 {
                        "photo".into()
                    } else {
                        String::new()
                    },
                    tags: vec![title.chars().take(2).collect()],
                    ..post(&n.to_string(), &title, &text)
                });
            corpus(posts.collect())
        })
    }

    fn any_settings() -> impl Strategy<Value = Settings> {
        let phrase = "(شبکه|عصبی|bert|[ا-ت]{1,2})( (شبکه|عصبی|bert|[ا-ت])){0,2}";
        let group = prop::collection::btree_set(phrase, 2..4);
        let weight = "(title|text|tags|links)=[0-9]{1,2}";
        let facets = "(tags|kinds|sources|years|none)(,(tags|years))?";
        (
            prop::collection::vec(weight, 0..3),
            prop::collection::vec(group, 0..4),
            facets,
        )
            .prop_map(|(weights, groups, facets)| {
                let groups = groups
                    .iter()
                    .map(|group| group.iter().cloned().collect::<Vec<_>>().join("، "));
                // Phrases that fold alike are no synonyms, and four weights of 0 no search.
                let groups: Vec<Synonyms> = groups.filter_map(|group| group.parse().ok()).collect();
                let weights: Vec<Weight> = weights
                    .iter()
                    .map(|weight| weight.parse().expect("a weight"))
                    .collect();
                Settings::new(&weights, &groups, facets.parse().ok()).unwrap_or_default()
            })
    }

    /// An index in shards, and its blocks by path.
    struct InShards(Index, std::collections::HashMap<String, Vec<u8>>);

    impl InShards {
        fn of(corpus: &Corpus, settings: Settings) -> InShards {
            let Built::Shards(shards) = built(corpus, settings, Form::Shards) else {
                panic!("shards were asked for")
            };
            let index = Index::open(shards.manifest).expect("a manifest");
            InShards(index, shards.files.into_iter().collect())
        }

        /// Asks, putting in what lacks.
        fn ask<T>(&mut self, ask: impl Fn(&Index) -> Result<T, Missing>) -> T {
            for _ in 0..20 {
                match ask(&self.0) {
                    Ok(answer) => return answer,
                    Err(Missing(blocks)) => {
                        for block in blocks {
                            let bytes = self.1[&self.0.path(block)].clone();
                            self.0.insert(block, bytes).expect("a block");
                        }
                    }
                }
            }
            panic!("a search asks and asks");
        }
    }

    #[test]
    fn a_split_word_takes_nothing_from_a_synonym_of_the_same_words() {
        // Of the split word «داردگر» only the first 200 posts are looked at, of the synonym all.
        let posts = (0..250).map(|n| post(&format!("{n}"), "", "دارد گر"));
        let settings = settings(&[], &["نشان, دارد گر"], None);
        let index = open_with(posts.collect(), settings);
        for query in ["نشان", "داردگر نشان", "نشان داردگر"] {
            let page = whole(index.search(query, &Options::default()));
            assert_eq!(page.total, 250, "{query}");
        }
    }

    #[test]
    fn words_in_a_row_weigh_in_shards_as_in_one_file() {
        // A form of the second word stands in another field alone, where no length is known.
        let text = post("1", "", "bert عصبیها و چند واژهٔ دیگر");
        let posts = vec![Post {
            preview: "عصبی".into(),
            ..text
        }];
        let settings = settings(&[], &["شبکه, bert عصبی"], None);
        let mut shards = InShards::of(&corpus(posts.clone()), settings.clone());
        let options = Options::default();
        let page = shards.ask(|index| index.search("شبکه", &options));
        assert_eq!(page.total, 1);
        let one_file = open_with(posts, settings);
        assert_eq!(page, whole(one_file.search("شبکه", &options)));
    }

    proptest! {
        #[test]
        fn shards_answer_as_one_file_does(
            corpus in any_corpus(),
            settings in any_settings(),
            queries in prop::collection::vec("((title|متن|[a-z]{1,6}|[ا-ت]{1,6}|شبکه|عصبی|شبکع|shabake|af;i|#|-|:|\\*|\"|OR| |\\PC)){0,12}", 1..5),
            typing: bool,
            by_date: bool,
            narrow: bool,
        ) {
            let index = open_with(corpus.posts.clone(), settings.clone());
            let mut shards = InShards::of(&corpus, settings);
            let options = Options {
                limit: 99,
                explain: true,
                typing,
                sort: if by_date { Sort::Date } else { Sort::Relevance },
                to: if narrow { "2024-06".into() } else { String::new() },
                ..Options::default()
            };
            for query in &queries {
                let expect = whole(index.search(query, &options));
                prop_assert_eq!(shards.ask(|index| index.search(query, &options)), expect);
                shards.ask(|index| index.suggest(query, 5));
                shards.0.trim(1000);
            }
            for post in &corpus.posts {
                let found = shards.ask(|index| index.post(&post.id));
                prop_assert_eq!(found.as_ref(), Some(post));
                prop_assert_eq!(shards.ask(|index| index.similar(&post.id, 5)), whole(index.similar(&post.id, 5)));
            }
            prop_assert_eq!(shards.ask(|index| index.posts(1, 5)), whole(index.posts(1, 5)));
            prop_assert_eq!(shards.ask(|index| index.post("none")), None);
        }

        #[test]
        fn posts_come_back_as_they_were(corpus in any_corpus()) {
            let index = Index::open(build(&corpus).expect("posts")).expect("an index");
            prop_assert_eq!(whole(index.posts(0, 99)).len(), corpus.posts.len());
            for (post, summary) in corpus.posts.iter().zip(whole(index.posts(0, 99))) {
                let found = whole(index.post(&post.id));
                prop_assert_eq!(found.as_ref(), Some(post));
                prop_assert_eq!(&summary.title, &post.title);
            }
        }

        #[test]
        fn every_post_with_a_word_of_the_query_is_found(corpus in any_corpus(), query in "(شبکه|عصبی|bert|[ا-ت]| ){0,6}") {
            let index = Index::open(build(&corpus).expect("posts")).expect("an index");
            let mut words = Vec::new();
            crate::analyze::tokens(&query, |token| words.push(token.term.to_owned()));
            let page = whole(index.search(&format!("{query} "), &Options { limit: 99, explain: true, ..Options::default() }));
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
        fn every_post_with_a_synonym_of_the_query_is_found(
            corpus in any_corpus(),
            group in prop::collection::btree_set("(شبکه|عصبی|bert|[ا-پ])( (شبکه|عصبی|bert)){0,2}", 2..4),
        ) {
            // A query has each word once.
            let is_once = |phrase: &String| phrase.split(' ').collect::<std::collections::HashSet<_>>().len() == phrase.split(' ').count();
            let phrases: Vec<String> = group.into_iter().filter(is_once).collect();
            let Ok(synonyms) = phrases.join(",").parse() else { return Ok(()) };
            let settings = Settings::new(&[], &[synonyms], None).expect("weights");
            let index = open_with(corpus.posts.clone(), settings);
            let terms = |text: &str| {
                let mut terms = Vec::new();
                crate::analyze::tokens(text, |token| {
                    terms.push((token.term.to_owned(), token.kind == crate::analyze::Kind::Word));
                });
                terms
            };
            let has_phrase = |post: &Post| [&post.title, &post.text].into_iter().any(|text| {
                let text = terms(text);
                phrases.iter().map(|phrase| terms(phrase)).any(|phrase| text.windows(phrase.len()).any(|own| own == phrase))
            });
            for phrase in &phrases {
                let page = whole(index.search(phrase, &Options { limit: 99, ..Options::default() }));
                for post in corpus.posts.iter().filter(|post| has_phrase(post)) {
                    prop_assert!(page.hits.iter().any(|hit| hit.id == post.id), "{} is missing for {}", post.id, phrase);
                }
            }
        }

        #[test]
        fn any_query_is_answered_and_explained(
            corpus in any_corpus(),
            settings in any_settings(),
            query in "((title|متن|[a-z]{1,6}|[ا-ت]{1,6}|شبکه|عصبی|shabake|af;i|#|-|:|\\*|\"|“|OR|\\||\u{200c}|\u{202b}| |\\PC)){0,25}",
            typing: bool,
            literal: bool,
        ) {
            let index = open_with(corpus.posts, settings);
            let options = Options { limit: 99, explain: true, typing, literal, ..Options::default() };
            let page = whole(index.search(&query, &options));
            prop_assert_eq!(page.hits.len(), page.total);
            for hit in &page.hits {
                let sum: f32 = hit.why.iter().flatten().map(|share| share.score).sum();
                prop_assert!((sum - hit.score).abs() <= hit.score * 1e-4, "{} is not {}", sum, hit.score);
                let marked = hit.title_ranges.iter().map(|range| hit.title.get(range.start..range.end));
                let marked = marked.chain(hit.excerpt_ranges.iter().map(|range| hit.excerpt.get(range.start..range.end)));
                marked.into_iter().for_each(|text| assert!(text.is_some()));
            }
            whole(index.suggest(&query, 5));
            whole(index.similar("0", 5));
        }

        #[test]
        fn damaged_shards_with_right_checksums_never_panic(
            corpus in any_corpus(),
            settings in any_settings(),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
            query in "(شبکه|عصبی|bert|[ا-ت]| |\"){0,6}",
        ) {
            let InShards(_, files) = InShards::of(&corpus, settings.clone());
            let Built::Shards(shards) = built(&corpus, settings, Form::Shards) else { unreachable!() };
            let mut bytes = shards.manifest;
            const BODY: usize = 17;
            for (at, byte) in damage {
                let at = BODY + at.index(bytes.len() - BODY);
                bytes[at] = byte;
            }
            let sum = crc32(&bytes[BODY..]).to_le_bytes();
            bytes[BODY - 4..BODY].copy_from_slice(&sum);
            let Ok(mut index) = Index::open(bytes) else { return Ok(()) };
            let options = Options { explain: true, ..Options::default() };
            for _ in 0..9 {
                let Err(Missing(blocks)) = index.search(&query, &options) else { break };
                for block in blocks {
                    if let Some(bytes) = files.get(&index.path(block)) {
                        let _ = index.insert(block, bytes.clone());
                    }
                }
            }
            let _ = (index.post("0"), index.similar("0", 3), index.posts(0, 9));
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
                whole(index.search(&query, &Options { explain: true, ..Options::default() }));
                let ids: Vec<String> = whole(index.posts(0, 99)).into_iter().map(|post| post.id).collect();
                ids.iter().for_each(|id| drop(whole(index.post(id))));
            }
        }
    }
}
