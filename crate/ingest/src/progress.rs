//! How far reading is, for who waits.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far reading is. Clones tell of the same reading, while it goes on.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Bytes>);

#[derive(Debug, Default)]
struct Bytes {
    all: AtomicU64,
    done: AtomicU64,
}

impl Progress {
    /// The bytes of all files that were found in the sources. 0 until they were looked for.
    pub fn all(&self) -> u64 {
        self.0.all.load(Ordering::Relaxed)
    }

    /// How many of them were read or, where the file is no source, passed over.
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }

    /// Adds the files of a source to those to be read. What cannot be looked at, and what links
    /// lead to, is left out: reading will tell.
    pub(crate) fn find(&self, path: &Path) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.find_in(path),
            Ok(metadata) => self.add(metadata.len()),
            Err(_) => {}
        }
    }

    fn find_in(&self, folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => self.find_in(&entry.path()),
                Ok(metadata) if metadata.is_file() => self.add(metadata.len()),
                _ => {}
            }
        }
    }

    fn add(&self, bytes: u64) {
        self.0.all.fetch_add(bytes, Ordering::Relaxed);
    }

    /// A file of this length whose bytes count as done when they are read, and all of them when it
    /// is let go.
    pub(crate) fn of<R: Read>(&self, file: R, length: u64) -> Counted<R> {
        Counted {
            file,
            left: length,
            progress: self.clone(),
        }
    }
}

/// See [`Progress::of`].
pub(crate) struct Counted<R> {
    file: R,
    /// How many of its bytes are not done.
    left: u64,
    progress: Progress,
}

impl<R> Counted<R> {
    fn done(&mut self, bytes: u64) {
        let bytes = bytes.min(self.left); // a file may grow
        self.left -= bytes;
        self.progress.0.done.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.done(read as u64);
        Ok(read)
    }
}

impl<R> Drop for Counted<R> {
    fn drop(&mut self) {
        self.done(u64::MAX);
    }
}
