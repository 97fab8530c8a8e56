//! Puts the web files into the command: those of the folder that `JUYA_WEB` names, which
//! `cargo xtask release` sets, else those that the published package carries in `web/`. Without
//! either the command has none, and says so when they are needed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=JUYA_WEB");
    let named = env::var_os("JUYA_WEB").map(PathBuf::from);
    let folder = named.clone().unwrap_or_else(|| "web".into());
    if let Err(error) = embed(&folder, named.is_some()) {
        println!(
            "cargo::error=the web files of {}: {error}",
            folder.display()
        );
    }
}

fn embed(folder: &Path, named: bool) -> io::Result<()> {
    let mut files = Vec::new();
    if named || folder.is_dir() {
        println!("cargo::rerun-if-changed={}", folder.display());
        collect(&folder.canonicalize()?, "", &mut files)?;
        if !files.iter().any(|(name, _)| name == "index.html") {
            return Err(io::Error::other(
                "there is no index.html; build them with `cargo xtask site --bare`",
            ));
        }
    }
    files.sort();
    let mut source = String::from("&[\n");
    for (name, path) in files {
        // A path is written as Rust writes a string; so it has to be one.
        let path = path
            .to_str()
            .ok_or(io::Error::other("a path is not UTF-8"))?;
        // Writing to a String cannot fail.
        let _ = writeln!(source, "    ({name:?}, include_bytes!({path:?})),");
    }
    source += "]\n";
    let out = env::var_os("OUT_DIR").ok_or(io::Error::other("run this through cargo"))?;
    fs::write(Path::new(&out).join("web.rs"), source)
}

/// Every file by its path in the site, with `/`.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else {
            files.push((name, path));
        }
    }
    Ok(())
}
