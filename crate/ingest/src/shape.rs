//! Telling what a file holds.

use crate::input::Input;
use crate::{Kind, channel, feed, markdown, table, telegram};

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Shape {
    /// The text of a Telegram channel, as copied from its page.
    Channel,
    /// A post on each line, as JSON.
    JsonLines,
    /// A page of Markdown.
    Markdown,
    /// A page of HTML.
    Html,
    /// A feed: RSS, Atom or JSON Feed.
    Feed,
    /// A table: CSV with a header.
    Table,
    /// An export of Telegram Desktop, as JSON.
    Telegram,
    /// A page of an export of Telegram Desktop, as HTML.
    TelegramHtml,
}

/// A file that is read as nothing.
pub(crate) enum Other {
    /// Nothing that anyone would take for posts, such as a picture in a folder of pages.
    NotASource,
    /// Something is wrong with it.
    Faulty(Kind),
}

/// Extensions of text that posts are written in: a file so named that holds none is a fault.
const TEXT: [&str; 13] = [
    "atom", "htm", "html", "jsonl", "markdown", "md", "mdown", "mdx", "mkd", "ndjson", "rss",
    "txt", "xhtml",
];

/// Extensions of what stands beside posts and is not opened.
const BESIDE: [&str; 61] = [
    "7z", "aac", "apk", "avif", "avi", "bib", "bmp", "br", "bz2", "class", "css", "doc", "docx",
    "eot", "epub", "exe", "flac", "gif", "gz", "heic", "ico", "ipynb", "jar", "jpeg", "jpg", "js",
    "juya", "lock", "m4a", "map", "mjs", "mkv", "mov", "mp3", "mp4", "mpeg", "odt", "oga", "ogg",
    "opus", "otf", "pdf", "png", "pptx", "psd", "rar", "scss", "svg", "tar", "tgs", "tif", "tiff",
    "ttf", "wasm", "wav", "webm", "webp", "woff", "woff2", "xlsx", "zip",
];

/// Names of text files that stand in the folder of a site and are no posts.
const BESIDE_NAMES: [&str; 5] = [
    "humans.txt",
    "llms-full.txt",
    "llms.txt",
    "requirements.txt",
    "robots.txt",
];

impl Shape {
    /// Whether the account of such a file has an entry for each line.
    pub fn is_by_line(self) -> bool {
        matches!(self, Shape::Channel | Shape::JsonLines)
    }

    /// What a file holds, by its first 64 KiB and its name.
    pub(crate) fn of(input: &Input<'_>) -> Result<Shape, Other> {
        let extension = input.extension();
        let text = TEXT.contains(&&*extension);
        let (given, name) = (input.is_given(), input.path.file_name());
        let name = name.unwrap_or_default().to_string_lossy();
        let beside = BESIDE.contains(&&*extension) || BESIDE_NAMES.contains(&&*name);
        if beside && !given {
            return Err(Other::NotASource);
        }
        // In a folder there may be anything; a file that was given, or that is named as posts
        // are, should be readable.
        let other = |kind| {
            Err(if given || text {
                Other::Faulty(kind)
            } else {
                Other::NotASource
            })
        };
        if input.is_binary() {
            return other(Kind::Binary);
        }
        let head = input.head();
        let head = head.trim_start();
        if head.is_empty() {
            return other(Kind::EmptyFile);
        }
        if telegram::html::is_export(head) {
            return match (telegram::html::has_messages(head, &name), given) {
                (true, _) => Ok(Shape::TelegramHtml),
                (false, true) => Err(Other::Faulty(Kind::NoMessages)),
                (false, false) => Err(Other::NotASource),
            };
        }
        if !matches!(&*extension, "jsonl" | "ndjson") && telegram::json::is_export(head, &name) {
            return Ok(Shape::Telegram);
        }
        match &*extension {
            "jsonl" | "ndjson" => return Ok(Shape::JsonLines),
            "htm" | "html" | "xhtml" => return Ok(Shape::Html),
            // A table in a folder may be of anything.
            "csv" | "tsv" if given || table::has_text(head) => return Ok(Shape::Table),
            name if markdown::EXTENSIONS.contains(&name) => return Ok(Shape::Markdown),
            _ if feed::is_xml(head) || feed::is_json(head) => return Ok(Shape::Feed),
            _ if is_html(head) => return Ok(Shape::Html),
            "txt" if !head.starts_with('{') => return Ok(Shape::Channel),
            _ => {}
        }
        if head.starts_with('{') && (given || text || is_json_line(head)) {
            Ok(Shape::JsonLines)
        } else if channel::name(head).is_some() {
            Ok(Shape::Channel)
        } else {
            other(Kind::UnknownKind)
        }
    }
}

/// Whether a file begins as a page of HTML does.
fn is_html(head: &str) -> bool {
    ["<!doctype html", "<html"].iter().any(|start| {
        let head = head.get(..start.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(start))
    })
}

/// Whether the first line is a whole JSON object with a text: a `package.json` is not.
fn is_json_line(head: &str) -> bool {
    let line = head.lines().next().unwrap_or_default();
    let value: Result<serde_json::Value, _> = serde_json::from_str(line);
    value.is_ok_and(|value| value.get("text").is_some_and(serde_json::Value::is_string))
}
