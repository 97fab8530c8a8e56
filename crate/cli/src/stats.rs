//! `juya stats`: what an index holds and where its bytes go.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use juya_engine::{Settings, Stats};
use serde::{Serialize, Serializer};

use crate::{files, grouped};

const JSON: &str = "\
JSON is one object on one line:
  {\"corpus\", \"posts\", \"terms\", \"settings\", \"bytes\": {\"SECTION\": N}, \"totalBytes\"}
`settings` has the `weights`, `synonyms` and `facets` that are not as ever, as juya.toml has them.
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
    settings: &'a Set,
    #[serde(serialize_with = "as_map")]
    bytes: &'a [(String, usize)],
    total_bytes: usize,
}

/// The settings that are not as they are unless set.
#[derive(Serialize)]
struct Set {
    #[serde(serialize_with = "as_map", skip_serializing_if = "Vec::is_empty")]
    weights: Vec<(&'static str, f64)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    synonyms: Vec<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<Vec<&'static str>>,
}

impl Set {
    fn of(settings: &Settings) -> Set {
        let unless_set = Settings::default();
        let weights = settings.weights().into_iter();
        Set {
            weights: weights
                .filter(|weight| !unless_set.weights().contains(weight))
                .collect(),
            synonyms: settings.synonyms(),
            facets: Some(settings.facets()).filter(|facets| *facets != unless_set.facets()),
        }
    }

    /// For people, as the command line has them.
    fn lines(&self) -> Vec<(&'static str, String)> {
        let weights = self.weights.iter();
        let weights = weights.map(|(field, weight)| ("weights", format!("{field}={weight}")));
        let synonyms = self.synonyms.iter();
        let synonyms = synonyms.map(|words| ("synonyms", words.join(", ")));
        let facets = self.facets.iter().map(|names| {
            let names = match names.is_empty() {
                true => "none".to_owned(),
                false => names.join(", "),
            };
            ("facets", names)
        });
        weights.chain(synonyms).chain(facets).collect()
    }
}

fn as_map<K: Serialize, V: Serialize, S: Serializer>(
    pairs: &[(K, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
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
    let settings = index.settings()?;
    let settings = Set::of(&settings);
    if arguments.json {
        let report = Report {
            corpus: &corpus,
            posts,
            terms,
            settings: &settings,
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
    let lines = settings.lines();
    if !lines.is_empty() {
        writeln!(out, "settings")?;
    }
    for (option, value) in &lines {
        writeln!(out, "  {option:<12} {value}")?;
    }
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
