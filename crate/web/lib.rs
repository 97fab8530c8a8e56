//! The engine as a web module: strings and bytes in, plain JavaScript values out.
//!
//! This crate and nothing else names JavaScript. It adds no search of its own: it holds the index
//! that `build.rs` compiled, fetches others ([`Index::load`]), and turns what the engine answers
//! into objects, with offsets counted as JavaScript counts them. `www/juya.js` is the API that
//! pages use; what stands here serves that file.

mod loader;
mod utf16;

pub use juya_engine as engine;

use js_sys::{Function, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::borrow::Cow;
use wasm_bindgen::prelude::*;

/// The index of `posts/` (or of what `JUYA_POSTS` named when this was built).
pub static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/index.juya"));

/// An index that was checked and can be searched.
#[wasm_bindgen]
pub struct Index(engine::Index);

#[wasm_bindgen]
impl Index {
    /// Opens the index that this module carries.
    ///
    /// # Errors
    /// If the module was cut or altered after it was built.
    pub fn embedded() -> Result<Index, JsError> {
        Ok(Index(engine::Index::open(Cow::Borrowed(EMBEDDED))?))
    }

    /// Opens an index that the caller holds in memory.
    ///
    /// # Errors
    /// If `bytes` are not an undamaged index that this version reads.
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Index, JsError> {
        Ok(Index(open(bytes)?))
    }

    /// Fetches and opens the index at `url`, which the window or worker resolves. `on_progress` is
    /// called with `{loaded, total}`, both in bytes, after each piece; `total` is `null` where the
    /// server does not tell.
    ///
    /// # Errors
    /// If `url` cannot be fetched or is no index; the message names it and the remedy. An exception
    /// of `on_progress` ends the load and is passed on.
    pub async fn load(url: String, on_progress: Option<Function>) -> Result<Index, JsValue> {
        loader::load(&url, on_progress.as_ref()).await.map(Index)
    }

    /// The page of hits for `query`. The options come one by one, checked by `juya.js`: to read
    /// them from an object here, with errors for people, costs the module 20 kB.
    ///
    /// # Errors
    /// None in practice: only if memory is exhausted.
    #[expect(clippy::too_many_arguments, reason = "see above")]
    pub fn search(
        &self,
        query: &str,
        limit: usize,
        offset: usize,
        tags: Vec<String>,
        explain: bool,
        typing: bool,
        literal: bool,
    ) -> Result<JsValue, JsValue> {
        let options = engine::Options {
            limit,
            offset,
            tags,
            explain,
            typing,
            literal,
            ..engine::Options::default()
        };
        let mut page = self.0.search(query, &options).map_err(lacks)?;
        for hit in &mut page.hits {
            utf16::convert(&hit.title, &mut hit.title_ranges);
            utf16::convert(&hit.excerpt, &mut hit.excerpt_ranges);
        }
        to_js(&page)
    }

    /// The whole post with this id and the ranges of the links in its text, or `null`.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn post(&self, id: &str) -> Result<JsValue, JsValue> {
        let Some(post) = self.0.post(id).map_err(lacks)? else {
            return Ok(JsValue::NULL);
        };
        let mut links = engine::analyze::links(&post.text);
        utf16::convert(&post.text, &mut links);
        let value = to_js(&post)?;
        Reflect::set(&value, &"linkRanges".into(), &to_js(&links)?)?;
        Ok(value)
    }

    /// What a list of all posts shows of each, in the order of the source.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn posts(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.posts(0, usize::MAX).map_err(lacks)?)
    }

    /// Queries that go on from `query`.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn suggest(&self, query: &str, limit: usize) -> Result<Vec<String>, JsValue> {
        self.0.suggest(query, limit).map_err(lacks)
    }

    /// Posts about the same as the one with this id.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn similar(&self, id: &str, limit: usize) -> Result<JsValue, JsValue> {
        to_js(&self.0.similar(id, limit).map_err(lacks)?)
    }

    /// The corpus and how large its index is.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn info(&self) -> Result<JsValue, JsValue> {
        let engine::Stats {
            corpus,
            posts,
            terms,
            bytes,
        } = self.0.stats();
        let bytes = bytes.iter().map(|(_, bytes)| bytes).sum();
        to_js(&Info {
            corpus,
            posts,
            terms,
            bytes,
        })
    }
}

#[derive(Serialize)]
struct Info {
    corpus: String,
    posts: usize,
    terms: usize,
    bytes: usize,
}

fn lacks(_: engine::Missing) -> JsValue {
    js_sys::Error::new("This index comes in shards, which are not read yet.").into()
}

/// The one way to all that was fetched: `engine::Index::open` is compiled anew for each type it
/// takes, so that all callers give a `Cow`.
fn open(bytes: Vec<u8>) -> Result<engine::Index, engine::OpenError> {
    engine::Index::open(Cow::Owned(bytes))
}

/// Objects and `null` rather than `Map` and `undefined`: what JSON would have given.
fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}
