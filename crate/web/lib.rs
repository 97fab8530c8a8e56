//! The engine as a web module: strings and bytes in, plain JavaScript values out.
//!
//! This crate and nothing else names JavaScript. It adds no search of its own: it holds the index
//! that `build.rs` compiled, fetches others ([`Index::load`]) and the blocks that they lack, and
//! turns what the engine answers into objects, with offsets counted as JavaScript counts them.
//! `www/juya.js` is the API that pages use; what stands here serves that file.

mod loader;
mod utf16;

pub use juya_engine as engine;

use js_sys::{Function, Reflect};
use loader::{Answer, Source};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::borrow::Cow;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

/// The index of `posts/` (or of what `JUYA_POSTS` named when this was built); nothing in a module
/// that is for sites with an index of their own.
pub static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/index.juya"));

/// An index that was checked and can be searched.
///
/// What is asked of it is answered with a value if all is there. If blocks lack, the answer is a
/// promise of it: it fails with an `Error` that says what to do, or with the reason of `signal` once
/// that is given. Whoever asks again after that loses nothing.
#[wasm_bindgen]
pub struct Index(Rc<Source>);

#[wasm_bindgen]
impl Index {
    /// Opens the index that this module carries.
    ///
    /// # Errors
    /// If it carries none, or if it was cut or altered after it was built.
    pub fn embedded() -> Result<Index, JsError> {
        if EMBEDDED.is_empty() {
            return Err(JsError::new(
                "This search engine carries no index. Name one: load(\"index.juya\"), or src=\"index.juya\" of the element.",
            ));
        }
        let index = engine::Index::open(Cow::Borrowed(EMBEDDED))?;
        Ok(Index(Rc::new(Source::whole(index))))
    }

    /// Opens an index that the caller holds in memory.
    ///
    /// # Errors
    /// If `bytes` are not an undamaged index that this version reads, or only the manifest of one.
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Index, JsError> {
        let index = open(bytes)?;
        match index.is_whole() {
            true => Ok(Index(Rc::new(Source::whole(index)))),
            false => Err(JsError::new(
                "These bytes are a manifest, which is of no use without its folder. Load it by its address.",
            )),
        }
    }

    /// Fetches and opens the index at `url`, which the window or worker resolves: a `.juya` file, or
    /// a folder with one. `on_progress` is called with `{loaded, total}`, both in bytes, after each
    /// piece; `total` is `null` where the server does not tell. `signal` calls it off.
    ///
    /// # Errors
    /// If `url` cannot be fetched or is no index; the message names it and the remedy. An exception
    /// of `on_progress` ends the load and is passed on.
    pub async fn load(
        url: String,
        on_progress: Option<Function>,
        signal: Option<AbortSignal>,
    ) -> Result<Index, JsValue> {
        let source = loader::load(&url, on_progress.as_ref(), signal.as_ref()).await?;
        Ok(Index(Rc::new(source)))
    }

    /// Whether nothing has to be fetched any more.
    #[wasm_bindgen(js_name = isWhole)]
    pub fn is_whole(&self) -> bool {
        self.0.index.borrow().is_whole()
    }

    /// The page of hits for `query`. The options come one by one, checked by `juya.js`: to read
    /// them from an object here, with errors for people, costs the module 20 kB.
    ///
    /// # Errors
    /// None in practice: only if memory is exhausted.
    #[expect(clippy::too_many_arguments, reason = "see above")]
    pub fn search(
        &self,
        query: String,
        limit: usize,
        offset: usize,
        tags: Vec<String>,
        kinds: Vec<String>,
        sources: Vec<String>,
        from: String,
        to: String,
        by_date: bool,
        facets: bool,
        explain: bool,
        typing: bool,
        literal: bool,
        signal: Option<AbortSignal>,
    ) -> Result<JsValue, JsValue> {
        let options = engine::Options {
            limit,
            offset,
            tags,
            kinds,
            sources,
            from,
            to,
            sort: match by_date {
                true => engine::Sort::Date,
                false => engine::Sort::Relevance,
            },
            facets,
            explain,
            typing,
            literal,
        };
        let ask = move |index: &engine::Index| {
            let mut page = index.search(&query, &options)?;
            for hit in &mut page.hits {
                utf16::convert(&hit.title, &mut hit.title_ranges);
                utf16::convert(&hit.excerpt, &mut hit.excerpt_ranges);
            }
            Ok(to_js(&page))
        };
        self.0.ask(Box::new(ask), signal)
    }

    /// The whole post with this id and the ranges of the links in its text, or `null`.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn post(&self, id: String, signal: Option<AbortSignal>) -> Result<JsValue, JsValue> {
        let ask = move |index: &engine::Index| Ok(post_to_js(index.post(&id)?));
        self.0.ask(Box::new(ask), signal)
    }

    /// What a list of posts shows of each, in the order of the source.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn posts(
        &self,
        offset: usize,
        limit: usize,
        signal: Option<AbortSignal>,
    ) -> Result<JsValue, JsValue> {
        let ask = move |index: &engine::Index| Ok(to_js(&index.posts(offset, limit)?));
        self.0.ask(Box::new(ask), signal)
    }

    /// Queries that go on from `query`.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn suggest(
        &self,
        query: String,
        limit: usize,
        signal: Option<AbortSignal>,
    ) -> Result<JsValue, JsValue> {
        let ask = move |index: &engine::Index| Ok(to_js(&index.suggest(&query, limit)?));
        self.0.ask(Box::new(ask), signal)
    }

    /// Posts about the same as the one with this id.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn similar(
        &self,
        id: String,
        limit: usize,
        signal: Option<AbortSignal>,
    ) -> Result<JsValue, JsValue> {
        let ask = move |index: &engine::Index| Ok(to_js(&index.similar(&id, limit)?));
        self.0.ask(Box::new(ask), signal)
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
        } = self.0.index.borrow().stats();
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

fn post_to_js(post: Option<engine::Post>) -> Answer {
    let Some(post) = post else {
        return Ok(JsValue::NULL);
    };
    let mut links = engine::analyze::links(&post.text);
    utf16::convert(&post.text, &mut links);
    let value = to_js(&post)?;
    Reflect::set(&value, &"linkRanges".into(), &to_js(&links)?)?;
    Ok(value)
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
