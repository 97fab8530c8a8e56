//! The account of every line of a source.

use std::fmt;
use std::path::Path;

/// What became of one line of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is in a post.
    Kept {
        /// Index of the post in the corpus.
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
    /// The whole post: a line of JSON.
    Whole,
}

/// Why a line is in no post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
