//! The engine of Juya: text to terms, posts to index bytes, queries to hits.
//!
//! Pure: no I/O, no clock, no JavaScript.
//!
//! ```
//! use juya_engine::{Corpus, Index, Options, Post};
//!
//! let post = Post { id: "1".into(), text: "شبکه‌های عصبی".into(), ..Post::default() };
//! let corpus = Corpus { name: "notes".into(), posts: vec![post] };
//! # #[cfg(feature = "build")] {
//! let bytes = juya_engine::build::build(&corpus)?;
//! let index = Index::open(bytes)?;
//! let page = index.search("شبكه هاي عصبي", &Options::default()).expect("a whole index lacks nothing");
//! assert_eq!(page.hits[0].id, "1");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod analyze;
#[cfg(feature = "build")]
pub mod build;
mod format;
mod post;
mod search;

pub use format::manifest::{MANIFEST, MANIFEST_MAGIC};
pub use format::{Field, MAGIC, OpenError, VERSION};
pub use post::{Corpus, Post};
#[cfg(feature = "ablate")]
pub use search::ablate;
pub use search::{
    Block, Facet, Facets, Hit, Index, Interpretation, Missing, Options, Page, Share, Sort, Stats,
    Summary,
};

/// A part of a text: half-open, in bytes of UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Range {
    /// The first byte.
    pub start: usize,
    /// After the last byte.
    pub end: usize,
}
