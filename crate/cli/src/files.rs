//! Finding and opening an index; writing files so that none is ever seen half written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, Result, bail};
use juya_engine::Index;

/// The name of an index within a folder.
pub(crate) const INDEX: &str = "index.juya";

/// Opens an `index.juya`, or that of a folder; gives its size in bytes too.
pub(crate) fn open(path: &Path) -> Result<(Index, usize)> {
    let file = if path.is_dir() {
        path.join(INDEX)
    } else {
        path.to_owned()
    };
    if !file.exists() {
        bail!(
            "{}: no index there; make one with `juya build SOURCE --out DIR`",
            file.display()
        );
    }
    let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
    let size = bytes.len();
    let index = Index::open(bytes).with_context(|| file.display().to_string())?;
    Ok((index, size))
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
