//! Front matter: what a page says of itself above its text, in YAML between lines `---` or in
//! TOML between lines `+++`; and the configuration files of generators, in the same languages.

use std::path::Path;

use serde_json::{Map, Value};

use crate::Kind;

/// What front matter says.
#[derive(Debug, Default)]
pub(crate) struct Front {
    values: Map<String, Value>,
    is_there: bool,
}

/// Takes the front matter off a text; gives it, the rest, and the number of lines it takes.
///
/// # Errors
///
/// Where it cannot be read, with the line.
pub(crate) fn split(text: &str) -> Result<(Front, &str, usize), (usize, Kind)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let fence = first.trim_end();
    if !matches!(fence, "---" | "+++") {
        return Ok((Front::default(), text, 0));
    }
    let start = first.len();
    let (mut end, mut count) = (start, 1);
    for line in lines {
        count += 1;
        let trimmed = line.trim_end();
        if trimmed == fence || (trimmed == "..." && fence == "---") {
            let (inner, rest) = (&text[start..end], &text[end + line.len()..]);
            let values = if fence == "+++" {
                toml(inner)
            } else {
                yaml(inner)
            };
            let values = values.map_err(|(line, error)| {
                let line = line.map_or(1, |line| (line + 1).min(count));
                (line, Kind::BadFrontMatter(error))
            })?;
            let front = Front {
                values: lower(values),
                is_there: true,
            };
            return Ok((front, rest, count));
        }
        end += line.len();
    }
    // A line that parts sections, as Markdown has it, and no front matter.
    let second = text[start..].lines().next().unwrap_or_default();
    let key = second.split([':', '=']).next().unwrap_or_default().trim();
    let is_key = key.len() < second.trim().len()
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if fence == "+++" || (is_key && !key.is_empty()) {
        return Err((1, Kind::OpenFrontMatter));
    }
    Ok((Front::default(), text, 0))
}

/// Reads a configuration file, by the extension of its name.
///
/// # Errors
///
/// Where it cannot be read: the line, where known, and why.
pub(crate) fn config(
    path: &Path,
    text: &str,
) -> Result<Map<String, Value>, (Option<usize>, String)> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => toml(text),
        Some("json") => {
            serde_json::from_str(text).map_err(|error| (Some(error.line()), error.to_string()))
        }
        _ => yaml(text),
    }
}

type Read = Result<Map<String, Value>, (Option<usize>, String)>;

fn yaml(text: &str) -> Read {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    let value: Result<Value, _> = serde_saphyr::from_str(text);
    match value {
        Ok(Value::Object(values)) => Ok(values),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err((Some(1), "no keys with values".to_owned())),
        Err(error) => {
            let line = error.location().map(|location| location.line() as usize);
            let message = error.without_snippet().to_string();
            let message = message.lines().next().unwrap_or_default();
            let what = message
                .split_once(": ")
                .filter(|(at, _)| at.contains("line"));
            let what = what.map_or(message, |(_, what)| what);
            // The line is told apart, and counted in the whole file.
            let what = what.split_once(" at line ").map_or(what, |(what, _)| what);
            Err((line, what.to_owned()))
        }
    }
}

fn toml(text: &str) -> Read {
    match text.parse::<toml::Table>() {
        Ok(table) => Ok(table
            .into_iter()
            .map(|(key, value)| (key, json(value)))
            .collect()),
        Err(error) => {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| 1 + before.matches('\n').count());
            Err((line, error.message().to_owned()))
        }
    }
}

/// A value of TOML as one of JSON; it lies no deeper than TOML's reader lets it.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            let values = table.into_iter().map(|(key, value)| (key, json(value)));
            Value::Object(values.collect())
        }
    }
}

fn lower(values: Map<String, Value>) -> Map<String, Value> {
    let lower = |(key, value): (String, Value)| (key.to_lowercase(), value);
    values.into_iter().map(lower).collect()
}

impl Front {
    /// Whether the page has any, even if it says nothing.
    pub(crate) fn is_there(&self) -> bool {
        self.is_there
    }

    /// Whether the page is not meant to be found.
    pub(crate) fn is_draft(&self) -> bool {
        let is = |key| self.flag(key) == Some(true);
        let is_not = |key| self.flag(key) == Some(false);
        ["draft", "unlisted", "noindex", "headless"]
            .into_iter()
            .any(is)
            || ["published", "in_search_index"].into_iter().any(is_not)
    }

    /// A value that is true or false.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        match self.values.get(key)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => match &*text.to_ascii_lowercase() {
                "true" | "yes" | "on" => Some(true),
                "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The value of the first of the keys that has one.
    pub(crate) fn text(&self, keys: &[&str]) -> Option<String> {
        let values = keys.iter().filter_map(|&key| self.values.get(key));
        values.filter_map(text).find(|text| !text.is_empty())
    }

    /// The values of the keys, one after the other, those of a taxonomy as Zola has them, too;
    /// where `words` is set, a string is a list of words.
    pub(crate) fn list(&self, keys: &[&str], words: bool) -> Vec<String> {
        let taxonomies = self.values.get("taxonomies").and_then(Value::as_object);
        let mut list = Vec::new();
        for &key in keys {
            let values = [
                self.values.get(key),
                taxonomies.and_then(|all| all.get(key)),
            ];
            for value in values.into_iter().flatten() {
                match value {
                    Value::Array(values) => list.extend(values.iter().filter_map(text)),
                    Value::String(value) if words => {
                        list.extend(value.split_whitespace().map(str::to_owned));
                    }
                    Value::String(value) => {
                        list.extend(value.split([',', '،']).map(|part| part.trim().to_owned()));
                    }
                    value => list.extend(text(value)),
                }
            }
        }
        list.retain(|value| !value.is_empty());
        list
    }
}

/// A value as text; of a table its name or label: `{name: …, url: …}`.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(values) => ["name", "label", "title"]
            .into_iter()
            .find_map(|key| values.get(key)?.as_str())
            .map(str::to_owned),
        _ => None,
    }
}
