//! Searches that must work: queries of the owner, each with the posts of which one has to be among
//! the first hits.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use juya_engine::{Hit, Options, analyze};

use crate::counted;
use crate::files::Opened;

/// What the file looks like.
pub(crate) const FORM: &str = "\
QUERIES has a search that must work on each line: what is typed, a tab, and the title, id or
address of the post that must be found; further ones, each after a tab, are as good. Titles are
compared as they are searched: شبکه‌های and شبكه هاي are the same. Lines that are empty or begin
with `# ` are comments.";

/// Among so many first hits, unless told otherwise: as many as a reader sees without scrolling.
pub(crate) const WITHIN: NonZeroUsize = NonZeroUsize::new(3).unwrap();

/// How far down is looked for a post that is not among the first hits.
const DEPTH: usize = 100;

/// The searches of a file.
pub(crate) struct Gate {
    path: PathBuf,
    within: usize,
    searches: Vec<Search>,
}

struct Search {
    line: usize,
    query: String,
    /// One of them is to be found.
    answers: Vec<String>,
}

/// What became of the searches.
pub(crate) struct Outcome {
    pub(crate) searches: usize,
    pub(crate) within: usize,
    /// What each search that failed found in place of what it should, for people.
    pub(crate) failures: Vec<String>,
    path: PathBuf,
}

impl Gate {
    /// Reads the searches, of which each is to find its post among so many first hits.
    ///
    /// # Errors
    ///
    /// All lines that are no search.
    pub(crate) fn read(path: &Path, within: NonZeroUsize) -> Result<Gate> {
        let at = path.display();
        let bytes = fs::read(path).with_context(|| format!("{at}: cannot be read"))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = error
                .as_bytes()
                .iter()
                .take(error.utf8_error().valid_up_to());
            let line = 1 + before.filter(|&&byte| byte == b'\n').count();
            anyhow!("{at}:{line}: not UTF-8; save the file in UTF-8")
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let (mut searches, mut faults) = (Vec::new(), Vec::new());
        for (line, content) in (1..).zip(text.lines()) {
            let trimmed = content.trim();
            if trimmed.is_empty() || trimmed == "#" || trimmed.starts_with("# ") {
                continue;
            }
            let (query, answers) = content.split_once('\t').unwrap_or((content, ""));
            let answers = answers.split('\t').map(str::trim);
            let answers: Vec<String> = answers
                .filter(|answer| !answer.is_empty())
                .map(str::to_owned)
                .collect();
            let query = query.trim().to_owned();
            match (query.is_empty(), answers.is_empty()) {
                (true, _) => faults.push(format!("{at}:{line}: no query before the tab")),
                (_, true) => faults.push(format!(
                    "{at}:{line}: the query has no answer; write a tab after it, and the title or id \
                     of the post that it must find"
                )),
                _ => searches.push(Search { line, query, answers }),
            }
        }
        if !faults.is_empty() {
            bail!("{}", faults.join("\n"));
        }
        if searches.is_empty() {
            bail!(
                "{at}: no search in it; write one on each line: the query, a tab, the title or id"
            );
        }
        Ok(Gate {
            path: path.to_owned(),
            within: within.get(),
            searches,
        })
    }

    /// What is typed in each search.
    pub(crate) fn queries(&self) -> impl Iterator<Item = &str> {
        self.searches.iter().map(|search| search.query.as_str())
    }

    /// Searches.
    pub(crate) fn check(&self, index: &Opened<'_>) -> Result<Outcome> {
        let options = Options {
            limit: DEPTH.max(self.within),
            facets: false,
            ..Options::default()
        };
        let mut failed = Vec::new();
        for search in &self.searches {
            let hits = index
                .ask(|index| index.search(&search.query, &options))?
                .hits;
            let answers: Vec<Answer<'_>> =
                search.answers.iter().map(|text| Answer::of(text)).collect();
            let rank = hits
                .iter()
                .position(|hit| answers.iter().any(|answer| answer.is(hit)));
            if rank.is_none_or(|rank| rank >= self.within) {
                failed.push((search, rank, hits));
            }
        }
        let unfound = failed.iter().filter(|(_, rank, _)| rank.is_none());
        let known = known(index, unfound.flat_map(|(search, ..)| &search.answers))?;
        let failures = failed.iter().map(|(search, rank, hits)| {
            let lacking =
                rank.is_none() && !search.answers.iter().any(|answer| known.contains(answer));
            self.say(search, *rank, hits, lacking)
        });
        Ok(Outcome {
            searches: self.searches.len(),
            within: self.within,
            failures: failures.collect(),
            path: self.path.clone(),
        })
    }

    /// A line for each thing: a terminal that knows writing directions decides by line.
    fn say(&self, search: &Search, rank: Option<usize>, hits: &[Hit], lacking: bool) -> String {
        let mut text = format!(
            "{}:{}: {}\n",
            self.path.display(),
            search.line,
            search.query
        );
        let wanted = search.answers.join(", or ");
        let place = match rank {
            Some(rank) => format!("found at place {}", rank + 1),
            None if lacking => "no post has such a title, id or address".to_owned(),
            None if hits.len() < DEPTH => "not found".to_owned(),
            None => format!("not among the first {}", hits.len()),
        };
        // Writing to a String cannot fail.
        let _ = write!(text, "  wanted: {wanted}\n  {place}");
        if hits.is_empty() {
            text += "; nothing was found";
        }
        for (number, hit) in (1..=self.within).zip(hits) {
            let title = if hit.title.is_empty() {
                &hit.excerpt
            } else {
                &hit.title
            };
            let _ = write!(text, "\n  {number}. {title} ({})", hit.id);
        }
        text
    }
}

impl Outcome {
    /// One line for people.
    pub(crate) fn say(&self) -> String {
        format!(
            "{} of {} searches find what they must among the first {}",
            self.searches - self.failures.len(),
            self.searches,
            counted(self.within, "hit"),
        )
    }

    /// # Errors
    ///
    /// A search failed: all that did.
    pub(crate) fn judge(&self) -> Result<()> {
        if self.failures.is_empty() {
            return Ok(());
        }
        Err(anyhow!(
            "{}\n{}: {}",
            self.failures.join("\n"),
            self.path.display(),
            self.say()
        ))
    }
}

/// Those of these answers that some post has.
fn known<'a>(
    index: &Opened<'_>,
    answers: impl Iterator<Item = &'a String>,
) -> Result<HashSet<&'a String>> {
    const AT_ONCE: usize = 4096;
    let mut unknown: Vec<(&String, Answer<'_>)> =
        answers.map(|text| (text, Answer::of(text))).collect();
    let mut known = HashSet::new();
    for place in 0..index.posts {
        if unknown.is_empty() {
            break;
        }
        let Some(post) = index.ask(|index| index.nth(place))? else {
            break;
        };
        let title = terms(&post.title);
        unknown.retain(|(text, answer)| {
            let is = answer.names(&post.id, &post.url, &post.title, &title);
            if is {
                known.insert(*text);
            }
            !is
        });
        if place % AT_ONCE == 0 {
            index.forget();
        }
    }
    Ok(known)
}

/// What names a post.
struct Answer<'a> {
    text: &'a str,
    terms: Vec<String>,
}

impl Answer<'_> {
    fn of(text: &str) -> Answer<'_> {
        Answer {
            text,
            terms: terms(text),
        }
    }

    fn is(&self, hit: &Hit) -> bool {
        self.names(&hit.id, &hit.url, &hit.title, &terms(&hit.title))
    }

    /// Whether it names a post, of whose title the terms are these.
    fn names(&self, id: &str, url: &str, title: &str, terms: &[String]) -> bool {
        self.text == id
            || self.text == url
            || self.text == title
            || (!self.terms.is_empty() && self.terms == terms)
    }
}

fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    analyze::tokens(text, |token| terms.push(token.term.to_owned()));
    terms
}
