//! Folders that a generator makes a site of: which page a file becomes, and where it stands.
//!
//! A folder is told by the file in which its generator is configured:
//!
//! | generator | told by | what is read |
//! |---|---|---|
//! | Hugo | `hugo.toml` (`.yaml`, `.json`), or `config.toml` beside `content/` | `content/` |
//! | Zola | `config.toml` with `base_url` beside `content/` | `content/` |
//! | Jekyll | `_config.yml`, or a folder `_posts` | `_posts/`, collections, pages with front matter |
//! | mdBook | `book.toml`, or `SUMMARY.md` | the chapters that `SUMMARY.md` names, in its order |
//! | Docusaurus | `docusaurus.config.js` (`.ts`, `.mjs`, `.cjs`) | `docs/`, `blog/`, `src/pages/`, `i18n/` |
//!
//! Any other folder is taken as it stands: `a/b.md` is at `a/b.md`, as on GitHub.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::front::{self, Front};
use crate::page::Place;
use crate::slug::{self, Anchors};
use crate::{Kind, date};

/// The sites found so far, by their folders.
#[derive(Default)]
pub(crate) struct Sites {
    by_folder: HashMap<PathBuf, Rc<Site>>,
    /// Folders with an `index.html`.
    pages: HashSet<PathBuf>,
}

/// A folder of one generator.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) generator: Generator,
    folder: PathBuf,
    /// Where the pages stand in the folder; empty for the folder itself.
    content: String,
    base: String,
    /// The name of the site; may be empty.
    pub(crate) title: String,
    config: Map<String, Value>,
    /// The chapters of a book in their order: path and title.
    chapters: Vec<(String, String)>,
}

/// What makes a site of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generator {
    /// Nothing: the files stay as they are.
    None,
    Hugo,
    Zola,
    Jekyll,
    MdBook,
    Docusaurus,
}

/// What becomes of a Markdown file.
pub(crate) enum Becomes {
    /// A page; of what its path says, its date and its title.
    Page(Place, String, String),
    Draft,
    /// No page of the site.
    Nothing,
}

/// What is wrong with the configuration of a site: the file, the line, what.
pub(crate) type Misconfigured = (PathBuf, Option<usize>, Kind);

impl Sites {
    /// Looks whether a folder with these names in it is that of a site; `read` gives a file of it.
    pub(crate) fn enter(
        &mut self,
        folder: &Path,
        names: &[String],
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> Result<(), Misconfigured> {
        if names.iter().any(|name| name == "index.html") {
            self.pages.insert(folder.to_owned());
        }
        // The folder of chapters of a book that was found already has a `SUMMARY.md`, too.
        let content = |site: &Rc<Site>| site.folder.join(&site.content);
        if self
            .of(folder)
            .is_some_and(|site| content(&site).starts_with(folder))
        {
            return Ok(());
        }
        // Within a site only a configuration begins another: a site of Jekyll has many `_posts`.
        let configs = [
            "book.toml",
            "config",
            "_config",
            "hugo",
            "docusaurus.config",
        ];
        let is_config = |name: &String| configs.iter().any(|config| name.starts_with(config));
        if self.of(folder).is_some() && !names.iter().any(is_config) {
            return Ok(());
        }
        if let Some(site) = Site::of(folder, names, read)? {
            self.by_folder.insert(folder.to_owned(), Rc::new(site));
        }
        Ok(())
    }

    /// Does the same for a folder above the one given, if the pages of a site are read from there.
    pub(crate) fn above(
        &mut self,
        folder: &Path,
        given: &Path,
        names: &[String],
        read: &dyn Fn(&Path) -> Option<String>,
    ) {
        if let Ok(Some(site)) = Site::of(folder, names, read) {
            let content = folder.join(&site.content);
            let of_docusaurus = ["docs", "blog", "i18n", "src/pages"]
                .into_iter()
                .any(|name| given.starts_with(folder.join(name)));
            let inside = match site.generator {
                Generator::Docusaurus => of_docusaurus,
                Generator::Jekyll => given.ends_with("_posts"),
                Generator::Hugo | Generator::Zola | Generator::MdBook => given.starts_with(content),
                Generator::None => false,
            };
            if inside {
                self.by_folder.insert(folder.to_owned(), Rc::new(site));
            }
        }
    }

    /// Whether the pages are read that a feed in a folder given is of.
    pub(crate) fn has_pages(&self, root: &Path, feed: &Path) -> bool {
        root != feed
            && (self.of(feed).is_some()
                || feed.ancestors().any(|folder| self.pages.contains(folder)))
    }

    /// The site that a file belongs to.
    pub(crate) fn of(&self, path: &Path) -> Option<Rc<Site>> {
        path.ancestors()
            .find_map(|folder| self.by_folder.get(folder))
            .cloned()
    }

    /// Where a page of HTML stands; none where it is no page but a part that a generator reads.
    pub(crate) fn html(&self, path: &Path, relative: &str, head: &str) -> Option<Place> {
        let (mut base, mut relative) = (String::new(), relative.to_owned());
        if let Some(site) = self.of(path) {
            let below = path.strip_prefix(&site.folder).map(slashed).ok()?;
            // Jekyll copies pages without front matter as they are.
            let is_page = site.generator == Generator::Jekyll
                && !head.starts_with("---")
                && !below.split('/').any(|name| name.starts_with('_'));
            if !is_page {
                return None;
            }
            base.clone_from(&site.base);
            relative = below;
        }
        let path = match relative.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
            _ => &relative,
        };
        Some(Place {
            path: path.to_owned(),
            base,
            section: first_folder(path),
        })
    }
}

impl Site {
    /// A folder that no generator is told of.
    pub(crate) fn none() -> Site {
        Site::new(Generator::None, Path::new(""), Map::new())
    }

    fn new(generator: Generator, folder: &Path, config: Map<String, Value>) -> Site {
        let text = |key: &str| config.get(key).and_then(Value::as_str).unwrap_or_default();
        let (base, content) = match generator {
            Generator::Hugo => (text("baseurl").to_owned(), text("contentdir")),
            Generator::Zola => (text("base_url").to_owned(), ""),
            Generator::Jekyll => (format!("{}{}", text("url"), text("baseurl")), ""),
            _ => (String::new(), ""),
        };
        let content = match (generator, content) {
            (Generator::Hugo | Generator::Zola, "") => "content",
            (_, content) => content.trim_matches('/'),
        };
        Site {
            generator,
            folder: folder.to_owned(),
            content: content.to_owned(),
            base,
            title: text("title").to_owned(),
            config,
            chapters: Vec::new(),
        }
    }

    fn of(
        folder: &Path,
        names: &[String],
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> Result<Option<Site>, Misconfigured> {
        let has = |name: &str| names.iter().any(|have| have == name);
        let first = |wanted: &[&str]| {
            wanted
                .iter()
                .find(|&&name| has(name))
                .map(|&name| folder.join(name))
        };
        let config = |path: &Path| -> Result<Map<String, Value>, Misconfigured> {
            let text = read(path).unwrap_or_default();
            front::config(path, &text)
                .map_err(|(line, error)| (path.to_owned(), line, Kind::BadConfig(error)))
        };
        if let Some(path) = first(&["book.toml"]) {
            let config = config(&path)?;
            return Ok(Some(Site::book(folder, config, read)));
        }
        if has("SUMMARY.md") {
            return Ok(Some(Site::book(folder, Map::new(), read)));
        }
        if let Some(path) = first(&[
            "docusaurus.config.js",
            "docusaurus.config.ts",
            "docusaurus.config.mjs",
            "docusaurus.config.cjs",
        ]) {
            let text = read(&path).unwrap_or_default();
            return Ok(Some(Site::docusaurus(folder, &text)));
        }
        if let Some(path) = first(&["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"]) {
            return Ok(Some(Site::new(
                Generator::Hugo,
                folder,
                lower(config(&path)?),
            )));
        }
        let split = ["config/_default/hugo.toml", "config/_default/config.toml"];
        if has("content") && has("config") {
            for path in split.map(|path| folder.join(path)) {
                if read(&path).is_some() {
                    return Ok(Some(Site::new(
                        Generator::Hugo,
                        folder,
                        lower(config(&path)?),
                    )));
                }
            }
        }
        if has("content")
            && let Some(path) = first(&["config.toml", "config.yaml", "config.yml", "config.json"])
        {
            let config = config(&path)?;
            let site = match config.contains_key("base_url") {
                true => Site::new(Generator::Zola, folder, config),
                false => Site::new(Generator::Hugo, folder, lower(config)),
            };
            return Ok(Some(site));
        }
        if let Some(path) = first(&["_config.yml", "_config.yaml", "_config.toml"]) {
            return Ok(Some(Site::new(Generator::Jekyll, folder, config(&path)?)));
        }
        if has("_posts") {
            return Ok(Some(Site::new(Generator::Jekyll, folder, Map::new())));
        }
        Ok(None)
    }

    fn book(
        folder: &Path,
        config: Map<String, Value>,
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> Site {
        let table = |name: &str| config.get(name).and_then(Value::as_object);
        let text = |table: Option<&Map<String, Value>>, key: &str| {
            let value = table
                .and_then(|table| table.get(key))
                .and_then(Value::as_str);
            value.map(str::to_owned)
        };
        let book = table("book");
        let html = table("output")
            .and_then(|output| output.get("html"))
            .and_then(Value::as_object);
        let content = match config.is_empty() {
            true => String::new(),
            false => text(book, "src").unwrap_or_else(|| "src".to_owned()),
        };
        let mut site = Site::new(Generator::MdBook, folder, Map::new());
        site.title = text(book, "title").unwrap_or_default();
        site.base = text(html, "site-url").unwrap_or_default();
        site.content = content.trim_matches(['.', '/']).to_owned();
        let summary = read(&folder.join(&site.content).join("SUMMARY.md"));
        site.chapters = chapters(&summary.unwrap_or_default());
        site
    }

    fn docusaurus(folder: &Path, config: &str) -> Site {
        let mut site = Site::new(Generator::Docusaurus, folder, Map::new());
        let text = |key: &str| string_of(config, key).unwrap_or_default();
        site.title = text("title");
        site.base = format!("{}{}", text("url").trim_end_matches('/'), text("baseUrl"));
        // Options of the documentation stand before those of the blog, or after: each to the next.
        let part = |name: &str, next: &str| {
            let from = config.find(&format!("{name}:"));
            let part = from.and_then(|from| config.get(from..)).unwrap_or_default();
            let end = part.find(&format!("{next}:")).unwrap_or(part.len());
            string_of(part.get(..end).unwrap_or_default(), "routeBasePath")
        };
        for (name, next) in [("docs", "blog"), ("blog", "docs")] {
            let route = part(name, next).unwrap_or_else(|| name.to_owned());
            site.config.insert(name.to_owned(), Value::String(route));
        }
        site
    }

    /// The place of a file in the order of its site; those without one come last.
    pub(crate) fn rank(&self, path: &Path) -> usize {
        if self.chapters.is_empty() {
            return 0;
        }
        let content = self.folder.join(&self.content);
        let Some(below) = path.strip_prefix(content).ok().map(slashed) else {
            return usize::MAX;
        };
        let inside = |chapter: &str| {
            let rest = chapter.strip_prefix(&*below);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || below.is_empty())
        };
        let found = self
            .chapters
            .iter()
            .position(|(chapter, _)| inside(chapter));
        found.unwrap_or(usize::MAX)
    }

    /// The rule by which headings get their `id`.
    pub(crate) fn anchors(&self) -> Anchors {
        let zola = || {
            let slugify = self
                .config
                .get("slugify")
                .and_then(|slugify| slugify.get("anchors"));
            match slugify.and_then(Value::as_str) {
                Some("safe") => slug::Rule::Safe,
                Some("off") => slug::Rule::Off,
                _ => slug::Rule::Ascii,
            }
        };
        Anchors::new(match self.generator {
            Generator::Hugo => slug::Rule::Hugo,
            Generator::Zola => zola(),
            Generator::MdBook => slug::Rule::MdBook,
            Generator::None | Generator::Jekyll | Generator::Docusaurus => slug::Rule::GitHub,
        })
    }

    /// What becomes of a Markdown file: `path` is its whole path, `relative` that in the folder
    /// given, `base` what the user says stands before the paths of addresses.
    pub(crate) fn becomes(
        &self,
        path: &Path,
        relative: &str,
        front: &Front,
        base: &str,
    ) -> Becomes {
        if front.is_draft() {
            return Becomes::Draft;
        }
        let below = path
            .strip_prefix(&self.folder)
            .map(slashed)
            .unwrap_or_default();
        let content = match self.content.as_str() {
            "" => Some(below.as_str()),
            content => below
                .strip_prefix(content)
                .and_then(|path| path.strip_prefix('/')),
        };
        let page = match (self.generator, content) {
            (Generator::None, _) => Some(Found::at(relative.to_owned(), first_folder(relative))),
            (_, None) => None,
            (Generator::Hugo, Some(path)) => self.hugo(path, front),
            (Generator::Zola, Some(path)) => self.zola(path, front),
            (Generator::Jekyll, Some(path)) => {
                match path.split('/').any(|name| name == "_drafts") {
                    true => return Becomes::Draft,
                    false => self.jekyll(path, front),
                }
            }
            (Generator::MdBook, Some(path)) => self.chapter(path),
            (Generator::Docusaurus, Some(path)) => self.docusaurus_page(path, front),
        };
        let Some(found) = page else {
            return Becomes::Nothing;
        };
        let place = Place {
            path: found.path.trim_start_matches('/').to_owned(),
            base: if base.is_empty() {
                self.base.clone()
            } else {
                base.to_owned()
            },
            section: found.section,
        };
        Becomes::Page(place, found.date, found.title)
    }

    fn hugo(&self, path: &str, front: &Front) -> Option<Found> {
        let name = |name: &str| self.config.get(name);
        let (folder, stem) = split(path)?;
        let (stem, language) = self.language(stem, "defaultcontentlanguage");
        let path_of = |text: &str| {
            let keeps_case = name("disablepathtolower").and_then(Value::as_bool) == Some(true);
            slug::hugo_path(text, !keeps_case)
        };
        let folder = path_of(folder);
        let section = first_folder(&format!("{folder}/"));
        let mut found = Found::at(String::new(), section.clone());
        let prefix = language
            .map(|language| format!("{language}/"))
            .unwrap_or_default();
        if let Some(url) = front.text(&["url"]) {
            found.path = match url.starts_with('/') {
                true => url,
                false => format!("{prefix}{url}"),
            };
            return Some(found);
        }
        let ugly = name("uglyurls").and_then(Value::as_bool) == Some(true);
        let page = |path: String| match (ugly, path.is_empty()) {
            (_, true) => path,
            (true, _) => format!("{path}.html"),
            (false, _) => format!("{path}/"),
        };
        let (folder, stem) = match stem {
            // The page of a section, and a page with its pictures in its folder.
            "_index" => {
                found.path = match folder.is_empty() {
                    true => prefix,
                    false => format!("{prefix}{folder}/"),
                };
                return Some(found);
            }
            "index" => match folder.rsplit_once('/') {
                Some((above, stem)) => (above.to_owned(), stem.to_owned()),
                None => (String::new(), folder.clone()),
            },
            stem => (folder.clone(), path_of(stem)),
        };
        let last = front.text(&["slug"]).map_or(stem, |slug| path_of(&slug));
        let pattern = name("permalinks").map(|all| all.get("page").unwrap_or(all));
        let pattern = pattern
            .and_then(|all| all.get(&section))
            .and_then(Value::as_str);
        found.path = match pattern {
            Some(pattern) => {
                let title = || path_of(&front.text(&["title"]).unwrap_or_default());
                let day = date::normal(&front.text(&DATES).unwrap_or_default()).unwrap_or_default();
                let filled = fill(pattern, |token| match token {
                    "title" => Some(title()),
                    "slug"
                    | "slugorfilename"
                    | "slugorcontentbasename"
                    | "filename"
                    | "contentbasename" => Some(last.clone()),
                    "section" => Some(section.clone()),
                    "sections" => Some(folder.clone()),
                    token => day_part(&day, token),
                });
                format!("{prefix}{}", page(filled.trim_matches('/').to_owned()))
            }
            None => format!("{prefix}{}", page(under(&folder, &last))),
        };
        Some(found)
    }

    /// `hello.fa` without the language that it ends in, where that is one of the site; none where
    /// it is the language that stands in no address.
    fn language<'s>(&self, stem: &'s str, default: &str) -> (&'s str, Option<&'s str>) {
        let languages = self.config.get("languages").and_then(Value::as_object);
        let default = self
            .config
            .get(default)
            .and_then(Value::as_str)
            .unwrap_or("en");
        match stem.rsplit_once('.') {
            Some((stem, language)) if language.eq_ignore_ascii_case(default) => (stem, None),
            Some((stem, language)) if languages.is_some_and(|all| all.contains_key(language)) => {
                (stem, Some(language))
            }
            _ => (stem, None),
        }
    }

    fn zola(&self, path: &str, front: &Front) -> Option<Found> {
        if front.flag("render") == Some(false) {
            return None;
        }
        let slugify = self
            .config
            .get("slugify")
            .and_then(|slugify| slugify.get("paths"));
        let path_of = |text: &str| match slugify.and_then(Value::as_str) {
            Some("off") => text.to_owned(),
            Some("safe") => slug::Rule::Safe.of(text),
            _ => slug::Rule::Ascii.of(text),
        };
        let (folder, stem) = split(path)?;
        let (stem, language) = self.language(stem, "default_language");
        let folder = folder.split('/').map(path_of).collect::<Vec<_>>().join("/");
        let mut found = Found::at(String::new(), first_folder(&format!("{folder}/")));
        let prefix = language
            .map(|language| format!("{language}/"))
            .unwrap_or_default();
        if let Some(path) = front.text(&["path"]) {
            found.path = format!("{prefix}{}/", path.trim_matches('/'));
            return Some(found);
        }
        let (folder, stem) = match stem {
            "_index" => {
                found.path = match folder.is_empty() {
                    true => prefix,
                    false => format!("{prefix}{folder}/"),
                };
                return Some(found);
            }
            "index" => match folder.rsplit_once('/') {
                Some((above, stem)) => (above.to_owned(), stem.to_owned()),
                None => (String::new(), folder),
            },
            stem => (folder, stem.to_owned()),
        };
        let stem = match dated(&stem) {
            Some((date, rest)) => {
                found.date = date;
                rest.to_owned()
            }
            None => stem,
        };
        let last = front.text(&["slug"]).unwrap_or(stem);
        found.path = format!("{prefix}{}/", under(&folder, &path_of(&last)));
        Some(found)
    }

    fn jekyll(&self, path: &str, front: &Front) -> Option<Found> {
        if front.flag("published") == Some(false) {
            return None;
        }
        let (folder, stem) = split(path)?;
        let folders: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
        let special = folders.iter().position(|name| name.starts_with('_'));
        let style = self.config.get("permalink").and_then(Value::as_str);
        let own = front.text(&["permalink"]);
        let Some(special) = special else {
            // Without front matter Jekyll copies a file as it is.
            if !front.is_there() {
                return None;
            }
            let pretty = matches!(style, Some(style) if style == "pretty" || style.ends_with('/'));
            let section = folders.first().copied().unwrap_or_default();
            let path = match (own, stem) {
                (Some(own), _) => own,
                (None, "index") if folder.is_empty() => String::new(),
                (None, "index") => format!("{folder}/"),
                (None, stem) if pretty => format!("{}/", under(folder, stem)),
                (None, stem) => format!("{}.html", under(folder, stem)),
            };
            return Some(Found::at(path, section.to_owned()));
        };
        let (before, after) = folders.split_at(special);
        let collection = after.first()?.trim_start_matches('_').to_owned();
        if collection != "posts" {
            let settings = self.config.get("collections")?.get(&collection)?;
            if settings.get("output").and_then(Value::as_bool) != Some(true) {
                return None;
            }
            let pattern = settings.get("permalink").and_then(Value::as_str);
            let inner = after.get(1..).unwrap_or_default().join("/");
            let path = under(&inner, stem);
            let filled = fill(
                pattern.unwrap_or("/:collection/:path:output_ext"),
                |token| match token {
                    "collection" => Some(collection.clone()),
                    "path" => Some(path.clone()),
                    "name" | "title" | "slug" => Some(slug::jekyll(stem)),
                    "output_ext" => Some(".html".to_owned()),
                    _ => None,
                },
            );
            return Some(Found::at(own.unwrap_or(filled), collection));
        }
        let (in_name, title) = dated(stem)?;
        let mut found = Found::at(String::new(), "posts".to_owned());
        found.title = title.replace(['-', '_'], " ");
        let given = date::normal(&front.text(&["date"]).unwrap_or_default());
        let day = given.unwrap_or_else(|| in_name.clone());
        found.date = in_name;
        let categories: Vec<String> = before
            .iter()
            .map(|&name| name.to_owned())
            .chain(front.list(&["category", "categories"], true))
            .map(|category| slug::jekyll(&category.to_lowercase()))
            .collect();
        let pattern = match own.as_deref().or(style) {
            None | Some("date") => "/:categories/:year/:month/:day/:title.html",
            Some("pretty") => "/:categories/:year/:month/:day/:title/",
            Some("none") => "/:categories/:title.html",
            Some(pattern) => pattern,
        };
        let title = slug::jekyll(&front.text(&["slug"]).unwrap_or_else(|| title.to_owned()));
        let path = fill(pattern, |token| match token {
            "categories" => Some(categories.join("/")),
            "title" | "slug" => Some(title.clone()),
            "output_ext" => Some(".html".to_owned()),
            token => day_part(&day, token),
        });
        found.path = path.replace("//", "/");
        Some(found)
    }

    fn chapter(&self, path: &str) -> Option<Found> {
        let (_, title) = self.chapters.iter().find(|(chapter, _)| chapter == path)?;
        let (folder, stem) = split(path)?;
        let stem = if stem.eq_ignore_ascii_case("readme") {
            "index"
        } else {
            stem
        };
        let path = match (folder, stem) {
            ("", "index") => String::new(),
            (folder, "index") => format!("{folder}/"),
            (folder, stem) => format!("{}.html", under(folder, stem)),
        };
        let mut found = Found::at(path, self.title.clone());
        found.title.clone_from(title);
        Some(found)
    }

    fn docusaurus_page(&self, path: &str, front: &Front) -> Option<Found> {
        let (language, path) = match path.strip_prefix("i18n/") {
            Some(translated) => {
                let (language, path) = translated.split_once('/')?;
                let path = path.strip_prefix("docusaurus-plugin-content-")?;
                let path = match path.strip_prefix("docs/current/") {
                    Some(path) => format!("docs/{path}"),
                    None => match path.strip_prefix("pages/") {
                        Some(path) => format!("src/pages/{path}"),
                        None => path.to_owned(),
                    },
                };
                (format!("{language}/"), path)
            }
            None => (String::new(), path.to_owned()),
        };
        let route = |name: &str| {
            let route = self
                .config
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or(name);
            route.trim_matches('/').to_owned()
        };
        if path.split('/').any(|name| name.starts_with('_')) {
            return None;
        }
        let slug = front.text(&["slug"]);
        if let Some(path) = path.strip_prefix("src/pages/") {
            let (folder, stem) = split(path)?;
            let path = if stem == "index" {
                folder.to_owned()
            } else {
                under(folder, stem)
            };
            return Some(Found::at(format!("{language}{path}"), String::new()));
        }
        let (name, path) = path.split_once('/')?;
        let (folder, stem) = split(path)?;
        let base = format!("{language}{}", route(name));
        let base = base.trim_end_matches('/');
        if name == "blog" {
            let stem = if stem == "index" { folder } else { stem };
            let whole = if folder.is_empty() || stem == folder {
                stem.to_owned()
            } else {
                under(folder, stem)
            };
            let (day, rest) = dated(&whole).unwrap_or((String::new(), &whole));
            let path = match slug {
                Some(slug) => slug.trim_matches('/').to_owned(),
                None if day.is_empty() => whole.clone(),
                None => format!("{}/{rest}", day.replace('-', "/")),
            };
            let mut found = Found::at(under(base, &path), "blog".to_owned());
            found.date = day;
            return Some(found);
        }
        if name != "docs" {
            return None;
        }
        let folder = folder
            .split('/')
            .map(unnumbered)
            .collect::<Vec<_>>()
            .join("/");
        let stem = unnumbered(stem);
        let last_folder = folder.rsplit('/').next().unwrap_or_default();
        let is_index = ["index", "readme"]
            .iter()
            .any(|name| stem.eq_ignore_ascii_case(name))
            || (!last_folder.is_empty() && stem.eq_ignore_ascii_case(last_folder));
        let path = match slug {
            Some(slug) if slug.starts_with('/') => slug.trim_matches('/').to_owned(),
            Some(slug) => under(&folder, slug.trim_matches(['.', '/'])),
            None if is_index => folder.clone(),
            None => under(
                &folder,
                &front.text(&["id"]).unwrap_or_else(|| stem.to_owned()),
            ),
        };
        let mut found = Found::at(under(base, &path), first_folder(&format!("{folder}/")));
        if found.section.is_empty() {
            found.section = "docs".to_owned();
        }
        Some(found)
    }
}

/// What a path says of the page that the file becomes.
struct Found {
    path: String,
    section: String,
    date: String,
    title: String,
}

impl Found {
    fn at(path: String, section: String) -> Found {
        Found {
            path,
            section,
            date: String::new(),
            title: String::new(),
        }
    }
}

/// Keys that hold the date of a page, the first that is there counts.
pub(crate) const DATES: [&str; 4] = ["date", "publishdate", "published", "pubdate"];

/// The chapters that a `SUMMARY.md` names.
fn chapters(summary: &str) -> Vec<(String, String)> {
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};
    let (mut chapters, mut open) = (Vec::new(), None::<(String, String)>);
    for event in Parser::new(summary) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let path = dest_url.trim_start_matches("./").replace("%20", " ");
                open = Some((path, String::new()));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, title)) = &mut open {
                    title.push_str(&text);
                }
            }
            Event::End(TagEnd::Link) => {
                chapters.extend(open.take().filter(|(path, _)| !path.is_empty()))
            }
            _ => {}
        }
    }
    chapters
}

/// The folder of a file, and its name without extension.
fn split(path: &str) -> Option<(&str, &str)> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, _) = name.rsplit_once('.')?;
    Some((folder, stem))
}

fn under(folder: &str, name: &str) -> String {
    match (folder.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (_, true) => folder.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}

/// The first folder of a path; empty where the path has none.
fn first_folder(path: &str) -> String {
    path.split_once('/')
        .map_or("", |(first, _)| first)
        .to_owned()
}

fn slashed(path: &Path) -> String {
    let names = path
        .components()
        .map(|name| name.as_os_str().to_string_lossy());
    names.collect::<Vec<_>>().join("/")
}

/// The date that a name begins with, and what follows it: `2024-05-01-hello`.
fn dated(name: &str) -> Option<(String, &str)> {
    let day = name.get(..10)?;
    let rest = name.get(10..)?.trim_start_matches(['-', '_', '/', ' ']);
    let shaped = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-' || byte == b'/',
        _ => byte.is_ascii_digit(),
    });
    let day = date::normal(day).filter(|_| shaped && !rest.is_empty())?;
    Some((day, rest))
}

/// A name without the number that orders it: `01-intro`, `2. Setup`.
fn unnumbered(name: &str) -> &str {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let after = rest.trim_start_matches([' ', '-', '_', '.']);
    let numbered = rest.len() < name.len() && after.len() < rest.len() && !after.is_empty();
    // A date or a version is no number: `2024-05-01`, `1.2`.
    match numbered && !after.starts_with(|c: char| c.is_ascii_digit()) {
        true => after,
        false => name,
    }
}

/// Puts values in the place of `:tokens`.
fn fill(pattern: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut parts = pattern.split(':');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|c: char| !c.is_ascii_alphabetic() && c != '_')
            .unwrap_or(part.len());
        let (token, rest) = part.split_at(end);
        match value(token) {
            Some(value) => filled.push_str(&value),
            None => {
                filled.push(':');
                filled.push_str(token);
            }
        }
        filled.push_str(rest);
    }
    filled
}

/// A part of a date, as patterns name it.
fn day_part(day: &str, token: &str) -> Option<String> {
    let part = |range: std::ops::Range<usize>| day.get(range).unwrap_or_default().to_owned();
    Some(match token {
        "year" => part(0..4),
        "short_year" => part(2..4),
        "month" => part(5..7),
        "i_month" => part(5..7).trim_start_matches('0').to_owned(),
        "day" => part(8..10),
        "i_day" => part(8..10).trim_start_matches('0').to_owned(),
        _ => return None,
    })
}

/// Keys in lower case, as Hugo takes them.
fn lower(map: Map<String, Value>) -> Map<String, Value> {
    map.into_iter()
        .map(|(key, value)| {
            let value = match value {
                Value::Object(inner) => Value::Object(lower(inner)),
                value => value,
            };
            (key.to_lowercase(), value)
        })
        .collect()
}

/// The string that follows `key:` in a program.
fn string_of(program: &str, key: &str) -> Option<String> {
    for (at, _) in program.match_indices(key) {
        let before = program.get(..at).unwrap_or_default().chars().next_back();
        let rest = program.get(at + key.len()..).unwrap_or_default();
        let rest = rest.strip_prefix(['\'', '"']).unwrap_or(rest).trim_start();
        let Some(value) = rest.strip_prefix(':').map(str::trim_start) else {
            continue;
        };
        let quote = value
            .chars()
            .next()
            .filter(|c| matches!(c, '\'' | '"' | '`'));
        let whole = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if let (Some(quote), true) = (quote, whole) {
            let value = value.get(1..)?;
            return value
                .find(quote)
                .and_then(|end| value.get(..end))
                .map(str::to_owned);
        }
    }
    None
}
