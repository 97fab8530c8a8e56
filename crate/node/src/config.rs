//! `juya.toml`, as `crate/cli/src/config.rs` describes it: options to keep, under the names that they
//! have on the command line.

use serde::Serialize;
use toml::de::{DeTable, DeValue};
use wasm_bindgen::prelude::*;

use crate::{said, to_js};

const FILE: &str = "juya.toml";

/// What the file says under a key.
#[derive(Serialize)]
struct Entry {
    key: String,
    line: usize,
    value: Value,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Flag(bool),
    One(String),
    Several(Vec<String>),
    /// None that an option takes.
    Other(()),
}

/// What a `juya.toml` says: `{key, line, value}` for each key, of which `known` are all.
///
/// # Errors
/// If it is no TOML or has another key; the message names the line and the nearest key.
#[wasm_bindgen]
pub fn configuration(text: &str, known: Vec<String>) -> Result<JsValue, JsError> {
    let line = |place: usize| {
        let before = text.bytes().take(place);
        1 + before.filter(|&byte| byte == b'\n').count()
    };
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or(0, |span| span.start);
        said(&format!("{FILE}:{}: {}", line(place), error.message()))
    })?;
    let mut entries = Vec::new();
    for (key, value) in table.get_ref().iter() {
        let (key, line) = (key.get_ref().to_string(), line(key.span().start));
        if !known.contains(&key) {
            return Err(said(&format!(
                "{FILE}:{line}: no option is called `{key}`; {}",
                nearest(&key, &known)
            )));
        }
        let value = of(value.get_ref());
        entries.push(Entry { key, line, value });
    }
    to_js(&entries)
}

fn of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Array(list) => {
            let texts: Option<Vec<String>> = list.iter().map(|item| one(item.get_ref())).collect();
            texts.map_or(Value::Other(()), Value::Several)
        }
        value => one(value).map_or(Value::Other(()), Value::One),
    }
}

fn one(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        _ => None,
    }
}

/// What may have been meant by a key that there is not.
fn nearest(key: &str, known: &[String]) -> String {
    let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
    known.sort_unstable();
    let plain = key.to_lowercase().replace(['_', ' '], "-");
    let distance = |other: &&&str| strsim::damerau_levenshtein(&plain, other);
    match known.iter().min_by_key(distance) {
        Some(other) if distance(&other) <= 1 + other.len() / 3 => {
            format!("write `{other}`, or take it away")
        }
        _ => format!("take it away, or write one of {}", known.join(", ")),
    }
}
