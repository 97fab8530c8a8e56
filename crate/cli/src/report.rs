//! `juya build --report`: a page about the posts and their index, with plots, in one file.
//!
//! It says what readers will find and what not, what the index costs them, and which searches are
//! slow. It has no script; posts are strangers' text, so that all text goes through `maud`, which
//! escapes it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use anyhow::Result;
use base64::prelude::{BASE64_STANDARD, Engine};
use juya_engine::{Post, analyze};
use juya_ingest::Report;
use juya_site::Letters;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::eval;
use crate::files::Opened;
use crate::gate::{Gate, Outcome};
use crate::{counted, grouped};

const STYLE: &str = include_str!("report/style.css");

/// At most so many searches are taken from posts.
const SAMPLES: usize = 256;
/// So many of the slowest searches are named, and of the most frequent terms.
const NAMED: usize = 12;
/// So many problems are listed.
const FAULTS: usize = 200;
/// A longer word is nothing that anybody types: an address, or what a program wrote.
const WORD: usize = 64;
/// So many characters of a name are shown.
const NAME: usize = 120;

/// What is seen of posts as they come.
#[derive(Default)]
pub(crate) struct Seen {
    posts: usize,
    words: usize,
    /// By day, `YYYY-MM-DD`.
    days: BTreeMap<String, usize>,
    kinds: BTreeMap<String, usize>,
    sources: BTreeMap<String, usize>,
    languages: BTreeMap<&'static str, usize>,
    scripts: BTreeMap<&'static str, usize>,
    /// Of each term, in how many posts it stands, and the number of the last.
    terms: HashMap<Box<str>, (usize, usize)>,
    /// How many different terms so many posts have.
    growth: Vec<(f64, f64)>,
    /// Every so many-th post gives a search.
    stride: usize,
    samples: Vec<String>,
}

impl Seen {
    /// Looks at the next post.
    pub(crate) fn see(&mut self, post: &Post) {
        self.posts += 1;
        let number = self.posts;
        if let Some(day) = post.date.get(..10) {
            *self.days.entry(day.to_owned()).or_default() += 1;
        }
        *self.kinds.entry(post.kind.clone()).or_default() += 1;
        *self.sources.entry(post.source.clone()).or_default() += 1;
        *self.languages.entry(language(post)).or_default() += 1;
        for text in [&post.title, &post.text] {
            analyze::tokens(text, |token| {
                self.words += 1;
                *self.scripts.entry(script(token.term)).or_default() += 1;
                match self.terms.get_mut(token.term) {
                    Some((_, last)) if *last == number => {}
                    Some((posts, last)) => (*posts, *last) = (*posts + 1, number),
                    None => {
                        self.terms.insert(token.term.into(), (1, number));
                    }
                }
            });
        }
        // Evenly spaced on a logarithmic scale, which is fine enough for a plot.
        let last = self.growth.last().map_or(0.0, |&(posts, _)| posts);
        if number as f64 >= last * 1.03 {
            self.growth.push((number as f64, self.terms.len() as f64));
        }
        self.sample(post);
    }

    /// Makes a search of one to three words of some posts, evenly spaced, however many come.
    fn sample(&mut self, post: &Post) {
        self.stride = self.stride.max(1);
        let number = self.posts - 1;
        if !number.is_multiple_of(self.stride) {
            return;
        }
        let text = if post.title.is_empty() {
            &post.text
        } else {
            &post.title
        };
        let words = text.split_whitespace().filter(|word| word.len() <= WORD);
        let words: Vec<&str> = words.take(64).collect();
        let count = 1 + self.samples.len() % 3;
        let begin = (number / 3) % (words.len() + 1).saturating_sub(count).max(1);
        let query = words
            .into_iter()
            .skip(begin)
            .take(count)
            .collect::<Vec<_>>()
            .join(" ");
        self.samples.push(query);
        if self.samples.len() == 2 * SAMPLES {
            let mut nth = 0..;
            self.samples
                .retain(|_| nth.next().is_some_and(|n: usize| n.is_multiple_of(2)));
            self.stride *= 2;
        }
    }

    /// The page: of these posts as they were read, and of the index that was built of them.
    pub(crate) fn page(
        &self,
        report: &Report,
        index: &Opened<'_>,
        gate: Option<&Gate>,
        outcome: Option<&Outcome>,
        took: Duration,
    ) -> Result<String> {
        let stats = index.stats()?;
        let mut queries: Vec<&str> = self.samples.iter().map(String::as_str).collect();
        queries.extend(gate.iter().flat_map(|gate| gate.queries()));
        queries.retain(|query| !query.trim().is_empty());
        let times = time(index, &queries)?;
        let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
        let policy = format!("default-src 'none'; style-src 'sha256-{hash}'");
        let name = report.name();
        let title = match name.as_str() {
            "" => "Report on an index".to_owned(),
            name => format!("Report on {name}"),
        };
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    // Ours, and no text of a post.
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    h1 { bdi { (title) } }
                    dl.facts {
                        (fact(report.posts, "post"))
                        (fact(report.files.len(), "file"))
                        (fact(self.words, "word"))
                        (fact(stats.terms, "term"))
                        (fact(index.size, "byte"))
                        (fact(report.faults.len(), "problem"))
                        div { dt { "seconds to build" } dd { (format!("{:.2}", took.as_secs_f64())) } }
                    }
                    (self.time_section())
                    (self.terms_section())
                    (self.languages_section())
                    (sizes(index.parts()?, index.size, index.posts))
                    (self.skipped(report))
                    @if let Some(outcome) = outcome { (searches(outcome)) }
                    (slow(&times))
                }
            }
        };
        Ok(page.into_string())
    }

    fn time_section(&self) -> Markup {
        let dated: usize = self.days.values().sum();
        let (unit, periods) = periods(&self.days);
        html! {
            section.wide {
                h2 { "Posts over time" }
                @if periods.is_empty() {
                    p.note { "No post has a date." }
                } @else {
                    p.note {
                        "By " (unit) "; " (counted(dated, "post")) " with a date, "
                        (grouped(self.posts - dated)) " without."
                    }
                    (columns(unit, &periods))
                }
            }
        }
    }

    fn terms_section(&self) -> Markup {
        let mut terms: Vec<(&str, usize)> = self
            .terms
            .iter()
            .map(|(term, (posts, _))| (&**term, *posts))
            .collect();
        terms.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let ranks = terms.iter().enumerate();
        let ranks: Vec<(f64, f64)> = ranks
            .map(|(rank, &(_, posts))| (rank as f64 + 1.0, posts as f64))
            .collect();
        let frequent: Vec<(String, usize)> = terms
            .iter()
            .take(NAMED)
            .map(|&(term, posts)| (term.to_owned(), posts))
            .collect();
        let once = terms
            .iter()
            .rev()
            .take_while(|(_, posts)| *posts == 1)
            .count();
        let mut growth = self.growth.clone();
        if growth
            .last()
            .is_some_and(|&(posts, _)| posts < self.posts as f64)
        {
            growth.push((self.posts as f64, self.terms.len() as f64));
        }
        html! {
            section {
                h2 { "Terms" }
                p.note {
                    "Of titles and texts, without tags and links: " (counted(terms.len(), "different term")) ", "
                    (grouped(once)) " of them in one post only."
                }
                div.pair {
                    div {
                        h3 { "Different terms, by how many posts were read" }
                        (curve(&growth, Scale::Linear, "post", "term"))
                    }
                    div {
                        h3 { "Posts of a term, by its rank, both on logarithmic scales" }
                        (curve(&thinned(&ranks), Scale::Log, "term", "post"))
                    }
                }
                h3 { "In most posts" }
                (rows(&frequent, self.posts))
            }
        }
    }

    fn languages_section(&self) -> Markup {
        let named = |counts: &BTreeMap<String, usize>, none: &str| {
            let counts = counts.iter().map(|(name, count)| {
                let name = if name.is_empty() { none } else { name.as_str() };
                (name, *count)
            });
            descending(counts)
        };
        let kinds = named(&self.kinds, "text alone");
        let sources = named(&self.sources, "no name");
        html! {
            section {
                h2 { "Languages and scripts" }
                p.note { "Languages are guessed from letters." }
                div.pair {
                    div { h3 { "Posts by language" } (rows(&descending(self.languages.iter().map(|(name, count)| (*name, *count))), self.posts)) }
                    div { h3 { "Words by script" } (rows(&descending(self.scripts.iter().map(|(name, count)| (*name, *count))), self.words)) }
                }
                @if kinds.len() > 1 || sources.len() > 1 {
                    div.pair {
                        @if kinds.len() > 1 { div { h3 { "Posts by kind" } (rows(&kinds, self.posts)) } }
                        @if sources.len() > 1 { div { h3 { "Posts by source" } (rows(&sources, self.posts)) } }
                    }
                }
            }
        }
    }

    fn skipped(&self, report: &Report) -> Markup {
        let reasons = report.reasons();
        let reasons = descending(
            reasons
                .iter()
                .map(|(reason, count)| (reason.to_string(), *count)),
        );
        let all = reasons.iter().map(|(_, count)| count).sum();
        html! {
            section {
                h2 { "Left out" }
                @if reasons.is_empty() && report.faults.is_empty() {
                    p.note { "Nothing: all that was read is in a post." }
                }
                @if !reasons.is_empty() {
                    p.note { (counted(all, "thing")) " in which nothing is wrong; " code { "juya check" } " says which." }
                    (rows(&reasons, all))
                }
                @if !report.faults.is_empty() {
                    h3.bad { (counted(report.faults.len(), "problem")) }
                    ol {
                        @for fault in report.faults.iter().take(FAULTS) {
                            li { bdi { (fault.to_string()) } }
                        }
                    }
                    @if report.faults.len() > FAULTS {
                        p.note { "and " (grouped(report.faults.len() - FAULTS)) " more; " code { "juya check" } " lists them all." }
                    }
                }
            }
        }
    }
}

fn fact(count: usize, thing: &str) -> Markup {
    let things = if count == 1 { "" } else { "s" };
    html! { div { dt { (thing) (things) } dd { (grouped(count)) } } }
}

fn sizes(parts: Vec<(String, usize)>, size: usize, posts: usize) -> Markup {
    let parts: Vec<_> = descending(parts.into_iter())
        .into_iter()
        .filter(|(_, bytes)| *bytes > 0)
        .collect();
    let per_post = size as f64 / posts.max(1) as f64;
    html! {
        section {
            h2 { "Bytes of the index" }
            p.note { (grouped(size)) " in all, " (format!("{per_post:.1}")) " a post." }
            (rows(&parts, size))
        }
    }
}

fn searches(outcome: &Outcome) -> Markup {
    html! {
        section {
            h2 { "Searches that must work" }
            p { (outcome.say()) "." }
            @for failure in &outcome.failures {
                pre.bad { (failure) }
            }
        }
    }
}

fn slow(times: &[(f64, &str)]) -> Markup {
    let sorted: Vec<f64> = times.iter().rev().map(|(time, _)| *time).collect();
    let [median, most] = [50, 99].map(|percent| eval::percentile(&sorted, percent));
    let longest = times.first().map_or(0.0, |(time, _)| *time);
    html! {
        section {
            h2 { "Slowest searches" }
            p.note {
                (grouped(times.len())) @if times.len() == 1 { " search" } @else { " searches" }
                " made of words of the posts and of the queries given, by this machine: median "
                (milliseconds(median)) ", 99 % within " (milliseconds(most)) "."
            }
            table {
                @for (time, query) in times.iter().take(NAMED) {
                    tr {
                        th scope="row" { bdi { (shortened(query)) } }
                        td.plot { (bar(*time, longest)) }
                        td.number { (milliseconds(*time)) }
                    }
                }
            }
        }
    }
}

fn milliseconds(time: f64) -> String {
    format!("{time:.2} ms")
}

/// How long each search takes, in milliseconds, the longest first.
fn time<'q>(index: &Opened<'_>, queries: &[&'q str]) -> Result<Vec<(f64, &'q str)>> {
    let options = eval::options();
    let mut times = Vec::new();
    for &query in queries {
        // What it has to read is no part of the time.
        index.ask(|index| index.search(query, &options))?;
        let start = Instant::now();
        std::hint::black_box(index.ask(|index| index.search(query, &options))?);
        times.push((start.elapsed().as_secs_f64() * 1e3, query));
    }
    times.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(times)
}

/// The script of a term, by its first letter.
fn script(term: &str) -> &'static str {
    match term.chars().next().unwrap_or_default() {
        '\u{600}'..='\u{6ff}' => "Arabic",
        c if c.is_ascii_digit() => "digits",
        'a'..='z' | '\u{c0}'..='\u{24f}' => "Latin",
        '\u{370}'..='\u{3ff}' => "Greek",
        '\u{400}'..='\u{52f}' => "Cyrillic",
        '\u{590}'..='\u{5ff}' => "Hebrew",
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' => "East Asian",
        c if c.is_alphabetic() => "another script",
        _ => "emoji and signs",
    }
}

/// The language of a post as its letters suggest.
fn language(post: &Post) -> &'static str {
    let mut letters = Letters::default();
    letters.count(&post.title);
    letters.count(&post.text);
    let most = |count: usize| count * 4 >= letters.all() * 3;
    match () {
        () if letters.all() == 0 => "no letters",
        () if most(letters.arabic) && letters.is_persian() => "Persian",
        () if most(letters.arabic) => "Arabic",
        () if most(letters.latin) => "Latin letters",
        () if most(letters.other) => "other letters",
        () if letters.arabic > 0 && letters.latin > 0 => "Persian or Arabic, and Latin letters",
        () => "mixed",
    }
}

/// Largest first.
fn descending<N: ToString>(counts: impl Iterator<Item = (N, usize)>) -> Vec<(String, usize)> {
    let mut counts: Vec<_> = counts
        .map(|(name, count)| (name.to_string(), count))
        .collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// Whether it has the form of a day. What has not is in no order with those that have.
fn is_day(day: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    day.len() == 10 && day.bytes().enumerate().all(fits)
}

/// Posts by the shortest period that fits: without gaps. Dates of another form are left out.
fn periods(days: &BTreeMap<String, usize>) -> (&'static str, Vec<(String, usize)>) {
    const MOST: usize = 72;
    // By so many characters of a day, and what makes a name of them.
    const UNITS: [(&str, usize, &str); 5] = [
        ("day", 10, ""),
        ("month", 7, ""),
        ("year", 4, ""),
        ("decade", 3, "0s"),
        ("century", 2, "00s"),
    ];
    for (unit, length, ending) in UNITS {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (day, count) in days.iter().filter(|(day, _)| is_day(day)) {
            *counts.entry(&day[..length]).or_default() += count;
        }
        let (Some((first, _)), Some((last, _))) =
            (counts.first_key_value(), counts.last_key_value())
        else {
            break;
        };
        let mut all = vec![(*first).to_owned()];
        while let Some(period) = all.last().filter(|period| period.as_str() < *last) {
            if all.len() > MOST && unit != "century" {
                break;
            }
            let Some(next) = following(period) else {
                break;
            };
            all.push(next);
        }
        if all.len() <= MOST || unit == "century" {
            let count = |period: String| {
                let count = counts.get(period.as_str()).copied().unwrap_or_default();
                (period + ending, count)
            };
            return (unit, all.into_iter().map(count).collect());
        }
    }
    ("day", Vec::new())
}

/// The period after this one.
fn following(period: &str) -> Option<String> {
    let mut parts = period.split('-').map(|part| part.parse::<u32>().ok());
    let year = parts.next()??;
    let Some(month) = parts.next() else {
        return Some(format!("{:0width$}", year + 1, width = period.len()));
    };
    let month = month?;
    let (next_year, next_month) = if month >= 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    let Some(day) = parts.next() else {
        return Some(format!("{next_year:04}-{next_month:02}"));
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    Some(match day? {
        day if day >= length => format!("{next_year:04}-{next_month:02}-01"),
        day => format!("{year:04}-{month:02}-{:02}", day + 1),
    })
}

/// As many points as a plot can show, the first and the last among them.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut thinned: Vec<(f64, f64)> = Vec::new();
    for (number, &(x, y)) in (1..).zip(points) {
        let is_next = thinned.last().is_none_or(|&(last, _)| x >= last * 1.03);
        if is_next || number == points.len() {
            thinned.push((x, y));
        }
    }
    thinned
}

/// As much of a name as tells it from others.
fn shortened(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(NAME) {
        Some((end, _)) => format!("{}…", &name[..end]).into(),
        None => name.into(),
    }
}

/// A table of names and numbers, each with a bar of its share.
fn rows(counts: &[(String, usize)], all: usize) -> Markup {
    let largest = counts
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or_default();
    html! {
        table {
            @for (name, count) in counts {
                tr {
                    th scope="row" { bdi { (shortened(name)) } }
                    td.plot { (bar(*count as f64, largest as f64)) }
                    td.number { (grouped(*count)) }
                    td.number { (format!("{:.1} %", 100.0 * *count as f64 / all.max(1) as f64)) }
                }
            }
        }
    }
}

fn bar(value: f64, largest: f64) -> Markup {
    let width = if largest > 0.0 {
        100.0 * value / largest
    } else {
        0.0
    };
    html! {
        svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.bar width=(format!("{width:.2}")) height="10" {}
        }
    }
}

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 130.0;
/// For what is written below a plot, and above.
const BELOW: f64 = 24.0;
const ABOVE: f64 = 24.0;

/// Posts by period, as columns.
fn columns(unit: &str, periods: &[(String, usize)]) -> Markup {
    let width = WIDTH * 2.0;
    let largest = periods
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or_default();
    let step = width / periods.len().max(1) as f64;
    let (first, last) = (periods.first(), periods.last());
    let column = |number: usize, count: usize| {
        let height = HEIGHT * count as f64 / largest.max(1) as f64;
        (number as f64 * step, ABOVE + HEIGHT - height, height)
    };
    html! {
        svg viewBox=(format!("0 0 {width} {}", ABOVE + HEIGHT + BELOW)) role="img" aria-label="Posts over time" {
            @for (number, (period, count)) in periods.iter().enumerate() {
                @let (x, y, height) = column(number, *count);
                rect.bar x=(format!("{x:.1}")) y=(format!("{y:.1}"))
                    width=(format!("{:.1}", (step * 0.85).min(48.0))) height=(format!("{height:.1}")) {
                    title { (period) ": " (counted(*count, "post")) }
                }
            }
            line.axis x1="0" x2=(width) y1=(ABOVE + HEIGHT) y2=(ABOVE + HEIGHT) {}
            text x="0" y="18" { (counted(largest, "post")) " in a " (unit) ", at most" }
            @if let Some((first, _)) = first { text x="0" y=(ABOVE + HEIGHT + 20.0) { (first) } }
            @if let Some((last, _)) = last && periods.len() > 1 {
                text x=(width) y=(ABOVE + HEIGHT + 20.0) text-anchor="end" { (last) }
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Scale {
    Linear,
    /// Both axes.
    Log,
}

/// A line through points, ascending by their first number, which counts `x_thing`; the second
/// counts `y_thing`.
fn curve(points: &[(f64, f64)], scale: Scale, x_thing: &str, y_thing: &str) -> Markup {
    if points.len() < 2 {
        return html! { p.note { "Too little for a plot." } };
    }
    let at = |value: f64| match scale {
        Scale::Linear => value,
        Scale::Log => value.max(1.0).ln(),
    };
    let (mut right, mut top) = (0.0_f64, 0.0_f64);
    for &(x, y) in points {
        (right, top) = (right.max(x), top.max(y));
    }
    let share = |value: f64, most: f64| {
        if at(most) > 0.0 {
            at(value) / at(most)
        } else {
            0.0
        }
    };
    let place = |&(x, y): &(f64, f64)| {
        let (x, y) = (
            WIDTH * share(x, right),
            ABOVE + HEIGHT * (1.0 - share(y, top)),
        );
        format!("{x:.1},{y:.1}")
    };
    let line = points.iter().map(place).collect::<Vec<_>>().join(" ");
    let bottom = ABOVE + HEIGHT;
    let least = match scale {
        Scale::Linear => "0",
        Scale::Log => "1",
    };
    let [x_most, y_most] =
        [(right, x_thing), (top, y_thing)].map(|(most, thing)| counted(most as usize, thing));
    let label = format!("{y_thing}s by {x_thing}s, up to {y_most} and {x_most}");
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {}", bottom + BELOW)) role="img" aria-label=(label) {
            line.axis x1="0" x2=(WIDTH) y1=(bottom) y2=(bottom) {}
            line.axis x1="0" x2="0" y1=(ABOVE) y2=(bottom) {}
            polyline.curve points=(line) {}
            text x="4" y="18" { (y_most) }
            text x="0" y=(bottom + 16.0) { (least) }
            text x=(WIDTH) y=(bottom + 16.0) text-anchor="end" { (x_most) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_no_gaps_and_fit() {
        let days = |days: &[&str]| days.iter().map(|day| ((*day).to_owned(), 2)).collect();
        let (unit, all) = periods(&days(&["2023-12-30", "2024-01-02"]));
        assert_eq!(unit, "day");
        let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            ["2023-12-30", "2023-12-31", "2024-01-01", "2024-01-02"]
        );
        assert_eq!(all.iter().map(|(_, count)| count).sum::<usize>(), 4);
        assert_eq!(periods(&days(&["2024-02-28", "2024-03-01"])).1.len(), 3);
        let (unit, all) = periods(&days(&["2022-11-30", "2024-01-02"]));
        assert_eq!((unit, all.len()), ("month", 15));
        let (unit, all) = periods(&days(&["1988-11-30", "2024-01-02"]));
        assert_eq!((unit, all.len()), ("year", 37));
        let (unit, all) = periods(&days(&["1802-11-30", "2024-01-02"]));
        assert_eq!((unit, all.len()), ("decade", 23));
        let (unit, all) = periods(&days(&["0001-01-01", "2024-01-02", "9999-12-31"]));
        assert_eq!((unit, all.len()), ("century", 100));
        assert_eq!(all.first(), Some(&("0000s".to_owned(), 2)));
        assert_eq!(all.get(20), Some(&("2000s".to_owned(), 2)));
        assert!(periods(&days(&[])).1.is_empty());
        // No date that an input can have hangs it or makes it fail.
        for odd in ["xxxx-99-99", "2024-00-00", "9999-99-99", "----------"] {
            periods(&days(&[odd, "2024-01-02"]));
        }
    }

    #[test]
    fn what_is_thinned_keeps_its_ends() {
        let points: Vec<(f64, f64)> = (1..=1000).map(|x| (f64::from(x), 0.0)).collect();
        let thinned = thinned(&points);
        assert!(thinned.len() < 300);
        assert_eq!(thinned.first(), points.first());
        assert_eq!(thinned.last(), points.last());
    }

    #[test]
    fn a_search_is_made_of_words_that_somebody_may_type() {
        let mut seen = Seen::default();
        for text in ["x".repeat(1 << 20), format!("{} word", "y".repeat(100))] {
            seen.see(&Post {
                text,
                ..Post::default()
            });
        }
        assert_eq!(seen.samples, ["", "word"]);
        assert_eq!(shortened("شبکه"), "شبکه");
        assert_eq!(shortened(&"ش".repeat(1000)), "ش".repeat(NAME) + "…");
    }

    #[test]
    fn languages_by_letters() {
        let of = |text: &str| {
            language(&Post {
                text: text.to_owned(),
                ..Post::default()
            })
        };
        assert_eq!(of("شبکه‌های عصبی پیچشی"), "Persian");
        assert_eq!(of("الشبكة العصبية"), "Arabic");
        assert_eq!(of("neural networks"), "Latin letters");
        assert_eq!(of("مدل BERT"), "Persian or Arabic, and Latin letters");
        assert_eq!(of("42 😀"), "no letters");
    }
}
