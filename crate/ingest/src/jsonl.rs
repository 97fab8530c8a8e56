//! JSON lines: a post on each line,
//! `{"id", "title"?, "text", "url"?, "date"?, "tags"?, "author"?, "kind"?, "source"?}`.
//!
//! Other keys are passed over, and `null` is as good as nothing said.

use juya_engine::Post;
use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;

use crate::input::{Input, Line, next_line};
use crate::{Kind, Reader, Reason};

#[derive(Deserialize)]
struct Record {
    id: Id,
    text: String,
    title: Option<String>,
    url: Option<String>,
    date: Option<String>,
    tags: Option<Vec<String>>,
    author: Option<String>,
    kind: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Signed(i64),
    Unsigned(u64),
}

pub(crate) fn read(reader: &mut Reader<'_>, input: Input<'_>) {
    let (mut stream, mut line) = (input.stream(), Vec::new());
    for number in 1.. {
        match next_line(&mut stream, &mut line) {
            Ok(Line::Read) => read_line(reader, number, &line),
            Ok(Line::TooLong) => {
                reader.fault(Some(number), Kind::TooLong);
                reader.drop_lines(number, number, Reason::Faulty);
            }
            Ok(Line::End) => return,
            Err(error) => {
                return reader.fault(Some(number), Kind::Unreadable(error.to_string()));
            }
        }
    }
}

fn read_line(reader: &mut Reader<'_>, number: usize, line: &[u8]) {
    let faults = match str::from_utf8(line).map(str::trim_ascii_end) {
        Ok(line) if line.trim().is_empty() => {
            return reader.drop_lines(number, number, Reason::Blank);
        }
        Ok(line) => match post(line) {
            Ok(post) => return reader.keep(post, number, number),
            Err(faults) => faults,
        },
        Err(_) => vec![(None, Kind::NotUtf8)],
    };
    for (column, kind) in faults {
        reader.fault_at(Some(number), column, kind);
    }
    reader.drop_lines(number, number, Reason::Faulty);
}

type LineFaults = Vec<(Option<usize>, Kind)>;

fn post(line: &str) -> Result<Post, LineFaults> {
    let record: Record = serde_json::from_str(line).map_err(|error| diagnose(line, &error))?;
    let post = Post {
        id: match record.id {
            Id::Text(id) => id,
            Id::Signed(id) => id.to_string(),
            Id::Unsigned(id) => id.to_string(),
        },
        title: one_line(record.title.unwrap_or_default()),
        text: paragraphs(record.text),
        preview: String::new(),
        url: record.url.unwrap_or_default(),
        date: record.date.unwrap_or_default(),
        tags: tags(record.tags.unwrap_or_default()),
        author: record.author.unwrap_or_default(),
        kind: record.kind.unwrap_or_default(),
        source: record.source.unwrap_or_default(),
    };
    let mut faults = Vec::new();
    if post.id.trim().is_empty() {
        faults.push((None, Kind::EmptyId));
    }
    if !post.date.is_empty() && !is_date(&post.date) {
        faults.push((None, Kind::BadDate(post.date.clone())));
    }
    if faults.is_empty() {
        Ok(post)
    } else {
        Err(faults)
    }
}

/// What serde could not make a post of, looked at again, now for every fault by its field.
fn diagnose(line: &str, error: &serde_json::Error) -> LineFaults {
    let (column, message) = (Some(error.column()), without_place(error));
    if error.classify() != Category::Data {
        return vec![(column, Kind::BadJson(message))];
    }
    let value = match serde_json::from_str(line) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return vec![(None, Kind::NotAnObject)],
        Err(error) => return vec![(Some(error.column()), Kind::BadJson(without_place(&error)))],
    };
    let mut faults = Vec::new();
    let mut look = |field, needed, wanted, fits: fn(&Value) -> bool| match value.get(field) {
        None if needed => faults.push((None, Kind::MissingField(field))),
        Some(Value::Null) if !needed => {}
        Some(value) if !fits(value) => faults.push((None, Kind::WrongType { field, wanted })),
        _ => {}
    };
    look("id", true, "a string or an integer", |v| {
        v.is_string() || v.is_i64() || v.is_u64()
    });
    look("text", true, "a string", Value::is_string);
    for field in ["title", "url", "date", "author", "kind", "source"] {
        look(field, false, "a string", Value::is_string);
    }
    look("tags", false, "an array of strings", |v| {
        v.as_array()
            .is_some_and(|tags| tags.iter().all(Value::is_string))
    });
    if faults.is_empty() {
        vec![(column, Kind::NotAPost(message))]
    } else {
        faults
    }
}

/// The message without `at line 1 column 7`: each line is parsed alone, so its line is wrong.
pub(crate) fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(what, _)| what)
        .to_owned()
}

/// Lines with one `\n` between and nothing empty.
fn paragraphs(text: String) -> String {
    let fits = |line: &str| !line.is_empty() && !line.ends_with(char::is_whitespace);
    if !text.contains('\r') && text.split('\n').all(fits) {
        return text;
    }
    let lines = text
        .split(['\n', '\r'])
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn one_line(title: String) -> String {
    if title.contains(['\n', '\r']) {
        title.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        title
    }
}

fn tags(given: Vec<String>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::with_capacity(given.len());
    for tag in given {
        let tag = tag.trim().trim_start_matches('#');
        if !tag.is_empty() && !tags.iter().any(|have| have == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

/// `YYYY-MM-DD`, alone or before a time. Whether the month has that day is not looked at.
pub(crate) fn is_date(date: &str) -> bool {
    let bytes = date.as_bytes();
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = bytes.get(range)?;
        digits.iter().try_fold(0, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + u32::from(digit - b'0'))
        })
    };
    number(0..4).is_some()
        && bytes.get(4) == Some(&b'-')
        && number(5..7).is_some_and(|month| (1..=12).contains(&month))
        && bytes.get(7) == Some(&b'-')
        && number(8..10).is_some_and(|day| (1..=31).contains(&day))
        && matches!(bytes.get(10), None | Some(b'T' | b't' | b' '))
}
