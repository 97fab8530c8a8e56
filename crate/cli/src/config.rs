//! `juya.toml`: options to keep, under the names that they have on the command line.
//!
//! ```toml
//! sources = ["export", "blog"]
//! channel = "nlp_stuff"
//! base-url = "https://example.org/blog"
//! out = "site"
//! strict = true
//! ```
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
use toml::de::{DeTable, DeValue};

/// Looked for in the current folder.
pub(crate) const FILE: &str = "juya.toml";

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
    let (arguments, keys) = match text {
        Some(text) => add(&A::command(), arguments, &text)?,
        None => (arguments, Vec::new()),
    };
    let matches = A::command().try_get_matches_from(&arguments);
    match matches.and_then(|matches| A::from_arg_matches(&matches)) {
        Ok(parsed) => Ok(parsed),
        Err(error) => {
            // Whose value is wrong? That of the file has a line.
            let said = error.to_string();
            let line = keys
                .iter()
                .find(|(key, _)| said.contains(&format!("'--{key}")));
            if let Some((_, line)) = line {
                bail!(
                    "{FILE}:{line}: {}",
                    said.trim_start_matches("error: ").trim_end()
                );
            }
            Err(error.into())
        }
    }
}

fn text() -> Result<Option<String>> {
    match fs::read_to_string(Path::new(FILE)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context(format!("{FILE}: cannot be read")),
    }
}

/// A key of the file and its line.
type Key = (String, usize);

/// The arguments with those that the file adds, and the keys that were used.
fn add(
    command: &Command,
    arguments: Vec<OsString>,
    text: &str,
) -> Result<(Vec<OsString>, Vec<Key>)> {
    let line = |place: usize| {
        1 + text
            .bytes()
            .take(place)
            .filter(|&byte| byte == b'\n')
            .count()
    };
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or(0, |span| span.start);
        anyhow::anyhow!("{FILE}:{}: {}", line(place), error.message())
    })?;
    let of = |name: &str| command.find_subcommand(name);
    let known = |name: &str| {
        COMMANDS
            .iter()
            .filter_map(|command| of(command))
            .find_map(|command| find(command, name))
    };

    let (name, rest) = arguments.split_at(arguments.len().min(2));
    let present = name.get(1).and_then(|name| of(name.to_str()?));
    let given = present.and_then(|command| given(command, rest));
    let (mut options, mut sources, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for (key, value) in table.get_ref().iter() {
        let (name, line) = (key.get_ref().as_ref(), line(key.span().start));
        let Some(argument) = known(name) else {
            bail!(
                "{FILE}:{line}: no option is called `{name}`; {}",
                nearest(command, name)
            );
        };
        let values = values(argument, value.get_ref()).map_err(|wanted| {
            anyhow::anyhow!("{FILE}:{line}: `{name}` is of the wrong type; make it {wanted}")
        })?;
        let (Some(command), Some(given)) = (present, &given) else {
            continue;
        };
        let Some(argument) = find(command, name) else {
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
        keys.push((name.to_owned(), line));
        for value in values {
            match argument.get_long() {
                Some(long) if argument.get_action().takes_values() => {
                    options.push(format!("--{long}={value}").into())
                }
                Some(long) => options.push(format!("--{long}").into()),
                None => sources.push(value.into()),
            }
        }
    }
    let mut all = name.to_vec();
    all.append(&mut options);
    all.extend_from_slice(rest);
    if !sources.is_empty() {
        all.push("--".into());
        all.append(&mut sources);
    }
    Ok((all, keys))
}

/// The option, or the positional argument, of this name.
fn find<'c>(command: &'c Command, name: &str) -> Option<&'c Arg> {
    let is = |argument: &&Arg| match argument.get_long() {
        Some(long) => long == name && !matches!(long, "help" | "version"),
        None => argument.get_id() == name,
    };
    command.get_arguments().find(is)
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

/// The values of a key, as the command line would have them; else what they should be.
fn values(argument: &Arg, value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    let one = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        _ => None,
    };
    match (argument.get_action(), value) {
        (ArgAction::SetTrue, DeValue::Boolean(true)) => Ok(vec![String::new()]),
        (ArgAction::SetTrue, DeValue::Boolean(false)) => Ok(Vec::new()),
        (ArgAction::SetTrue, _) => Err("true or false"),
        (ArgAction::Append, DeValue::Array(list)) => {
            let values: Option<Vec<String>> =
                list.iter().map(|value| one(value.get_ref())).collect();
            values.ok_or("a list of strings")
        }
        (ArgAction::Append, value) => one(value)
            .map(|value| vec![value])
            .ok_or("a string, or a list of strings"),
        (_, value) => one(value).map(|value| vec![value]).ok_or("a string"),
    }
}

/// What may have been meant by a key that there is not.
fn nearest(command: &Command, name: &str) -> String {
    let commands = COMMANDS
        .iter()
        .filter_map(|name| command.find_subcommand(name));
    let arguments = commands.flat_map(Command::get_arguments);
    let names = arguments.filter_map(|argument| match argument.get_long() {
        Some("help" | "version") => None,
        Some(long) => Some(long),
        None => Some(argument.get_id().as_str()),
    });
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    let plain = name.to_lowercase().replace(['_', ' '], "-");
    let distance = |other: &&&str| strsim::damerau_levenshtein(&plain, other);
    match names.iter().min_by_key(distance) {
        Some(other) if distance(&other) <= 1 + other.len() / 3 => {
            format!("write `{other}`, or take it away")
        }
        _ => format!("take it away, or write one of {}", names.join(", ")),
    }
}
