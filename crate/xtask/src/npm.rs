//! `cargo xtask npm`: the npm package `juya`, laid out in `target/npm/juya` and packed beside it.
//!
//! What pages load is the bare site; what builds indexes in Node.js is `crate/node/`, compiled for
//! speed. The two share no file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::site::{self, TARGET};

/// The indexer, among the files of the package.
const INDEXER: &str = "indexer";
/// It is optimised as compiled: -O2 made it no faster, and took minutes.
const SHRINK: &[&str] = &["--strip-debug", "--strip-producers"];

/// What pages load.
const WEB: &str = "web/";
/// Types of files in `WEB` that `www/` has no types of.
const WEB_TYPES: [(&str, &str); 2] = [
    ("highlight.d.ts", "web/juya-highlight.d.ts"),
    ("keep-offline.d.ts", "web/keep-offline.d.ts"),
];

const BESIDE: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "NOTICE"];

const MANIFEST: &str = "package.json";
/// What becomes the version in `MANIFEST`.
const PLACEHOLDER: &str = "\"version\": \"0.0.0\"";

/// Builds the package. Work whose inputs have not changed is not done again.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if !arguments.is_empty() {
        return Err("npm takes no arguments".into());
    }
    let root = super::root();
    let out = root.join("target/npm");
    let web = out.join("web");
    site::bare_site(&web)?;
    let indexer = indexer(&root)?;

    let mut files = BTreeMap::new();
    site::collect(&web, WEB, &mut files)?;
    site::collect(&indexer, &format!("{INDEXER}/"), &mut files)?;
    site::collect(&root.join("crate/node/npm"), "", &mut files)?;
    for (name, place) in WEB_TYPES {
        let types = files.remove(name);
        let types = types.ok_or_else(|| format!("crate/node/npm/{name} is missing"))?;
        files.insert(place.into(), types);
    }
    for name in BESIDE {
        let path = root.join(name);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        files.insert(name.into(), bytes);
    }
    let manifest = files.get(MANIFEST).map(Vec::as_slice).unwrap_or_default();
    files.insert(MANIFEST.into(), with_version(manifest)?);

    let package = out.join("juya");
    site::lay_out(&package, &files)?;
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--pack-destination"]);
    pack.arg(&out).arg(&package);
    site::succeed(&mut pack, &root)?;
    println!("npm: {} holds {} files", package.display(), files.len());
    Ok(())
}

/// The folder with the module that builds indexes and its JavaScript.
fn indexer(root: &Path) -> Result<std::path::PathBuf, String> {
    let target = root.join("target-wasm");
    let mut compile = Command::new(root.join("scripts/wasm"));
    compile.args(["cargo", "build", "--release", "--package", "juya-node"]);
    compile.args(["--target", TARGET]);
    site::succeed(&mut compile, root)?;
    let compiled = target.join(TARGET).join("release/juya_node.wasm");
    let folder = target.join(INDEXER);
    site::bind(root, &compiled, &folder, INDEXER, SHRINK)?;
    Ok(folder)
}

/// The manifest with the version that all crates have. Its text is kept, because the order of
/// conditions in `exports` counts.
fn with_version(manifest: &[u8]) -> Result<Vec<u8>, String> {
    let text = String::from_utf8_lossy(manifest);
    if text.matches(PLACEHOLDER).count() != 1 {
        return Err(format!(
            "crate/node/npm/{MANIFEST} must have `{PLACEHOLDER}` once, for the version"
        ));
    }
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    Ok(text.replace(PLACEHOLDER, &version).into_bytes())
}
