//! Reads what people have into posts: an export of Telegram, the text of a channel, pages, feeds,
//! tables, JSON lines.
//!
//! A source is a file or a folder of files, and several can be mixed; which [`Shape`] a file has
//! is seen from its content and its name. Posts are handed on one by one as they are read, so
//! that a source may be larger than the memory. Nothing is lost in silence: the [`Report`] says
//! what became of each file and of what is in it ([`Fate`]), and every [`Fault`] with its place
//! and remedy.
//!
//! ```
//! let line = br#"{"id": "a", "title": "Tokens", "text": "What is a token?"}"#;
//! let read = juya_ingest::read_files(&[("posts.jsonl".into(), line.to_vec())]).unwrap();
//! assert_eq!(read.corpus.posts[0].title, "Tokens");
//! ```
//!

// To add a kind of source: write `pub(crate) fn read(reader: &mut Reader, input: Input)`, which
// calls `keep`, `drop_lines` and `fault` of the reader; name it in `Shape`, in `Shape::of` and in
// `Reader::read`.
mod account;
mod channel;
pub mod config;
mod date;
mod fault;
mod feed;
mod files;
mod front;
mod html;
mod input;
mod jsonl;
mod markdown;
mod page;
mod progress;
mod reader;
mod shape;
mod site;
mod slug;
mod table;
mod telegram;
mod words;

use std::path::{Path, PathBuf};

use juya_engine::{Corpus, Post};

pub use account::{Dropped, Entry, Fate, Part, Reason, Source};
pub use fault::{Fault, Faults, Kind};
pub use files::{Disk, Files, Looked};
pub use progress::Progress;
pub use reader::Reader;
pub use shape::Shape;
pub use telegram::Channel;
pub use words::{Named, counted, grouped};

/// What is said of the sources that they do not say themselves.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the pages of a folder can be read: the address of each is this and its path.
    pub base_url: String,
    /// The user names of Telegram channels. One without a chat is that of the one chat that the
    /// exports are of.
    pub channels: Vec<Channel>,
    /// Told how far [`read_into`] is.
    pub progress: Progress,
}

/// What became of the sources.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The names of the channels that were read, each once, in the order read.
    pub channels: Vec<String>,
    /// The number of posts.
    pub posts: usize,
    /// The files read, in the order read.
    pub files: Vec<Source>,
    /// The files passed over, and why.
    pub left_out: Vec<(PathBuf, Reason)>,
    /// All that is wrong, in the order found. What a fault names is in no post; all else is.
    pub faults: Vec<Fault>,
    /// The sources, as given, that not one post came of. There is a fault for each.
    pub barren: Vec<PathBuf>,
}

impl Report {
    /// The name of the corpus: that of the channel; of several, with `, ` between; of none, none.
    pub fn name(&self) -> String {
        self.channels.join(", ")
    }

    /// The lines that are in no post, in the order read.
    pub fn dropped(&self) -> impl Iterator<Item = Dropped<'_>> {
        dropped(&self.files)
    }

    /// Says whether an index should be made.
    ///
    /// # Errors
    ///
    /// All faults, where not one post came of a source, or, if `strict`, where there is any.
    pub fn judge(&self, strict: bool) -> Result<(), Faults> {
        if self.barren.is_empty() && (self.faults.is_empty() || !strict) {
            return Ok(());
        }
        Err(Faults(self.faults.clone()))
    }
}

fn dropped(files: &[Source]) -> impl Iterator<Item = Dropped<'_>> {
    files.iter().flat_map(|source| {
        let entries = source.account.iter().filter_map(|entry| match entry.fate {
            Fate::Dropped(reason) => Some((entry.first..=entry.last, reason)),
            Fate::Kept { .. } => None,
        });
        entries.flat_map(move |(lines, reason)| {
            lines.map(move |line| Dropped {
                file: &source.path,
                line: line as usize,
                reason,
            })
        })
    })
}

/// What was read from sources in which nothing is wrong.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// The posts, file after file, each in the order of its file; named as [`Report::name`] says.
    pub corpus: Corpus,
    /// The files read, in the order read.
    pub files: Vec<Source>,
    /// The files passed over, and why.
    pub left_out: Vec<(PathBuf, Reason)>,
}

impl Ingested {
    /// The lines that are in no post, in the order read.
    pub fn dropped(&self) -> impl Iterator<Item = Dropped<'_>> {
        dropped(&self.files)
    }
}

/// Reads files and folders and gives each post to `sink`; goes on where something is wrong.
///
/// A folder is read with all below it in the order of the names, numbers in them by their value,
/// without what has a name that begins with a dot and without `node_modules`.
pub fn read_into<P: AsRef<Path>>(
    paths: &[P],
    options: &Options,
    sink: &mut dyn FnMut(Post),
) -> Report {
    let mut reader = Reader::new(options, sink);
    for path in paths {
        options.progress.find(path.as_ref());
    }
    for path in paths {
        reader.source(path.as_ref());
    }
    reader.finish()
}

/// Reads files and folders as [`read_into`] does, without options, and collects the posts.
///
/// # Errors
///
/// All that is wrong with any of the files.
pub fn read_sources<P: AsRef<Path>>(paths: &[P]) -> Result<Ingested, Faults> {
    collect(|reader| {
        for path in paths {
            reader.source(path.as_ref());
        }
    })
}

/// Reads files that are in memory already, given by path and content.
///
/// # Errors
///
/// All that is wrong with any of the files.
pub fn read_files(files: &[(PathBuf, Vec<u8>)]) -> Result<Ingested, Faults> {
    collect(|reader| {
        for (path, bytes) in files {
            reader.file(path, path, &bytes[..]);
        }
    })
}

fn collect(read: impl FnOnce(&mut Reader<'_>)) -> Result<Ingested, Faults> {
    let mut posts = Vec::new();
    let (options, mut sink) = (Options::default(), |post| posts.push(post));
    let mut reader = Reader::new(&options, &mut sink);
    read(&mut reader);
    let report = reader.finish();
    if !report.faults.is_empty() {
        return Err(Faults(report.faults));
    }
    Ok(Ingested {
        corpus: Corpus {
            name: report.name(),
            posts,
        },
        files: report.files,
        left_out: report.left_out,
    })
}
