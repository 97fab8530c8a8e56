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
    /// A row of a table too long to be a post. Where the next one begins is not known.
    RowTooLong,
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
    /// Front matter that cannot be read; holds the parser's message.
    BadFrontMatter(String),
    /// Front matter that does not end.
    OpenFrontMatter,
    /// The configuration of a site that cannot be read; holds the parser's message.
    BadConfig(String),
    /// A feed that cannot be read; holds the parser's message.
    BadFeed(String),
    /// A table without a column `text`; holds the columns it has.
    NoTextColumn(Vec<String>),
    /// A row of a table with more or fewer cells than there are columns.
    BadRow {
        /// The number of its cells.
        cells: usize,
        /// The number of columns.
        columns: usize,
    },
    /// An attribute of HTML that begins as those of Juya do.
    UnknownAttribute {
        /// The attribute.
        attribute: String,
        /// The one that is most like it.
        nearest: &'static str,
    },
    /// A key of `data-juya-meta` that there is not.
    UnknownMeta {
        /// The key.
        key: String,
        /// The one that is most like it.
        nearest: &'static str,
    },
    /// A `data-juya-weight` that there is not; holds what it is.
    UnknownWeight(String),
    /// Two posts have the same id.
    RepeatedId {
        /// The id.
        id: String,
        /// Where it stands first.
        first_file: PathBuf,
        /// Where it stands first, counted from 1.
        first_line: usize,
    },
    /// A message of an export that cannot be read; holds what is wrong with it.
    BadMessage(String),
    /// An export that is no JSON at this place.
    BadExport {
        /// What stands there.
        found: char,
        /// What should.
        wanted: &'static str,
    },
    /// A page of an export that lists what is in other pages.
    NoMessages,
    /// An export that ends in the middle.
    CutShort,
    /// A message that held bytes that are not UTF-8; it is kept without them.
    Replaced,
    /// A user name was given, but not for which of several chats.
    ChannelUnclear {
        /// A chat that it may be for.
        chat: String,
        /// The user name.
        user: String,
    },
    /// That many faults more in the same file, which are not listed.
    More(usize),
}

impl Kind {
    /// What is wrong, and what to do about it: the two that stand with `; ` between in what is
    /// displayed.
    pub fn parts(&self) -> (String, String) {
        let said = self.to_string();
        // What is wrong may quote anything, the remedy has no `; `.
        match said.rsplit_once("; ") {
            Some((wrong, remedy)) => (wrong.to_owned(), remedy.to_owned()),
            None => (said, String::new()),
        }
    }
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
            Kind::RowTooLong => write!(
                f,
                "more than {} MB in one row, which is too long for a post, and what follows it is not \
                 read; close the quotation mark that opens in it, or split it",
                PIECE >> 20
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
                 as `@channel`), Markdown, HTML, a feed, CSV nor JSON lines; bring it into one of \
                 these shapes or take it away",
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
            Kind::BadFrontMatter(error) => write!(
                f,
                "the front matter cannot be read: {error}; mend it, the page is left out until then"
            ),
            Kind::OpenFrontMatter => f.write_str(
                "the front matter does not end; close it with the line that it begins with",
            ),
            Kind::BadConfig(error) => write!(
                f,
                "the configuration of the site cannot be read: {error}; mend it, its pages are read \
                 without it until then"
            ),
            Kind::BadFeed(error) => write!(
                f,
                "the feed cannot be read further: {error}; mend it or fetch it again"
            ),
            Kind::NoTextColumn(columns) => write!(
                f,
                "the table has no column `text`, but {}; name its columns, known are {}",
                listed(columns),
                crate::table::COLUMNS.join(", ")
            ),
            Kind::BadRow { cells, columns } => write!(
                f,
                "the row has {cells} cells and the header {columns}; put text that holds the sign \
                 between cells into quotation marks"
            ),
            Kind::UnknownAttribute { attribute, nearest } => write!(
                f,
                "there is no attribute `{attribute}`; did you mean `{nearest}`?"
            ),
            Kind::UnknownMeta { key, nearest } => write!(
                f,
                "there is no `data-juya-meta` named `{key}`; did you mean `{nearest}`?"
            ),
            Kind::UnknownWeight(weight) => write!(
                f,
                "`data-juya-weight` is `{weight}`; the one weight there is, is `low`"
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
            Kind::BadMessage(error) => write!(
                f,
                "not a message: {error}; mend it, or export the chat again"
            ),
            Kind::BadExport { found, wanted } => write!(
                f,
                "{found:?} stands where {wanted} should be, and what follows is not read; export \
                 the chat again"
            ),
            Kind::NoMessages => f.write_str(
                "a page of an export without messages; give the folder of the export, or \
                 messages.html",
            ),
            Kind::CutShort => f.write_str(
                "the export ends in the middle, what comes before is read; export the chat again",
            ),
            Kind::Replaced => f.write_str(
                "bytes that are not UTF-8 were replaced in this message; export the chat again",
            ),
            Kind::ChannelUnclear { chat, user } => write!(
                f,
                "the user name {user} is given, but there are several chats, such as {chat:?}; \
                 say which it is of: CHAT={user}"
            ),
            Kind::More(count) => {
                write!(f, "{count} more faults in it; mend those above first")
            }
        }
    }
}

/// The known name that is most like another.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> &'k str {
    let distance = |known: &&&str| strsim::osa_distance(name, known);
    known
        .iter()
        .min_by_key(distance)
        .copied()
        .unwrap_or_default()
}

/// The first names of a list.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("{name:?}"))
        .collect();
    let more = names.len().saturating_sub(SHOWN);
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
