//! Fetches an index for the window or worker that runs the module.

use crate::engine;
use js_sys::{Error, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

#[wasm_bindgen]
extern "C" {
    /// The global function, which windows and workers have alike.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str) -> Result<Promise, JsValue>;
}

/// See [`crate::Index::load`].
pub(crate) async fn load(
    url: &str,
    on_progress: Option<&Function>,
) -> Result<engine::Index, JsValue> {
    let response = answer(url).await.map_err(|reason| {
        failure(&format!(
            "Could not fetch the index {url} ({}). Check the address and the connection.",
            message(&reason)
        ))
    })?;
    if !response.ok() {
        return Err(failure(&format!(
            "The server answered {url} with {} {}. Check the address, and that the index was uploaded there.",
            response.status(),
            response.status_text(),
        )));
    }
    if header(&response, "content-type").is_some_and(|kind| kind.starts_with("text/html")) {
        return Err(failure(&format!(
            "The server answered {url} with a web page, not with an index. Check the address, and that the index was uploaded there."
        )));
    }
    let bytes = read(url, &response, on_progress).await?;
    crate::open(bytes).map_err(|error| failure(&format!("Cannot use {url}: {error}")))
}

async fn answer(url: &str) -> Result<Response, JsValue> {
    JsFuture::from(fetch(url)?).await?.dyn_into()
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
