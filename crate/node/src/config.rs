//! `juya.toml`, as [`juya_ingest::config`] describes it.

use juya_ingest::config::{Key, read};
use wasm_bindgen::prelude::*;

use crate::{said, to_js};

#[wasm_bindgen]
extern "C" {
    /// An option that the file may say, as `npm/command.js` describes it.
    pub type Known;

    #[wasm_bindgen(method, getter)]
    fn name(this: &Known) -> String;
    /// What help calls its value; nothing of an option that is true or false.
    #[wasm_bindgen(method, getter)]
    fn value(this: &Known) -> Option<String>;
    /// Whether it may be given several times.
    #[wasm_bindgen(method, getter)]
    fn multiple(this: &Known) -> bool;
}

/// What a `juya.toml` says: `{key, line, values: {text, line}[]}` for each key, of which `known` are
/// all.
///
/// # Errors
/// As [`read`]; the message names the line and the remedy.
#[wasm_bindgen]
pub fn configuration(text: &str, known: Vec<Known>) -> Result<JsValue, JsError> {
    let known: Vec<Key> = known
        .iter()
        .map(|known| Key {
            name: known.name(),
            value: known.value(),
            repeats: known.multiple(),
        })
        .collect();
    let entries = read(text, &known).map_err(|error| said(&error))?;
    to_js(&entries)
}
