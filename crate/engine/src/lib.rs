//! The engine of Juya: text to terms, posts to index bytes, queries to hits.
//!
//! Pure: no I/O, no clock, no JavaScript, no `unsafe`. [`Post`]s go into [`build`]
//! (feature `build`), which gives bytes; [`Index::open`] checks such bytes; [`Index::search`] and
//! its neighbours answer, in text and ranges of bytes.
//!
//! ```
//! # #[cfg(feature = "build")] {
//! use juya_engine::{Corpus, Index, Options, Post};
//!
//! let posts = vec![
//!     Post { id: "1".into(), text: "شبکه‌های عصبی را بهتر بفهمید".into(), ..Post::default() },
//!     Post { id: "2".into(), text: "What is a token?".into(), ..Post::default() },
//! ];
//! let bytes = juya_engine::build::build(&Corpus { name: "notes".into(), posts })?;
//!
//! let index = Index::open(bytes)?;
//! // Arabic kaf and ye, and spaces for half-spaces.
//! let page = index
//!     .search("شبكه هاي عصبي", &Options::default())
//!     .expect("only an index in shards lacks blocks");
//! assert_eq!(page.total, 1);
//! let hit = &page.hits[0];
//! let marked: Vec<&str> = hit
//!     .excerpt_ranges
//!     .iter()
//!     .map(|range| &hit.excerpt[range.start..range.end])
//!     .collect();
//! assert_eq!(marked, ["شبکه‌های", "عصبی"]);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An index is one file or, of many posts, shards ([`build::Form`]). Of shards, a search
//! that lacks blocks ends with their list ([`Missing`]); the caller fetches them, puts them in with
//! [`Index::insert`], and searches again. `examples/shards.rs` does so.
//!
//! [`analyze`] is what a post and a query have in common: how text is cut into terms, and what is
//! read as the same character.

#[cfg(all(doctest, feature = "build"))]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod analyze;
#[cfg(feature = "build")]
pub mod build;
mod format;
mod list;
mod post;
mod search;
mod settings;

pub use format::manifest::{MANIFEST, MANIFEST_MAGIC};
pub use format::{Field, MAGIC, OpenError, VERSION};
pub use post::{Corpus, Post};
#[cfg(feature = "ablate")]
pub use search::ablate;
pub use search::{
    Block, Facet, Facets, Hit, Index, Interpretation, Missing, Options, Page, Share, Sort, Stats,
    Summary,
};
pub use settings::Settings;

/// A part of a text: half-open, in bytes of UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Range {
    /// The first byte.
    pub start: usize,
    /// After the last byte.
    pub end: usize,
}
