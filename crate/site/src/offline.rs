//! What a site keeps in its readers' browsers for use without a network: the list of its files that
//! service workers read.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The files that hold the list.
pub(crate) const LISTS: [&str; 2] = ["sw.js", "offline.js"];
/// What the line of the list begins with.
const BEGIN: &str = "const BUILD = ";
/// How the list names `index.html`, which hosts may change: it has no hash.
const PAGE: &str = "./";

/// As `www/offline.js` describes it.
#[derive(Deserialize, Serialize)]
struct Build {
    version: String,
    files: BTreeMap<String, String>,
    later: Vec<String>,
}

/// Brings the list in `worker`, one of `LISTS`, up to date: `bytes` gives the content of a file that
/// is listed. `added` are files to keep from the first visit on, `later` the folders of which a file
/// is kept once it was asked for.
pub(crate) fn list<'a>(
    worker: &[u8],
    bytes: impl Fn(&str) -> Option<&'a [u8]>,
    added: &[&str],
    later: &[&str],
) -> Result<Vec<u8>> {
    let worker = str::from_utf8(worker).context("it is not UTF-8")?;
    let (line, old) = worker
        .lines()
        .find_map(|line| {
            let list = line.trim_start().strip_prefix(BEGIN)?.strip_suffix(';')?;
            Some((line, serde_json::from_str::<Build>(list).ok()?))
        })
        .context("it lists no files; build the page again with `make site`")?;
    let mut build = Build {
        version: String::new(),
        files: BTreeMap::new(),
        later: later.iter().map(|&folder| folder.to_owned()).collect(),
    };
    let mut version = Sha256::new();
    for name in old
        .files
        .keys()
        .map(String::as_str)
        .chain(added.iter().copied())
    {
        let file = if name == PAGE { "index.html" } else { name };
        let bytes = bytes(file).with_context(|| format!("it lists {file}, which is missing"))?;
        let hash = BASE64_STANDARD.encode(Sha256::digest(bytes));
        version.update(format!("{name} {hash}\n"));
        let integrity = if name == PAGE {
            String::new()
        } else {
            format!("sha256-{hash}")
        };
        build.files.insert(name.to_owned(), integrity);
    }
    build.version = version
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let list = serde_json::to_string(&build).context("the list cannot be written")?;
    Ok(worker
        .replacen(line, &format!("  {BEGIN}{list};"), 1)
        .into_bytes())
}
