//! Reads what people have into posts: the text of a Telegram channel, and JSON lines.
//!
//! A source is a file or a folder of files; which of the two shapes a file has is seen from its
//! content and its name. Nothing is lost in silence: for every line of every file an
//! [`Ingested`] says what became of it ([`Fate`]). Where anything is wrong, nothing is
//! returned but [`Faults`]: all of them, of all files, each with its place and remedy.
//!
//! ```
//! let line = br#"{"id": "a", "title": "Tokens", "text": "What is a token?"}"#;
//! let read = juya_ingest::read_files(&[("posts.jsonl".into(), line.to_vec())]).unwrap();
//! assert_eq!(read.corpus.posts[0].title, "Tokens");
//! ```
mod account;
mod channel;
mod fault;
mod jsonl;

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use juya_engine::{Corpus, Post};

pub use account::{Dropped, Fate, Part, Reason};
pub use fault::{Fault, Faults, Kind};

/// What was read from sources.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// The posts, file after file, each in the order of its file. The corpus has the name of the
    /// channel; of several channels, their names with `, ` between; of JSON lines alone, none.
    pub corpus: Corpus,
    /// The files read, in the order read.
    pub files: Vec<Source>,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// As given, or as found in the folder given.
    pub path: PathBuf,
    /// What became of each line; line 1 stands at index 0.
    pub fates: Vec<Fate>,
}

impl Ingested {
    /// The lines that are in no post, in the order read.
    pub fn dropped(&self) -> impl Iterator<Item = Dropped<'_>> {
        self.files.iter().flat_map(|source| {
            source
                .fates
                .iter()
                .enumerate()
                .filter_map(|(index, fate)| match *fate {
                    Fate::Dropped(reason) => Some(Dropped {
                        file: &source.path,
                        line: index + 1,
                        reason,
                    }),
                    Fate::Kept { .. } => None,
                })
        })
    }
}

/// Reads files and folders. A folder is read with all below it in the order of the names, without
/// what has a name that begins with a dot.
///
/// # Errors
///
/// All that is wrong with any of the files.
pub fn read_sources<P: AsRef<Path>>(paths: &[P]) -> Result<Ingested, Faults> {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        let (path, before) = (path.as_ref(), files.len() + faults.len());
        find(path, &mut files, &mut faults);
        if files.len() + faults.len() == before {
            faults.push(Fault::of_file(path, Kind::EmptyFolder));
        }
    }
    match (read_files(&files), faults.is_empty()) {
        (read, true) => read,
        (Ok(_), false) => Err(Faults(faults)),
        (Err(Faults(more)), false) => Err(Faults(faults.into_iter().chain(more).collect())),
    }
}

fn find(path: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>, faults: &mut Vec<Fault>) {
    let mut look = || -> std::io::Result<()> {
        if !fs::metadata(path)?.is_dir() {
            files.push((path.to_owned(), fs::read(path)?));
            return Ok(());
        }
        let mut below = fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
        below.retain(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
        below.sort_by_key(fs::DirEntry::file_name);
        for entry in below {
            find(&entry.path(), files, faults);
        }
        Ok(())
    };
    if let Err(error) = look() {
        faults.push(Fault::of_file(path, Kind::Unreadable(error.to_string())));
    }
}

/// Reads files that are in memory already, given by path and content.
///
/// # Errors
///
/// All that is wrong with any of the files.
pub fn read_files(files: &[(PathBuf, Vec<u8>)]) -> Result<Ingested, Faults> {
    let mut reading = Reading::default();
    for (path, bytes) in files {
        reading.file(path, bytes);
    }
    if !reading.faults.is_empty() {
        return Err(Faults(reading.faults));
    }
    let corpus = Corpus {
        name: reading.channels.join(", "),
        posts: reading.posts,
    };
    Ok(Ingested {
        corpus,
        files: reading.files,
    })
}

/// What has been read so far.
#[derive(Default)]
struct Reading<'a> {
    posts: Vec<Post>,
    /// Where each id was given.
    ids: HashMap<String, (&'a Path, usize)>,
    channels: Vec<String>,
    files: Vec<Source>,
    faults: Vec<Fault>,
}

impl<'a> Reading<'a> {
    fn file(&mut self, path: &'a Path, bytes: &[u8]) {
        let text = match str::from_utf8(bytes) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                let line = 1 + bytes[..error.valid_up_to()]
                    .iter()
                    .filter(|&&b| b == b'\n')
                    .count();
                self.faults.push(Fault::at(path, line, Kind::NotUtf8));
                return;
            }
        };
        let start = text.trim_start();
        if start.is_empty() {
            self.faults.push(Fault::of_file(path, Kind::EmptyFile));
            return;
        }
        let named = |names: &[&str]| {
            path.extension()
                .and_then(OsStr::to_str)
                .is_some_and(|have| names.iter().any(|name| have.eq_ignore_ascii_case(name)))
        };
        let fates = if named(&["jsonl", "ndjson"]) || start.starts_with('{') {
            jsonl::read(self, path, text)
        } else if let Some(channel) = channel::name(text) {
            channel::read(self, path, text, channel)
        } else {
            let kind = if named(&["txt"]) {
                Kind::NoClosingLine
            } else {
                Kind::UnknownKind
            };
            self.faults.push(Fault::of_file(path, kind));
            return;
        };
        self.files.push(Source {
            path: path.to_owned(),
            fates,
        });
    }
}
