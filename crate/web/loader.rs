//! Fetches an index for the window or worker that runs the module: what it is opened from at once,
//! and blocks of an index in shards when a search lacks them.

use crate::engine::{self, Block, Missing};
use js_sys::{Array, Error, Function, Object, Promise, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{
    AbortController, AbortSignal, Cache, CacheStorage, ReadableStreamDefaultReader, RequestCache,
    RequestInit, Response,
};

#[wasm_bindgen]
extern "C" {
    /// The global function, which windows and workers have alike.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, options: &RequestInit) -> Result<Promise, JsValue>;
}

/// How many bytes of blocks are held between searches.
const MEMORY: usize = 64 << 20;
/// What begins the names of the caches of blocks. Those of the service worker begin otherwise.
const CACHES: &str = "juya-blocks ";
/// What to do about an index that cannot be fetched.
const CHECK: &str = "Check the address, and that the index was uploaded there.";
/// And about a block of one that could.
const RELOAD: &str = "Try again. If that does not help, the index was replaced since it was opened (then reload the page), or uploaded in part (then upload its whole folder).";

/// What leaves for JavaScript.
pub(crate) type Answer = Result<JsValue, JsValue>;
/// How to ask for it, as often as it takes.
pub(crate) type Ask = Box<dyn Fn(&engine::Index) -> Result<Answer, Missing>>;

/// An index and what is on its way to it. Nothing is borrowed while something is waited for.
pub(crate) struct Source {
    pub(crate) index: RefCell<engine::Index>,
    /// The address of the folder that the paths of blocks start from.
    folder: String,
    /// Gives the cache of blocks, or `undefined` where the browser has none.
    cache: Promise,
    /// Whether an earlier visit left blocks in it: asking an empty one would cost time.
    revisited: Rc<Cell<bool>>,
    flights: RefCell<Vec<Flight>>,
    /// How many have begun.
    begun: Cell<u32>,
}

/// A block on its way.
struct Flight {
    /// Tells it from an earlier one of the same block, which may still be ending.
    number: u32,
    block: Block,
    /// How many searches wait for it.
    waiting: usize,
    controller: AbortController,
    landed: Promise,
}

/// See [`crate::Index::load`].
pub(crate) async fn load(
    url: &str,
    on_progress: Option<&Function>,
    signal: Option<&AbortSignal>,
) -> Result<Source, JsValue> {
    let file = path(url);
    let slash = if file.is_empty() || file.ends_with('/') {
        ""
    } else {
        "/"
    };
    let (mut url, others) = match file.ends_with(".juya") {
        true => (url.to_owned(), &[][..]),
        false => (
            format!("{file}{slash}index.juya"),
            &["manifest.juya", "index/manifest.juya"][..],
        ),
    };
    let mut response = answer(&url, caching(&url), signal).await?;
    for other in others {
        if fault(&response).is_none() {
            break;
        }
        url = format!("{file}{slash}{other}");
        response = answer(&url, caching(&url), signal).await?;
    }
    if let Some(fault) = fault(&response) {
        return Err(failure(&format!(
            "The server answered {url} with {fault}. {CHECK}"
        )));
    }
    let bytes = read(&url, &response, on_progress).await?;
    let build = hash(&bytes);
    let index =
        crate::open(bytes).map_err(|error| failure(&format!("Cannot use {url}: {error}")))?;
    if index.is_whole() {
        return Ok(Source::whole(index));
    }
    // Where the server sent elsewhere, the blocks are there.
    let sent = response.url();
    let file = path(if sent.is_empty() { &url } else { &sent });
    let folder = file
        .get(..file.rfind('/').map_or(0, |slash| slash + 1))
        .unwrap_or_default();
    let revisited = Rc::<Cell<bool>>::default();
    Ok(Source {
        folder: folder.to_owned(),
        cache: future_to_promise(open_cache(folder.to_owned(), build, revisited.clone())),
        revisited,
        ..Source::whole(index)
    })
}

impl Source {
    /// An index that lacks nothing.
    pub(crate) fn whole(index: engine::Index) -> Source {
        Source {
            index: RefCell::new(index),
            folder: String::new(),
            cache: Promise::resolve(&JsValue::UNDEFINED),
            revisited: Rc::default(),
            flights: RefCell::default(),
            begun: Cell::default(),
        }
    }

    /// Asks until nothing lacks. What a search found is given at once, without a promise, where
    /// all is there.
    pub(crate) fn ask(self: &Rc<Source>, ask: Ask, signal: Option<AbortSignal>) -> Answer {
        let asked = ask(&self.index.borrow());
        match asked {
            Ok(answer) => answer,
            Err(missing) => {
                let answer = self.clone().settle(ask, missing, signal);
                Ok(future_to_promise(answer).into())
            }
        }
    }

    async fn settle(
        self: Rc<Source>,
        ask: Ask,
        mut missing: Missing,
        signal: Option<AbortSignal>,
    ) -> Answer {
        loop {
            let flights: Array = missing.0.iter().map(|&block| self.want(block)).collect();
            let landed = Promise::all(&flights);
            let outcome = match &signal {
                Some(signal) => JsFuture::from(unless_aborted(&landed, signal)).await,
                None => JsFuture::from(landed).await,
            };
            let aborted = signal.as_ref().filter(|signal| signal.aborted());
            self.let_go(&missing.0, aborted.is_some() || outcome.is_err());
            if let Some(signal) = aborted {
                return Err(signal.reason());
            }
            outcome?;
            let asked = ask(&self.index.borrow());
            match asked {
                Ok(answer) => {
                    // Postings are checked by their terms, which must not go before these came.
                    if self.flights.borrow().is_empty() {
                        self.index.borrow_mut().trim(MEMORY);
                    }
                    return answer;
                }
                Err(more) => missing = more,
            }
        }
    }

    /// The flight of a block, which begins if there is none.
    fn want(self: &Rc<Source>, block: Block) -> Promise {
        let mut flights = self.flights.borrow_mut();
        if let Some(flight) = flights.iter_mut().find(|flight| flight.block == block) {
            flight.waiting += 1;
            return flight.landed.clone();
        }
        let controller = match AbortController::new() {
            Ok(controller) => controller,
            Err(error) => return Promise::reject(&error),
        };
        let number = self.begun.get();
        self.begun.set(number.wrapping_add(1));
        let url = self.folder.clone() + &self.index.borrow().path(block);
        let landed = future_to_promise(self.clone().fly(number, block, url, controller.signal()));
        flights.push(Flight {
            number,
            block,
            waiting: 1,
            controller,
            landed: landed.clone(),
        });
        landed
    }

    /// A search waits no more. What nobody waits for goes on, for the next one, unless this one ended
    /// without an answer: the reader wanted something else, or will try again, which should not meet
    /// what is about to fail as well.
    fn let_go(&self, blocks: &[Block], ended: bool) {
        self.flights.borrow_mut().retain_mut(|flight| {
            if blocks.contains(&flight.block) {
                flight.waiting = flight.waiting.saturating_sub(1);
            }
            let goes_on = flight.waiting > 0 || !ended;
            if !goes_on {
                flight.controller.abort();
            }
            goes_on
        });
    }

    async fn fly(
        self: Rc<Source>,
        number: u32,
        block: Block,
        url: String,
        signal: AbortSignal,
    ) -> Answer {
        let outcome = self.bring(block, &url, &signal).await;
        let mut flights = self.flights.borrow_mut();
        flights.retain(|flight| flight.number != number);
        outcome.map(|()| JsValue::UNDEFINED)
    }

    /// Has a block come from the cache or the server.
    async fn bring(&self, block: Block, url: &str, signal: &AbortSignal) -> Result<(), JsValue> {
        let cache = JsFuture::from(self.cache.clone()).await?;
        let cache = (!cache.is_undefined()).then(|| cache.unchecked_into::<Cache>());
        if let Some(cache) = cache.as_ref().filter(|_| self.revisited.get())
            && let Ok(kept) = JsFuture::from(cache.match_with_str(url)).await
            && let Ok(response) = kept.dyn_into::<Response>()
            && let Ok(bytes) = read(url, &response, None).await
            && self.put(block, bytes, url).is_ok()
        {
            return Ok(());
        }
        // A name stands for bytes, so that those are right which the browser has from before,
        // however old; if they are not, the server has its say.
        let bytes = match self
            .fetch(block, url, RequestCache::ForceCache, signal)
            .await
        {
            Ok(bytes) => bytes,
            Err(_) => self.fetch(block, url, RequestCache::Reload, signal).await?,
        };
        if let Some(cache) = cache
            && let Ok(response) = Response::new_with_opt_js_u8_array(Some(&bytes))
        {
            let kept = cache.put_with_str(url, &response);
            // No more room is no reason to fail.
            spawn_local(async { drop(JsFuture::from(kept).await) });
        }
        Ok(())
    }

    async fn fetch(
        &self,
        block: Block,
        url: &str,
        cache: RequestCache,
        signal: &AbortSignal,
    ) -> Result<Uint8Array, JsValue> {
        let response = answer(url, cache, Some(signal)).await?;
        if let Some(fault) = fault(&response) {
            return Err(failure(&format!(
                "The server answered {url} with {fault}. {RELOAD}"
            )));
        }
        let bytes = read(url, &response, None).await?;
        let copy = Uint8Array::from(&bytes[..]);
        self.put(block, bytes, url)?;
        Ok(copy)
    }

    fn put(&self, block: Block, bytes: Vec<u8>, url: &str) -> Result<(), JsValue> {
        let came = bytes.len();
        let mut index = self.index.borrow_mut();
        index.insert(block, bytes).map_err(|_| {
            failure(&format!(
                "{url} is not the block of the index that it should be: its {came} bytes are damaged or of another file. {RELOAD}"
            ))
        })
    }
}

/// Settles as `promise` does, or fails when the signal is given.
fn unless_aborted(promise: &Promise, signal: &AbortSignal) -> Promise {
    let aborted = Promise::new(&mut |_, reject| {
        let _ = signal.add_event_listener_with_callback("abort", &reject);
    });
    Promise::race(&Array::of2(promise, &aborted))
}

/// Opens the cache of the blocks of a build, and drops those of other builds of the same index.
async fn open_cache(folder: String, build: u64, revisited: Rc<Cell<bool>>) -> Answer {
    // Sandboxed pages may not even look.
    let caches = Reflect::get(&js_sys::global(), &"caches".into()).unwrap_or_default();
    if caches.is_undefined() {
        return Ok(caches);
    }
    let caches: CacheStorage = caches.unchecked_into();
    let index = format!("{CACHES}{folder} ");
    let name = format!("{index}{build:016x}");
    let Ok(names) = JsFuture::from(caches.keys()).await else {
        return Ok(JsValue::UNDEFINED);
    };
    for known in Array::from(&names)
        .iter()
        .filter_map(|name| name.as_string())
    {
        if known == name {
            revisited.set(true);
        } else if known.starts_with(&index) {
            let _ = JsFuture::from(caches.delete(&known)).await;
        }
    }
    Ok(JsFuture::from(caches.open(&name)).await.unwrap_or_default())
}

/// A manifest is read anew each time: it names the blocks that there are.
fn caching(url: &str) -> RequestCache {
    match path(url).ends_with(engine::MANIFEST) {
        true => RequestCache::NoCache,
        false => RequestCache::Default,
    }
}

async fn answer(
    url: &str,
    cache: RequestCache,
    signal: Option<&AbortSignal>,
) -> Result<Response, JsValue> {
    let options = RequestInit::new();
    options.set_cache(cache);
    options.set_signal(signal);
    let response = async { JsFuture::from(fetch(url, &options)?).await?.dyn_into() };
    response.await.map_err(|reason: JsValue| {
        failure(&format!(
            "Could not fetch {url} ({}). Check the address and the connection, and try again.",
            message(&reason)
        ))
    })
}

/// What came in place of a file.
fn fault(response: &Response) -> Option<String> {
    if !response.ok() {
        return Some(format!("{} {}", response.status(), response.status_text()));
    }
    header(response, "content-type")
        .is_some_and(|kind| kind.starts_with("text/html"))
        .then(|| "a web page".to_owned())
}

async fn read(
    url: &str,
    response: &Response,
    on_progress: Option<&Function>,
) -> Result<Vec<u8>, JsValue> {
    let mut bytes = Vec::new();
    let Some(body) = response.body() else {
        return Ok(bytes);
    };
    // Where the answer is compressed, its length counts other bytes than those read here.
    let total = match header(response, "content-encoding") {
        None => header(response, "content-length").and_then(|length| length.parse::<u32>().ok()),
        Some(_) => None,
    };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|reason| {
            failure(&format!(
                "The connection broke after {} bytes of {url} ({}). Try again.",
                bytes.len(),
                message(&reason)
            ))
        })?;
        let Ok(piece) = Reflect::get(&piece, &"value".into())?.dyn_into::<Uint8Array>() else {
            return Ok(bytes); // the last piece has no value
        };
        let read = bytes.len();
        bytes.resize(read + piece.length() as usize, 0);
        piece.copy_to(&mut bytes[read..]);
        if let Some(on_progress) = on_progress {
            let loaded = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            // A server that compresses another origin's answer may hide that it did.
            let total = total.filter(|&total| loaded <= total);
            let progress = Object::new();
            Reflect::set(&progress, &"loaded".into(), &loaded.into())?;
            Reflect::set(
                &progress,
                &"total".into(),
                &total.map_or(JsValue::NULL, JsValue::from),
            )?;
            if let Err(exception) = on_progress.call1(&JsValue::UNDEFINED, &progress) {
                let _ = reader.cancel();
                return Err(exception);
            }
        }
    }
}

/// An address without its query and fragment.
fn path(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// Tells builds apart: FNV-1a (Fowler, Noll, Vo) of the manifest.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}

fn failure(message: &str) -> JsValue {
    Error::new(message).into()
}

fn message(reason: &JsValue) -> String {
    match reason.dyn_ref::<Error>() {
        Some(error) => error.message().into(),
        None => "no reason given".into(),
    }
}
