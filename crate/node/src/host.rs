//! What JavaScript does for this module: a wasm module has no files of its own.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use js_sys::Error;
use juya_ingest::{Files, Looked};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The file system and the terminal, see `npm/host.js`. What fails, throws an `Error` whose
    /// message is the system's reason.
    pub type Host;

    /// The size of a file in bytes; `FOLDER` for a folder, another number below 0 for what is
    /// neither.
    #[wasm_bindgen(method, catch)]
    fn look(this: &Host, path: &str) -> Result<f64, JsValue>;
    /// The path of a folder without links.
    #[wasm_bindgen(method, catch)]
    fn canonical(this: &Host, path: &str) -> Result<String, JsValue>;
    /// The names in a folder.
    #[wasm_bindgen(method, catch)]
    fn names(this: &Host, path: &str) -> Result<Vec<String>, JsValue>;
    /// A number that the open file goes by.
    #[wasm_bindgen(method, catch)]
    fn open(this: &Host, path: &str) -> Result<u32, JsValue>;
    /// Reads the next bytes of an open file; gives how many, 0 at the end.
    #[wasm_bindgen(method, catch)]
    fn read(this: &Host, file: u32, into: &mut [u8]) -> Result<u32, JsValue>;
    /// Lets an open file go.
    #[wasm_bindgen(method)]
    fn close(this: &Host, file: u32);
    /// Writes to standard output.
    #[wasm_bindgen(method, catch)]
    fn write(this: &Host, bytes: &[u8]) -> Result<(), JsValue>;
    /// Writes a line to standard error.
    #[wasm_bindgen(method)]
    pub fn complain(this: &Host, line: &str);
}

const FOLDER: f64 = -1.0;

/// The files of a host.
pub(crate) struct Disk<'h>(pub(crate) &'h Host);

impl Files for Disk<'_> {
    fn look(&self, path: &Path) -> io::Result<Looked> {
        let looked = self.0.look(&path.to_string_lossy()).map_err(reason)?;
        Ok(match looked {
            FOLDER => Looked::Folder,
            size if size >= 0.0 => Looked::File(size as u64),
            _ => Looked::Other,
        })
    }

    fn canonical(&self, folder: &Path) -> io::Result<PathBuf> {
        let path = self.0.canonical(&folder.to_string_lossy());
        Ok(path.map_err(reason)?.into())
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let names = self.0.names(&folder.to_string_lossy()).map_err(reason)?;
        Ok(names.into_iter().map(OsString::from).collect())
    }

    fn open(&self, file: &Path) -> io::Result<Box<dyn Read + '_>> {
        let number = self.0.open(&file.to_string_lossy()).map_err(reason)?;
        Ok(Box::new(Open {
            host: self.0,
            number,
        }))
    }
}

/// An open file.
struct Open<'h> {
    host: &'h Host,
    number: u32,
}

impl Read for Open<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.host.read(self.number, buffer).map_err(reason)?;
        Ok(buffer.len().min(read as usize))
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.host.close(self.number);
    }
}

/// Standard output.
pub(crate) struct Out<'h>(pub(crate) &'h Host);

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(reason)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn reason(thrown: JsValue) -> io::Error {
    io::Error::other(match thrown.dyn_ref::<Error>() {
        Some(error) => String::from(error.message()),
        None => "no reason given".to_owned(),
    })
}
