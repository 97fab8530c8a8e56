//! What is indexed: the one shape that every source is read into.

use serde::{Deserialize, Serialize};

/// A document to be searched, as `juya-ingest` reads it from its source and as [`Index::post`]
/// gives it back. Text fields hold plain text; nothing in them is markup.
///
/// [`Index::post`]: crate::Index::post
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Names the post within its corpus; stable when the source grows.
    pub id: String,
    /// May be empty.
    pub title: String,
    /// The body; paragraphs are separated by one `\n`. Links and hashtags stand in it as written.
    pub text: String,
    /// What the source said about the post's links (a link preview); searched with low weight,
    /// never shown as the post's own words. May be empty.
    pub preview: String,
    /// Where the post can be read; empty where there is no such place.
    pub url: String,
    /// `YYYY-MM-DD`, or an RFC 3339 time that begins so; empty where unknown.
    pub date: String,
    /// Without `#`, in the order of the source, each once.
    pub tags: Vec<String>,
    /// May be empty.
    pub author: String,
    /// What the post is beside its text, in one word: `photo`, `video`, `poll`, `page`; empty where
    /// it is plain text.
    pub kind: String,
    /// The channel, folder or feed that it comes from; empty where there is but one.
    pub source: String,
}

/// A collection of posts under one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corpus {
    /// Shown to readers, for example the name of the channel (`nlp_stuff`); may be empty.
    pub name: String,
    /// In the order of the source.
    pub posts: Vec<Post>,
}
