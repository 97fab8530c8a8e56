//! Builds an index of posts that come one by one, and writes it where it is searched.

use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use juya_engine::build::{BuildError, Builder, Built, Form, Shards};
use juya_engine::{Post, Settings};
use juya_ingest::Progress;

use crate::{counted, files, grouped};

/// Whether an index is one file or many.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub(crate) enum When {
    /// Many from 8 MiB of text on
    #[default]
    Auto,
    /// One
    Never,
    /// Many
    Always,
}

impl From<When> for Form {
    fn from(when: When) -> Form {
        match when {
            When::Auto => Form::Auto,
            When::Never => Form::Whole,
            When::Always => Form::Shards,
        }
    }
}

/// A builder that tells how far it is.
pub(crate) struct Work {
    builder: Builder,
    /// The first thing that was wrong; what comes after it is not looked at.
    failed: Option<BuildError>,
    posts: Arc<AtomicU64>,
    reading: Option<Progress>,
    bar: ProgressBar,
}

impl Work {
    /// Of posts that are read from sources.
    pub(crate) fn of_sources(form: Form, settings: Settings, reading: Progress) -> Work {
        Work::new(form, settings, Some(reading), 0)
    }

    /// Of so many posts.
    pub(crate) fn of_posts(form: Form, settings: Settings, posts: usize) -> Work {
        Work::new(form, settings, None, posts as u64)
    }

    fn new(form: Form, settings: Settings, reading: Option<Progress>, length: u64) -> Work {
        let mut builder = Builder::new(form);
        builder.settings(settings);
        let posts = Arc::new(AtomicU64::new(0));
        let so_far = posts.clone();
        let bar = ProgressBar::new(length);
        // Only a faulty template fails.
        if let Ok(style) = ProgressStyle::with_template(
            "{spinner} {msg} {wide_bar} {posts} posts, {rate} a second, {eta} left",
        ) {
            let counted = posts.clone();
            let rate = move |state: &ProgressState, out: &mut dyn fmt::Write| {
                let posts = so_far.load(Ordering::Relaxed) as f64;
                let seconds = state.elapsed().as_secs_f64().max(0.1);
                // Nowhere to tell of an error.
                let _ = out.write_str(&grouped((posts / seconds) as usize));
            };
            let count = move |_: &ProgressState, out: &mut dyn fmt::Write| {
                let _ = out.write_str(&grouped(counted.load(Ordering::Relaxed) as usize));
            };
            bar.set_style(style.with_key("rate", rate).with_key("posts", count));
        }
        bar.set_message("reading");
        bar.enable_steady_tick(Duration::from_millis(100));
        Work {
            builder,
            failed: None,
            posts,
            reading,
            bar,
        }
    }

    pub(crate) fn add(&mut self, post: Post) {
        let posts = 1 + self.posts.fetch_add(1, Ordering::Relaxed);
        match &self.reading {
            Some(reading) => {
                self.bar.set_length(reading.all());
                self.bar.set_position(reading.done());
            }
            None => self.bar.set_position(posts),
        }
        if self.failed.is_none() {
            self.failed = self.builder.add(post).err();
        }
    }

    /// Does something that may print.
    pub(crate) fn suspend<T>(&self, what: impl FnOnce() -> T) -> T {
        self.bar.suspend(what)
    }

    pub(crate) fn finish(self, name: &str) -> Result<Built> {
        if let Some(failed) = self.failed {
            return Err(failed.into());
        }
        self.bar.set_message("merging");
        let built = self.builder.finish(name)?;
        self.bar.finish_and_clear();
        Ok(built)
    }
}

/// Writes an index, and takes away what was there of another one. Blocks that are there already are
/// let be; until the manifest is in place, last but for the taking away, the old index is whole.
pub(crate) fn write(folder: &Path, built: &Built) -> Result<Written> {
    let shards = folder.join(juya_site::FOLDER);
    let (name, bytes) = juya_site::entry(built);
    let path = folder.join(name);
    let mut written = Written {
        path: path.clone(),
        bytes: bytes.len(),
        files: 1,
        new: 1,
    };
    match built {
        Built::Whole(index) => {
            files::write(&path, index)?;
            sweep(&shards, &HashSet::new())?;
        }
        Built::Shards(Shards { manifest, files }) => {
            let mut named = HashSet::from([path.clone()]);
            for (name, bytes) in files {
                let file = shards.join(name);
                if !named.insert(file.clone()) {
                    continue; // two blocks with the same content
                }
                written.files += 1;
                written.bytes += bytes.len();
                // Its name says what is in it; one that was cut off has another size.
                let is_there =
                    fs::metadata(&file).is_ok_and(|known| known.len() == bytes.len() as u64);
                if !is_there {
                    files::write(&file, bytes)?;
                    written.new += 1;
                }
            }
            files::write(&path, manifest)?;
            sweep(&shards, &named)?;
            let one_file = folder.join(juya_site::INDEX);
            if one_file.exists() {
                fs::remove_file(&one_file).with_context(|| one_file.display().to_string())?;
            }
        }
    }
    Ok(written)
}

/// Removes the files of indexes in a folder, but for those named.
fn sweep(folder: &Path, named: &HashSet<PathBuf>) -> Result<()> {
    match folder.is_dir() {
        true => sweep_folder(folder, named).with_context(|| folder.display().to_string()),
        false => Ok(()),
    }
}

fn sweep_folder(folder: &Path, named: &HashSet<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_ours = path
            .extension()
            .is_some_and(|extension| extension == "juya");
        if path.is_dir() {
            sweep_folder(&path, named)?;
        } else if is_ours && !named.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    // A folder that holds anything yet stays.
    let _ = fs::remove_dir(folder);
    Ok(())
}

/// An index on disk.
pub(crate) struct Written {
    /// The file that opens it.
    pub(crate) path: PathBuf,
    /// Of all its files.
    pub(crate) bytes: usize,
    files: usize,
    new: usize,
}

impl Written {
    /// One line for people.
    pub(crate) fn say(&self, posts: usize, start: Instant) -> String {
        let mut line = format!(
            "{}: {}, {} bytes",
            self.path.display(),
            counted(posts, "post"),
            grouped(self.bytes),
        );
        if self.files > 1 {
            line += &format!(
                " in {}, of which {} new",
                counted(self.files, "file"),
                grouped(self.new)
            );
        }
        line += &format!(", {:.2} s", start.elapsed().as_secs_f64());
        if let Some(peak) = peak() {
            line += &format!(", {} MB of memory at most", peak >> 20);
        }
        line
    }
}

/// The most memory that this process has held, in bytes, where the system tells.
fn peak() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}
