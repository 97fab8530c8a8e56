//! Finding, opening and asking an index; writing files so that none is ever seen half written.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::RwLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, anyhow, bail};
use juya_engine::build::Built;
use juya_engine::{Index, MANIFEST, Missing, Settings, Stats};
use juya_site::{FOLDER, INDEX};

/// An index, and where the blocks that it may lack are read.
pub(crate) struct Opened<'a> {
    index: RwLock<Index>,
    blocks: Blocks<'a>,
    /// How many bytes the index has in all its files.
    pub(crate) size: usize,
    pub(crate) posts: usize,
    /// How many blocks and bytes were read since it was opened.
    read: [AtomicUsize; 2],
}

/// Where blocks are.
enum Blocks<'a> {
    /// In files, beside this one, which opens the index.
    Beside(PathBuf),
    /// In memory, by their path.
    Built(HashMap<&'a str, &'a [u8]>),
}

/// Opens an `index.juya` or a `manifest.juya`, or that of a folder.
pub(crate) fn open(path: &Path) -> Result<Opened<'static>> {
    let file = match path.is_dir() {
        true => [INDEX, MANIFEST, &format!("{FOLDER}/{MANIFEST}")]
            .map(|name| path.join(name))
            .into_iter()
            .find(|file| file.exists())
            .unwrap_or_else(|| path.join(INDEX)),
        false => path.to_owned(),
    };
    if !file.exists() {
        bail!(
            "{}: no index there; make one with `juya build SOURCE --out DIR`",
            file.display()
        );
    }
    let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
    let index = Index::open(bytes).with_context(|| file.display().to_string())?;
    Ok(Opened::new(index, file))
}

impl<'a> Opened<'a> {
    /// An index that was opened from `file`.
    pub(crate) fn new(index: Index, file: PathBuf) -> Opened<'static> {
        Opened::of(index, Blocks::Beside(file))
    }

    /// An index that is not written yet.
    pub(crate) fn built(built: &'a Built) -> Result<Opened<'a>> {
        let (bytes, blocks) = match built {
            Built::Whole(bytes) => (bytes, HashMap::new()),
            Built::Shards(shards) => {
                let blocks = shards.files.iter();
                let blocks = blocks.map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
                (&shards.manifest, blocks.collect())
            }
        };
        let index = Index::open(bytes.clone()).context("the index that was built")?;
        Ok(Opened::of(index, Blocks::Built(blocks)))
    }

    fn of(index: Index, blocks: Blocks<'_>) -> Opened<'_> {
        let Stats { bytes, posts, .. } = index.stats();
        Opened {
            size: bytes.iter().map(|(_, size)| size).sum(),
            posts,
            index: RwLock::new(index),
            blocks,
            read: Default::default(),
        }
    }

    /// Asks the index, and reads the blocks that it lacks until it can answer.
    pub(crate) fn ask<T>(&self, ask: impl Fn(&Index) -> Result<T, Missing>) -> Result<T> {
        let poisoned = || anyhow!("another thread of this process failed");
        loop {
            let (missing, index) = {
                let index = self.index.read().map_err(|_| poisoned())?;
                match ask(&index) {
                    Ok(answer) => return Ok(answer),
                    Err(Missing(blocks)) => {
                        let paths = blocks.iter().map(|&block| (block, index.path(block)));
                        (paths.collect::<Vec<_>>(), &self.index)
                    }
                }
            };
            for (block, path) in missing {
                let bytes = self.blocks.get(&path)?;
                let [blocks, read] = &self.read;
                blocks.fetch_add(1, Ordering::Relaxed);
                read.fetch_add(bytes.len(), Ordering::Relaxed);
                let mut index = index.write().map_err(|_| poisoned())?;
                index
                    .insert(block, bytes)
                    .with_context(|| self.blocks.name(&path))?;
            }
        }
    }

    /// How many blocks and bytes were read since the index was opened.
    pub(crate) fn read(&self) -> [usize; 2] {
        self.read
            .each_ref()
            .map(|count| count.load(Ordering::Relaxed))
    }

    /// Forgets all blocks.
    pub(crate) fn forget(&self) {
        if let Ok(mut index) = self.index.write() {
            index.trim(0);
        }
    }

    /// Whether the index lacks nothing.
    pub(crate) fn is_whole(&self) -> Result<bool> {
        self.ask(|index| Ok(index.is_whole()))
    }

    /// How many bytes each part of an index takes; of one in shards that was just built, each kind of
    /// blocks.
    pub(crate) fn parts(&self) -> Result<Vec<(String, usize)>> {
        let mut parts = self.stats()?.bytes;
        if let Blocks::Built(blocks) = &self.blocks
            && !blocks.is_empty()
        {
            let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
            for (path, bytes) in blocks {
                let kind = path.split_once('/').map_or(*path, |(kind, _)| kind);
                *kinds.entry(kind).or_default() += bytes.len();
            }
            // They are the rest of it.
            parts.retain(|(name, _)| name == "manifest");
            parts.extend(
                kinds
                    .into_iter()
                    .map(|(kind, size)| (kind.to_owned(), size)),
            );
        }
        Ok(parts)
    }

    /// How the index is searched.
    pub(crate) fn settings(&self) -> Result<Settings> {
        self.ask(|index| Ok(index.settings().clone()))
    }

    /// What the index holds.
    pub(crate) fn stats(&self) -> Result<Stats> {
        self.ask(|index| Ok(index.stats()))
    }
}

impl Blocks<'_> {
    /// For people.
    fn name(&self, path: &str) -> String {
        match self {
            Blocks::Beside(file) => file.with_file_name(path).display().to_string(),
            Blocks::Built(_) => path.to_owned(),
        }
    }

    fn get(&self, path: &str) -> Result<Vec<u8>> {
        match self {
            Blocks::Beside(file) => {
                let file = file.with_file_name(path);
                fs::read(&file).with_context(|| {
                    format!("{}: cannot be read; build the index again", file.display())
                })
            }
            Blocks::Built(blocks) => {
                let bytes = blocks
                    .get(path)
                    .with_context(|| format!("{path} was not built"))?;
                Ok(bytes.to_vec())
            }
        }
    }
}

/// Writes a file aside and gives it its name when it is whole; makes the folders it needs.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            fs::create_dir_all(folder)?;
        }
        let aside = aside(path);
        fs::write(&aside, bytes)
            .and_then(|()| fs::rename(&aside, path))
            .inspect_err(|_| {
                // Nothing was there before; that it stays is the lesser fault, so go on to the other.
                let _ = fs::remove_file(&aside);
            })
    };
    write().with_context(|| format!("{}: cannot be written", path.display()))
}

/// In the same folder, where a rename replaces in one step; hidden, so that it is no source.
fn aside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", process::id()))
}
