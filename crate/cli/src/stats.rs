//! `juya stats`: what an index holds and where its bytes go.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use juya_engine::Stats;
use serde::{Serialize, Serializer};

use crate::{files, grouped};

const JSON: &str = "\
JSON is one object on one line:
  {\"corpus\", \"posts\", \"terms\", \"bytes\": {\"SECTION\": N}, \"totalBytes\"}
`bytes` has the sections in the order of the file; they sum to `totalBytes`.";

#[derive(clap::Args)]
#[command(after_help = JSON)]
pub(crate) struct Arguments {
    /// An index.juya, or a folder that holds one, such as a built site
    index: PathBuf,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    corpus: &'a str,
    posts: usize,
    terms: usize,
    #[serde(serialize_with = "as_map")]
    bytes: &'a [(String, usize)],
    total_bytes: usize,
}

fn as_map<S: Serializer>(bytes: &[(String, usize)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(bytes.iter().map(|(section, size)| (section, size)))
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let index = files::open(&arguments.index)?;
    let total_bytes = index.size;
    let Stats {
        corpus,
        posts,
        terms,
        bytes,
    } = index.stats()?;
    if arguments.json {
        let report = Report {
            corpus: &corpus,
            posts,
            terms,
            bytes: &bytes,
            total_bytes,
        };
        serde_json::to_writer(&mut *out, &report)?;
        writeln!(out)?;
        return Ok(());
    }
    if !corpus.is_empty() {
        writeln!(out, "corpus  {corpus}")?;
    }
    writeln!(out, "posts   {}", grouped(posts))?;
    writeln!(out, "terms   {}", grouped(terms))?;
    let per_post = total_bytes as f64 / posts.max(1) as f64;
    writeln!(
        out,
        "bytes   {} ({per_post:.1} per post)",
        grouped(total_bytes)
    )?;
    for (section, size) in &bytes {
        let percent = 100.0 * *size as f64 / total_bytes as f64;
        writeln!(out, "  {section:<12} {:>12} {percent:5.1}%", grouped(*size))?;
    }
    Ok(())
}
