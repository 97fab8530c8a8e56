//! HTML: what a page says, by its headings.
//!
//! The content of a page is looked for in this order: elements with `data-juya-body`; `main` and
//! `role="main"`; `article`; the whole body without its `header` and `aside`. Nowhere in it are
//! `nav`, `footer`, `script`, `style`, `template`, `noscript`, `svg`, `form` controls and what has
//! `aria-hidden="true"`. A heading that can be linked to, because it or its section has an `id`,
//! begins a section of its own.
//!
//! Attributes with which a page says more:
//!
//! | attribute | what it does |
//! |---|---|
//! | `data-juya-body` | only elements with it are the content of the page |
//! | `data-juya-ignore` | the element is left out; on `html` or `body`, the page |
//! | `data-juya-weight="low"` | found with low weight and not shown as the page's own words |
//! | `data-juya-meta="date"` | the text of the element is the date of the page; so `title`, `author`, `kind`, `source` |
//! | `data-juya-meta="date:2024-05-01"` | the value stands in the attribute |
//! | `data-juya-meta="date[datetime]"` | the value stands in another attribute of the element |
//! | `data-juya-tag` | the text of the element is a tag of the page |
//! | `data-juya-tag="a, b"` | these are tags of the page |
//!
//! An element that is ignored still gives its metadata.
//!
//! A page is read in one pass over its tokens, without a tree: time grows with its length alone,
//! and memory with its text. Below [`DEEPEST`] elements are not told apart.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use crate::date;

/// An element within so many others is not told from the one around it. Browsers do the same.
const DEEPEST: usize = 512;

/// Of elements that give metadata and lie within one another, not more are read.
const CAPTURES: usize = 8;

/// A longer link, in bytes, holds data and no name.
const LONGEST_LINK: usize = 200;

/// What a page says.

#[derive(Debug, Default)]
pub(crate) struct Page {
    /// What it is called: by metadata, by its first heading, by its `title`.
    pub(crate) title: String,
    /// The address it says it has.
    pub(crate) canonical: String,
    /// `YYYY-MM-DD` or an RFC 3339 time; empty where unknown.
    pub(crate) date: String,
    pub(crate) author: String,
    pub(crate) kind: String,
    pub(crate) source: String,
    pub(crate) tags: Vec<String>,
    /// What it says of itself in a `meta` element.
    pub(crate) description: String,
    /// It asks not to be searched.
    pub(crate) hidden: bool,
    /// It only leads to another page.
    pub(crate) redirect: bool,
    /// The first is what stands before all headings that can be linked to.
    pub(crate) sections: Vec<Section>,
    /// What is wrong, with the place in bytes.
    pub(crate) problems: Vec<(usize, Problem)>,
}

impl Page {
    /// Where nothing stands before the first heading, and it is a title of the page, it becomes
    /// that of the page, though another level was given to it.
    pub(crate) fn begin_with_heading(&mut self, is_title: impl Fn(&str) -> bool) {
        if let [first, second, ..] = &mut self.sections[..]
            && first.heading.is_empty()
            && first.text.is_empty()
            && first.preview.is_empty()
            && is_title(&second.heading)
        {
            second.anchor.clear();
            self.sections.remove(0);
        }
    }
}

/// What stands below one heading.

#[derive(Debug, Default)]
pub(crate) struct Section {
    /// The `id` that leads to it; empty for the first.
    pub(crate) anchor: String,
    pub(crate) heading: String,
    pub(crate) text: String,
    /// Addresses of links, descriptions of pictures, and what the page gives low weight.
    pub(crate) preview: String,
}

/// What is wrong with an attribute of Juya's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A key of `data-juya-meta` that is not one of [`META`].
    Meta(String),
    /// An attribute that begins with `data-juya-` and is not one of [`ATTRIBUTES`].
    Attribute(String),
    /// A `data-juya-weight` that is not `low`.
    Weight(String),
    /// A date that is not understood.
    Date(String),
}

/// The keys of `data-juya-meta`.
pub(crate) const META: [&str; 5] = ["title", "date", "author", "kind", "source"];

/// The attributes that a page can use.
pub(crate) const ATTRIBUTES: [&str; 5] = [
    "data-juya-body",
    "data-juya-ignore",
    "data-juya-meta",
    "data-juya-tag",
    "data-juya-weight",
];

/// What a whole page says.
pub(crate) fn page(html: &str) -> Page {
    read(html, Extent::Page)
}

/// What a part of a page says, such as a post of a feed, or Markdown made into HTML: all of it is
/// content, and the first heading is that of the page only where nothing stands before it.
pub(crate) fn fragment(html: &str) -> Page {
    read(html, Extent::Fragment)
}

fn read(html: &str, extent: Extent) -> Page {
    let mut reading = Reading::new(extent);
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| {
        reading.event(&event, span.start);
        None::<Infallible>
    });
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    reading.end()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Page,
    Fragment,
}

/// How likely an element holds the content: where several stand in a page, the highest does.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    #[default]
    Body,
    Article,
    Main,
    Chosen,
}

/// An element that is open.
#[derive(Default)]
struct Open {
    /// Its name, as [`Reading::names`] numbers it.
    name: u32,
    role: Role,
    /// The rank around it.
    around: Rank,
    /// Its text is left out.
    skip: bool,
    /// Its white space counts.
    pre: bool,
    /// Its text has low weight.
    low: bool,
    /// How many captures end with it.
    captures: usize,
    /// Where it leads, and how long the text was before it.
    link: Option<(Box<str>, usize)>,
}

/// What the parts of a page must be told of an element by its name.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Role {
    /// It stands in a line: `em`, `span`.
    #[default]
    Inline,
    /// It stands in lines of its own: `div`, `li`.
    Block,
    /// A cell of a table, in the line of its row.
    Cell,
    /// `h1` to `h6`.
    Heading,
    /// `a`
    Link,
    Head,
    Title,
}

/// A heading that is open.
struct Heading {
    first_level: bool,
    anchor: String,
    text: Flow,
}

/// Metadata that is the text of an open element.
struct Capture {
    key: Key,
    text: Flow,
    at: usize,
}

#[derive(Clone, Copy)]
enum Key {
    Meta(&'static str),
    Tag,
}

struct Reading {
    extent: Extent,
    page: Page,
    sections: Vec<(Section, Flow, Flow)>,
    /// What the preview of the last section holds already.
    described: HashSet<String>,
    /// The rank of what is collected.
    best: Rank,
    /// The rank that the open elements give.
    rank: Rank,
    open: Vec<Open>,
    /// Elements that are open and not in `open`, which is full.
    too_deep: usize,
    names: HashMap<Box<[u8]>, u32>,
    /// How many of each name are in `open`.
    count: Vec<u32>,
    skip: usize,
    pre: usize,
    low: usize,
    /// The depth of `svg` and `math`, in which an element may close itself.
    foreign: Option<usize>,
    heading: Option<Heading>,
    has_first_heading: bool,
    captures: Vec<Capture>,
    head_title: Flow,
    og_title: String,
    meta_title: String,
    /// The `id` of an element that has opened and said nothing yet.
    anchor: String,
    /// The tag that is being read: where it begins, its name and its attributes.
    at: usize,
    tag: Vec<u8>,
    attributes: Vec<(Cow<'static, str>, String)>,
    attribute: Option<Cow<'static, str>>,
}

impl Reading {
    fn new(extent: Extent) -> Reading {
        let rank = match extent {
            Extent::Page => Rank::Body,
            Extent::Fragment => Rank::Chosen,
        };
        Reading {
            extent,
            page: Page::default(),
            sections: vec![Default::default()],
            described: HashSet::new(),
            best: rank,
            rank,
            open: Vec::new(),
            too_deep: 0,
            names: HashMap::new(),
            count: Vec::new(),
            skip: 0,
            pre: 0,
            low: 0,
            foreign: None,
            heading: None,
            has_first_heading: false,
            captures: Vec::new(),
            head_title: Flow::default(),
            og_title: String::new(),
            meta_title: String::new(),
            anchor: String::new(),
            at: 0,
            tag: Vec::new(),
            attributes: Vec::new(),
            attribute: None,
        }
    }

    fn event(&mut self, event: &CallbackEvent<'_>, at: usize) {
        match *event {
            CallbackEvent::OpenStartTag { name } => {
                self.at = at;
                self.tag.clear();
                self.tag.extend_from_slice(name);
                self.attributes.clear();
                self.attribute = None;
            }
            CallbackEvent::AttributeName { name } => {
                self.keep_attribute(String::new());
                self.attribute = self.wanted(name);
            }
            CallbackEvent::AttributeValue { value } => {
                self.keep_attribute(String::from_utf8_lossy(value).into_owned());
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                self.keep_attribute(String::new());
                self.start(self_closing);
            }
            CallbackEvent::EndTag { name } => {
                self.attribute = None;
                self.end_tag(name);
            }
            CallbackEvent::String { value } => self.text(&String::from_utf8_lossy(value)),
            CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
    }

    /// Whether an attribute is looked at; what it is called.
    fn wanted(&mut self, name: &[u8]) -> Option<Cow<'static, str>> {
        const WANTED: [&str; 16] = [
            "alt",
            "aria-hidden",
            "content",
            "datetime",
            "href",
            "http-equiv",
            "id",
            "itemprop",
            "name",
            "property",
            "rel",
            "role",
            "src",
            "title",
            "type",
            "value",
        ];
        let name = str::from_utf8(name).ok()?;
        let known = WANTED
            .iter()
            .chain(&ATTRIBUTES)
            .find(|&&known| known == name);
        if known.is_none() && name.starts_with("data-juya-") {
            let problem = Problem::Attribute(name.to_owned());
            self.page.problems.push((self.at, problem));
        }
        known.map(|&known| Cow::Borrowed(known))
    }

    /// Keeps the value of the attribute that was named last; the first of two counts.
    fn keep_attribute(&mut self, value: String) {
        if let Some(name) = self.attribute.take()
            && self.attribute(&name).is_none()
        {
            self.attributes.push((name, value));
        }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(have, _)| have == name);
        found.map(|(_, value)| value.trim())
    }

    fn start(&mut self, self_closing: bool) {
        let tag = std::mem::take(&mut self.tag);
        self.element(&tag, self_closing);
        self.tag = tag;
    }

    fn element(&mut self, tag: &[u8], self_closing: bool) {
        self.close_implied(tag);
        match tag {
            b"html" | b"body" if self.attribute("data-juya-ignore").is_some() => {
                self.page.hidden = true;
            }
            b"meta" => self.meta(),
            b"link" => {
                let rel = self.attribute("rel").unwrap_or_default();
                if rel.eq_ignore_ascii_case("canonical") && self.page.canonical.is_empty() {
                    self.page.canonical = self.attribute("href").unwrap_or_default().to_owned();
                }
            }
            _ => {}
        }
        let rank = self.rank_of(tag);
        if rank > self.best {
            // What was collected so far was not the content.
            self.best = rank;
            self.sections = vec![Default::default()];
            self.described.clear();
            (self.heading, self.has_first_heading) = (None, false);
        }
        self.page_time(tag);
        let mut element = Open {
            role: role(tag),
            around: self.rank,
            skip: self.is_skipped(tag, rank),
            pre: matches!(tag, b"pre" | b"listing" | b"xmp"),
            low: self.has_low_weight(),
            ..Open::default()
        };
        let foreign = self.foreign.is_some() || self.extent == Extent::Fragment;
        let void = is_void(tag) || (self_closing && foreign);
        self.give_metadata(&mut element, void);
        if void {
            match tag {
                b"br" => self.line(),
                b"hr" => self.line(),
                b"img" if !element.skip => {
                    let said = self.attribute("alt").unwrap_or_default().to_owned();
                    self.describe(said);
                }
                _ => {}
            }
            return;
        }
        if self.open.len() >= DEEPEST {
            self.too_deep += 1;
            self.captures
                .truncate(self.captures.len() - element.captures);
            return;
        }
        match element.role {
            Role::Block | Role::Head => self.line(),
            Role::Cell => self.space(),
            Role::Heading => {
                self.line();
                self.open_heading(tag, element.skip);
            }
            Role::Link => {
                let before = match (&self.heading, self.sections.last()) {
                    (Some(heading), _) => heading.text.text.len(),
                    (None, Some((_, text, _))) => text.text.len(),
                    (None, None) => 0,
                };
                let to = self.attribute("href").unwrap_or_default();
                element.link = Some((to.into(), before));
            }
            Role::Inline | Role::Title => {}
        }
        let id = self.attribute("id").filter(|id| !id.is_empty());
        let id = id.or_else(|| {
            self.attribute("name")
                .filter(|_| element.role == Role::Link)
        });
        // That of a heading itself, `open_heading` has read.
        if element.role != Role::Heading
            && let Some(id) = id.map(str::to_owned)
        {
            match &mut self.heading {
                Some(heading) if heading.anchor.is_empty() => heading.anchor = id,
                _ => self.anchor = id,
            }
        }
        if matches!(tag, b"svg" | b"math") && self.foreign.is_none() {
            self.foreign = Some(self.open.len());
        }
        element.name = self.name(tag);
        if let Some(count) = self.count.get_mut(element.name as usize) {
            *count += 1;
        }
        self.rank = self.rank.max(rank);
        self.skip += usize::from(element.skip);
        self.pre += usize::from(element.pre);
        self.low += usize::from(element.low);
        let is_block = element.role == Role::Block;
        self.open.push(element);
        if is_block {
            self.line(); // of the content that begins here, where it does
        }
    }

    fn rank_of(&self, tag: &[u8]) -> Rank {
        if self.extent == Extent::Fragment || self.attribute("data-juya-body").is_some() {
            Rank::Chosen
        } else if self.skip > 0 {
            Rank::Body
        } else if tag == b"main" || self.attribute("role") == Some("main") {
            Rank::Main
        } else if tag == b"article" {
            Rank::Article
        } else {
            Rank::Body
        }
    }

    fn is_skipped(&self, tag: &[u8], rank: Rank) -> bool {
        let by_name = match tag {
            b"script" | b"style" | b"template" | b"noscript" | b"svg" | b"canvas" | b"iframe"
            | b"object" | b"button" | b"select" | b"datalist" | b"textarea" | b"noembed"
            | b"dialog" | b"noframes" | b"nav" | b"footer" | b"head" | b"annotation" => true,
            b"header" | b"aside" => self.rank.max(rank) == Rank::Body,
            _ => false,
        };
        let ignored = self.attribute("data-juya-ignore").is_some();
        // Who chooses an element means it, whatever it is.
        let chosen = self.attribute("data-juya-body").is_some();
        ignored || (by_name && !chosen) || self.attribute("aria-hidden") == Some("true")
    }

    fn has_low_weight(&mut self) -> bool {
        let Some(weight) = self.attribute("data-juya-weight") else {
            return false;
        };
        let low = weight == "low";
        if !low {
            let problem = Problem::Weight(weight.to_owned());
            self.page.problems.push((self.at, problem));
        }
        low
    }

    /// Whether text is kept where the reading now is.
    fn collects(&self) -> bool {
        self.skip == 0 && self.rank == self.best
    }

    fn text(&mut self, text: &str) {
        if matches!(self.open.last(), Some(open) if open.role == Role::Head)
            && !text.trim().is_empty()
        {
            self.pop(); // text ends the head
        }
        for capture in &mut self.captures {
            capture.text.push(text);
        }
        if matches!(self.open.last(), Some(open) if open.role == Role::Title)
            && self.foreign.is_none()
        {
            self.head_title.push(text);
            return;
        }
        if !self.collects() {
            return;
        }
        let in_link = || self.open.iter().any(|open| open.role == Role::Link);
        if self.heading.is_none()
            && !self.anchor.is_empty()
            && !text.trim().is_empty()
            && !in_link()
        {
            self.anchor.clear();
        }
        let keeps_lines = self.pre > 0 && self.heading.is_none();
        self.flow(|flow| match keeps_lines {
            true => flow.push_lines(text),
            false => flow.push(text),
        });
    }

    /// Keeps what is said of a link or a picture beside the text.
    fn describe(&mut self, said: String) {
        if said.trim().is_empty() || !self.collects() || self.described.contains(&said) {
            return;
        }
        if let Some((_, _, preview)) = self.sections.last_mut() {
            preview.line();
            preview.push(&said);
            preview.line();
        }
        self.described.insert(said);
    }

    fn close_link(&mut self, to: &str, before: usize) {
        if let Some(heading) = &mut self.heading {
            // A sign that links to the heading is no part of it.
            heading.text.take_sign(before);
        }
        // Links within a site say nothing that its pages do not.
        let outward = to.starts_with("https://") || to.starts_with("http://");
        let outward = outward && to.len() <= LONGEST_LINK;
        let written = |(_, text, _): &(Section, Flow, Flow)| {
            let of_link = text.text.get(before..).unwrap_or_default().trim();
            of_link == to
        };
        if outward && !self.sections.last().is_some_and(written) {
            self.describe(to.to_owned());
        }
    }

    /// What comes next is on a line of its own; in a heading and in metadata there is but one.
    fn line(&mut self) {
        if self.heading.is_some() {
            return self.space();
        }
        self.captures
            .iter_mut()
            .for_each(|capture| capture.text.space());
        if self.collects() {
            self.flow(Flow::line);
        }
    }

    /// What comes next is another word.
    fn space(&mut self) {
        self.captures
            .iter_mut()
            .for_each(|capture| capture.text.space());
        if self.collects() {
            self.flow(Flow::space);
        }
    }

    /// Does something with the text that is being written.
    fn flow(&mut self, change: impl FnOnce(&mut Flow)) {
        match (&mut self.heading, self.sections.last_mut()) {
            (Some(heading), _) => change(&mut heading.text),
            (None, Some((_, _, preview))) if self.low > 0 => change(preview),
            (None, Some((_, text, _))) => change(text),
            (None, None) => {}
        }
    }

    fn open_heading(&mut self, tag: &[u8], skip: bool) {
        if skip || !self.collects() || self.heading.is_some() {
            return;
        }
        let own = self.attribute("id").unwrap_or_default().to_owned();
        let around = std::mem::take(&mut self.anchor);
        self.heading = Some(Heading {
            first_level: tag == b"h1",
            anchor: if own.is_empty() { around } else { own },
            text: Flow::default(),
        });
    }

    fn close_heading(&mut self) {
        let Some(heading) = self.heading.take() else {
            return;
        };
        let (text, anchor) = (heading.text.text, heading.anchor);
        if text.is_empty() {
            return;
        }
        let at_start = match (self.extent, &self.sections[..]) {
            (Extent::Page, [_]) => true,
            (Extent::Fragment, [(_, before, _)]) => before.text.is_empty(),
            _ => false,
        };
        if heading.first_level && at_start && !self.has_first_heading {
            self.has_first_heading = true;
            if let Some((first, _, _)) = self.sections.first_mut() {
                first.heading = text;
            }
        } else if anchor.is_empty() {
            if let Some((_, flow, _)) = self.sections.last_mut() {
                flow.line();
                flow.push(&text);
                flow.line();
            }
        } else {
            let section = Section {
                anchor,
                heading: text,
                ..Section::default()
            };
            self.sections
                .push((section, Flow::default(), Flow::default()));
            self.described.clear();
        }
    }

    fn meta(&mut self) {
        let content = self.attribute("content").unwrap_or_default().to_owned();
        let refresh = self.attribute("http-equiv").unwrap_or_default();
        let leads = content.to_ascii_lowercase().contains("url=");
        self.page.redirect |= leads && refresh.eq_ignore_ascii_case("refresh");
        let named = ["name", "property", "itemprop"]
            .into_iter()
            .find_map(|attribute| self.attribute(attribute));
        let name = named.unwrap_or_default().to_ascii_lowercase();
        match &*name {
            "robots" | "googlebot" | "juya" => {
                let mut words = content.split([',', ' ']).map(str::to_ascii_lowercase);
                self.page.hidden |= words.any(|word| word == "noindex" || word == "none");
            }
            // Some give the address of a profile.
            "author" | "article:author"
                if self.page.author.is_empty() && !content.contains("://") =>
            {
                self.page.author = content;
            }
            "description" | "og:description" if self.page.description.is_empty() => {
                self.page.description = content;
            }
            "og:title" => self.og_title = content,
            "article:tag" => self.tag(&content),
            "article:published_time"
            | "datepublished"
            | "date"
            | "dc.date"
            | "dcterms.date"
            | "dcterms.created"
                if self.page.date.is_empty() =>
            {
                // Written for others: what is not understood is left.
                self.page.date = date::normal(&content).unwrap_or_default();
            }
            _ => {}
        }
    }

    /// Takes the time of a page from a `time` element that stands before its sections.
    fn page_time(&mut self, tag: &[u8]) {
        if tag == b"time"
            && self.extent == Extent::Page
            && self.page.date.is_empty()
            && self.rank > Rank::Body
            && self.collects()
            && self.sections.len() == 1
        {
            let time = self.attribute("datetime").unwrap_or_default();
            self.page.date = date::normal(time).unwrap_or_default();
        }
    }

    /// Does what `data-juya-meta` and `data-juya-tag` ask for.
    fn give_metadata(&mut self, element: &mut Open, void: bool) {
        if let Some(given) = self.attribute("data-juya-meta").map(str::to_owned) {
            let (key, value) = match given.split_once([':', '[']) {
                Some((key, value)) if given[key.len()..].starts_with('[') => {
                    let attribute = value.trim_end_matches(']').trim();
                    (
                        key,
                        Some(self.attribute(attribute).unwrap_or_default().to_owned()),
                    )
                }
                Some((key, value)) => (key, Some(value.to_owned())),
                None => (&*given, None),
            };
            let key = key.trim();
            match META.iter().find(|&&known| known == key) {
                None => {
                    let problem = Problem::Meta(key.to_owned());
                    self.page.problems.push((self.at, problem));
                }
                Some(&key) => match value {
                    Some(value) => self.say(key, value.trim(), self.at),
                    None => self.capture(Key::Meta(key), element, void),
                },
            }
        }
        match self.attribute("data-juya-tag").map(str::to_owned) {
            Some(tags) if !tags.is_empty() => tags.split([',', '،']).for_each(|tag| self.tag(tag)),
            Some(_) => self.capture(Key::Tag, element, void),
            None => {}
        }
    }

    fn capture(&mut self, key: Key, element: &mut Open, void: bool) {
        if !void && self.captures.len() < CAPTURES {
            element.captures += 1;
            self.captures.push(Capture {
                key,
                text: Flow::default(),
                at: self.at,
            });
        }
    }

    fn say(&mut self, key: &str, value: &str, at: usize) {
        let value = value.to_owned();
        match key {
            "title" => self.meta_title = value,
            "date" => match date::normal(&value) {
                Some(date) => self.page.date = date,
                None => self.page.problems.push((at, Problem::Date(value))),
            },
            "author" => self.page.author = value,
            "kind" => self.page.kind = value,
            _ => self.page.source = value,
        }
    }

    fn tag(&mut self, tag: &str) {
        add_tag(&mut self.page.tags, tag);
    }

    /// Closes what the beginning of an element closes by its kind: a `p` ends where a `div` begins.
    fn close_implied(&mut self, tag: &[u8]) {
        const IN_HEAD: [&[u8]; 10] = [
            b"base",
            b"link",
            b"meta",
            b"title",
            b"noscript",
            b"noframes",
            b"style",
            b"script",
            b"template",
            b"head",
        ];
        if matches!(self.open.last(), Some(open) if open.role == Role::Head)
            && !IN_HEAD.contains(&tag)
        {
            self.pop();
        }
        let closed: &[&[u8]] = match tag {
            b"li" => &[b"p", b"li"],
            b"dt" | b"dd" => &[b"p", b"dt", b"dd"],
            b"tr" => &[b"td", b"th", b"tr"],
            b"td" | b"th" => &[b"td", b"th"],
            b"tbody" | b"tfoot" | b"thead" => &[b"td", b"th", b"tr", b"tbody", b"thead"],
            b"option" | b"optgroup" => &[b"option"],
            _ if matches!(role(tag), Role::Block | Role::Heading) => &[b"p"],
            _ => return,
        };
        for name in closed {
            let name = self.names.get(*name);
            if self.open.last().map(|open| &open.name) == name && name.is_some() {
                self.pop();
            }
        }
    }

    fn end_tag(&mut self, tag: &[u8]) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        // Browsers make of `</p>` that closes nothing an empty paragraph, of `</br>` a `<br>`.
        if matches!(tag, b"p" | b"br") {
            self.line();
        }
        let role_of_tag = role(tag);
        let name = self.names.get(tag).copied();
        let is_open = |name: u32| {
            self.count
                .get(name as usize)
                .is_some_and(|&count| count > 0)
        };
        if !name.is_some_and(is_open) && role_of_tag != Role::Heading {
            return;
        }
        let inline = !matches!(role_of_tag, Role::Block | Role::Heading | Role::Head);
        let found = self.open.iter().rposition(|open| match role_of_tag {
            // `</h3>` ends an `h2`, too.
            Role::Heading => open.role == Role::Heading,
            _ => Some(open.name) == name || (inline && open.role == Role::Block),
        });
        let Some(found) = found else { return };
        // What stands in a line does not end what stands around it.
        if inline
            && self
                .open
                .get(found)
                .is_some_and(|open| Some(open.name) != name)
        {
            return;
        }
        while self.open.len() > found {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(element) = self.open.pop() else {
            return;
        };
        if let Some(count) = self.count.get_mut(element.name as usize) {
            *count -= 1;
        }
        if self.foreign == Some(self.open.len()) {
            self.foreign = None;
        }
        for _ in 0..element.captures {
            let Some(capture) = self.captures.pop() else {
                break;
            };
            match capture.key {
                Key::Meta(key) => self.say(key, &capture.text.text, capture.at),
                Key::Tag => self.tag(&capture.text.text),
            }
        }
        match element.role {
            Role::Heading if !self.open.iter().any(|open| open.role == Role::Heading) => {
                self.close_heading();
            }
            _ => {}
        }
        if let Some((to, before)) = element.link {
            self.close_link(&to, before);
        }
        if !matches!(element.role, Role::Link | Role::Inline) {
            self.anchor.clear();
        }
        self.skip -= usize::from(element.skip);
        self.pre -= usize::from(element.pre);
        self.low -= usize::from(element.low);
        self.rank = element.around;
        match element.role {
            Role::Block | Role::Heading => self.line(),
            Role::Cell => self.space(),
            Role::Link | Role::Inline | Role::Head | Role::Title => {}
        }
    }

    fn name(&mut self, tag: &[u8]) -> u32 {
        if let Some(&name) = self.names.get(tag) {
            return name;
        }
        let name = self.count.len();
        self.count.push(0);
        let name = u32::try_from(name).unwrap_or(u32::MAX);
        self.names.insert(tag.into(), name);
        name
    }

    fn end(mut self) -> Page {
        while !self.open.is_empty() {
            self.pop();
        }
        let sections = std::mem::take(&mut self.sections).into_iter();
        self.page.sections = sections
            .map(|(section, text, preview)| Section {
                text: text.text.trim_end().to_owned(),
                preview: preview.text.trim_end().to_owned(),
                ..section
            })
            .collect();
        let outside = format!("{}\n{}", self.og_title, self.head_title.text).to_lowercase();
        self.page
            .begin_with_heading(|heading| outside.contains(&heading.to_lowercase()));
        let heading = self
            .page
            .sections
            .first()
            .map(|first| first.heading.clone());
        let titles = [
            self.meta_title,
            heading.unwrap_or_default(),
            self.og_title,
            self.head_title.text,
        ];
        let title = titles.into_iter().find(|title| !title.trim().is_empty());
        self.page.title = title.unwrap_or_default().trim().to_owned();
        self.page
    }
}

fn is_void(tag: &[u8]) -> bool {
    matches!(
        tag,
        b"area"
            | b"base"
            | b"br"
            | b"col"
            | b"embed"
            | b"hr"
            | b"img"
            | b"input"
            | b"link"
            | b"meta"
            | b"param"
            | b"source"
            | b"track"
            | b"wbr"
    )
}

fn role(tag: &[u8]) -> Role {
    match tag {
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Role::Heading,
        b"a" => Role::Link,
        b"td" | b"th" => Role::Cell,
        b"head" => Role::Head,
        b"title" => Role::Title,
        b"html" | b"body" | b"address" | b"article" | b"aside" | b"blockquote" | b"center"
        | b"details" | b"dialog" | b"dir" | b"div" | b"dl" | b"dt" | b"dd" | b"fieldset"
        | b"figcaption" | b"figure" | b"footer" | b"form" | b"header" | b"hgroup" | b"hr"
        | b"legend" | b"li" | b"listing" | b"main" | b"menu" | b"nav" | b"ol" | b"p" | b"pre"
        | b"search" | b"section" | b"summary" | b"table" | b"caption" | b"thead" | b"tbody"
        | b"tfoot" | b"tr" | b"ul" | b"video" | b"xmp" => Role::Block,
        _ => Role::Inline,
    }
}

/// Adds a tag as Juya writes it: without `#`, each once.
pub(crate) fn add_tag(tags: &mut Vec<String>, tag: &str) {
    let tag = tag.trim().trim_start_matches('#').trim();
    if !tag.is_empty() && !tags.iter().any(|have| have == tag) {
        tags.push(tag.to_owned());
    }
}

/// Text in lines, none of them empty, in which white space is one space.
#[derive(Default)]
struct Flow {
    text: String,
    gap: Gap,
}

/// What is to stand before the next word.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl Flow {
    fn push(&mut self, text: &str) {
        for word in text.split_inclusive(char::is_whitespace) {
            let trimmed = word.trim_end();
            if !trimmed.is_empty() {
                self.fill_gap();
                self.text.push_str(trimmed);
            }
            if trimmed.len() < word.len() {
                self.space();
            }
        }
    }

    /// Text whose line ends and indentation count.
    fn push_lines(&mut self, text: &str) {
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim_end();
            if !trimmed.trim_start().is_empty() {
                self.fill_gap();
                self.text.push_str(trimmed);
                // What follows in the line, in another element, may be after a space.
                let after = &line[trimmed.len()..];
                if !after.is_empty() && !after.contains('\n') {
                    self.text.push_str(after);
                }
            } else if !line.contains('\n') && self.gap != Gap::Space && !line.is_empty() {
                self.fill_gap();
                self.text.push_str(line); // indentation, or a space between two elements
            }
            if line.ends_with('\n') {
                self.line();
            }
        }
    }

    fn fill_gap(&mut self) {
        match std::mem::take(&mut self.gap) {
            _ if self.text.is_empty() => {}
            Gap::None => {}
            Gap::Space => self.text.push(' '),
            Gap::Line => {
                let end = self.text.trim_end().len();
                self.text.truncate(end);
                if end > 0 {
                    self.text.push('\n');
                }
            }
        }
    }

    fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    fn line(&mut self) {
        self.gap = Gap::Line;
    }

    /// Takes away what was added since, where it has neither letter nor digit.
    fn take_sign(&mut self, before: usize) {
        let added = self.text.get(before..).unwrap_or_default();
        if !added.contains(char::is_alphanumeric) {
            self.text.truncate(before);
            self.gap = self.gap.max(Gap::Space);
        }
    }
}

/// The line, counted from 1, of a place in bytes; places must be asked in order.
pub(crate) struct Lines<'t> {
    text: &'t str,
    /// Up to here lines are counted.
    done: usize,
    line: usize,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Lines<'t> {
        Lines {
            text,
            done: 0,
            line: 1,
        }
    }

    pub(crate) fn of(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let between = bytes.get(self.done..at.min(bytes.len()));
        self.line += between.map_or(0, |bytes| bytes.iter().filter(|&&b| b == b'\n').count());
        self.done = at.max(self.done);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The sections as `heading#anchor: text [preview]`.
    fn sections(page: &Page) -> Vec<String> {
        let shown = page.sections.iter().map(|section| {
            let Section {
                anchor,
                heading,
                text,
                preview,
            } = section;
            let preview = match preview.is_empty() {
                true => String::new(),
                false => format!(" [{preview}]"),
            };
            format!("{heading}#{anchor}: {text}{preview}")
        });
        shown.collect()
    }

    #[track_caller]
    fn check(html: &str, expect: &[&str]) {
        assert_eq!(sections(&page(html)), expect, "{html}");
    }

    #[test]
    fn the_content_is_found() {
        check(
            "<html><head><title>t</title></head><body><nav>n</nav><header>h</header>one \
             <aside>a</aside><p>two</p><footer>f</footer></body></html>",
            &["#: one\ntwo"],
        );
        check(
            "<div>x</div><article><header>h</header>a</article>y<article>b",
            &["#: h\na\nb"],
        );
        check(
            "<article>x</article><div><main>m<aside>note</aside></main></div>",
            &["#: m\nnote"],
        );
        check("<main>x</main><div role=main>y</div>", &["#: x\ny"]);
        check(
            "<main>x</main><p data-juya-body>y<b>z</b></p><nav data-juya-body>n</nav>",
            &["#: yz\nn"],
        );
        check("<nav><main>x</main></nav>y", &["#: y"]);
    }

    #[test]
    fn what_is_not_text_is_left_out() {
        check(
            "a<script>if (a<b) {x('</p>')}</script><style>p{}</style><template><p>t</p></template>\
             <noscript><p>n</p></noscript><svg><title>s</title><text>v</text><g/></svg>\
             <button>copy</button><!-- c --><span aria-hidden=true>i</span>b\
             <textarea>t</textarea><p data-juya-ignore>z<b>z</b><p>c",
            &["#: ab\nc"],
        );
    }

    #[test]
    fn lines_are_those_of_blocks() {
        check(
            "<p>one\n  two<br>three&nbsp;four <b>f</b>ive<p>&lt;b&gt; &amp; &zwnj;می&zwnj;شود<ul><li>a<li>b</ul>\
             <table><tr><td>c<td>d<tr><th>e</table><dl><dt>f<dd>g</dl>",
            &["#: one two\nthree four five\n<b> & \u{200c}می\u{200c}شود\na\nb\nc d\ne\nf\ng"],
        );
        check(
            "x<pre><code><span>fn</span> <span>a</span>() {\n    <b>b</b>()\n\n}\n</code></pre>y",
            &["#: x\nfn a() {\n    b()\n}\ny"],
        );
    }

    #[test]
    fn headings_begin_sections() {
        check(
            "<main>crumbs<h1>Title <a href=#t>#</a></h1>zero\
             <h2 id=a>A <a class=anchor href=#a aria-hidden=true>link</a></h2>one\
             <h3>no id</h3>two<section id=b><h2>B</h2>three</section>\
             <h2><a id=c href=#c>C#</a></h2>four<h2 id=d></h2>five\
             <section id=e><a class=src href=x>Source</a><h4>E</h4></section>",
            &[
                "Title#: crumbs\nzero",
                "A#a: one\nno id\ntwo",
                "B#b: three",
                "C##c: four\nfive\nSource",
                "E#e: ",
            ],
        );
        check(
            "<title>A – Site</title><main><h2 id=a>A</h2>one<h2 id=b>B</h2>two",
            &["A#: one", "B#b: two"],
        );
        check(
            "<title>Site</title><main><h2 id=a>A</h2>one<h2 id=b>B</h2>two",
            &["#: ", "A#a: one", "B#b: two"],
        );
        let fragment = fragment("before<h1 id=t>Title</h1>after");
        assert_eq!(sections(&fragment), ["#: before", "Title#t: after"]);
    }

    #[test]
    fn links_and_pictures_are_found_with_low_weight() {
        check(
            "<p><a href=https://a.example/b>see</a> <a href=/here>here</a> \
             <a href=https://c.example/>https://c.example/</a> <img alt='a cat' src=c.png>\
             <a href=https://a.example/b>again</a><p data-juya-weight=low>small print<p>end",
            &[
                "#: see here https://c.example/ again\nend [https://a.example/b\na cat\nsmall print]",
            ],
        );
    }

    #[test]
    fn metadata() {
        let page = page(
            "<html><head><title>Title | Site</title><meta name=author content=Ann>\
             <meta property=article:published_time content=2024-05-01T10:00:00Z>\
             <meta property=article:tag content=one><meta name=Description content=About.>\
             <link rel=canonical href=https://x.example/a/></head>\
             <body><p data-juya-meta=author>Bob <b>B</b></p>\
             <time data-juya-meta='date[datetime]' datetime=2023-02-01>x</time>\
             <div data-juya-ignore><i data-juya-tag>#two</i></div>\
             <i data-juya-tag='three، one' data-juya-meta='kind:talk'></i>text",
        );
        assert_eq!(page.title, "Title | Site");
        assert_eq!(page.author, "Bob B");
        assert_eq!(page.date, "2023-02-01");
        assert_eq!(page.tags, ["one", "two", "three"]);
        assert_eq!(page.kind, "talk");
        assert_eq!(page.description, "About.");
        assert_eq!(page.canonical, "https://x.example/a/");
        assert_eq!(page.problems, []);
        assert_eq!(sections(&page), ["#: Bob B\nx\ntext"]);

        let page = super::page("<main><time datetime=2024-05-01></time><h1>H</h1><title>t");
        assert_eq!((&*page.title, &*page.date), ("H", "2024-05-01"));
    }

    #[test]
    fn pages_that_are_not_to_be_found() {
        assert!(page("<meta name=robots content='noindex, follow'>x").hidden);
        assert!(page("<html data-juya-ignore>x").hidden);
        assert!(!page("<meta name=robots content='index'>x").hidden);
        assert!(page("<meta http-equiv=Refresh content='0; URL=/b/'>").redirect);
    }

    #[test]
    fn what_juya_does_not_know_is_told() {
        let html = "<p data-juya-boddy>\n<p data-juya-meta=autor:x data-juya-weight=2>\
                    <p data-juya-meta=date>soon</p>";
        let told = page(html).problems;
        assert_eq!(
            told,
            [
                (0, Problem::Attribute("data-juya-boddy".to_owned())),
                (20, Problem::Weight("2".to_owned())),
                (20, Problem::Meta("autor".to_owned())),
                (65, Problem::Date("soon".to_owned())),
            ]
        );
        let mut lines = Lines::new(html);
        assert_eq!([0, 20, 65].map(|at| lines.of(at)), [1, 2, 2]);
    }

    #[test]
    fn broken_markup_loses_no_text() {
        check("<main><div>a</span></b>b</div></main></div>", &["#: ab"]);
        check("<main><b>a<p>b</b>c</main>", &["#: a\nbc"]);
        check("<main>a<h2 id=x>b</h3>c", &["#: a", "b#x: c"]);
        check("a < b && c <3 &#x; <3", &["#: a < b && c <3 &#x; <3"]);
        check("<main>a<p", &["#: a"]);
    }

    /// Each would take minutes, or overflow the stack, if time were quadratic or reading recursive.
    #[test]
    fn bombs_do_not_go_off() {
        const MANY: usize = 30_000;
        for part in [
            "<div>",
            "<p>",
            "<b>",
            "<main>",
            "<h2 id=a>",
            "<section id=a>x",
            "<p data-juya-meta=title>x",
            "<a href=https://a.example>x",
            "<table><tr><td>",
            "</div>",
            "<svg>",
            "<li data-juya-body>x",
            "<x-a><i>",
            "&amp",
            "<!--",
            "<div data-juya-tag>",
        ] {
            let html = part.repeat(MANY);
            page(&html);
            let closing = format!("{html}{}", "</div></p></b>".repeat(MANY));
            page(&closing);
        }
        let attributes: String = (0..MANY)
            .map(|n| format!(" data-juya-{n}=x id=y"))
            .collect();
        let names: String = (0..MANY).map(|n| format!("<n{n}>")).collect();
        page(&format!("<p{attributes}>{names}"));
        let deep = page(&format!(
            "{}deep{}<p>flat",
            "<div>".repeat(MANY),
            "</div>".repeat(MANY)
        ));
        assert_eq!(sections(&deep), ["#: deep\nflat"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(html in "(<|</)?(p|main|h2 id=a|b|a href=x|pre|article data-juya-body|div \
                                     data-juya-ignore|svg|script|li|td|br/|!--|[ a\n])>?|\\PC") {
            page(&html);
        }

        #[test]
        fn lines_are_whole(parts in prop::collection::vec(
            "</?(p|main|h1|h2 id=a|b|a href=https://x.y/|pre|span|div data-juya-weight=low|li|td|br)>|[ a-c\n]{1,4}",
            0..40,
        )) {
            let html = parts.concat();
            for page in [page(&html), fragment(&html)] {
                for Section { heading, text, preview, .. } in page.sections {
                    prop_assert!(!heading.contains('\n'), "{:?}", heading);
                    for text in [&text, &preview] {
                        let whole = text.is_empty()
                            || text.split('\n').all(|line| !line.trim().is_empty() && line.trim_end() == line);
                        prop_assert!(whole, "{:?} of {}", text, html);
                    }
                }
            }
        }

        #[test]
        fn all_words_of_plain_markup_are_kept(words in prop::collection::vec("[a-z]{1,5}", 1..20)) {
            const AROUND: [(&str, &str); 7] = [
                ("<p>", "</p>"), ("<b>", "</b> "), ("<div><p>", ""), ("<li>", "</li>"),
                ("<pre>", "</pre>"), ("<h3>", "</h3>"), ("<table><tr><td>", "</table>"),
            ];
            let parts = words.iter().enumerate().map(|(at, word)| {
                let (before, after) = AROUND[at % AROUND.len()];
                format!("{before}{word}{after}")
            });
            let page = page(&parts.collect::<String>());
            let text = &page.sections[0].text;
            prop_assert_eq!(text.split_whitespace().collect::<Vec<_>>(), words);
        }
    }
}
