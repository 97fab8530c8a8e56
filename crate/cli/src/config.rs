//! `juya.toml`, as [`juya_ingest::config`] describes it, and the command line.
//!
//! What the file says is put among the arguments where the command line does not say it, so that
//! every option of `build` and `check` is a key, and none has to be described twice.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};
use juya_ingest::config::{Entry, Key, read};

pub(crate) use juya_ingest::config::FILE;

/// The commands whose options the file can say.
const COMMANDS: [&str; 2] = ["build", "check"];

/// The arguments of this process, with what `juya.toml` adds.
///
/// # Errors
///
/// A [`clap::Error`] where the command line is wrong, or asks for help.
pub(crate) fn parse<A: CommandFactory + FromArgMatches>() -> Result<A> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let name = arguments.get(1).and_then(|name| name.to_str());
    let text = match name {
        Some(name) if COMMANDS.contains(&name) => text()?,
        _ => None,
    };
    let (arguments, used) = match text {
        Some(text) => add(&A::command(), arguments, &text)?,
        None => (arguments, Vec::new()),
    };
    let matches = A::command().try_get_matches_from(&arguments);
    match matches.and_then(|matches| A::from_arg_matches(&matches)) {
        Ok(parsed) => Ok(parsed),
        Err(error) => {
            // Whose value is wrong? That of the file has a line.
            let said = error.to_string();
            let line = used.iter().find_map(|entry| entry_line(entry, &said));
            if let Some(line) = line {
                bail!(
                    "{FILE}:{line}: {}",
                    said.trim_start_matches("error: ").trim_end()
                );
            }
            Err(error.into())
        }
    }
}

/// The line of the value of this entry that an error of clap is about, if it is.
fn entry_line(Entry { key, line, values }: &Entry, said: &str) -> Option<usize> {
    let option = format!("'--{key}");
    let is_meant = |text: &str| said.contains(&format!("'{text}' for {option}"));
    let value = values.iter().find(|value| is_meant(&value.text));
    let line = value.map_or(*line, |value| value.line);
    said.contains(&option).then_some(line)
}

fn text() -> Result<Option<String>> {
    match fs::read_to_string(Path::new(FILE)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context(format!("{FILE}: cannot be read")),
    }
}

/// The arguments with those that the file adds, and the entries that were used.
fn add(
    command: &Command,
    arguments: Vec<OsString>,
    text: &str,
) -> Result<(Vec<OsString>, Vec<Entry>)> {
    let of = |name: &str| command.find_subcommand(name);
    let entries = read(text, &known(command)).map_err(anyhow::Error::msg)?;

    let (name, rest) = arguments.split_at(arguments.len().min(2));
    let present = name.get(1).and_then(|name| of(name.to_str()?));
    let given = present.and_then(|command| given(command, rest));
    let (mut options, mut sources, mut used) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        let (Some(command), Some(given)) = (present, &given) else {
            continue;
        };
        let Some(argument) = command
            .get_arguments()
            .find(|argument| name_of(argument) == Some(&entry.key))
        else {
            continue; // of the other command
        };
        // The command line has the last word, also where its own option rules this one out.
        let is_given = |id: &str| given.iter().any(|have| have == id);
        let mut against = command.get_arg_conflicts_with(argument).into_iter();
        if is_given(argument.get_id().as_str())
            || against.any(|other| is_given(other.get_id().as_str()))
        {
            continue;
        }
        for value in &entry.values {
            let text = &value.text;
            match argument.get_long() {
                Some(long) if argument.get_action().takes_values() => {
                    options.push(format!("--{long}={text}").into())
                }
                Some(long) => options.push(format!("--{long}").into()),
                None => sources.push(text.into()),
            }
        }
        used.push(entry);
    }
    let mut all = name.to_vec();
    all.append(&mut options);
    all.extend_from_slice(rest);
    if !sources.is_empty() {
        all.push("--".into());
        all.append(&mut sources);
    }
    Ok((all, used))
}

/// What the file may say.
fn known(command: &Command) -> Vec<Key> {
    let commands = COMMANDS
        .iter()
        .filter_map(|name| command.find_subcommand(name));
    let mut known: Vec<Key> = Vec::new();
    for argument in commands.flat_map(Command::get_arguments) {
        let Some(name) = name_of(argument) else {
            continue;
        };
        if known.iter().any(|key| key.name == name) {
            continue;
        }
        let takes_values = argument.get_action().takes_values();
        let values = argument.get_value_names().filter(|_| takes_values);
        known.push(Key {
            name: name.to_owned(),
            value: values.and_then(|values| values.first().map(ToString::to_string)),
            repeats: matches!(argument.get_action(), ArgAction::Append),
        });
    }
    known
}

/// The name of an option, or of a positional argument.
fn name_of(argument: &Arg) -> Option<&str> {
    match argument.get_long() {
        Some("help" | "version") => None,
        Some(long) => Some(long),
        None => Some(argument.get_id().as_str()),
    }
}

/// The ids of the arguments that the command line gives; none where it is wrong, which is then
/// said of it as it is.
fn given(command: &Command, rest: &[OsString]) -> Option<Vec<String>> {
    // What is missing may come of the file.
    let lenient = command.clone().no_binary_name(true).ignore_errors(true);
    let matches = lenient.try_get_matches_from(rest).ok()?;
    let ids = command.get_arguments().map(Arg::get_id);
    let of_command_line =
        |id: &&clap::Id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine);
    Some(
        ids.filter(of_command_line)
            .map(ToString::to_string)
            .collect(),
    )
}
