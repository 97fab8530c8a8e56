//! `juya search`: the posts that match, for people or as JSON.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use juya_engine::{Hit, Interpretation, Options, Range, Share};

use crate::{counted, files, grouped};

const TITLE: Style = Style::new().bold();
const MATCH: Style = AnsiColor::Yellow.on_default().bold();
const DETAIL: Style = Style::new().dimmed();

/// Width of the longest bar, in characters.
const BAR: f32 = 20.0;

const JSON: &str = "\
JSON is one object on one line:
  {\"hits\": [{\"id\", \"url\", \"title\", \"excerpt\", \"titleRanges\": [{\"start\", \"end\"}],
    \"excerptRanges\": [{\"start\", \"end\"}], \"tags\": [\"…\"], \"links\": [\"…\"], \"date\", \"kind\",
    \"source\", \"score\",
    \"why\": [{\"word\", \"term\", \"source\", \"field\", \"score\"}]}],
   \"total\", \"facets\": {\"tags\": [{\"value\", \"count\"}],
   \"kinds\": […], \"sources\": […], \"years\": […]},
   \"interpretation\": {\"query\", \"why\"} or null}
`total` counts all posts that match. Ranges are half-open, in bytes of UTF-8, of the matched
words. `why` is there with --explain; its scores sum to the hit's.";

#[derive(clap::Args)]
#[command(after_help = JSON)]
pub(crate) struct Arguments {
    /// An index.juya, or a folder that holds one, such as a built site
    index: PathBuf,
    /// What to search for
    #[arg(allow_hyphen_values = true)]
    query: String,
    /// How many posts to print at most
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Prints JSON
    #[arg(long)]
    json: bool,
    /// Says what each score is made of
    #[arg(long)]
    explain: bool,
    /// Searches just what was typed: no other keyboard layout, script or spelling
    #[arg(long)]
    literal: bool,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let index = files::open(&arguments.index)?;
    let options = Options {
        limit: arguments.limit,
        explain: arguments.explain,
        literal: arguments.literal,
        facets: arguments.json,
        ..Options::default()
    };
    let page = index.ask(|index| index.search(&arguments.query, &options))?;
    if arguments.json {
        serde_json::to_writer(&mut *out, &page)?;
        writeln!(out)?;
        return Ok(());
    }
    if let Some(interpretation) = &page.interpretation {
        let Interpretation { query, why } = interpretation;
        writeln!(
            out,
            "{DETAIL}Results for {query} ({why}); --literal searches what was typed.{DETAIL:#}\n"
        )?;
    }
    for hit in &page.hits {
        print(hit, out)?;
    }
    match (page.hits.len(), page.total) {
        (_, 0) => writeln!(out, "no post matches")?,
        (shown, total) if shown == total => writeln!(out, "{}", counted(total, "post"))?,
        (shown, total) => writeln!(out, "{} of {}", grouped(shown), counted(total, "post"))?,
    }
    Ok(())
}

/// A line for each thing: a terminal that knows writing directions decides by line.
fn print(hit: &Hit, out: &mut impl Write) -> Result<()> {
    if hit.title.is_empty() {
        writeln!(out, "{TITLE}{}{TITLE:#}", hit.id)?;
    } else {
        writeln!(out, "{}", marked(&hit.title, &hit.title_ranges, TITLE))?;
    }
    if !hit.excerpt.is_empty() {
        writeln!(
            out,
            "{}",
            marked(&hit.excerpt, &hit.excerpt_ranges, Style::new())
        )?;
    }
    let mut details: Vec<String> = hit.tags.iter().map(|tag| format!("#{tag}")).collect();
    details.extend(
        [&hit.date, &hit.id]
            .into_iter()
            .filter(|text| !text.is_empty())
            .cloned(),
    );
    writeln!(out, "{DETAIL}{}{DETAIL:#}", details.join("  "))?;
    if !hit.url.is_empty() {
        writeln!(out, "{DETAIL}{}{DETAIL:#}", hit.url)?;
    }
    for share in hit.why.iter().flatten() {
        writeln!(out, "{}", bar(share, hit.score))?;
    }
    writeln!(out)?;
    Ok(())
}

/// The text in a style, its ranges in that of a match.
fn marked(text: &str, ranges: &[Range], style: Style) -> String {
    let (mut marked, mut done) = (String::new(), 0);
    let mut push = |part: &str, style: Style| {
        if !part.is_empty() {
            let _ = write!(marked, "{style}{part}{style:#}"); // writing to a String cannot fail
        }
    };
    for range in ranges {
        push(text.get(done..range.start).unwrap_or_default(), style);
        push(text.get(range.start..range.end).unwrap_or_default(), MATCH);
        done = range.end;
    }
    push(text.get(done..).unwrap_or_default(), style);
    marked
}

/// `██████  30%  word → term (exact, title)`
fn bar(share: &Share, score: f32) -> String {
    let part = if score > 0.0 {
        share.score / score
    } else {
        0.0
    };
    let length = (part * BAR).round().clamp(1.0, BAR) as usize;
    let Share {
        word,
        term,
        source,
        field,
        ..
    } = share;
    let mut line = format!(
        "{:width$} {:3.0}%  {word}",
        "█".repeat(length),
        part * 100.0,
        width = BAR as usize
    );
    if !term.is_empty() && term != word {
        line += &format!(" → {term}");
    }
    let how = [source.as_str(), field.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty());
    line + &format!(" ({})", how.collect::<Vec<_>>().join(", "))
}
