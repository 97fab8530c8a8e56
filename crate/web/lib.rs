//! The engine as a web module: strings and bytes in, answers out.
//!
//! Of what pages load, this alone names JavaScript. It adds no search of its own: it holds the index
//! that `build.rs` compiled, opens others, and hands on what the engine answers, with offsets
//! counted as JavaScript counts them, or which blocks it lacks. `www/juya.js` is the API that pages
//! use; what stands here serves that file, `www/answer.js`, which makes objects of the answers, and
//! `www/loader.js`, which fetches.

mod answer;
mod utf16;

pub use juya_engine as engine;

use answer::answer;
use engine::Block;
use js_sys::Array;
use std::borrow::Cow;
use wasm_bindgen::prelude::*;
use web_sys::Request;

/// Takes a quarter of the bytes that the standard library's allocator takes of the module.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// The index of `posts/` (or of what `JUYA_POSTS` named when this was built); nothing in a module
/// that is for sites with an index of their own.
pub static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/index.juya"));

/// An index that was checked and can be searched.
///
/// What is asked of it is answered with the pair that `www/answer.js` reads, or, if blocks lack,
/// with their numbers alone: fetch the [`Index::request`] of each, put in what came, and ask again.
#[wasm_bindgen]
pub struct Index(engine::Index);

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
        open(Cow::Borrowed(EMBEDDED))
    }

    /// Opens an index that the caller holds in memory, or the manifest of one.
    ///
    /// # Errors
    /// If `bytes` are not an undamaged index that this version reads.
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Index, JsError> {
        open(Cow::Owned(bytes))
    }

    /// Whether nothing has to be fetched any more.
    #[wasm_bindgen(js_name = isWhole)]
    pub fn is_whole(&self) -> bool {
        self.0.is_whole()
    }

    /// What to fetch for a block of an index whose manifest lies in `folder`, an address that ends
    /// in `/` as the window or worker resolves it.
    ///
    /// # Errors
    /// If `folder` is no address.
    pub fn request(&self, block: u32, mut folder: String) -> Result<Request, JsValue> {
        folder.push_str(&self.0.path(Block(block)));
        Request::new_with_str(&folder)
    }

    /// Puts in the bytes of a block; false where they are not the right ones, and nothing changes.
    pub fn insert(&mut self, block: u32, bytes: Vec<u8>) -> bool {
        self.0.insert(Block(block), bytes).is_ok()
    }

    /// Drops the blocks that were not used for longest, down to so many bytes.
    pub fn trim(&mut self, bytes: usize) {
        self.0.trim(bytes);
    }

    /// The page of hits for `query`. The options come one by one, checked by `juya.js`: to read
    /// them from an object here, with errors for people, costs the module 20 kB. Of a list of names
    /// each ends in NUL: an array of strings costs half a kilobyte.
    #[expect(clippy::too_many_arguments, reason = "see above")]
    pub fn search(
        &self,
        query: String,
        limit: usize,
        offset: usize,
        tags: &str,
        kinds: &str,
        sources: &str,
        from: String,
        to: String,
        by_date: bool,
        facets: bool,
        explain: bool,
        typing: bool,
        literal: bool,
    ) -> Array {
        let options = engine::Options {
            limit,
            offset,
            tags: names(tags),
            kinds: names(kinds),
            sources: names(sources),
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
        answer(self.0.search(&query, &options), |answer, page| {
            answer.page(page);
        })
    }

    /// The whole post with this id and the ranges of the links in its text, or none.
    pub fn post(&self, id: String) -> Array {
        answer(self.0.post(&id), |answer, post| answer.post(post))
    }

    /// What a list of posts shows of each, in the order of the source.
    pub fn posts(&self, offset: usize, limit: usize) -> Array {
        answer(self.0.posts(offset, limit), |answer, posts| {
            answer.summaries(posts);
        })
    }

    /// Queries that go on from `query`.
    pub fn suggest(&self, query: String, limit: usize) -> Array {
        answer(self.0.suggest(&query, limit), |answer, queries| {
            answer.strings(queries);
        })
    }

    /// Posts about the same as the one with this id.
    pub fn similar(&self, id: String, limit: usize) -> Array {
        answer(self.0.similar(&id, limit), |answer, posts| {
            answer.summaries(posts);
        })
    }

    /// The corpus and how large its index is.
    pub fn info(&self) -> Array {
        answer(Ok(self.0.stats()), |answer, stats| answer.info(stats))
    }
}

/// A list of names, of which each ends in NUL.
fn names(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    for name in list.split_terminator('\0') {
        names.push(name.to_owned());
    }
    names
}

/// The one way in: `engine::Index::open` is compiled anew for each type it takes.
fn open(bytes: Cow<'static, [u8]>) -> Result<Index, JsError> {
    match engine::Index::open(bytes) {
        Ok(index) => Ok(Index(index)),
        Err(error) => Err(JsError::new(&error.to_string())),
    }
}
