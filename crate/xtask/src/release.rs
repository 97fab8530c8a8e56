//! `cargo xtask release`: the `juya` command with the web files in it, which makes sites where there
//! is no checkout.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::site;

/// Where the web files are put, from the top folder; `make install` takes them from there.
const WEB: &str = "target-wasm/bare/site";

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if !arguments.is_empty() {
        return Err("release takes no arguments".into());
    }
    let root = super::root();
    let web = root.join(WEB);
    site::bare_site(&web)?;
    let command = compile(&root, &web)?;
    println!(
        "release: {} makes sites by itself; install it with `make install`",
        command.display()
    );
    Ok(())
}

/// Gives where the command is.
fn compile(root: &Path, web: &Path) -> Result<PathBuf, String> {
    let output = Command::new("cargo")
        .args(["build", "--release", "--package", "juya-cli"])
        .arg("--message-format=json-render-diagnostics")
        .env("JUYA_WEB", web)
        .current_dir(root)
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err("the command did not compile (what cargo says is above)".into());
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let command = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message["executable"].as_str()?))
    });
    command.ok_or_else(|| "cargo did not say where the command is".into())
}
