//! Going through sources: what is common to all kinds of them.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use juya_engine::Post;

use crate::files::{Disk, Files, Looked};
use crate::input::Input;
use crate::shape::Other;
use crate::site::Sites;
use crate::{
    Fate, Fault, Kind, Options, Part, Reason, Report, Shape, Source, channel, feed, jsonl,
    markdown, page, table, telegram,
};

/// Of one file not more faults are listed; the others are counted.
const LISTED: usize = 10_000;

/// Reads sources one after another and hands on each post as soon as it is whole.
///
/// [`read_into`](crate::read_into) is this for what the file system holds; where the files come
/// from elsewhere, give them to [`Reader::file`].
pub struct Reader<'s> {
    options: &'s Options,
    files: &'s dyn Files,
    sink: &'s mut dyn FnMut(Post),
    report: Report,
    /// Where each id was given: which file, which line.
    ids: HashMap<Box<str>, (u32, u32)>,
    /// The folders that hold an export of Telegram, and whether it is there as JSON.
    exports: HashMap<PathBuf, bool>,
    /// The folders read, without links in their paths.
    folders: HashSet<PathBuf>,
    /// The faults of the present file so far.
    faults: usize,
    /// The folders that generators make sites of.
    pub(crate) sites: Sites,
    /// The chat that a user name given for the one chat there is stands for.
    one_chat: Option<String>,
    /// The chat whose messages were read last.
    pub(crate) telegram: Option<telegram::Chat>,
}

impl<'s> Reader<'s> {
    /// A reader of the file system that gives its posts to `sink`.
    pub fn new(options: &'s Options, sink: &'s mut dyn FnMut(Post)) -> Reader<'s> {
        Reader::of(&Disk, options, sink)
    }

    /// A reader of what stands for the file system where there is none.
    pub fn of(
        files: &'s dyn Files,
        options: &'s Options,
        sink: &'s mut dyn FnMut(Post),
    ) -> Reader<'s> {
        Reader {
            options,
            files,
            sink,
            report: Report::default(),
            ids: HashMap::new(),
            exports: HashMap::new(),
            folders: HashSet::new(),
            faults: 0,
            sites: Sites::default(),
            one_chat: None,
            telegram: None,
        }
    }

    /// Reads a file, or a folder with all below it.
    pub fn source(&mut self, path: &Path) {
        let (posts, faults) = (self.report.posts, self.report.faults.len());
        let (files, left_out) = (self.report.files.len(), self.report.left_out.len());
        self.above(path);
        self.find(path, path);
        if self.report.posts == posts {
            self.report.barren.push(path.to_owned());
            if self.report.faults.len() == faults {
                let files = self.report.files.len() - files + self.report.left_out.len() - left_out;
                let kind = if files == 0 {
                    Kind::EmptyFolder
                } else {
                    Kind::NoPosts { files }
                };
                self.report.faults.push(Fault::of_file(path, kind));
            }
        }
    }

    fn find(&mut self, root: &Path, path: &Path) {
        if let Err(error) = self.look(root, path) {
            let kind = Kind::Unreadable(error.to_string());
            self.report.faults.push(Fault::of_file(path, kind));
        }
    }

    fn look(&mut self, root: &Path, path: &Path) -> io::Result<()> {
        let files = self.files;
        match files.look(path)? {
            Looked::Folder => {}
            // A pipe or a device in a folder may never end; who names one means it.
            Looked::Other if path != root => {
                self.leave_out(path, Reason::NotASource);
                return Ok(());
            }
            looked => {
                let length = if let Looked::File(length) = looked {
                    length
                } else {
                    0
                };
                let file = self.options.progress.of(files.open(path)?, length);
                self.file(root, path, file);
                return Ok(());
            }
        }
        // A link may lead back to a folder above.
        if !self.folders.insert(files.canonical(path)?) && path != root {
            self.leave_out(path, Reason::SameFolder);
            return Ok(());
        }
        let mut below = files.names(path)?;
        below.retain(|name| !name.as_encoded_bytes().starts_with(b".") && name != "node_modules");
        let names: Vec<String> = below
            .iter()
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        self.folder(path, &names, &|path| text(files, path));
        let site = self.sites.of(path);
        below.sort_by(|a, b| {
            let rank = |name: &OsStr| site.as_ref().map(|site| site.rank(&path.join(name)));
            rank(a).cmp(&rank(b)).then_with(|| by_name(a, b))
        });
        for name in below {
            self.find(root, &path.join(name));
        }
        Ok(())
    }

    /// Looks above a folder that was given: it may hold the pages of a site.
    fn above(&mut self, path: &Path) {
        const HIGHEST: usize = 2;
        let files = self.files;
        for folder in path.ancestors().skip(1).take(HIGHEST) {
            let here = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            let Ok(below) = files.names(here) else {
                return;
            };
            let names: Vec<String> = below
                .iter()
                .map(|name| name.to_string_lossy().into_owned())
                .collect();
            self.sites
                .above(folder, path, &names, &|path| text(files, path));
        }
    }

    /// Says what is in a folder, before its files are given to [`Reader::file`], so that the pages
    /// of a site are known as such: the names in it, and how to read a file below it.
    pub fn folder(
        &mut self,
        folder: &Path,
        names: &[String],
        read: &dyn Fn(&Path) -> Option<String>,
    ) {
        if names.iter().any(|name| telegram::is_export(name)) {
            let json = names.iter().any(|name| name == telegram::JSON);
            self.exports.insert(folder.to_owned(), json);
        }
        if let Err((path, line, kind)) = self.sites.enter(folder, names, read) {
            self.report.faults.push(Fault {
                line,
                ..Fault::of_file(&path, kind)
            });
        }
    }

    /// Reads a file that was found in the folder `root`, or given itself as `root`.
    pub fn file(&mut self, root: &Path, path: &Path, content: impl Read) {
        let unreadable = |error: io::Error| Kind::Unreadable(error.to_string());
        let input = match Input::open(path, root, content) {
            Ok(input) => input,
            Err(error) => {
                self.report
                    .faults
                    .push(Fault::of_file(path, unreadable(error)));
                return;
            }
        };
        if self.is_attached(path) {
            return self.leave_out(path, Reason::Attached);
        }
        match Shape::of(&input) {
            Ok(Shape::TelegramHtml) if self.is_twice(path) => {
                self.leave_out(path, Reason::SameExport);
            }
            // A licence, or what a generator is told, and no text of a channel.
            Ok(Shape::Channel) if self.sites.has_pages(root, path) => {
                self.leave_out(path, Reason::NotASource);
            }
            Ok(Shape::Feed) if self.sites.has_pages(root, path) => {
                self.leave_out(path, Reason::SiteFeed);
            }
            Ok(shape) => {
                self.report.files.push(Source {
                    path: path.to_owned(),
                    shape,
                    encoding: input.encoding(),
                    posts: 0,
                    account: Vec::new(),
                });
                self.faults = 0;
                self.read(shape, input);
                if self.faults > LISTED {
                    let kind = Kind::More(self.faults - LISTED);
                    self.report.faults.push(Fault::of_file(path, kind));
                }
            }
            Err(Other::NotASource) => self.leave_out(path, Reason::NotASource),
            Err(Other::Faulty(kind)) => self.report.faults.push(Fault::of_file(path, kind)),
        }
    }

    /// Whether a file lies in a folder that an export keeps the files of messages in.
    fn is_attached(&self, path: &Path) -> bool {
        let mut folders = path.ancestors().skip(1);
        let of_files = |folder: &Path| folder.file_name().is_some_and(telegram::is_of_files);
        !self.exports.is_empty()
            && folders.any(of_files)
            && folders.any(|folder| self.exports.contains_key(folder))
    }

    /// Whether an export as JSON stands beside a page of one as HTML, or above it.
    fn is_twice(&self, page: &Path) -> bool {
        let mut folders = page.ancestors().skip(1);
        folders.any(|folder| self.exports.get(folder).copied().unwrap_or(false))
    }

    fn read(&mut self, shape: Shape, input: Input<'_>) {
        match shape {
            Shape::Channel => channel::read(self, input),
            Shape::JsonLines => jsonl::read(self, input),
            Shape::Markdown => markdown::read(self, input),
            Shape::Html => page::read_html(self, input),
            Shape::Feed => feed::read(self, input),
            Shape::Table => table::read(self, input),
            Shape::Telegram => telegram::json::read(self, input),
            Shape::TelegramHtml => telegram::html::read(self, input),
        }
    }

    /// What became of all that was read.
    pub fn finish(self) -> Report {
        self.report
    }

    /// What is said of the sources that they do not say themselves.
    pub(crate) fn options(&self) -> &'s Options {
        self.options
    }

    /// Gives a post on that stands on these lines of the present file, and says so in its
    /// account; a post with an id that is taken is a fault instead.
    pub(crate) fn keep(&mut self, post: Post, first: usize, last: usize) {
        if self.claim(&post.id, first) {
            let (post, part) = (self.emit(post), Part::Whole);
            self.tell(first, last, Fate::Kept { post, part });
        } else {
            self.drop_lines(first, last, Reason::Faulty);
        }
    }

    /// Says in the account of the present file that these lines are in no post.
    pub(crate) fn drop_lines(&mut self, first: usize, last: usize, reason: Reason) {
        self.tell(first, last, Fate::Dropped(reason));
    }

    /// Says in the account of the present file what became of these lines.
    pub(crate) fn tell(&mut self, first: usize, last: usize, fate: Fate) {
        if let Some(file) = self.report.files.last_mut() {
            file.push(first, last, fate);
        }
    }

    /// Says what is wrong on a line of the present file, or with the whole of it.
    pub(crate) fn fault(&mut self, line: Option<usize>, kind: Kind) {
        self.fault_at(line, None, kind);
    }

    /// Says what is wrong at a column of a line of the present file.
    pub(crate) fn fault_at(&mut self, line: Option<usize>, column: Option<usize>, kind: Kind) {
        let Some(file) = self.report.files.last() else {
            return;
        };
        self.faults += 1;
        if self.faults > LISTED {
            return;
        }
        self.report.faults.push(Fault {
            line,
            column,
            ..Fault::of_file(&file.path, kind)
        });
    }

    /// Passes over a file, or a folder, in which nothing is wrong.
    pub(crate) fn leave_out(&mut self, path: &Path, reason: Reason) {
        self.report.left_out.push((path.to_owned(), reason));
    }

    /// Names the channel that the present file is of.
    pub(crate) fn channel(&mut self, name: &str) {
        if !self.report.channels.iter().any(|have| have == name) {
            self.report.channels.push(name.to_owned());
        }
    }

    /// Whether no other chat than this was read so far.
    pub(crate) fn is_the_one_chat(&mut self, chat: &str) -> bool {
        self.one_chat.get_or_insert_with(|| chat.to_owned()) == chat
    }

    /// Whether the options give the user name of this chat, by its name or number.
    pub(crate) fn is_named(&self, name: &str, number: Option<i64>) -> bool {
        let number = number.map(|number| number.to_string());
        let mut channels = self.options.channels.iter();
        channels.any(|channel| channel.is_of(name, number.as_deref()))
    }

    /// The index that the next post gets.
    pub(crate) fn next(&self) -> usize {
        self.report.posts
    }

    /// Whether an id is given already.
    pub(crate) fn is_taken(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    /// Takes an id for a post of the present file; false, and a fault, where it is taken.
    pub(crate) fn claim(&mut self, id: &str, line: usize) -> bool {
        if let Some(&(file, first_line)) = self.ids.get(id) {
            let first_file = self.report.files.get(file as usize);
            let kind = Kind::RepeatedId {
                id: id.to_owned(),
                first_file: first_file.map(|file| file.path.clone()).unwrap_or_default(),
                first_line: first_line as usize,
            };
            self.fault(Some(line), kind);
            return false;
        }
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let file = self.report.files.len().saturating_sub(1);
        self.ids.insert(id.into(), (number(file), number(line)));
        true
    }

    /// Gives on a post whose id was claimed; gives its index.
    pub(crate) fn emit(&mut self, post: Post) -> usize {
        let index = self.report.posts;
        self.report.posts += 1;
        if let Some(file) = self.report.files.last_mut() {
            file.posts += 1;
        }
        (self.sink)(post);
        index
    }
}

/// A small file as text, where it can be read as such.
fn text(files: &dyn Files, path: &Path) -> Option<String> {
    io::read_to_string(files.open(path).ok()?).ok()
}

/// By name, numbers in names by their value: `messages2.html` before `messages10.html`.
fn by_name(a: &OsStr, b: &OsStr) -> Ordering {
    let (mut x, mut y) = (a.as_encoded_bytes(), b.as_encoded_bytes());
    loop {
        let number = |bytes: &[u8]| {
            bytes
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count()
        };
        let (m, n) = (number(x), number(y));
        let order = if m > 0 && n > 0 {
            let (p, q);
            ((p, x), (q, y)) = (x.split_at(m), y.split_at(n));
            let zeros = |bytes: &[u8]| bytes.iter().take_while(|&&byte| byte == b'0').count();
            let (p, q) = (&p[zeros(p)..], &q[zeros(q)..]);
            p.len().cmp(&q.len()).then(p.cmp(q))
        } else {
            match (x.split_first(), y.split_first()) {
                (Some((p, rest_x)), Some((q, rest_y))) => {
                    (x, y) = (rest_x, rest_y);
                    p.cmp(q)
                }
                // `01` and `1` are the same but for this.
                (p, q) => return p.is_some().cmp(&q.is_some()).then(a.cmp(b)),
            }
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count() {
        let mut names = [
            "b", "a10.x", "a9.x", "a", "a09.x", "a1b2", "a1b10", "10", "9",
        ];
        names.sort_by(|a, b| by_name(a.as_ref(), b.as_ref()));
        assert_eq!(
            names,
            [
                "9", "10", "a", "a1b2", "a1b10", "a09.x", "a9.x", "a10.x", "b"
            ]
        );
    }
}
