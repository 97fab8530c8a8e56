//! `juya eval`: whether searches that must work do ([`gate`]); or how well queries whose answers are
//! known are answered, and how fast: of one index, or of a folder of sets ([`sets`]).
//!
//! The measures, each a mean over the queries, of the ten best hits:
//!
//! - MRR@10: one over the rank of the first relevant post, 0 where there is none;
//! - success@1: whether the first hit is relevant;
//! - recall@10: how many relevant posts are there, of those that could be (ten at most);
//! - nDCG@10: the sum of grade / log2(rank + 1) of the hits, over that of the best order
//!   (Järvelin and Kekäläinen 2002, with the grade itself as gain).
//!
//! All processors answer the queries; the time is taken afterwards, of one query after the other
//! on one thread, with nothing else going on in this process.

mod sets;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use juya_engine::Options;
use serde::Deserialize;

use crate::files::{self, Opened};
use crate::gate::{self, Gate};
use crate::grouped;

const DEPTH: usize = 10;
/// Of more queries than these, evenly spaced ones are timed.
const TIMED: usize = 500;

#[derive(clap::Args)]
#[command(after_help = help())]
pub(crate) struct Arguments {
    /// An index.juya or a folder that holds one, with QUERIES, or with --queries and --qrels; else a
    /// folder of sets
    #[arg(value_name = "INDEX|SETS")]
    path: PathBuf,
    /// Searches that must work; it is an error if one does not
    #[arg(value_name = "QUERIES", conflicts_with_all = ["queries", "sets"])]
    searches: Option<PathBuf>,
    /// Among so many first hits a search of QUERIES must find its post
    #[arg(long, value_name = "N", default_value_t = gate::WITHIN, requires = "searches")]
    within: NonZeroUsize,
    /// JSON lines: {"id", "text"}
    #[arg(long, value_name = "FILE", requires = "qrels")]
    queries: Option<PathBuf>,
    /// The relevant posts: query id, post id and grade, with tabs between
    #[arg(long, value_name = "FILE", requires = "queries")]
    qrels: Option<PathBuf>,
    /// Writes the hits: query id, post id and rank from 1, with tabs between
    #[arg(long, value_name = "FILE", requires = "queries")]
    run: Option<PathBuf>,
    #[command(flatten)]
    sets: sets::Arguments,
    /// Does without a part of the search, for measuring what it gives
    #[cfg(feature = "ablate")]
    #[arg(long, value_name = "PART")]
    without: Vec<String>,
}

fn help() -> String {
    format!("{}\n\n{}", gate::FORM, sets::HELP)
}

#[derive(Deserialize)]
struct Query {
    id: Id,
    text: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(i64),
}

impl Id {
    fn into_string(self) -> String {
        match self {
            Id::Text(id) => id,
            Id::Number(id) => id.to_string(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    #[cfg(feature = "ablate")]
    juya_engine::ablate::without(&arguments.without).map_err(anyhow::Error::msg)?;
    if let Some(path) = &arguments.searches {
        let gate = Gate::read(path, arguments.within)?;
        let outcome = gate.check(&files::open(&arguments.path)?)?;
        outcome.judge()?;
        writeln!(out, "{}", outcome.say())?;
        return Ok(());
    }
    let (Some(queries), Some(qrels)) = (&arguments.queries, &arguments.qrels) else {
        return sets::run(&arguments.path, &arguments.sets, out);
    };
    let index = files::open(&arguments.path)?;
    let measured = measure(&index, queries, qrels)?;
    let Measures {
        mrr,
        success,
        recall,
        ndcg,
    } = measured.mean;
    writeln!(
        out,
        "queries {}  MRR@10 {mrr:.4}  success@1 {success:.4}  recall@10 {recall:.4}  \
         nDCG@10 {ndcg:.4}",
        measured.queries
    )?;
    writeln!(
        out,
        "latency p50 {:.3} ms  p99 {:.3} ms",
        measured.p50, measured.p99
    )?;
    let [files, bytes] = measured
        .cold
        .each_ref()
        .map(|counts| [50, 99].map(|percent| percentile(counts, percent)));
    writeln!(
        out,
        "bytes read per query p50 {:.0}  p99 {:.0}, in blocks p50 {:.0}  p99 {:.0}, \
         after {} bytes read once to open the index",
        bytes[0],
        bytes[1],
        files[0],
        files[1],
        grouped(measured.opened),
    )?;
    if let Some(path) = &arguments.run {
        files::write(path, measured.run.as_bytes())?;
    }
    Ok(())
}

/// How an index answered.
struct Measured {
    /// How many were asked that have an answer.
    queries: usize,
    mean: Measures,
    /// Milliseconds.
    p50: f64,
    p99: f64,
    /// How many blocks a query reads, and how many bytes, where none was read before; ascending.
    cold: [Vec<f64>; 2],
    /// How many bytes are read before the first query.
    opened: usize,
    /// All hits: query id, post id and rank.
    run: String,
}

fn measure(index: &Opened<'_>, queries_path: &Path, qrels_path: &Path) -> Result<Measured> {
    let queries = read_queries(queries_path)?;
    let qrels = Qrels::read(qrels_path)?;
    let found = answer(index, &queries)?;
    let mut run = String::new();
    let mut hits: HashMap<&str, &[String]> = HashMap::new();
    for ((id, _), found) in queries.iter().zip(&found) {
        for (rank, post) in found.iter().enumerate() {
            run += &format!("{id}\t{post}\t{}\n", rank + 1);
        }
        hits.insert(id, found);
    }
    let asked: Vec<&str> = qrels
        .queries
        .iter()
        .map(String::as_str)
        .filter(|id| hits.contains_key(id))
        .collect();
    if asked.is_empty() {
        bail!(
            "no query of {} has a relevant post in {}; do the two belong together?",
            queries_path.display(),
            qrels_path.display()
        );
    }
    let mut sum = Measures::default();
    for id in &asked {
        sum.add(&Measures::of(hits[id], &qrels.grades[*id]));
    }
    let milliseconds = time(index, &queries)?;
    let cold = cold(index, &queries)?;
    let opened = index.stats()?.bytes.first().map_or(0, |(_, size)| *size);
    Ok(Measured {
        queries: asked.len(),
        mean: sum.over(asked.len()),
        p50: percentile(&milliseconds, 50),
        p99: percentile(&milliseconds, 99),
        cold,
        opened: if index.is_whole()? {
            index.size
        } else {
            opened
        },
        run,
    })
}

pub(crate) fn options() -> Options {
    Options {
        limit: DEPTH,
        facets: false,
        ..Options::default()
    }
}

/// The ids of the hits of each query, in the order of the queries.
fn answer(index: &Opened<'_>, queries: &[(String, String)]) -> Result<Vec<Vec<String>>> {
    let (next, options) = (AtomicUsize::new(0), options());
    let progress = ProgressBar::new(queries.len() as u64);
    let work = || -> Result<Vec<(usize, Vec<String>)>> {
        let mut answered = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some((_, text)) = queries.get(at) else {
                return Ok(answered);
            };
            let hits = index.ask(|index| index.search(text, &options))?.hits;
            answered.push((at, hits.into_iter().map(|hit| hit.id).collect()));
            progress.inc(1);
        }
    };
    let mut found = vec![Vec::new(); queries.len()];
    thread::scope(|scope| -> Result<()> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut answered = work()?;
        for other in others {
            match other.join() {
                Ok(more) => answered.extend(more?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        for (at, hits) in answered {
            found[at] = hits;
        }
        Ok(())
    })?;
    progress.finish_and_clear();
    Ok(found)
}

/// How long each query takes, in milliseconds, ascending.
fn time(index: &Opened<'_>, queries: &[(String, String)]) -> Result<Vec<f64>> {
    let options = options();
    let count = queries.len().min(TIMED);
    let timed = (0..count).map(|n| &queries[n * queries.len() / count]);
    let mut milliseconds = Vec::new();
    for (_, text) in timed {
        // What it has to read is no part of the time.
        index.ask(|index| index.search(text, &options))?;
        let start = Instant::now();
        std::hint::black_box(index.ask(|index| index.search(text, &options))?);
        milliseconds.push(start.elapsed().as_secs_f64() * 1e3);
    }
    milliseconds.sort_by(f64::total_cmp);
    Ok(milliseconds)
}

/// How many blocks, and how many bytes, each query reads of an index of which nothing was read but
/// what opens it; ascending.
fn cold(index: &Opened<'_>, queries: &[(String, String)]) -> Result<[Vec<f64>; 2]> {
    let options = options();
    let count = queries.len().min(TIMED);
    let mut read = [Vec::new(), Vec::new()];
    for at in 0..count {
        let (_, text) = &queries[at * queries.len() / count];
        index.forget();
        let before = index.read();
        index.ask(|index| index.search(text, &options))?;
        for ((counts, before), after) in read.iter_mut().zip(before).zip(index.read()) {
            counts.push((after - before) as f64);
        }
    }
    read.iter_mut()
        .for_each(|counts| counts.sort_by(f64::total_cmp));
    Ok(read)
}

/// Id and text, in the order of the file.
fn read_queries(path: &Path) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let (mut queries, mut seen) = (Vec::new(), HashSet::new());
    for (number, line) in (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let Query { id, text } = serde_json::from_str(line).with_context(|| {
            format!(
                "{}:{number}: not a query {{\"id\", \"text\"}}",
                path.display()
            )
        })?;
        let id = id.into_string();
        if !seen.insert(id.clone()) {
            bail!(
                "{}:{number}: the id {id:?} stands there again; each query needs its own",
                path.display()
            );
        }
        queries.push((id, text));
    }
    Ok(queries)
}

/// Which posts are relevant.
struct Qrels {
    /// The queries that have any, in the order of the file, which is that of summing up.
    queries: Vec<String>,
    /// By query and post; all above 0.
    grades: HashMap<String, HashMap<String, f64>>,
}

impl Qrels {
    fn read(path: &Path) -> Result<Qrels> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let mut qrels = Qrels {
            queries: Vec::new(),
            grades: HashMap::new(),
        };
        for (number, line) in (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let mut words = line.split_whitespace();
            let fields = (
                words.next(),
                words.next(),
                words.next().and_then(|w| w.parse().ok()),
            );
            let (Some(query), Some(post), Some(grade)) = fields else {
                bail!(
                    "{}:{number}: not a query id, a post id and a grade with tabs between",
                    path.display()
                );
            };
            if grade > 0.0 {
                if !qrels.grades.contains_key(query) {
                    qrels.queries.push(query.to_owned());
                }
                qrels
                    .grades
                    .entry(query.into())
                    .or_default()
                    .insert(post.into(), grade);
            }
        }
        Ok(qrels)
    }
}

#[derive(Default)]
struct Measures {
    mrr: f64,
    success: f64,
    recall: f64,
    ndcg: f64,
}

impl Measures {
    /// Of one query, by its hits, best first, and the grades of the relevant posts.
    fn of(hits: &[String], grades: &HashMap<String, f64>) -> Measures {
        let hits = &hits[..hits.len().min(DEPTH)];
        let discount = |at: usize| (at as f64 + 2.0).log2();
        let first = hits.iter().position(|hit| grades.contains_key(hit));
        let found = hits.iter().filter(|hit| grades.contains_key(*hit)).count();
        let gains = hits.iter().enumerate();
        let dcg: f64 = gains
            .map(|(at, hit)| grades.get(hit).unwrap_or(&0.0) / discount(at))
            .sum();
        let mut best: Vec<f64> = grades.values().copied().collect();
        best.sort_by(|a, b| b.total_cmp(a));
        let ideal: f64 = best
            .iter()
            .take(DEPTH)
            .enumerate()
            .map(|(at, grade)| grade / discount(at))
            .sum();
        Measures {
            mrr: first.map_or(0.0, |at| 1.0 / (at as f64 + 1.0)),
            success: if first == Some(0) { 1.0 } else { 0.0 },
            recall: found as f64 / grades.len().min(DEPTH) as f64,
            ndcg: dcg / ideal,
        }
    }

    fn add(&mut self, other: &Measures) {
        self.mrr += other.mrr;
        self.success += other.success;
        self.recall += other.recall;
        self.ndcg += other.ndcg;
    }

    /// The mean, where this is the sum.
    fn over(&self, count: usize) -> Measures {
        let count = count as f64;
        Measures {
            mrr: self.mrr / count,
            success: self.success / count,
            recall: self.recall / count,
            ndcg: self.ndcg / count,
        }
    }
}

/// The least of the sorted values that `percent` of them do not exceed; 0 if there are none.
pub(crate) fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_one_query() {
        let grades = HashMap::from([("a".to_owned(), 1.0), ("b".to_owned(), 3.0)]);
        let hits = |ids: &[&str]| ids.iter().map(|id| id.to_string()).collect::<Vec<_>>();
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;

        let best = Measures::of(&hits(&["b", "a", "x"]), &grades);
        assert!(close(best.mrr, 1.0) && close(best.success, 1.0));
        assert!(close(best.recall, 1.0) && close(best.ndcg, 1.0));

        let second = Measures::of(&hits(&["x", "a"]), &grades);
        assert!(close(second.mrr, 0.5) && close(second.success, 0.0) && close(second.recall, 0.5));
        let log3 = 3f64.log2();
        assert!(close(second.ndcg, (1.0 / log3) / (3.0 + 1.0 / log3)));

        let none = Measures::of(&[], &grades);
        assert!(close(
            none.mrr + none.success + none.recall + none.ndcg,
            0.0
        ));
    }

    #[test]
    fn percentiles_by_nearest_rank() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!(percentile(&values, 50), 100.0);
        assert_eq!(percentile(&values, 99), 198.0);
        assert_eq!(percentile(&[7.0], 99), 7.0);
        assert_eq!(percentile(&[], 50), 0.0);
    }
}
