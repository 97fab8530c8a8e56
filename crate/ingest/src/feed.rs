//! Feeds: RSS, Atom and JSON Feed. A post of a feed is a post; its HTML is read as that of pages.
//!
//! XML is read one item after the other: where it breaks off, the items before stay.

use juya_engine::Post;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use crate::html::{self, Page};
use crate::input::Input;
use crate::{Kind, Reader, Reason, date, page};

/// Whether the beginning of a file is that of a feed in XML.
pub(crate) fn is_xml(head: &str) -> bool {
    if !head.starts_with('<') {
        return false;
    }
    let mut rest = head;
    // The first element, after what may stand before it.
    while let Some((_, tag)) = rest.split_once('<') {
        let end = match tag {
            _ if tag.starts_with("!--") => "-->",
            _ if tag.starts_with(['?', '!']) => ">",
            _ => {
                let name = tag.split(|c: char| c.is_whitespace() || c == '>').next();
                return matches!(name, Some("rss" | "feed" | "atom:feed" | "rdf:RDF" | "RDF"));
            }
        };
        let Some((_, after)) = tag.split_once(end) else {
            return false;
        };
        rest = after;
    }
    false
}

/// Whether the beginning of a file is that of a JSON Feed.
pub(crate) fn is_json(head: &str) -> bool {
    let versions = [
        "\"https://jsonfeed.org/version/",
        "\"https:\\/\\/jsonfeed.org\\/version\\/",
    ];
    head.starts_with('{') && versions.iter().any(|version| head.contains(version))
}

/// An item as it stands in the feed.
#[derive(Default)]
struct Item {
    id: String,
    title: String,
    link: String,
    content: String,
    summary: String,
    /// The text is text and no HTML.
    is_plain: bool,
    date: String,
    authors: Vec<String>,
    tags: Vec<String>,
    kind: &'static str,
}

/// What a feed says of itself.
#[derive(Default)]
struct Feed {
    title: String,
    author: String,
}

pub(crate) fn read(reader: &mut Reader<'_>, input: Input<'_>) {
    let text = match input.bytes() {
        Ok(bytes) => page::declared(bytes),
        Err(kind) => return reader.fault(None, kind),
    };
    match text {
        Ok(text) if text.trim_start().starts_with('{') => read_json(reader, &text),
        Ok(text) => read_xml(reader, &text),
        Err((line, kind)) => reader.fault(line, kind),
    }
}

fn read_xml(reader: &mut Reader<'_>, text: &str) {
    let mut xml = quick_xml::Reader::from_str(text);
    let mut lines = html::Lines::new(text);
    let (mut feed, mut item) = (Feed::default(), None::<(Item, usize)>);
    loop {
        let at = usize::try_from(xml.buffer_position()).unwrap_or(usize::MAX);
        let result = match xml.read_event() {
            Ok(Event::Start(start)) => match local(&start) {
                "item" | "entry" => {
                    item = Some((Item::default(), lines.of(at)));
                    Ok(())
                }
                "channel" | "feed" | "rss" | "RDF" => Ok(()),
                _ => match xml.read_text(start.name()) {
                    Ok(inner) => {
                        match &mut item {
                            Some((item, _)) => item.say(&start, &inner),
                            None => feed.say(&start, &inner),
                        }
                        Ok(())
                    }
                    Err(error) => Err(error),
                },
            },
            Ok(Event::Empty(start)) => {
                if let Some((item, _)) = &mut item {
                    item.say(&start, "");
                }
                Ok(())
            }
            Ok(Event::End(end)) => {
                if matches!(end.local_name().as_ref(), "item" | "entry")
                    && let Some((item, first)) = item.take()
                {
                    item.keep(reader, &feed, first, lines.of(at));
                }
                Ok(())
            }
            Ok(Event::Eof) => return,
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            let at = usize::try_from(xml.error_position()).unwrap_or(usize::MAX);
            let line = lines.of(at);
            reader.fault(Some(line), Kind::BadFeed(error.to_string()));
            if let Some((_, first)) = item {
                reader.drop_lines(first, line, Reason::Faulty);
            }
            return;
        }
    }
}

fn local<'e>(start: &'e BytesStart<'_>) -> &'e str {
    start.local_name().into_inner()
}

/// The value of an attribute.
fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.try_get_attribute(name).ok().flatten()?;
    Some(plain(&found.value).trim().to_owned())
}

/// What stands in an element, with CDATA and character references resolved: text, or HTML.
fn resolved(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once("<![CDATA[") {
        text.push_str(&plain(before));
        let (data, after) = after.split_once("]]>").unwrap_or((after, ""));
        text.push_str(data);
        rest = after;
    }
    // Some put elements where text should be; they are HTML as they stand.
    match rest.contains('<') {
        true => text.push_str(rest),
        false => text.push_str(&plain(rest)),
    }
    text
}

/// Text with its character references resolved.
fn plain(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    for token in html5gum::Tokenizer::new(text) {
        let Ok(token) = token;
        if let html5gum::Token::String(string) = token {
            plain.push_str(&String::from_utf8_lossy(&string));
        }
    }
    plain
}

/// Text of which some feeds write HTML, on one line.
fn title(text: &str) -> String {
    let (title, _) = flat(html::fragment(text));
    title.replace('\n', " ")
}

/// The text and the preview of a page without sections.
fn flat(page: Page) -> (String, String) {
    let (mut text, mut preview) = (String::new(), String::new());
    for section in page.sections {
        for part in [&section.heading, &section.text] {
            add_line(&mut text, part);
        }
        add_line(&mut preview, &section.preview);
    }
    (text, preview)
}

fn add_line(text: &mut String, line: &str) {
    if !line.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
}

impl Feed {
    fn say(&mut self, start: &BytesStart<'_>, inner: &str) {
        match local(start) {
            // That of the feed's picture is read within `image`, and not here.
            "title" if self.title.is_empty() => self.title = title(&resolved(inner)),
            "author" => self.author = author(inner),
            _ => {}
        }
    }
}

/// The name of an author: what stands in `name`, or the text itself.
fn author(inner: &str) -> String {
    let named = inner
        .split_once("<name>")
        .and_then(|(_, rest)| rest.split_once("</name>"));
    let name = match named {
        Some((name, _)) => resolved(name),
        None if inner.trim_start().starts_with("<![CDATA[") => resolved(inner),
        None if inner.contains('<') => String::new(),
        None => resolved(inner),
    };
    // RSS has `mail (name)`.
    let name = name.trim();
    match name.split_once('(') {
        Some((mail, name)) if mail.contains('@') => name.trim_end_matches(')').to_owned(),
        _ => name.to_owned(),
    }
}

impl Item {
    fn say(&mut self, start: &BytesStart<'_>, inner: &str) {
        let (name, whole) = (local(start), start.name());
        let is = |prefix: &str| whole.as_ref().starts_with(prefix);
        // What is said of pictures and sounds has names of its own: `media:title`.
        if is("media:") || is("itunes:") || is("slash:") || is("wfw:") {
            return;
        }
        let is_text = matches!(attribute(start, "type").as_deref(), Some("text"));
        match name {
            "title" if self.title.is_empty() => {
                let text = resolved(inner);
                self.title = if is_text {
                    text.trim().to_owned()
                } else {
                    title(&text)
                };
            }
            "link" => {
                let href = attribute(start, "href");
                let rel = attribute(start, "rel");
                let is_page = matches!(rel.as_deref(), None | Some("alternate" | ""));
                match href {
                    Some(href) if is_page && self.link.is_empty() => self.link = href,
                    None if self.link.is_empty() => {
                        resolved(inner).trim().clone_into(&mut self.link)
                    }
                    _ => self.enclose(start),
                }
            }
            "guid" | "id" => {
                resolved(inner).trim().clone_into(&mut self.id);
                let is_link = attribute(start, "isPermaLink").as_deref() != Some("false");
                if name == "guid" && is_link && self.id.starts_with("http") && self.link.is_empty()
                {
                    self.link.clone_from(&self.id);
                }
            }
            "encoded" | "content" => {
                // `xhtml` is HTML as it stands; all else has its markup escaped.
                let is_xhtml = attribute(start, "type").as_deref() == Some("xhtml");
                self.content = if is_xhtml {
                    inner.to_owned()
                } else {
                    resolved(inner)
                };
                self.is_plain = is_text;
            }
            "description" | "summary" => self.summary = resolved(inner),
            "pubDate" | "published" | "issued" | "date" => {
                resolved(inner).trim().clone_into(&mut self.date);
            }
            "updated" | "modified" if self.date.is_empty() => {
                resolved(inner).trim().clone_into(&mut self.date);
            }
            "author" | "creator" => {
                let author = author(inner);
                if !author.is_empty() && !self.authors.contains(&author) {
                    self.authors.push(author);
                }
            }
            "category" | "subject" => {
                let label = attribute(start, "label").or_else(|| attribute(start, "term"));
                html::add_tag(&mut self.tags, &label.unwrap_or_else(|| resolved(inner)));
            }
            "enclosure" => self.enclose(start),
            _ => {}
        }
    }

    /// Takes the kind of a post from the file that comes with it.
    fn enclose(&mut self, start: &BytesStart<'_>) {
        let kind = attribute(start, "type").unwrap_or_default();
        match kind.split('/').next() {
            Some("audio") => self.kind = "audio",
            Some("video") => self.kind = "video",
            _ => {}
        }
    }

    fn keep(self, reader: &mut Reader<'_>, feed: &Feed, first: usize, last: usize) {
        let content = match self.content.trim().is_empty() {
            true => &self.summary,
            false => &self.content,
        };
        let (text, preview) = match self.is_plain && !self.content.is_empty() {
            true => {
                let lines = content
                    .lines()
                    .map(str::trim_end)
                    .filter(|line| !line.is_empty());
                (lines.collect::<Vec<_>>().join("\n"), String::new())
            }
            false => flat(html::fragment(content)),
        };
        if text.is_empty() && self.title.is_empty() {
            return reader.drop_lines(first, last, Reason::NoText);
        }
        let date = date::normal(&self.date);
        if date.is_none() && !self.date.is_empty() {
            reader.fault(Some(first), Kind::BadDate(self.date.clone()));
        }
        let base = reader.options().base_url.trim_end_matches('/');
        let url = match self.link.starts_with('/') {
            true => format!("{base}{}", self.link),
            false => self.link,
        };
        let names = [&self.id, &url, &self.title, &text];
        let name = names.into_iter().find(|name| !name.is_empty());
        let id = name.map(|name| name.chars().take(ID).collect());
        if !feed.title.is_empty() {
            reader.channel(&feed.title);
        }
        let post = Post {
            id: id.unwrap_or_default(),
            title: self.title,
            text,
            preview,
            url,
            date: date.unwrap_or_default(),
            tags: self.tags,
            author: match self.authors.is_empty() {
                true => feed.author.clone(),
                false => self.authors.join(", "),
            },
            kind: if self.kind.is_empty() {
                "article"
            } else {
                self.kind
            }
            .to_owned(),
            source: feed.title.clone(),
        };
        reader.keep(post, first, last);
    }
}

/// An id made of the address, the title or the text of a post is not longer, in characters.
const ID: usize = 200;

fn read_json(reader: &mut Reader<'_>, text: &str) {
    let value: Map<String, Value> = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            let (line, message) = (error.line(), error.to_string());
            return reader.fault(Some(line), Kind::BadFeed(message));
        }
    };
    let string = |values: &Map<String, Value>, key: &str| match values.get(key) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let names = |values: &Map<String, Value>| -> Vec<String> {
        let authors = values
            .get("authors")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let authors = authors
            .chain(values.get("author"))
            .filter_map(Value::as_object);
        authors
            .map(|author| string(author, "name"))
            .filter(|name| !name.is_empty())
            .collect()
    };
    let feed = Feed {
        title: string(&value, "title"),
        author: names(&value).join(", "),
    };
    let Some(items) = value.get("items").and_then(Value::as_array) else {
        return reader.fault(None, Kind::BadFeed("no array `items`".to_owned()));
    };
    for (number, item) in items.iter().enumerate() {
        let Some(values) = item.as_object() else {
            let message = format!("item {} is no object", number + 1);
            reader.fault(None, Kind::BadFeed(message));
            continue;
        };
        let html = string(values, "content_html");
        let mut item = Item {
            id: string(values, "id"),
            title: string(values, "title"),
            link: string(values, "url"),
            is_plain: html.is_empty(),
            content: if html.is_empty() {
                string(values, "content_text")
            } else {
                html
            },
            summary: string(values, "summary"),
            date: string(values, "date_published"),
            authors: names(values),
            ..Item::default()
        };
        if item.link.is_empty() {
            item.link = string(values, "external_url");
        }
        for tag in values
            .get("tags")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            html::add_tag(&mut item.tags, tag.as_str().unwrap_or_default());
        }
        // Which lines an item stands on, the parser does not tell: they are numbered instead.
        item.keep(reader, &feed, number + 1, number + 1);
    }
}
