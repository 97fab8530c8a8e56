//! `cargo xtask size [--check]`: what a first visit to the page costs, and whether it may.

use std::collections::BTreeMap;

use crate::site;

/// The most that all files may take together, in bytes after brotli at quality 11. The aim is
/// 100 kB; the query lattice, shards and the element went over it (ARCHITECTURE.md says by what).
const TOTAL: usize = 113_200;
/// The most that the module with its embedded index may take of it; the aim is 75 kB.
const MODULE: usize = 86_700;
const MODULE_NAME: &str = "pkg/juya_bg.wasm";

/// Prints raw and compressed bytes of every file that the page loads. With `--check`, more than
/// the budget is an error.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("usage: cargo xtask size [--check]".into()),
    };
    let dist = super::root().join("dist");
    if !dist.is_dir() {
        return Err("dist/ is missing; run: make site".into());
    }
    let mut files = BTreeMap::new();
    site::collect(&dist, "", &mut files)?;
    files.retain(|name, _| site::is_loaded(name));

    println!("{:<28} {:>9} {:>9}", "bytes", "raw", "brotli");
    let (mut raw, mut packed, mut module) = (0, 0, None);
    for (name, bytes) in &files {
        let size = compressed(bytes)?;
        println!("{name:<28} {:>9} {size:>9}", bytes.len());
        raw += bytes.len();
        packed += size;
        if name == MODULE_NAME {
            module = Some(size);
        }
    }
    println!("{:<28} {raw:>9} {packed:>9}", "total");

    let module = module.ok_or(format!("dist/{MODULE_NAME} is missing; run: make site"))?;
    println!("of {TOTAL} allowed in total, {MODULE} for {MODULE_NAME} (1 kB = 1000 bytes)");
    let over: Vec<String> = [("the page", packed, TOTAL), (MODULE_NAME, module, MODULE)]
        .iter()
        .filter(|(_, size, allowed)| size > allowed)
        .map(|(what, size, allowed)| {
            format!(
                "{what} has {size} bytes after brotli, {} too many",
                size - allowed
            )
        })
        .collect();
    if check && !over.is_empty() {
        return Err(format!("over budget: {}", over.join("; ")));
    }
    Ok(())
}

fn compressed(bytes: &[u8]) -> Result<usize, String> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    let mut output = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut output, &parameters)
        .map_err(|error| format!("brotli: {error}"))?;
    Ok(output.len())
}
