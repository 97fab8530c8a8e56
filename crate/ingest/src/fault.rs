//! What can be wrong with a source.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::input::{PIECE, WHOLE};

/// Everything that is wrong with the sources; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    /// One fault a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl Error for Faults {}

/// One thing that is wrong, and where. Displayed as `file:line: what; remedy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file or folder.
    pub file: PathBuf,
    /// Counted from 1; none where the fault is of the file as a whole.
    pub line: Option<usize>,
    /// In bytes, counted from 1; known for JSON that cannot be read.
    pub column: Option<usize>,
    /// What is wrong.
    pub kind: Kind,
}

impl Fault {
    pub(crate) fn of_file(file: &Path, kind: Kind) -> Fault {
        Fault {
            file: file.to_owned(),
            line: None,
            column: None,
            kind,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        write!(f, ": {}", self.kind)
    }
}

impl Error for Fault {}

/// What is wrong. Displayed as what it is and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The file or folder cannot be read; holds the system's message.
    Unreadable(String),
    /// A folder without files.
    EmptyFolder,
    /// A source in which there is something, but not one post.
    NoPosts {
        /// The number of files in it.
        files: usize,
    },
    /// A file without text.
    EmptyFile,
    /// A file that should be text and is not.
    Binary,
    /// A file too large to be read as a whole, as its shape asks.
    TooLarge,
    /// A line too long to be a post.
    TooLong,
    /// The line holds bytes that are not UTF-8.
    NotUtf8,
    /// A file of no kind that is read.
    UnknownKind,
    /// A text file without a line such as `@channel`, so that no post ends.
    NoClosingLine,
    /// Nothing stands before a closing line.
    EmptyPost,
    /// A post that stands only once.
    NoTwin {
        /// The line that closes it.
        closing: usize,
    },
    /// The two copies of a post are not the same.
    TwinDiffers {
        /// The line of the second copy that should be as the line of the fault.
        other: usize,
    },
    /// A line that is not JSON; holds the parser's message.
    BadJson(String),
    /// A line that is JSON, but no object.
    NotAnObject,
    /// A field that every post needs is missing.
    MissingField(&'static str),
    /// A field holds a value of the wrong type.
    WrongType {
        /// The field.
        field: &'static str,
        /// What it should hold.
        wanted: &'static str,
    },
    /// An object that is no post for another reason; holds the parser's message.
    NotAPost(String),
    /// The `id` is the empty string.
    EmptyId,
    /// The `date` is not `YYYY-MM-DD`, alone or with a time after it; holds what it is.
    BadDate(String),
    /// Two posts have the same id.
    RepeatedId {
        /// The id.
        id: String,
        /// Where it stands first.
        first_file: PathBuf,
        /// Where it stands first, counted from 1.
        first_line: usize,
    },
    /// That many faults more in the same file, which are not listed.
    More(usize),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Unreadable(error) => {
                write!(
                    f,
                    "cannot be read: {error}; check the path and its permissions"
                )
            }
            Kind::EmptyFolder => {
                f.write_str("the folder holds no files; put an export, pages or JSON lines into it")
            }
            Kind::NoPosts { files } => write!(
                f,
                "not one post came of the {files} {} in it; `juya check` says why for each",
                if *files == 1 { "file" } else { "files" }
            ),
            Kind::Binary => f.write_str("not text; take it away, or give the text it was made of"),
            Kind::TooLarge => write!(
                f,
                "more than {} MB, too large for its kind; split it into several files",
                WHOLE >> 20
            ),
            Kind::TooLong => write!(
                f,
                "more than {} MB in one line, too long for a post; split it",
                PIECE >> 20
            ),
            Kind::EmptyFile => f.write_str("the file is empty; fill it or take it away"),
            Kind::NotUtf8 => {
                f.write_str("the line holds bytes that are not UTF-8; save the file as UTF-8")
            }
            Kind::UnknownKind => f.write_str(
                "neither an export of Telegram, the text of a channel (posts closed by a line such \
                 as `@channel`) nor JSON lines; bring it into one of these shapes or take it away",
            ),
            Kind::NoClosingLine => f.write_str(
                "no line such as `@channel` closes a post; write the name of the channel, alone \
                 on its line, after each copy of each post",
            ),
            Kind::EmptyPost => {
                f.write_str("nothing stands before this closing line; take the line away")
            }
            Kind::NoTwin { closing } => write!(
                f,
                "the post that begins here and is closed on line {closing} stands only once; a \
                 post stands twice, with its title and then without: add the copy that is missing"
            ),
            Kind::TwinDiffers { other } => write!(
                f,
                "the two copies of the post differ: this line and line {other} should be the \
                 same; make them so"
            ),
            Kind::BadJson(error) => {
                write!(
                    f,
                    "not JSON: {error}; write one whole JSON object on each line"
                )
            }
            Kind::NotAnObject => {
                f.write_str("JSON, but no object; write a post as {\"id\": \"…\", \"text\": \"…\"}")
            }
            Kind::MissingField(field) => {
                write!(
                    f,
                    "the post has no `{field}`; every post needs `id` and `text`"
                )
            }
            Kind::WrongType { field, wanted } => {
                write!(f, "`{field}` is of the wrong type; make it {wanted}")
            }
            Kind::NotAPost(error) => write!(f, "not a post: {error}; mend the line"),
            Kind::EmptyId => f.write_str("the `id` is empty; give the post a name of its own"),
            Kind::BadDate(date) => write!(
                f,
                "the `date` {date:?} is not understood; write it as YYYY-MM-DD, with or without \
                 a time after it, or leave it out"
            ),
            Kind::RepeatedId {
                id,
                first_file,
                first_line,
            } => write!(
                f,
                "the id {id:?} is that of {}:{first_line} already; give one of the two another id",
                first_file.display()
            ),
            Kind::More(count) => {
                write!(f, "{count} more faults in it; mend those above first")
            }
        }
    }
}
