//! `juya.toml`: options to keep, under the names that they have on the command line.
//!
//! ```toml
//! sources = ["export", "blog"]
//! channel = "nlp_stuff"
//! out = "site"
//! strict = true
//! weights = { title = 5 }
//! synonyms = [["NLP", "natural language processing"]]
//! facets = ["tags", "years"]
//! ```
//!
//! Two commands read it: the native one and that of the npm package. It is read here because both read
//! sources by this crate, which has the parser (for front matter) and the measure of likeness of names
//! (for attributes of pages) already.

use serde::Serialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::nearest;

/// The name of the file, which is looked for in the current folder.
pub const FILE: &str = "juya.toml";

/// An option that the file may say.
#[derive(Clone, Debug)]
pub struct Key {
    /// The name on the command line, without hyphens before it.
    pub name: String,
    /// What help calls the value, which tells how it is written: with `=` in it (`FIELD=N`), a table
    /// is as good as such values; with `,…` at its end (`WORDS,…`), a list is as good as its parts with
    /// commas between them. None of an option that is true or false.
    pub value: Option<String>,
    /// Whether it may be given several times.
    pub repeats: bool,
}

/// What the file says of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The name of the option.
    pub key: String,
    /// Its line in the file, from 1.
    pub line: usize,
    /// As the command line would have them; of an option that is true or false, one without text where
    /// it is true, and none where it is false.
    pub values: Vec<Value>,
}

/// A value of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Value {
    /// As it would be written on the command line.
    pub text: String,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// What the text of a `juya.toml` says, of which `known` is all that it may.
///
/// # Errors
///
/// If it is no TOML, has another key, or a value of the wrong type; the message begins with the name of
/// the file and the line, and says what to write instead.
pub fn read(text: &str, known: &[Key]) -> Result<Vec<Entry>, String> {
    let line = |place: usize| {
        let before = text.bytes().take(place);
        1 + before.filter(|&byte| byte == b'\n').count()
    };
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or(0, |span| span.start);
        format!("{FILE}:{}: {}", line(place), error.message())
    })?;
    let mut entries = Vec::new();
    for (name, value) in table.get_ref().iter() {
        let (name, at) = (name.get_ref().as_ref(), line(name.span().start));
        let key = known.iter().find(|key| key.name == name).ok_or_else(|| {
            let remedy = remedy(name, known);
            format!("{FILE}:{at}: no option is called `{name}`; {remedy}")
        })?;
        let values = key.values(value).ok_or_else(|| {
            let wanted = key.wanted();
            format!("{FILE}:{at}: `{name}` is of the wrong type; make it {wanted}")
        })?;
        let values = values.into_iter().map(|(text, place)| Value {
            text,
            line: line(place),
        });
        entries.push(Entry {
            key: name.to_owned(),
            line: at,
            values: values.collect(),
        });
    }
    Ok(entries)
}

impl Key {
    /// The values that the file gives, each with its place.
    fn values(&self, value: &Spanned<DeValue<'_>>) -> Option<Vec<(String, usize)>> {
        let at = |value: &Spanned<DeValue<'_>>| value.span().start;
        match (&self.value, value.get_ref()) {
            (None, DeValue::Boolean(true)) => Some(vec![(String::new(), at(value))]),
            (None, DeValue::Boolean(false)) => Some(Vec::new()),
            (None, _) => None,
            (Some(_), DeValue::Array(list)) if self.repeats => {
                let values = list.iter();
                let values = values.map(|value| Some((self.one(value.get_ref())?, at(value))));
                values.collect()
            }
            (Some(_), DeValue::Table(table)) if self.has_pairs() => {
                let pairs = table.iter().map(|(name, value)| {
                    let number = match value.get_ref() {
                        DeValue::Float(number) => Some(number.to_string()),
                        value => plain(value),
                    };
                    let pair = format!("{}={}", name.get_ref(), number?);
                    Some((pair, name.span().start))
                });
                pairs.collect()
            }
            (Some(_), one) => Some(vec![(self.one(one)?, at(value))]),
        }
    }

    fn one(&self, value: &DeValue<'_>) -> Option<String> {
        match value {
            DeValue::Array(list) if self.has_parts() => {
                let parts: Option<Vec<String>> =
                    list.iter().map(|part| plain(part.get_ref())).collect();
                parts.map(|parts| parts.join(", "))
            }
            value => plain(value),
        }
    }

    /// Whether a value is a name and what it has.
    fn has_pairs(&self) -> bool {
        self.repeats && self.value.iter().any(|value| value.contains('='))
    }

    /// Whether a value has parts, with commas between them.
    fn has_parts(&self) -> bool {
        self.value.iter().any(|value| value.ends_with(",…"))
    }

    fn wanted(&self) -> &'static str {
        match (&self.value, self.repeats) {
            (None, _) => "true or false",
            (Some(_), true) if self.has_pairs() => "a string, a list of strings, or a table",
            (Some(_), true) if self.has_parts() => "a list, of strings or of lists of strings",
            (Some(_), false) if !self.has_parts() => "a string",
            (Some(_), _) => "a string, or a list of strings",
        }
    }
}

fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What may have been meant by a name that there is not.
fn remedy(name: &str, known: &[Key]) -> String {
    let mut names: Vec<&str> = known.iter().map(|key| key.name.as_str()).collect();
    names.sort_unstable();
    let plain = name.to_lowercase().replace(['_', ' '], "-");
    let meant = nearest(&plain, &names);
    match strsim::osa_distance(&plain, meant) <= 1 + meant.len() / 3 {
        true => format!("write `{meant}`, or take it away"),
        false => format!("take it away, or write one of {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<Key> {
        let key = |name: &str, value: Option<&str>, repeats| Key {
            name: name.to_owned(),
            value: value.map(str::to_owned),
            repeats,
        };
        vec![
            key("sources", Some("SOURCE"), true),
            key("base-url", Some("URL"), false),
            key("strict", None, false),
            key("weights", Some("FIELD=N"), true),
            key("synonyms", Some("WORDS,…"), true),
            key("facets", Some("NAMES,…"), false),
        ]
    }

    #[track_caller]
    fn check(text: &str, wanted: &[(&str, &[(usize, &str)])]) {
        let entries = read(text, &known()).unwrap();
        let told: Vec<(&str, Vec<(usize, &str)>)> = entries
            .iter()
            .map(|entry| {
                let values = entry.values.iter();
                let values = values.map(|value| (value.line, value.text.as_str()));
                (entry.key.as_str(), values.collect())
            })
            .collect();
        let wanted: Vec<(&str, Vec<(usize, &str)>)> = wanted
            .iter()
            .map(|&(key, values)| (key, values.to_vec()))
            .collect();
        assert_eq!(told, wanted, "{text}");
    }

    #[test]
    fn values_are_as_on_the_command_line_each_with_its_line() {
        check("", &[]);
        check(
            "base-url = '/'\nstrict = true",
            &[("base-url", &[(1, "/")]), ("strict", &[(2, "")])],
        );
        check("strict = false", &[("strict", &[])]);
        check("sources = 'a'", &[("sources", &[(1, "a")])]);
        check(
            "sources = [\n  'a',\n  'b, c',\n]",
            &[("sources", &[(2, "a"), (3, "b, c")])],
        );
        let numbers: &[_] = &[(1, "links=0.5"), (1, "title=5")];
        check(
            "weights = { title = 5, links = 0.5 }",
            &[("weights", numbers)],
        );
        check("weights = ['title=5']", &[("weights", &[(1, "title=5")])]);
        check(
            "\n[weights]\ntitle = 5\n\ntext = '1'",
            &[("weights", &[(5, "text=1"), (3, "title=5")])],
        );
        check("synonyms = 'a, b'", &[("synonyms", &[(1, "a, b")])]);
        check(
            "synonyms = [\n['a', 'b'],\n'c، d']",
            &[("synonyms", &[(2, "a, b"), (3, "c، d")])],
        );
        check(
            "facets = ['tags', 'years']",
            &[("facets", &[(1, "tags, years")])],
        );
        check("facets = []", &[("facets", &[(1, "")])]);
        check("facets = 'none'", &[("facets", &[(1, "none")])]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_a_remedy() {
        for (text, wanted) in [
            ("\nstrict = ", "juya.toml:2: "),
            (
                "\n\nbase_url = 1",
                "juya.toml:3: no option is called `base_url`; write `base-url`, or take it away",
            ),
            (
                "Weigths = 1",
                "juya.toml:1: no option is called `Weigths`; write `weights`, or take it away",
            ),
            (
                "zzz = 1",
                "juya.toml:1: no option is called `zzz`; take it away, or write one of base-url, facets, \
                 sources, strict, synonyms, weights",
            ),
            (
                "strict = 'yes'",
                "juya.toml:1: `strict` is of the wrong type; make it true or false",
            ),
            (
                "sources = [['a']]",
                "juya.toml:1: `sources` is of the wrong type; make it a string, or a list of strings",
            ),
            (
                "base-url = ['a']",
                "juya.toml:1: `base-url` is of the wrong type; make it a string",
            ),
            (
                "facets = [1.5]",
                "juya.toml:1: `facets` is of the wrong type; make it a string, or a list of strings",
            ),
            (
                "facets = { tags = true }",
                "juya.toml:1: `facets` is of the wrong type; make it a string, or a list of strings",
            ),
            (
                "synonyms = [[['a']]]",
                "juya.toml:1: `synonyms` is of the wrong type; make it a list, of strings or of lists of \
                 strings",
            ),
            (
                "synonyms = { a = 'b' }",
                "juya.toml:1: `synonyms` is of the wrong type; make it a list, of strings or of lists of \
                 strings",
            ),
            (
                "weights = 5.0",
                "juya.toml:1: `weights` is of the wrong type; make it a string, a list of strings, or a \
                 table",
            ),
            (
                "weights = { title = [5] }",
                "juya.toml:1: `weights` is of the wrong type; make it a string, a list of strings, or a \
                 table",
            ),
        ] {
            let said = read(text, &known()).unwrap_err();
            assert!(said.starts_with(wanted), "{said}");
        }
    }
}
