//! `cargo xtask corpus`: a corpus of any size with the statistics of a real one, as JSON lines, for
//! measuring where no real one is large enough. The source is whatever `juya build` takes.
//!
//! The source's own posts come first (and are cut off where fewer are asked for). The others take
//! the length, tags and date of a post drawn at random, and their words from a walk through the
//! source's texts:
//!
//! - Where two words stand together more than once in the source, the walk goes on from any of
//!   these places. Where they do so only once, it jumps to the end of another pair that stands
//!   there once. Of such pairs, as many are new in further text (Good 1953: the share of the unseen
//!   is that of what was seen once), so further posts make new pairs at the rate that real ones
//!   would, and long passages are not copied.
//! - The same rule holds for words. One that stands in the source `c` times is replaced by one that
//!   stands there `c - 1` times, for `c` up to [`RARE`]; what that makes of words that stand there
//!   once is words that the source does not have. Of these, as many are made as Heaps' law
//!   V = K·nᵝ asks for at that length: each is the beginning of one rare word and the end of
//!   another. The rest repeat those made before, the more often used the more often (Simon 1955).
//! - Of the titles, too, as many are new as Heaps' law asks for; the rest repeat earlier ones.
//!
//! Checked on 100,000 poems (Ganjoor), of which 20,000 were the source and 80,000 were made. Real and
//! synthetic: 155,502 and 155,091 distinct words, 1.90 and 1.94 million distinct pairs of words, 373
//! and 368 bytes of text a post, 57.0 and 58.6 thousand distinct titles, 204,777 and 192,718 uses
//! of the most frequent word, 16.2 and 16.1 MB of index (format 1).
//!
//! What does not carry over: a synthetic post has no subject, so its words keep together only where
//! they are neighbours, and few occur twice: of 47 words 40 are distinct, and 36 in real poems. The
//! same source gives the same bytes.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use fastrand::Rng;
use juya_engine::Post;
use serde_json::{Map, Value};

const USAGE: &str = "usage: cargo xtask corpus --from SOURCE [--posts N] --out FILE.jsonl";

/// The walk replaces words that the source has so often or less often.
const RARE: usize = 8;

/// Any number; another one gives other posts.
const SEED: u64 = 20_201;

struct Arguments {
    from: PathBuf,
    /// All of the source's and no others, if nothing is said.
    posts: Option<usize>,
    out: PathBuf,
}

/// Writes the posts, and says what they have become.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let Arguments { from, posts, out } = parse(arguments)?;
    let read = juya_ingest::read_sources(&[&from]).map_err(|faults| faults.to_string())?;
    let source = Source::new(read.corpus.posts)?;
    let posts = posts.unwrap_or(source.posts.len());
    let aside = out.with_extension("part");
    let write = || -> std::io::Result<Writer> {
        let mut writer = Writer::new(&source);
        let mut file = BufWriter::new(File::create(&aside)?);
        for number in 0..posts {
            let post = writer.post(number);
            serde_json::to_writer(&mut file, &line(post))?;
            file.write_all(b"\n")?;
        }
        file.flush()?;
        fs::rename(&aside, &out)?;
        Ok(writer)
    };
    let writer = write().map_err(|error| {
        let _ = fs::remove_file(&aside); // may not be there; the error above says more
        format!("{}: {error}", out.display())
    })?;
    let own = posts.min(source.posts.len());
    print!(
        "{}: {posts} posts, {own} of them the source's",
        out.display()
    );
    if posts > own {
        print!(
            "; {} words, {} distinct (Heaps' exponent {:.3})",
            writer.said, writer.seen, source.vocabulary.exponent
        );
    }
    println!();
    Ok(())
}

fn parse(words: &[String]) -> Result<Arguments, String> {
    let (mut from, mut posts, mut out) = (None, None, None);
    for pair in words.chunks(2) {
        let [name, value] = pair else {
            return Err(USAGE.into());
        };
        match name.as_str() {
            "--from" => from = Some(PathBuf::from(value)),
            "--posts" => posts = Some(value.parse().map_err(|_| USAGE)?),
            "--out" => out = Some(PathBuf::from(value)),
            _ => return Err(USAGE.into()),
        }
    }
    match (from, out) {
        (Some(from), Some(out)) => Ok(Arguments { from, posts, out }),
        _ => Err(USAGE.into()),
    }
}

/// A real corpus, and what is known of it.
struct Source {
    posts: Vec<Post>,
    words: Words,
    titles: Passages,
    texts: Passages,
    /// Of words, in titles and texts.
    vocabulary: Growth,
    /// Of titles that are not empty.
    distinct_titles: Growth,
    /// What no id begins with.
    prefix: String,
}

/// Heaps' law as seen from the end of the source.
struct Growth {
    /// How many there are, and how many distinct ones.
    length: usize,
    distinct: usize,
    /// β: how many of the distinct ones occur once, as a share. (So many of the next are new, per
    /// `distinct / length`, and that is the derivative of K·nᵝ.)
    exponent: f64,
}

impl Growth {
    fn new(counts: impl Iterator<Item = usize>) -> Growth {
        let (mut length, mut distinct, mut once) = (0, 0, 0usize);
        for count in counts {
            length += count;
            distinct += 1;
            once += usize::from(count == 1);
        }
        Growth {
            length,
            distinct,
            exponent: once as f64 / distinct.max(1) as f64,
        }
    }

    /// How many distinct ones there should be among so many.
    fn at(&self, length: usize) -> f64 {
        let longer = length as f64 / self.length.max(1) as f64;
        self.distinct as f64 * longer.powf(self.exponent)
    }
}

impl Source {
    fn new(posts: Vec<Post>) -> Result<Source, String> {
        let mut words = Words::default();
        let mut titles = Passages {
            between: " ",
            ..Passages::default()
        };
        let mut texts = Passages {
            between: "\n",
            ..Passages::default()
        };
        let mut title_counts: HashMap<&str, usize> = HashMap::new();
        for post in &posts {
            let title = post.title.as_str();
            if !title.is_empty() {
                *title_counts.entry(title).or_default() += 1;
            }
            titles.add(title, &mut words);
            texts.add(&post.text, &mut words);
        }
        words.sort_by_count();
        titles.find_pairs();
        texts.find_pairs();
        if texts.starts.is_empty() {
            return Err("no post has words to learn from".into());
        }
        let mut prefix = String::from("s");
        while posts.iter().any(|post| post.id.starts_with(&prefix)) {
            prefix.push('s');
        }
        Ok(Source {
            vocabulary: Growth::new(words.counts.iter().copied()),
            distinct_titles: Growth::new(title_counts.into_values()),
            posts,
            words,
            titles,
            texts,
            prefix,
        })
    }
}

/// A line of JSON lines, without the fields that are empty.
fn line(post: Post) -> Map<String, Value> {
    let texts = [
        ("id", post.id),
        ("title", post.title),
        ("text", post.text),
        ("url", post.url),
        ("date", post.date),
        ("author", post.author),
        ("kind", post.kind),
        ("source", post.source),
    ];
    let texts = texts
        .into_iter()
        .filter(|(name, text)| *name == "text" || !text.is_empty());
    let mut line: Map<String, Value> = texts
        .map(|(name, text)| (name.into(), text.into()))
        .collect();
    if !post.tags.is_empty() {
        line.insert("tags".into(), post.tags.into());
    }
    line
}

/// The words of the source by number.
#[derive(Default)]
struct Words {
    spelled: Vec<String>,
    counts: Vec<usize>,
    numbers: HashMap<String, u32>,
    /// `by_count[c]`: the words that stand in the source `c` times, for `c` up to [`RARE`].
    by_count: Vec<Vec<u32>>,
    /// Of the words that stand in the source once, those of each [`kind`].
    once: [Vec<u32>; 3],
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        let number = match self.numbers.get(word) {
            Some(&number) => number,
            None => {
                let number = self.spelled.len() as u32;
                self.spelled.push(word.into());
                self.counts.push(0);
                self.numbers.insert(word.into(), number);
                number
            }
        };
        self.counts[number as usize] += 1;
        number
    }

    fn sort_by_count(&mut self) {
        self.by_count = vec![Vec::new(); RARE + 1];
        for (number, &count) in (0..).zip(&self.counts) {
            if count <= RARE {
                self.by_count[count].push(number);
            }
            if count == 1 {
                self.once[kind(&self.spelled[number as usize])].push(number);
            }
        }
    }
}

/// Words are mixed with their kind only: 0 of Latin letters, 1 of digits, 2 all others.
fn kind(word: &str) -> usize {
    match word.chars().next() {
        Some(c) if c.is_ascii_alphabetic() => 0,
        Some(c) if c.is_numeric() => 1,
        _ => 2,
    }
}

/// The texts of one field, end to end: words, and what stands after each.
#[derive(Default)]
struct Passages {
    /// What stands between a post and the next.
    between: &'static str,
    words: Vec<u32>,
    /// By number in `spelled_gaps`; [`END`] after the last word of a post.
    gaps: Vec<u32>,
    spelled_gaps: Vec<String>,
    gap_numbers: HashMap<String, u32>,
    /// Where a post with words begins.
    starts: Vec<u32>,
    /// The number of words of each post, and what stands before the first and after the last.
    shapes: Vec<(usize, String, String)>,
    /// All places, those with the same word and next word side by side.
    order: Vec<u32>,
    /// The part of `order` that holds those of a place.
    pairs: Vec<(u32, u32)>,
    /// The second places of pairs that occur once.
    after_single: Vec<u32>,
}

const END: u32 = u32::MAX;

impl Passages {
    fn add(&mut self, text: &str, words: &mut Words) {
        let first = self.words.len();
        let (mut before, mut gap_start) = (String::new(), 0);
        for (start, end) in spans(text) {
            let gap = &text[gap_start..start];
            if self.words.len() == first {
                before = gap.into();
            } else {
                let number = match self.gap_numbers.get(gap) {
                    Some(&number) => number,
                    None => {
                        let number = self.spelled_gaps.len() as u32;
                        self.spelled_gaps.push(gap.into());
                        self.gap_numbers.insert(gap.into(), number);
                        number
                    }
                };
                self.gaps.push(number);
            }
            self.words.push(words.number(&text[start..end]));
            gap_start = end;
        }
        let length = self.words.len() - first;
        if length > 0 {
            self.gaps.push(END);
            self.starts.push(first as u32);
        }
        self.shapes.push((length, before, text[gap_start..].into()));
    }

    fn find_pairs(&mut self) {
        let pair = |&place: &u32| {
            let place = place as usize;
            let next = match self.gaps[place] {
                END => END,
                _ => self.words[place + 1],
            };
            (self.words[place], next)
        };
        let mut order: Vec<u32> = (0..self.words.len() as u32).collect();
        order.sort_unstable_by_key(|place| (pair(place), *place));
        let mut pairs = vec![(0, 0); order.len()];
        let mut start = 0;
        for group in order.chunk_by(|a, b| pair(a) == pair(b)) {
            let end = start + group.len() as u32;
            if let [place] = group
                && self.gaps[*place as usize] != END
            {
                self.after_single.push(place + 1);
            }
            for &place in group {
                pairs[place as usize] = (start, end);
            }
            start = end;
        }
        (self.order, self.pairs) = (order, pairs);
    }
}

/// Where the words of a text begin and end: runs of letters and digits, and of what joins them.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let joins = c == '\u{200c}' || ('\u{64b}'..='\u{65f}').contains(&c);
        if c.is_alphanumeric() || (open && joins) {
            let end = at + c.len_utf8();
            match spans.last_mut() {
                Some(last) if open => last.1 = end,
                _ => spans.push((at, end)),
            }
            open = true;
        } else {
            open = false;
        }
    }
    spans
}

/// Makes posts.
struct Writer<'a> {
    source: &'a Source,
    rng: Rng,
    /// Words that the source does not have.
    made: Vec<String>,
    known: HashSet<String>,
    /// Each use of a word of `made`.
    uses: Vec<u32>,
    /// Titles so far that are not empty, and how many of them are distinct.
    titles: Vec<String>,
    distinct_titles: usize,
    /// Words so far, and the distinct ones among them.
    said: usize,
    seen: usize,
}

impl<'a> Writer<'a> {
    fn new(source: &'a Source) -> Writer<'a> {
        Writer {
            source,
            rng: Rng::with_seed(SEED),
            made: Vec::new(),
            known: HashSet::new(),
            uses: Vec::new(),
            titles: Vec::new(),
            distinct_titles: 0,
            said: 0,
            seen: 0,
        }
    }

    fn post(&mut self, number: usize) -> Post {
        let source = self.source;
        if let Some(post) = source.posts.get(number) {
            if !post.title.is_empty() {
                self.titles.push(post.title.clone());
            }
            if number + 1 == source.posts.len() {
                self.said = source.vocabulary.length;
                self.seen = source.vocabulary.distinct;
                self.distinct_titles = source.distinct_titles.distinct;
            }
            return post.clone();
        }
        let shape = self.rng.usize(..source.posts.len());
        let mut post = source.posts[shape].clone();
        let serial = number - source.posts.len();
        post.id = format!("{}{serial}", source.prefix);
        if !post.url.is_empty() {
            post.url.push_str(&format!("-{serial}"));
        }
        if !post.title.is_empty() {
            let wanted = source.distinct_titles.at(self.titles.len());
            post.title = if (self.distinct_titles as f64) < wanted {
                self.distinct_titles += 1;
                self.passage(&source.titles, shape)
            } else {
                self.titles[self.rng.usize(..self.titles.len())].clone()
            };
            self.titles.push(post.title.clone());
        }
        post.text = self.passage(&source.texts, shape);
        post
    }

    /// A passage as long as that of the post numbered `shape`.
    fn passage(&mut self, passages: &'a Passages, shape: usize) -> String {
        let (length, before, after) = &passages.shapes[shape];
        let mut text = before.clone();
        if *length == 0 {
            return text;
        }
        let mut place = self.any(&passages.starts);
        for left in (0..*length).rev() {
            self.push_word(passages.words[place], &mut text);
            if left == 0 {
                break;
            }
            if passages.gaps[place] == END {
                text.push_str(passages.between);
                place = self.any(&passages.starts);
                continue;
            }
            let (start, end) = passages.pairs[place];
            place = self.any(&passages.order[start as usize..end as usize]);
            text.push_str(&passages.spelled_gaps[passages.gaps[place] as usize]);
            place = if end - start == 1 {
                self.any(&passages.after_single)
            } else {
                place + 1
            };
        }
        text.push_str(after);
        text
    }

    fn any(&mut self, places: &[u32]) -> usize {
        places[self.rng.usize(..places.len())] as usize
    }

    /// The word that stands for this one of the source.
    fn push_word(&mut self, word: u32, text: &mut String) {
        self.said += 1;
        let words = &self.source.words;
        let count = words.counts[word as usize];
        if count == 1 {
            return self.push_made(word, text);
        }
        // Half of those that stand there most often of the replaced: they lose, and gain nothing.
        let replaced = count < RARE || (count == RARE && self.rng.bool());
        let rarer = match words.by_count.get(count - 1) {
            Some(rarer) if replaced && !rarer.is_empty() => rarer[self.rng.usize(..rarer.len())],
            _ => word,
        };
        text.push_str(&words.spelled[rarer as usize]);
    }

    /// A word that the source does not have, in place of a rare one that it has.
    fn push_made(&mut self, rare: u32, text: &mut String) {
        let source = self.source;
        let wanted = source.vocabulary.at(self.said);
        let number = if (self.seen as f64) < wanted || self.uses.is_empty() {
            self.seen += 1;
            let word = self.make(&source.words.spelled[rare as usize]);
            self.made.push(word);
            self.made.len() as u32 - 1
        } else {
            self.uses[self.rng.usize(..self.uses.len())]
        };
        self.uses.push(number);
        text.push_str(&self.made[number as usize]);
    }

    /// The beginning of `rare` and the end of another rare word of its kind.
    fn make(&mut self, rare: &str) -> String {
        let words = &self.source.words;
        let others = &words.once[kind(rare)];
        let middle = |word: &str| {
            let half = word.chars().count() / 2;
            word.char_indices().nth(half).map_or(0, |(at, _)| at)
        };
        let mut word = rare[..middle(rare)].to_owned();
        loop {
            let other = others[self.rng.usize(..others.len())];
            let other = words.spelled[other as usize].as_str();
            // It grows at each turn, so that a new one is found.
            word.push_str(&other[middle(other)..]);
            if !words.numbers.contains_key(&word) && self.known.insert(word.clone()) {
                return word;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        let path = crate::root().join("tests/relevance/sets/pquad_part/docs.jsonl");
        let read = juya_ingest::read_sources(&[path]).expect("the source");
        Source::new(read.corpus.posts).expect("posts with words")
    }

    fn write(posts: usize) -> Vec<Post> {
        let source = source();
        let mut writer = Writer::new(&source);
        (0..posts).map(|number| writer.post(number)).collect()
    }

    fn distinct(posts: &[Post]) -> usize {
        let mut words = HashSet::new();
        for post in posts {
            for text in [&post.title, &post.text] {
                words.extend(spans(text).into_iter().map(|(a, b)| &text[a..b]));
            }
        }
        words.len()
    }

    #[test]
    fn more_posts_have_new_words_at_the_rate_of_heaps_law() {
        let source = source();
        let real = source.posts.len();
        let posts = write(real * 8);
        assert_eq!(
            posts,
            write(real * 8),
            "the same source gives the same posts"
        );
        assert_eq!(posts[..real], source.posts, "the source's own come first");

        let ids: HashSet<&str> = posts.iter().map(|post| post.id.as_str()).collect();
        assert_eq!(ids.len(), real * 8, "each id once");

        let grown = (distinct(&posts) as f64 / distinct(&source.posts) as f64).log(8.0);
        let heaps = source.vocabulary.exponent;
        assert!(
            (grown - heaps).abs() < 0.05,
            "8 times the text has 8^{grown:.3} times the words; the law says 8^{heaps:.3}"
        );
    }

    #[test]
    fn posts_without_words_are_refused() {
        let dots = Post {
            id: "1".into(),
            text: "…".into(),
            ..Post::default()
        };
        for posts in [vec![], vec![dots]] {
            assert!(Source::new(posts).is_err());
        }
    }

    #[test]
    fn a_line_reads_back_as_its_post() {
        let post = write(200).pop().expect("posts");
        let text = serde_json::to_string(&line(post.clone())).expect("a line");
        let read = juya_ingest::read_files(&[("posts.jsonl".into(), text.into_bytes())]);
        assert_eq!(read.expect("a post").corpus.posts, [post]);
    }
}
