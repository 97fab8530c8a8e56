//! Compiles the posts into `OUT_DIR/index.juya`, which the wasm module embeds.
//!
//! The posts are those of `posts/`, or of the file or folder that `JUYA_POSTS` names. Where that is
//! set but empty, the module embeds no index: it is for sites that have one beside it.
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=JUYA_POSTS");
    let source = env::var_os("JUYA_POSTS").unwrap_or_else(|| "posts".into());
    if source.is_empty() {
        if let Err(error) = embed(&[]) {
            println!("cargo::error={error}");
        }
        return;
    }
    // Of a folder cargo sees also what is added and taken away.
    println!("cargo::rerun-if-changed={}", Path::new(&source).display());
    if let Err(errors) = compile(Path::new(&source)) {
        for line in errors.lines() {
            println!("cargo::error={line}");
        }
    }
}

pub(crate) fn compile(source: &Path) -> Result<(), String> {
    let read = juya_ingest::read_sources(&[source]).map_err(|faults| faults.to_string())?;
    for file in &read.files {
        println!("cargo::rerun-if-changed={}", file.path.display());
    }
    let index = juya_engine::build::build(&read.corpus)
        .map_err(|error| format!("{}: {error}", source.display()))?;
    embed(&index)
}

fn embed(index: &[u8]) -> Result<(), String> {
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; run this through cargo")?;
    let out = Path::new(&out).join("index.juya");
    fs::write(&out, index).map_err(|error| format!("{}: {error}", out.display()))
}
