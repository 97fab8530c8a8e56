//! `cargo xtask packages` and `cargo xtask msrv`: the crates for crates.io are whole, and compile with
//! the oldest Rust that they name.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// By what people find a crate, and see what it is; of the rest `cargo package` takes care.
const FIELDS: &[&str] = &[
    "description",
    "license",
    "readme",
    "rust_version",
    "keywords",
    "categories",
];

/// The oldest Rust and the version, which every manifest of the workspace inherits.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Packs every crate that may be published, and compiles each as it is in its package, with the
/// packages of the others, and its tests and examples, as far as they are packed.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if !arguments.is_empty() {
        return Err("packages takes no arguments".into());
    }
    let root = super::root();
    let crates = published(&root)?;

    // Cargo's own verification knows a package by its version, and would take one of an earlier run.
    let mut pack = cargo(&root);
    pack.args(["package", "--quiet", "--allow-dirty", "--no-verify"]);
    for name in &crates {
        pack.args(["--package", name]);
    }
    succeed(&mut pack)?;

    let packed = target(&root).join("package");
    let folders: Vec<PathBuf> = crates
        .iter()
        .map(|name| packed.join(format!("{name}-{VERSION}")))
        .collect();
    for folder in &folders {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        // With the time of now, by which cargo sees that they changed.
        let mut unpack = Command::new("tar");
        unpack
            .args(["-xmf"])
            .arg(format!("{}.crate", folder.display()));
        succeed(unpack.arg("-C").arg(&packed))?;
    }
    for folder in &folders {
        let mut check = cargo(folder);
        check.args(["check", "--quiet", "--all-targets", "--all-features"]);
        for (name, folder) in crates.iter().zip(&folders) {
            let path = folder.display().to_string();
            check.arg(format!("--config=patch.crates-io.{name}.path={path:?}"));
        }
        succeed(&mut check)?;
    }
    println!("packages: {} {VERSION}", crates.join(", "));
    Ok(())
}

/// Compiles the whole workspace with the oldest Rust.
pub(crate) fn msrv(arguments: &[String]) -> Result<(), String> {
    if !arguments.is_empty() {
        return Err("msrv takes no arguments".into());
    }
    let root = super::root();
    let toolchain = ["run", RUST];
    let is_there = Command::new("rustup")
        .args(toolchain)
        .args(["cargo", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !is_there {
        return Err(format!(
            "Rust {RUST} is not there to check with; get it: rustup toolchain install {RUST} --profile minimal"
        ));
    }
    let mut check = Command::new("rustup");
    check.args(toolchain).args([
        "cargo",
        "check",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--locked",
    ]);
    // The toolchain that runs this chore is not to be handed down.
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        check.env_remove(name);
    }
    check.env("CARGO_TARGET_DIR", target(&root).join("msrv"));
    succeed(check.current_dir(&root))?;
    println!("msrv: the workspace compiles with Rust {RUST}");
    Ok(())
}

/// The names of the crates that may be published.
fn published(root: &Path) -> Result<Vec<String>, String> {
    let output = cargo(root)
        .args(["metadata", "--no-deps", "--format-version=1"])
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    let metadata: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo: {error}"))?;
    let mut names = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        if package["publish"].as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        let name = package["name"].as_str().unwrap_or_default();
        let lacks = |field: &&&str| match &package[**field] {
            Value::Array(values) => values.is_empty(),
            value => value.as_str().is_none_or(str::is_empty),
        };
        if let Some(field) = FIELDS.iter().find(lacks) {
            return Err(format!(
                "{name} has no `{field}` in its Cargo.toml; name one, or set `publish = false`"
            ));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

/// Cargo in `folder`. With one target folder for all, what other checks compiled serves here, too.
fn cargo(folder: &Path) -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target(&super::root()));
    command
}

fn target(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn succeed(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{command:?}` failed ({status})")),
        Err(error) => Err(format!("`{command:?}`: {error}")),
    }
}
