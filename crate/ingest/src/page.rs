//! Pages into posts: a page is one post, and each of its sections that can be linked to another.

use std::collections::HashMap;

use juya_engine::Post;

use crate::account::{Fate, Part, Reason};
use crate::fault::nearest;
use crate::html::{self, Lines, Page, Problem};
use crate::input::{self, Input};
use crate::{Kind, Reader};

/// Where a page is.
pub(crate) struct Place {
    /// Its path on the site, without `/` at the beginning: `posts/hello/`.
    pub(crate) path: String,
    /// What stands before the path in the address; empty where unknown.
    pub(crate) base: String,
    /// The part of the site it belongs to; may be empty.
    pub(crate) section: String,
}

impl Place {
    /// The address of the page.
    fn url(&self) -> String {
        let path = escaped(&self.path);
        // Without a base an address is one on the host of the search page.
        format!("{}/{path}", self.base.trim_end_matches('/'))
    }
}

/// Reads a page of an HTML site.
pub(crate) fn read_html(reader: &mut Reader<'_>, input: Input<'_>) {
    let (relative, head) = (input.relative(), input.head());
    let place = match reader.sites.html(input.path, &relative, &head) {
        Some(mut place) => {
            if !reader.options().base_url.is_empty() {
                place.base.clone_from(&reader.options().base_url);
            }
            place
        }
        None => {
            reader.drop_lines(1, 1, Reason::NotInSite);
            return;
        }
    };
    let folder = folder(&input);
    let text = match input.bytes() {
        Ok(bytes) => match declared(bytes) {
            Ok(text) => text,
            Err((line, kind)) => return reader.fault(line, kind),
        },
        Err(kind) => return reader.fault(None, kind),
    };
    let last = text.lines().count();
    let page = html::page(&text);
    tell_problems(reader, &page, Some(&text));
    let name = place.path.rsplit('/').next().unwrap_or_default();
    if page.redirect {
        reader.drop_lines(1, last, Reason::Redirect);
    } else if page.hidden || name == "404.html" {
        reader.drop_lines(1, last, Reason::Draft);
    } else {
        keep(reader, page, &place, &folder, last);
    }
}

/// The name of the folder given, to tell its pages from those of another folder.
pub(crate) fn folder(input: &Input<'_>) -> String {
    let name = input.root.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The text of HTML or XML that may say itself how its characters are coded.
pub(crate) fn declared(bytes: Vec<u8>) -> Result<String, (Option<usize>, Kind)> {
    /// Browsers look no further.
    const START: usize = 1024;
    if str::from_utf8(&bytes).is_err() {
        let start = bytes.get(..START).unwrap_or(&bytes).to_ascii_lowercase();
        for said in [&b"charset="[..], b"encoding="] {
            let at = start.windows(said.len()).position(|window| window == said);
            let Some(label) = at.and_then(|at| start.get(at + said.len()..)) else {
                continue;
            };
            let label = label
                .strip_prefix(b"\"")
                .or(label.strip_prefix(b"'"))
                .unwrap_or(label);
            let is_label = |b: &u8| b.is_ascii_alphanumeric() || b"-_:".contains(b);
            let label = &label[..label.iter().take_while(|b| is_label(b)).count()];
            if let Some(encoding) = encoding_rs::Encoding::for_label(label)
                && encoding != encoding_rs::UTF_8
            {
                return Ok(encoding.decode(&bytes).0.into_owned());
            }
        }
    }
    input::text(bytes)
}

/// Says what is wrong with attributes of Juya's; `text` is the file, where places are those in it.
pub(crate) fn tell_problems(reader: &mut Reader<'_>, page: &Page, text: Option<&str>) {
    let mut line_of = text.map(Lines::new);
    let mut problems: Vec<&(usize, Problem)> = page.problems.iter().collect();
    problems.sort_by_key(|(at, _)| *at);
    for (at, problem) in problems {
        let attribute = |attribute: &str, known: &[&'static str]| Kind::UnknownAttribute {
            attribute: attribute.to_owned(),
            nearest: nearest(attribute, known),
        };
        let kind = match problem {
            Problem::Attribute(name) => attribute(name, &html::ATTRIBUTES),
            Problem::Meta(key) => Kind::UnknownMeta {
                key: key.clone(),
                nearest: nearest(key, &html::META),
            },
            Problem::Weight(weight) => Kind::UnknownWeight(weight.clone()),
            Problem::Date(date) => Kind::BadDate(date.clone()),
        };
        let line = line_of.as_mut().map(|lines| lines.of(*at));
        reader.fault(line, kind);
    }
}

/// What a page says of itself stands in each of its sections, and is cut: so many tags, a title
/// or a name of so many characters, an address of so many bytes.
const TAGS: usize = 100;
const LONGEST_NAME: usize = 300;
const LONGEST_URL: usize = 2000;

/// On one line, and not longer than a name is.
fn short(name: &str) -> String {
    let words = name.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(LONGEST_NAME).collect()
}

/// Makes posts of a page that fills the lines up to `last` of the present file.
pub(crate) fn keep(
    reader: &mut Reader<'_>,
    mut page: Page,
    place: &Place,
    folder: &str,
    last: usize,
) {
    for name in [
        &mut page.title,
        &mut page.author,
        &mut page.kind,
        &mut page.source,
    ] {
        *name = short(name);
    }
    page.tags.truncate(TAGS);
    for tag in &mut page.tags {
        *tag = short(tag);
    }
    let about = page.description.split_whitespace().collect::<Vec<_>>();
    page.description = about.join(" ");
    let says = |section: &html::Section| !section.text.is_empty() || !section.heading.is_empty();
    if page.title.is_empty() && !page.sections.iter().any(says) {
        reader.drop_lines(1, last, Reason::NoText);
        return;
    }
    // Another folder may have a page of the same path.
    let id = match reader.is_taken(&name(&place.path)) {
        false => name(&place.path),
        true => format!("{folder}/{}", place.path),
    };
    if !reader.claim(&id, 1) {
        reader.drop_lines(1, last, Reason::Faulty);
        return;
    }
    let url = match page.canonical.starts_with("http") && page.canonical.len() <= LONGEST_URL {
        true => page.canonical.clone(),
        false => place.url(),
    };
    let url = url.split('#').next().unwrap_or_default();
    let (first, title) = (reader.next(), page.title);
    let mut anchors: HashMap<String, usize> = HashMap::new();
    for (number, section) in page.sections.into_iter().enumerate() {
        let mut post = Post {
            id: id.clone(),
            title: title.clone(),
            text: section.text,
            preview: section.preview,
            url: url.to_owned(),
            date: page.date.clone(),
            tags: page.tags.clone(),
            author: page.author.clone(),
            kind: if page.kind.is_empty() {
                "page".to_owned()
            } else {
                page.kind.clone()
            },
            source: if page.source.is_empty() {
                place.section.clone()
            } else {
                page.source.clone()
            },
        };
        if number == 0 {
            if !section.heading.is_empty() && section.heading != title {
                post.text = joined(&section.heading, &post.text);
            }
            if !page.description.is_empty() && !post.text.contains(&page.description) {
                post.preview = joined(&page.description, &post.preview);
            }
        } else {
            // Where two elements have one id, the address leads to the first.
            let count = anchors.entry(section.anchor.clone()).or_default();
            *count += 1;
            post.id = match *count {
                1 => format!("{id}#{}", section.anchor),
                again => format!("{id}#{}~{again}", section.anchor),
            };
            post.url = format!("{url}#{}", section.anchor.replace(' ', "%20"));
            post.title = match section.heading.contains(&title) || title.is_empty() {
                true => section.heading,
                false => format!("{} · {title}", section.heading),
            };
            if !reader.claim(&post.id, 1) {
                continue;
            }
        }
        reader.emit(post);
    }
    let part = Part::Whole;
    reader.tell(1, last, Fate::Kept { post: first, part });
}

/// A page's own name in its corpus: its path, and that of the first page is `/`.
fn name(path: &str) -> String {
    if path.is_empty() {
        "/".to_owned()
    } else {
        path.to_owned()
    }
}

fn joined(first: &str, second: &str) -> String {
    match second.is_empty() {
        true => first.to_owned(),
        false => format!("{first}\n{second}"),
    }
}

/// A path as it stands in an address. Letters of all scripts stay as they are.
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            ' ' | '%' | '#' | '?' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => {
                escaped.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    escaped
}
