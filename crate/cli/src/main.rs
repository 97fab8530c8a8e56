//! The `juya` command: makes an index of posts, searches it, measures it, and shows it in a
//! browser.
//!
//! What it prints is for people; `--json` output is for programs and stays as it is documented
//! in the help of its command. Errors go to stderr, with exit code 1 (2 for wrong arguments).

mod build;
mod check;
mod config;
mod eval;
mod files;
mod gate;
mod merge;
mod output;
mod report;
mod search;
mod serve;
mod settings;
mod sources;
mod stats;
mod watch;
mod web;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use juya_ingest::{counted, grouped};

/// Full-text search without a server, at home in Persian mixed with English.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a searchable site of posts: DIR/index.juya, and the page that searches it
    Build(build::Arguments),
    /// Prints the posts that match
    Search(search::Arguments),
    /// Measures an index against queries whose answers are known
    Eval(eval::Arguments),
    /// Prints what an index holds and where its bytes go
    Stats(stats::Arguments),
    /// Prints what would be indexed, and every problem by file and line
    Check(check::Arguments),
    /// Makes one index of several, as if all posts had been built at once
    Merge(merge::Arguments),
    /// Shows a built site on this machine
    Serve(serve::Arguments),
}

fn main() -> ExitCode {
    let command = match config::parse::<Arguments>() {
        Ok(Arguments { command }) => command,
        Err(error) => match error.downcast::<clap::Error>() {
            Ok(error) => error.exit(),
            Err(error) => {
                anstream::eprintln!("{error:#}");
                return ExitCode::from(2);
            }
        },
    };
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    let done = match command {
        Command::Build(arguments) => build::run(arguments, &mut out),
        Command::Search(arguments) => search::run(&arguments, &mut out),
        Command::Eval(arguments) => eval::run(&arguments, &mut out),
        Command::Stats(arguments) => stats::run(&arguments, &mut out),
        Command::Check(arguments) => check::run(&arguments, &mut out),
        Command::Merge(arguments) => merge::run(&arguments, &mut out),
        Command::Serve(arguments) => serve::run(&arguments, &mut out),
    };
    let done = done.and_then(|()| Ok(out.flush()?));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Who reads the output has seen enough (`juya … | head`).
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Alternate form: the error and its causes.
            anstream::eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io_error = error.downcast_ref::<io::Error>();
    io_error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
