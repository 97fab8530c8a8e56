//! Puts an index beside the built page of Juya ([`adapt`]), or both into one file ([`single()`]).
//!
//! No compiler is needed for that: the page is the same for all indexes but for where it says which
//! one it searches, and what its service worker keeps. Files come and go as bytes by their path in
//! the site, so that this serves the native command and Node.js alike.

mod language;
mod offline;
mod single;

use std::mem;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use juya_engine::MANIFEST;
use juya_engine::build::Built;

pub use language::{Language, Letters, translate};

/// The name of an index in one file within a folder.
pub const INDEX: &str = "index.juya";
/// The folder of an index in shards, beside which that in one file would lie.
pub const FOLDER: &str = "index";

/// The files of a page by their path in the site.
pub type Files = Vec<(PathBuf, Vec<u8>)>;

/// Where the file stands that opens an index, relative to its folder, and that file.
pub fn entry(built: &Built) -> (String, &[u8]) {
    match built {
        Built::Whole(bytes) => (INDEX.to_owned(), bytes),
        Built::Shards(shards) => (format!("{FOLDER}/{MANIFEST}"), &shards.manifest),
    }
}

/// Makes the files of the page those of a site with an index of its own.
///
/// # Errors
///
/// The page is not one that `cargo xtask site` built.
pub fn adapt(mut site: Files, built: &Built) -> Result<Files> {
    let (name, index) = entry(built);
    let is = |name: &Path, wanted: &str| name == Path::new(wanted);
    for (_, bytes) in site.iter_mut().filter(|(name, _)| is(name, "index.html")) {
        *bytes = name_index(mem::take(bytes), &name)?;
    }
    // The blocks of an index in shards are kept as they are asked for.
    let folder = name.split_once('/').map(|(folder, _)| format!("{folder}/"));
    let blocks: Vec<&str> = folder.iter().map(String::as_str).collect();
    let mut lists = Vec::new();
    for list in offline::LISTS {
        let worker = site.iter().find(|(name, _)| is(name, list));
        let content = |file: &str| match file {
            _ if file == name => Some(index),
            _ => content(&site, file),
        };
        if let Some((file, worker)) = worker {
            let list = offline::list(worker, content, &[&name], &blocks)
                .with_context(|| format!("{list} of the built page"))?;
            lists.push((file.clone(), list));
        }
    }
    site.retain(|(name, _)| {
        !is(name, single::SCRIPT) && !lists.iter().any(|(list, _)| list == name)
    });
    site.append(&mut lists);
    Ok(site)
}

/// The page and an index in one file of HTML, which works opened from disk.
///
/// # Errors
///
/// The page is not one that `cargo xtask site` built.
pub fn single(site: &Files, index: &[u8]) -> Result<String> {
    single::page(|name| content(site, name), index)
}

/// Makes the page load this index in place of the one that its engine carries: the page asks
/// for the index that a link with this id names, if there is one.
fn name_index(page: Vec<u8>, index: &str) -> Result<Vec<u8>> {
    let link = format!(
        "  <link id=\"index\" rel=\"preload\" href=\"{index}\" as=\"fetch\" crossorigin>\n"
    );
    let page = String::from_utf8(page).context("index.html of the built page is not UTF-8")?;
    let head = page
        .find("</head>")
        .context("index.html of the built page has no </head>")?;
    let (before, after) = page.split_at(head);
    Ok([before, &link, after].concat().into_bytes())
}

/// The content of a file of the page.
fn content<'a>(site: &'a Files, file: &str) -> Option<&'a [u8]> {
    let mut files = site.iter();
    let (_, bytes) = files.find(|(name, _)| name == Path::new(file))?;
    Some(bytes)
}
