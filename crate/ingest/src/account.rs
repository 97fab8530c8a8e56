//! The account of a source: what became of each of its lines, or of each thing in it.

use std::fmt;
use std::path::Path;

use crate::Shape;

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As given, or as found in the folder given.
    pub path: std::path::PathBuf,
    /// What it was read as.
    pub shape: Shape,
    /// How its characters are coded: `UTF-8`, `UTF-16LE`, `UTF-16BE` or `windows-1256`.
    pub encoding: &'static str,
    /// The number of posts that came of it.
    pub posts: usize,
    /// What became of its lines, in the order read. For channel text and JSON lines each line
    /// stands in one entry; for other sources there is an entry for each message, page or record.
    pub account: Vec<Entry>,
}

impl Source {
    /// What became of each line of channel text or JSON lines; line 1 comes first.
    pub fn fates(&self) -> impl Iterator<Item = Fate> {
        self.account.iter().flat_map(|entry| {
            let count = (entry.last - entry.first + 1) as usize;
            std::iter::repeat_n(entry.fate, count)
        })
    }

    /// Writes down what became of some lines.
    pub(crate) fn push(&mut self, first: usize, last: usize, fate: Fate) {
        let number = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
        let (first, last) = (number(first), number(last).max(number(first)));
        match self.account.last_mut() {
            // A thousand blank lines are one entry.
            Some(entry)
                if self.shape.is_by_line()
                    && entry.fate == fate
                    && entry.last.checked_add(1) == Some(first) =>
            {
                entry.last = last;
            }
            _ => self.account.push(Entry { first, last, fate }),
        }
    }
}

/// What became of some lines that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The first line, counted from 1.
    pub first: u32,
    /// The last line.
    pub last: u32,
    /// What became of them.
    pub fate: Fate,
}

/// What became of a line of a source, or of a thing that takes several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is in a post.
    Kept {
        /// Index of the post among all that were read, from 0.
        post: usize,
        /// Where in the post.
        part: Part,
    },
    /// It is in no post.
    Dropped(Reason),
}

/// The part of a post that a line became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The title.
    Title,
    /// One line of the text.
    Text,
    /// Tags: the line holds nothing but hashtags, and is not in the text.
    Tags,
    /// One line of the preview.
    Preview,
    /// The whole post: a line of JSON, a message, a page.
    Whole,
}

/// Why a line, or a thing, or a file is in no post, though nothing is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// It holds nothing.
    Blank,
    /// It closes a post: the name of the channel.
    Closing,
    /// Every line of a post but its title stands twice; this is the first.
    FirstCopy,
    /// It is of the box that Telegram shows in place of a video or a file.
    MediaBox,
    /// It is of the preview of the channel itself, the same under every post that has it.
    OwnPreview,
    /// A link of the post already names this site.
    SiteName,
    /// The preview has said the same before.
    SaidBefore,
    /// A preview that stands before the first post, so that it belongs to none.
    NoPost,
    /// Something is wrong with it: a fault says what.
    Faulty,
    /// Telegram says here that something happened: a member joined, a post was pinned.
    Service,
    /// A message that the program which made the export could not write out.
    Unsupported,
    /// A message without a word: a picture, a sticker.
    NoText,
    /// A picture or file of an album; the post of the album stands for it.
    Album,
    /// A private chat, or a private group or channel, in the export of a whole account.
    PrivateChat,
    /// A draft, or a page that says it is not to be searched.
    Draft,
    /// A file that holds no posts by its name or content: a picture, a style sheet, a program.
    NotASource,
    /// A file that was sent with a message of an export.
    Attached,
    /// The same export as HTML, beside the one as JSON.
    SameExport,
    /// A link to a folder that is read already.
    SameFolder,
    /// A file in the folder of a site that becomes no page of it.
    NotInSite,
    /// A page that only leads to another.
    Redirect,
    /// The feed of a site whose pages are read.
    SiteFeed,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Blank => "blank",
            Reason::Closing => "closes a post",
            Reason::FirstCopy => "first copy of a line that stands twice",
            Reason::MediaBox => "media box",
            Reason::OwnPreview => "the channel's own preview",
            Reason::SiteName => "name of a site that a link of the post names",
            Reason::SaidBefore => "said before in the same preview",
            Reason::NoPost => "a preview before the first post",
            Reason::Faulty => "faulty",
            Reason::Service => "service message",
            Reason::Unsupported => "message that the export could not hold",
            Reason::NoText => "message without text",
            Reason::Album => "part of an album whose post is kept",
            Reason::PrivateChat => "private chat; export it alone to have it indexed",
            Reason::Draft => "draft or hidden from search",
            Reason::NotASource => "not a source",
            Reason::Attached => "sent with a message of an export",
            Reason::SameExport => "the same export as result.json beside it",
            Reason::SameFolder => "a link to a folder that is read already",
            Reason::NotInSite => "no page of the site",
            Reason::Redirect => "a page that only leads to another",
            Reason::SiteFeed => "the feed of a site whose pages are read",
        })
    }
}

/// A line that is in no post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped<'a> {
    /// The file it stands in.
    pub file: &'a Path,
    /// Counted from 1.
    pub line: usize,
    /// Why it was dropped.
    pub reason: Reason,
}
