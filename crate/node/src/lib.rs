//! The builder and the readers of sources as a module for Node.js: what the npm package `juya`
//! builds indexes with.
//!
//! It is the code of the native command, which reads files through what JavaScript gives it
//! ([`Host`]); `npm/build.js` is the API, `npm/command.js` the command. Pages load another module
//! (`crate/web`), which has none of this.

mod config;
mod host;

pub use config::{Known, configuration};
pub use host::Host;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use host::{Disk, Out};
use js_sys::{Array, Reflect, TypeError, Uint8Array};
use juya_engine::build::{Builder, Built, Form};
use juya_engine::{Index, MANIFEST, Missing, OpenError, Options as Search, Page, Post, Settings};
use juya_ingest::{Files as _, Looked, Named, Options, Reader, Report};
use juya_site::{Files, Language, Letters};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// Where posts come from, and how they are read.
#[wasm_bindgen]
pub struct Sources {
    host: Host,
    paths: Vec<String>,
    options: Options,
}

#[wasm_bindgen]
impl Sources {
    /// Files and folders that `host` has; the other options as the native command has them.
    ///
    /// # Errors
    /// A `TypeError` as `wrong` makes it, if a channel is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        host: Host,
        paths: Vec<String>,
        channel: Vec<String>,
        base_url: String,
    ) -> Result<Sources, JsValue> {
        let channels = parsed("channel", &channel)?;
        Ok(Sources {
            host,
            paths,
            options: Options {
                base_url,
                channels,
                ..Options::default()
            },
        })
    }

    fn read(&self, sink: &mut dyn FnMut(Post)) -> Report {
        let files = Disk(&self.host);
        let mut reader = Reader::of(&files, &self.options, sink);
        for path in &self.paths {
            reader.source(Path::new(path));
        }
        reader.finish()
    }

    /// Reads all and builds an index; `shards`, `weights`, `synonyms` and `facets` as the native
    /// command has them. The index is called `name`, or as the sources are.
    ///
    /// # Errors
    /// A `TypeError` as `wrong` makes it, if an option is not as it should be; an `Error` if the posts are
    /// too much for one index.
    pub fn build(
        &self,
        shards: &str,
        strict: bool,
        name: Option<String>,
        weights: Vec<String>,
        synonyms: Vec<String>,
        facets: Vec<String>,
    ) -> Result<Work, JsValue> {
        let form = match shards {
            "auto" => Form::Auto,
            "never" => Form::Whole,
            "always" => Form::Shards,
            _ => {
                let wanted = "make it \"auto\", \"never\" or \"always\"";
                return Err(TypeError::new(&format!("shards is {shards:?}; {wanted}")).into());
            }
        };
        let settings = Settings::new(
            &parsed("weights", &weights)?,
            &parsed("synonyms", &synonyms)?,
            parsed("facets", &facets)?.pop(),
        );
        let settings = settings.map_err(|reason| wrong("weights", None, &reason))?;
        let mut builder = Builder::new(form);
        builder.settings(settings);
        let mut failed = None;
        let mut letters = Letters::default();
        let report = self.read(&mut |post| {
            letters.see(&post);
            if failed.is_none() {
                failed = builder.add(post).err();
            }
        });
        let built = match (report.judge(strict), failed) {
            (Err(_), _) => None,
            (Ok(()), Some(failed)) => return Err(JsError::from(failed).into()),
            (Ok(()), None) => {
                let built = builder.finish(&name.unwrap_or_else(|| report.name()));
                Some(built.map_err(JsError::from)?)
            }
        };
        Ok(Work {
            report,
            built,
            letters,
        })
    }

    /// Prints what becomes of everything in the sources; false where no index would be made.
    ///
    /// # Errors
    /// If nothing can be printed.
    pub fn check(&self, strict: bool) -> Result<bool, JsError> {
        let mut posts = Vec::new();
        let report = self.read(&mut |post| posts.push(Named::of(&post)));
        let mut out = BufWriter::new(Out(&self.host));
        report.write_account(&posts, &mut out)?;
        let judged = report.judge(strict);
        match &judged {
            Ok(()) => report.write_faults(&mut out)?,
            Err(faults) => {
                out.flush()?;
                self.host.complain(&faults.to_string());
            }
        }
        out.flush()?;
        Ok(judged.is_ok())
    }
}

/// An index that was built, if it was, and what became of its sources.
#[wasm_bindgen]
pub struct Work {
    report: Report,
    built: Option<Built>,
    letters: Letters,
}

#[derive(Serialize)]
struct Account {
    posts: usize,
    faults: Vec<Fault>,
    #[serde(rename = "leftOut")]
    left_out: Vec<LeftOut>,
}

#[derive(Serialize)]
struct Fault {
    file: String,
    line: Option<usize>,
    column: Option<usize>,
    message: String,
    remedy: String,
}

#[derive(Serialize)]
struct LeftOut {
    file: String,
    reason: String,
}

#[wasm_bindgen]
impl Work {
    /// Whether there is an index.
    #[wasm_bindgen(js_name = isBuilt)]
    pub fn is_built(&self) -> bool {
        self.built.is_some()
    }

    /// `{posts, faults, leftOut}`, see `npm/build.d.ts`.
    ///
    /// # Errors
    /// None in practice: only if memory is exhausted.
    pub fn report(&self) -> Result<JsValue, JsError> {
        let name = |path: &PathBuf| path.display().to_string();
        let faults = self.report.faults.iter().map(|fault| {
            let (message, remedy) = fault.kind.parts();
            Fault {
                file: name(&fault.file),
                line: fault.line,
                column: fault.column,
                message,
                remedy,
            }
        });
        let left_out = self.report.left_out.iter().map(|(path, reason)| LeftOut {
            file: name(path),
            reason: reason.to_string(),
        });
        to_js(&Account {
            posts: self.report.posts,
            faults: faults.collect(),
            left_out: left_out.collect(),
        })
    }

    /// What the native command says of the sources after a build, a line each.
    pub fn notes(&self) -> Vec<String> {
        self.report.notes()
    }

    /// The file that opens the index, relative to its folder; empty where there is none.
    pub fn entry(&self) -> String {
        let entry = self.built.as_ref().map(juya_site::entry);
        entry.map_or_else(String::new, |(name, _)| name)
    }

    /// The files of the built page, a name and bytes in turn, as files of a site with this index. It
    /// speaks `language`: `fa`, `en` or `ar`; that of most posts, unless given.
    ///
    /// # Errors
    /// A `TypeError` if there is no such language; an `Error` if they are not a built page.
    pub fn adapt(&self, page: &Array, language: Option<String>) -> Result<Array, JsValue> {
        let page = self.translated(page, language)?;
        let adapted = juya_site::adapt(page, self.index()?).map_err(|error| said(&error))?;
        let flat = Array::new();
        for (path, bytes) in adapted {
            push(&flat, &path.to_string_lossy(), &bytes);
        }
        Ok(flat)
    }

    /// The built page, as in [`Work::adapt`], and this index, which is one file, in one.
    ///
    /// # Errors
    /// A `TypeError` if there is no such language; an `Error` if they are not a built page.
    pub fn single(&self, page: &Array, language: Option<String>) -> Result<String, JsValue> {
        let page = self.translated(page, language)?;
        match self.index()? {
            Built::Whole(index) => {
                let single = juya_site::single(&page, index);
                Ok(single.map_err(|error| said(&error))?)
            }
            Built::Shards(_) => {
                let reason = "an index in shards does not fit into one file";
                Err(JsError::new(reason).into())
            }
        }
    }

    fn translated(&self, page: &Array, language: Option<String>) -> Result<Files, JsValue> {
        let language = match language.as_deref() {
            None => self.letters.language(),
            Some("fa") => Language::Persian,
            Some("en") => Language::English,
            Some("ar") => Language::Arabic,
            Some(other) => {
                let wanted = "make it \"fa\", \"en\" or \"ar\"";
                return Err(TypeError::new(&format!("language is {other:?}; {wanted}")).into());
            }
        };
        let mut page = files(page);
        juya_site::translate(&mut page, language).map_err(|error| said(&error))?;
        Ok(page)
    }

    /// The next file of the index, as a name and bytes, which then leaves this memory; the one that
    /// opens it comes last. Nothing after that.
    pub fn take(&mut self) -> Option<Array> {
        let pair = Array::new();
        if let Some(Built::Shards(shards)) = &mut self.built
            && let Some((name, bytes)) = shards.files.pop()
        {
            push(&pair, &format!("{}/{name}", juya_site::FOLDER), &bytes);
            return Some(pair);
        }
        let built = self.built.take()?;
        let (name, bytes) = juya_site::entry(&built);
        push(&pair, &name, bytes);
        Some(pair)
    }

    fn index(&self) -> Result<&Built, JsError> {
        let built = self.built.as_ref();
        built.ok_or_else(|| JsError::new("there is no index"))
    }
}

fn files(page: &Array) -> Files {
    let values: Vec<JsValue> = page.iter().collect();
    let pairs = values.chunks_exact(2).filter_map(|pair| {
        let name = pair.first()?.as_string()?;
        let bytes = pair.get(1)?.dyn_ref::<Uint8Array>()?;
        Some((PathBuf::from(name), bytes.to_vec()))
    });
    pairs.collect()
}

fn push(flat: &Array, name: &str, bytes: &[u8]) {
    flat.push(&name.into());
    flat.push(&Uint8Array::from(bytes));
}

/// The values of an option, read as the native command reads them.
fn parsed<T: FromStr<Err = String>>(option: &str, values: &[String]) -> Result<Vec<T>, JsValue> {
    let parsed = values.iter().map(|value| {
        let parsed = value.parse::<T>();
        parsed.map_err(|reason| wrong(option, Some(value), &reason))
    });
    parsed.collect()
}

/// A `TypeError` that has, beside its message, `option`, `value` and `reason`, which the command says in
/// words of its own. No value where several do not go together.
fn wrong(option: &str, value: Option<&str>, reason: &str) -> JsValue {
    let error = TypeError::new(&format!("The option \"{option}\": {reason}"));
    let value = value.map_or(JsValue::UNDEFINED, JsValue::from);
    for (name, said) in [
        ("option", option.into()),
        ("value", value),
        ("reason", reason.into()),
    ] {
        // Fails of what is frozen only.
        let _ = Reflect::set(&error, &name.into(), &said);
    }
    error.into()
}

fn said(error: &impl std::fmt::Display) -> JsError {
    JsError::new(&format!("{error:#}"))
}

/// Searches the index at `path`, a file or a folder that holds one; gives JSON as the native
/// command prints it.
///
/// # Errors
/// If there is no index, or it is damaged.
#[wasm_bindgen]
pub fn search(
    host: &Host,
    path: &str,
    query: &str,
    limit: usize,
    explain: bool,
    literal: bool,
    facets: bool,
) -> Result<String, JsError> {
    let options = Search {
        limit,
        explain,
        literal,
        facets,
        ..Search::default()
    };
    let page = Disk(host).search(Path::new(path), query, &options);
    let page = page.map_err(|error| JsError::new(&error))?;
    Ok(serde_json::to_string(&page)?)
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsError> {
    let value = value.serialize(&Serializer::json_compatible());
    value.map_err(|error| said(&error))
}

impl Disk<'_> {
    fn search(&self, path: &Path, query: &str, options: &Search) -> Result<Page, String> {
        let read = |path: &Path| {
            let bytes = self.bytes(path);
            bytes.map_err(|error| format!("{}: {error}", path.display()))
        };
        let file = self.index(path)?;
        let wrong = |error: OpenError| format!("{}: {error}", file.display());
        let mut index = Index::open(read(&file)?).map_err(wrong)?;
        loop {
            let Missing(blocks) = match index.search(query, options) {
                Ok(page) => return Ok(page),
                Err(missing) => missing,
            };
            for block in blocks {
                let path = file.with_file_name(index.path(block));
                let bytes =
                    read(&path).map_err(|error| format!("{error}; build the index again"))?;
                let inserted = index.insert(block, bytes);
                inserted.map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
    }

    /// The file that opens the index that a path is of.
    fn index(&self, path: &Path) -> Result<PathBuf, String> {
        let is_there = |path: &Path| matches!(self.look(path), Ok(Looked::File(_)));
        let file = match self.look(path) {
            Ok(Looked::Folder) => {
                let below = format!("{}/{MANIFEST}", juya_site::FOLDER);
                let names = [juya_site::INDEX, MANIFEST, &below];
                let mut found = names.iter().map(|name| path.join(name));
                found
                    .find(|file| is_there(file))
                    .unwrap_or_else(|| path.join(juya_site::INDEX))
            }
            _ => path.to_owned(),
        };
        match is_there(&file) {
            true => Ok(file),
            false => Err(format!(
                "{}: no index there; make one with `juya build SOURCE --out DIR`",
                file.display()
            )),
        }
    }

    fn bytes(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
