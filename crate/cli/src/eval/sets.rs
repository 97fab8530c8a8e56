//! A folder of sets: each with its own posts, queries and answers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use juya_engine::Index;

use crate::files::Opened;
use serde::Serialize;

use super::{Measured, Measures, measure};

const QUERIES: &str = "queries.jsonl";
const QRELS: &str = "qrels.tsv";

pub(super) const HELP: &str = "\
A set is a folder with queries.jsonl, qrels.tsv, and docs.jsonl or docs.jsonl.gz: the posts, as
JSON lines or channel text. A docs.jsonl of one line that is no JSON names the file to read in its
place, from the set's folder. Its index is built in memory. A folder of sets may hold further
folders of sets; a set is named by its path.

JSON is one object on a line for each set:
  {\"set\", \"posts\", \"queries\", \"mrr\", \"success\", \"recall\", \"ndcg\", \"p50\", \"p99\"}
of the ten best hits; p50 and p99 are milliseconds.";

#[derive(clap::Args)]
#[group(id = "sets")]
pub(super) struct Arguments {
    /// Of a folder of sets: only this set, or those in this folder
    #[arg(long, value_name = "NAME", conflicts_with = "queries")]
    only: Option<String>,
    /// Also sets with compressed posts, which are large
    #[arg(long, conflicts_with = "queries")]
    slow: bool,
    /// Prints JSON
    #[arg(long, conflicts_with = "queries")]
    json: bool,
}

/// A set that was found.
struct Set {
    /// Its path from the folder of sets, with `/` between.
    name: String,
    folder: PathBuf,
    /// The file with the posts.
    docs: PathBuf,
}

impl Set {
    fn is_slow(&self) -> bool {
        is_compressed(&self.docs)
    }
}

#[derive(Serialize)]
struct Row<'a> {
    set: &'a str,
    posts: usize,
    queries: usize,
    mrr: f64,
    success: f64,
    recall: f64,
    ndcg: f64,
    p50: f64,
    p99: f64,
}

pub(super) fn run(folder: &Path, arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let mut sets = Vec::new();
    find(folder, "", &mut sets)?;
    if sets.is_empty() {
        bail!(
            "{}: no set there, which is a folder with docs.jsonl, {QUERIES} and {QRELS}; an index \
             is measured with --queries and --qrels",
            folder.display()
        );
    }
    if let Some(only) = &arguments.only {
        let only = only.trim_end_matches('/');
        let within = |name: &str| {
            let rest = name.strip_prefix(only);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let names: Vec<String> = sets.iter().map(|set| set.name.clone()).collect();
        sets.retain(|set| within(&set.name));
        if sets.is_empty() {
            bail!(
                "{}: no set {only:?} there; there are: {}",
                folder.display(),
                names.join(", ")
            );
        }
    } else if !arguments.slow {
        let (slow, quick) = sets.into_iter().partition(Set::is_slow);
        sets = quick;
        for set in slow {
            anstream::eprintln!(
                "{}: left out, its posts are compressed; --slow measures it",
                set.name
            );
        }
    }

    let width = sets.iter().map(|set| set.name.chars().count()).max();
    let width = width.unwrap_or(0).max(3);
    if !arguments.json {
        writeln!(
            out,
            "{:width$}  {:>7} {:>7}  {:>7} {:>9} {:>9} {:>7}  {:>8} {:>8}",
            "set",
            "posts",
            "queries",
            "MRR@10",
            "success@1",
            "recall@10",
            "nDCG@10",
            "p50 ms",
            "p99 ms"
        )?;
    }
    // Sets may share their posts.
    let mut indexes = HashMap::new();
    for set in &sets {
        let index = match indexes.entry(&set.docs) {
            Entry::Occupied(built) => built.into_mut(),
            Entry::Vacant(free) => free.insert(index(&set.docs)?),
        };
        let measured = measure(index, &set.folder.join(QUERIES), &set.folder.join(QRELS))
            .with_context(|| format!("the set {}", set.name))?;
        let row = row(&set.name, index, &measured);
        if arguments.json {
            serde_json::to_writer(&mut *out, &row)?;
            writeln!(out)?;
        } else {
            writeln!(
                out,
                "{:width$}  {:7} {:7}  {:7.4} {:9.4} {:9.4} {:7.4}  {:8.3} {:8.3}",
                row.set,
                row.posts,
                row.queries,
                row.mrr,
                row.success,
                row.recall,
                row.ndcg,
                row.p50,
                row.p99
            )?;
        }
        out.flush()?;
    }
    Ok(())
}

fn row<'a>(set: &'a str, index: &Opened, measured: &Measured) -> Row<'a> {
    let &Measures {
        mrr,
        success,
        recall,
        ndcg,
    } = &measured.mean;
    Row {
        set,
        posts: index.posts,
        queries: measured.queries,
        mrr,
        success,
        recall,
        ndcg,
        p50: measured.p50,
        p99: measured.p99,
    }
}

/// The sets in a folder and below it, in the order of the names.
fn find(folder: &Path, name: &str, sets: &mut Vec<Set>) -> Result<()> {
    if folder.join(QUERIES).is_file() {
        sets.push(Set {
            name: match (name, folder.file_name()) {
                ("", Some(own)) => own.to_string_lossy().into_owned(),
                _ => name.to_owned(),
            },
            docs: docs(folder)?,
            folder: folder.to_owned(),
        });
        return Ok(());
    }
    let read = || -> std::io::Result<Vec<_>> {
        let mut below = fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>()?;
        below.sort_by_key(fs::DirEntry::file_name);
        Ok(below)
    };
    for entry in read().with_context(|| folder.display().to_string())? {
        if entry.path().is_dir() {
            let own = entry.file_name();
            let own = own.to_string_lossy();
            let name = if name.is_empty() {
                own.into_owned()
            } else {
                format!("{name}/{own}")
            };
            find(&entry.path(), &name, sets)?;
        }
    }
    Ok(())
}

/// The file that holds the posts of a set.
fn docs(folder: &Path) -> Result<PathBuf> {
    let plain = folder.join("docs.jsonl");
    let packed = folder.join("docs.jsonl.gz");
    if !plain.is_file() {
        if packed.is_file() {
            return Ok(packed);
        }
        bail!(
            "{}: not there; a set needs its posts beside its {QUERIES}",
            plain.display()
        );
    }
    // More than a path may have is not looked at: the file may be large.
    let mut start = Vec::new();
    File::open(&plain)
        .and_then(|file| file.take(4096).read_to_end(&mut start))
        .with_context(|| plain.display().to_string())?;
    let named = std::str::from_utf8(&start).ok().map(str::trim);
    match named {
        Some(named) if !named.is_empty() && !named.contains(['\n', '{']) => {
            let target = folder.join(named);
            target.canonicalize().with_context(|| {
                format!(
                    "{}:1: names {}, which cannot be read",
                    plain.display(),
                    target.display()
                )
            })
        }
        _ => plain
            .canonicalize()
            .with_context(|| plain.display().to_string()),
    }
}

fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gz")
}

/// An index of the posts in a file.
fn index(docs: &Path) -> Result<Opened<'static>> {
    let context = || docs.display().to_string();
    let mut bytes = Vec::new();
    let mut file = File::open(docs).with_context(context)?;
    let path = if is_compressed(docs) {
        let mut decoder = MultiGzDecoder::new(file);
        decoder.read_to_end(&mut bytes).with_context(context)?;
        docs.with_extension("")
    } else {
        file.read_to_end(&mut bytes).with_context(context)?;
        docs.to_owned()
    };
    let read = juya_ingest::read_files(&[(path, bytes)])?;
    let index = juya_engine::build::build(&read.corpus).with_context(context)?;
    let index = Index::open(index).with_context(context)?;
    Ok(Opened::new(index, docs.to_owned()))
}
