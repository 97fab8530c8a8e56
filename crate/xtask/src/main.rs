//! `cargo xtask …`: chores of this project.
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod corpus;
mod npm;
mod packages;
mod release;
mod relevance;
mod site;
mod size;
mod tables;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = match arguments.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("", [].as_slice()),
    };
    let outcome = match name {
        "corpus" => corpus::run(rest),
        "msrv" => packages::msrv(rest),
        "npm" => npm::run(rest),
        "packages" => packages::run(rest),
        "relevance" => relevance::run(rest),
        "release" => release::run(rest),
        "site" => site::run(rest),
        "size" => size::run(rest),
        "tables" => tables::run(rest),
        _ => Err(
            "usage: cargo xtask corpus | msrv | npm | packages | relevance | release | site | size [--check] | tables [--check]"
                .into(),
        ),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask {name}: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The project's top folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .map_or_else(PathBuf::new, Path::to_path_buf)
}
