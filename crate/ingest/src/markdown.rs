//! Markdown: a page with front matter, and its sections.
//!
//! The text is made into HTML, whose headings have the `id`s that the generator gives them, and
//! read as such: what stands in Markdown as HTML, with `data-juya-ignore` for example, is treated
//! alike. Of what generators put into Markdown, the calls of shortcodes and templates are left
//! out, and what stands between them is kept.

use std::collections::VecDeque;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::front::{self, Front};
use crate::html::{self, Page};
use crate::input::Input;
use crate::site::{Becomes, DATES, Generator, Site};
use crate::slug::Anchors;
use crate::{Kind, Reader, Reason, date, page};

/// The extensions of Markdown files.
pub(crate) const EXTENSIONS: [&str; 5] = ["md", "markdown", "mdown", "mdx", "mkd"];

pub(crate) fn read(reader: &mut Reader<'_>, input: Input<'_>) {
    let (path, relative, folder) = (
        input.path.to_owned(),
        input.relative(),
        page::folder(&input),
    );
    let site = reader.sites.of(&path);
    let text = match input.text() {
        Ok(text) => text,
        Err((line, kind)) => return reader.fault(line, kind),
    };
    let last = text.lines().count();
    let (front, body, lines) = match front::split(&text) {
        Ok(split) => split,
        Err((line, kind)) => {
            reader.fault(Some(line), kind);
            return reader.drop_lines(1, last, Reason::Faulty);
        }
    };
    let (none, base) = (Site::none(), &reader.options().base_url);
    let site = site.as_deref().unwrap_or(&none);
    let (place, day, title) = match site.becomes(&path, &relative, &front, base) {
        Becomes::Page(place, day, title) => (place, day, title),
        Becomes::Draft => return reader.drop_lines(1, last, Reason::Draft),
        Becomes::Nothing => return reader.drop_lines(1, last, Reason::NotInSite),
    };
    if !site.title.is_empty() {
        reader.channel(&site.title);
    }
    let mut page = parse(body, site, &path);
    page::tell_problems(reader, &page, None);
    let top: Vec<&str> = text.lines().take(lines).collect();
    describe(reader, &mut page, &front, site, &top);
    if page.date.is_empty() {
        page.date = day;
    }
    if page.title.is_empty() {
        page.title = if title.is_empty() {
            name(&relative)
        } else {
            title
        };
    }
    page::keep(reader, page, &place, &folder, last);
}

/// Says of the page what its front matter does.
fn describe(reader: &mut Reader<'_>, page: &mut Page, front: &Front, site: &Site, top: &[&str]) {
    let title = front.text(&["title"]);
    page.begin_with_heading(|heading| title.as_deref().is_none_or(|title| title == heading));
    let heading = page.sections.first().map(|first| first.heading.clone());
    page.title = title.or(heading).unwrap_or_default();
    if let Some(given) = front.text(&DATES) {
        match date::normal(&given) {
            Some(date) => page.date = date,
            None => reader.fault(Some(line_of(top, &DATES)), Kind::BadDate(given)),
        }
    }
    let authors = front.list(&["author", "authors"], false);
    if !authors.is_empty() {
        page.author = authors.join(", ");
    }
    if let Some(description) = front.text(&["description", "summary"]) {
        page.description = description;
    }
    let words = site.generator == Generator::Jekyll;
    for tag in front.list(&["tags", "tag", "categories", "category"], words) {
        html::add_tag(&mut page.tags, &tag);
    }
}

/// The line of the front matter on which one of the keys stands.
fn line_of(top: &[&str], keys: &[&str]) -> usize {
    let is_one = |line: &&str| {
        let key = line.split([':', '=']).next().unwrap_or_default();
        keys.iter()
            .any(|known| key.trim().eq_ignore_ascii_case(known))
    };
    top.iter().position(is_one).map_or(1, |line| line + 1)
}

/// A title for a page that has none: the name of its file, or of its folder.
fn name(path: &str) -> String {
    let mut names = path.rsplit('/');
    let file = names.next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let is_index = ["index", "_index", "readme"]
        .iter()
        .any(|name| stem.eq_ignore_ascii_case(name));
    let name = names.next().filter(|_| is_index).unwrap_or(stem);
    name.replace(['-', '_'], " ")
}

fn parse(body: &str, site: &Site, path: &std::path::Path) -> Page {
    let is_mdx = path.extension().is_some_and(|extension| extension == "mdx")
        || site.generator == Generator::Docusaurus;
    let body = match site.generator {
        Generator::Hugo => without(&without(body, "{{<", ">}}"), "{{%", "%}}"),
        Generator::Jekyll => {
            let body = without(&without(body, "{%", "%}"), "{{", "}}");
            lines(
                &body,
                |line| !(line.starts_with("{:") && line.ends_with('}')),
                "",
            )
        }
        Generator::Zola => without(&without_calls(body), "{%", "%}"),
        Generator::MdBook => without(body, "{{#", "}}"),
        Generator::None | Generator::Docusaurus => body.to_owned(),
    };
    let body = match is_mdx {
        true => lines(&body, is_text_of_mdx, ":::"),
        false => body,
    };
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    let events = WithAnchors {
        inner: Parser::new_ext(&body, options),
        anchors: site.anchors(),
        ready: VecDeque::new(),
    };
    let mut html = String::with_capacity(body.len() * 3 / 2);
    match site.generator {
        Generator::MdBook => pulldown_cmark::html::push_html(&mut html, WithoutHidden::new(events)),
        _ => pulldown_cmark::html::push_html(&mut html, events),
    }
    html::fragment(&html)
}

/// Gives headings that have no `id` the one their generator does.
struct WithAnchors<'t, I> {
    inner: I,
    anchors: Anchors,
    ready: VecDeque<Event<'t>>,
}

impl<'t, I: Iterator<Item = Event<'t>>> Iterator for WithAnchors<'t, I> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        if let Some(event) = self.ready.pop_front() {
            return Some(event);
        }
        let event = self.inner.next()?;
        let Event::Start(Tag::Heading {
            level,
            id,
            classes,
            attrs,
        }) = event
        else {
            return Some(event);
        };
        let mut heading = String::new();
        for event in self.inner.by_ref() {
            match &event {
                Event::Text(text) | Event::Code(text) => heading.push_str(text),
                Event::SoftBreak | Event::HardBreak => heading.push(' '),
                _ => {}
            }
            let end = matches!(event, Event::End(TagEnd::Heading(_)));
            self.ready.push_back(event);
            if end {
                break;
            }
        }
        let id = match id {
            Some(id) => {
                self.anchors.take(&id);
                Some(id)
            }
            None => Some(self.anchors.next(&heading))
                .filter(|id| !id.is_empty())
                .map(CowStr::from),
        };
        Some(Event::Start(Tag::Heading {
            level,
            id,
            classes,
            attrs,
        }))
    }
}

/// Leaves out what mdBook does not show of Rust code: lines that begin with `# `.
struct WithoutHidden<I> {
    inner: I,
    in_rust: bool,
}

impl<I> WithoutHidden<I> {
    fn new(inner: I) -> WithoutHidden<I> {
        WithoutHidden {
            inner,
            in_rust: false,
        }
    }
}

impl<'t, I: Iterator<Item = Event<'t>>> Iterator for WithoutHidden<I> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        use pulldown_cmark::CodeBlockKind::Fenced;
        let event = self.inner.next()?;
        match &event {
            Event::Start(Tag::CodeBlock(Fenced(info))) => {
                let mut words = info.split([',', ' ']);
                self.in_rust = words.next() == Some("rust");
            }
            Event::End(TagEnd::CodeBlock) => self.in_rust = false,
            Event::Text(code) if self.in_rust => {
                let shown = code.split_inclusive('\n').filter(|line| {
                    let line = line.trim();
                    line != "#" && !line.starts_with("# ")
                });
                return Some(Event::Text(shown.collect::<String>().into()));
            }
            _ => {}
        }
        Some(event)
    }
}

/// The text without what stands between two marks, and without them.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let Some((_, after)) = after.split_once(close) else {
            break;
        };
        kept.push_str(before);
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// The text without `{{ shortcode(…) }}`; what else stands in double braces is text.
fn without_calls(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let name = after.trim_start();
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | ':'));
        let is_call = end.is_some_and(|end| end > 0 && name[end..].starts_with('('));
        kept.push_str(before);
        if !is_call {
            kept.push_str("{{");
            rest = after;
            continue;
        }
        let Some((_, next)) = after.split_once("}}") else {
            rest = &rest[before.len()..];
            break;
        };
        rest = next;
    }
    kept.push_str(rest);
    kept
}

/// The lines that are text, without the mark that some begin with; those of code blocks stay.
fn lines(text: &str, is_text: impl Fn(&str) -> bool, mark: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut fence = None::<&str>;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let begins = ["```", "~~~"]
            .into_iter()
            .find(|fence| trimmed.starts_with(fence));
        match (fence, begins) {
            (None, Some(_)) => fence = begins,
            (Some(open), Some(closes)) if open == closes => fence = None,
            (None, None) if !is_text(trimmed) => {
                kept.push('\n');
                continue;
            }
            (None, None) if !mark.is_empty() && trimmed.starts_with(mark) => {
                // `:::note Title`: a box around paragraphs.
                let title = trimmed.trim_start_matches(':').trim_start();
                let title = title
                    .split_once(char::is_whitespace)
                    .map_or("", |(_, title)| title);
                kept.push('\n');
                kept.push_str(title.trim_matches(['[', ']']));
                kept.push_str("\n\n");
                continue;
            }
            _ => {}
        }
        kept.push_str(line);
    }
    kept
}

/// Whether a line of MDX is text, and no import or export.
fn is_text_of_mdx(line: &str) -> bool {
    let is_import =
        line.starts_with("import ") && (line.contains(" from ") || line.contains(['\'', '"']));
    let is_export = ["export const ", "export default ", "export function "]
        .iter()
        .any(|export| line.starts_with(export));
    !is_import && !is_export
}
