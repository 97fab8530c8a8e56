//! Where files are read from.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The file system, or what stands for it where the standard library has none.
///
/// Paths are as given, or of a name below such a one; what fails, fails with the system's reason,
/// which is shown to people.
pub trait Files {
    /// What there is at a path, links followed.
    ///
    /// # Errors
    ///
    /// Nothing is there, or it may not be looked at.
    fn look(&self, path: &Path) -> io::Result<Looked>;

    /// The one path, without links, of all that lead to the same folder.
    ///
    /// # Errors
    ///
    /// There is no such folder.
    fn canonical(&self, folder: &Path) -> io::Result<PathBuf>;

    /// The names in a folder, in any order.
    ///
    /// # Errors
    ///
    /// There is no such folder, or it may not be read.
    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>>;

    /// The content of a file.
    ///
    /// # Errors
    ///
    /// There is no such file, or it may not be read.
    fn open(&self, file: &Path) -> io::Result<Box<dyn Read + '_>>;
}

/// What there is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// A folder.
    Folder,
    /// A file of so many bytes.
    File(u64),
    /// A pipe, a device, …
    Other,
}

/// The file system.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl Files for Disk {
    fn look(&self, path: &Path) -> io::Result<Looked> {
        let metadata = fs::metadata(path)?;
        Ok(match () {
            () if metadata.is_dir() => Looked::Folder,
            () if metadata.is_file() => Looked::File(metadata.len()),
            () => Looked::Other,
        })
    }

    fn canonical(&self, folder: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(folder)
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(folder)?
            .map(|entry| Ok(entry?.file_name()))
            .collect()
    }

    fn open(&self, file: &Path) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(File::open(file)?))
    }
}
