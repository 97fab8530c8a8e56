//! Tables: CSV with a header, whose columns have the names of the fields of JSON lines.
//!
//! Of the columns only `text` is needed; those of other names are passed over, and the case of the
//! names does not matter. Cells are parted by commas, semicolons or tabs, whichever gives the
//! header more known names. Several tags in one cell are parted by commas or semicolons.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};
use juya_engine::Post;

use crate::input::{Input, PIECE};
use crate::{Kind, Reader, Reason, channel, date, html};

/// The columns that are read.
pub(crate) const COLUMNS: [&str; 9] = [
    "id", "title", "text", "url", "date", "tags", "author", "kind", "source",
];

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The byte that parts the cells of a table that begins so, and how many columns are known.
fn delimiter(head: &str) -> (u8, Vec<String>) {
    let columns = |delimiter: u8| -> Vec<String> {
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(head.as_bytes());
        let columns = reader.byte_headers().cloned().unwrap_or_default();
        columns
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_lowercase())
            .collect()
    };
    let known = |columns: &[String]| {
        columns
            .iter()
            .filter(|name| COLUMNS.contains(&&***name))
            .count()
    };
    let mut best = (b',', columns(b','));
    for delimiter in DELIMITERS {
        let columns = columns(delimiter);
        if known(&columns) > known(&best.1) {
            best = (delimiter, columns);
        }
    }
    best
}

/// Whether the beginning of a file is that of a table with a column `text`.
pub(crate) fn has_text(head: &str) -> bool {
    delimiter(head).1.iter().any(|name| name == "text")
}

/// A stream that ends with an error where a record takes too many bytes: a quotation mark that is
/// never closed would take the whole file for one cell.
struct Bounded<R> {
    inner: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let most = buffer.len().min(left);
        let read = self
            .inner
            .read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left.set(left - read);
        Ok(read)
    }
}

pub(crate) fn read(reader: &mut Reader<'_>, input: Input<'_>) {
    let (delimiter, columns) = delimiter(&input.head());
    let place = |name: &str| columns.iter().position(|have| have == name);
    let Some(text) = place("text") else {
        return reader.fault(Some(1), Kind::NoTextColumn(columns));
    };
    let left = Rc::new(Cell::new(PIECE));
    let mut table = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(Bounded {
            inner: input.stream(),
            left: left.clone(),
        });
    // The header is read first, and is not among the records.
    let mut record = ByteRecord::new();
    loop {
        left.set(PIECE);
        match table.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                let line = error.position().map(|place| number(place.line()));
                let line = line.unwrap_or_else(|| number(table.position().line()));
                let kind = match error.kind() {
                    csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                        Kind::RowTooLong
                    }
                    csv::ErrorKind::Io(error) => Kind::Unreadable(error.to_string()),
                    _ => Kind::Unreadable(error.to_string()),
                };
                return reader.fault(Some(line), kind);
            }
        }
        let first = record.position().map_or(1, |place| number(place.line()));
        let last = number(table.position().line()).saturating_sub(1).max(first);
        let fault = if record.len() != columns.len() {
            Some(Kind::BadRow {
                cells: record.len(),
                columns: columns.len(),
            })
        } else if record.iter().any(|cell| str::from_utf8(cell).is_err()) {
            Some(Kind::NotUtf8)
        } else {
            None
        };
        if let Some(kind) = fault {
            reader.fault(Some(first), kind);
            reader.drop_lines(first, last, Reason::Faulty);
            continue;
        }
        let cell = |at: Option<usize>| -> String {
            let cell = at.and_then(|at| record.get(at)).unwrap_or_default();
            String::from_utf8_lossy(cell).trim().to_owned()
        };
        let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let given = cell(place("date"));
        let date = date::normal(&given);
        if date.is_none() && !given.is_empty() {
            reader.fault(Some(first), Kind::BadDate(given));
        }
        let mut tags = Vec::new();
        for tag in cell(place("tags")).split([',', ';', '،', '؛']) {
            html::add_tag(&mut tags, tag);
        }
        let lines = cell(Some(text));
        let lines = lines
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty());
        let mut post = Post {
            id: cell(place("id")),
            title: one_line(cell(place("title"))),
            text: lines.collect::<Vec<_>>().join("\n"),
            preview: String::new(),
            url: cell(place("url")),
            date: date.unwrap_or_default(),
            tags,
            author: one_line(cell(place("author"))),
            kind: cell(place("kind")),
            source: cell(place("source")),
        };
        if post.title.is_empty() && post.text.is_empty() {
            reader.drop_lines(first, last, Reason::NoText);
            continue;
        }
        if post.id.is_empty() {
            post.id = channel::id(reader, &post);
        }
        reader.keep(post, first, last);
    }
}

fn number(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}
