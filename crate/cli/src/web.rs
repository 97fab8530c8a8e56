//! The web files that this command carries: the page, the element, the engine, without an index.

use std::path::PathBuf;

use juya_site::Files;

/// By their path in the site. None where the command was compiled without them.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// The files of the page by their path in the site; nothing where there are none.
pub(crate) fn files() -> Option<Files> {
    let files = FILES.iter();
    let files: Files = files
        .map(|(name, bytes)| (PathBuf::from(name), bytes.to_vec()))
        .collect();
    (!files.is_empty()).then_some(files)
}
