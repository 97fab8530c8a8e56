//! `juya build --watch`: builds again whenever something that was read changes.

use std::collections::BTreeSet;
use std::env;
use std::io::Write;
use std::path::{self, Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use notify::event::{MetadataKind, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::build::{self, Arguments};
use crate::{Command, config};

/// A change counts once nothing more has changed for so long: programs write in several steps.
const QUIET: Duration = Duration::from_millis(200);
/// But no longer than this is waited for that.
const LONGEST: Duration = Duration::from_secs(5);
/// So many changed files are named.
const NAMED: usize = 3;

pub(crate) fn run(mut arguments: Arguments, out: &mut impl Write) -> Result<()> {
    // That there is no page to put an index beside will not change with the sources.
    if arguments.site.is_none() && !arguments.index_only {
        build::site(&arguments)?;
    }
    loop {
        // Before anything is read, so that no change falls between reading and watching.
        let watch = Watch::begin(&arguments)?;
        if let Err(error) = build::build(&arguments, out) {
            anstream::eprintln!("{error:#}");
            writeln!(out, "not built; what was written before stays")?;
        }
        writeln!(out, "waiting for changes (Ctrl-C ends)")?;
        out.flush()?;
        let changed = watch.wait()?;
        writeln!(out, "\n{}", say(&changed))?;
        if changed.iter().any(|path| path.ends_with(config::FILE)) {
            match config::parse::<crate::Arguments>() {
                Ok(crate::Arguments {
                    command: Command::Build(new),
                }) => arguments = new,
                Ok(_) => {}
                Err(error) => anstream::eprintln!("{error:#}"),
            }
        }
    }
}

fn say(changed: &BTreeSet<PathBuf>) -> String {
    if changed.is_empty() {
        return "something changed".to_owned();
    }
    let names = changed
        .iter()
        .take(NAMED)
        .map(|path| path.display().to_string());
    let mut line = format!("changed: {}", names.collect::<Vec<_>>().join(", "));
    if changed.len() > NAMED {
        line += &format!(" and {} more", changed.len() - NAMED);
    }
    line
}

struct Watch {
    /// Watches until it is dropped.
    _watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    /// The current folder, left out where changes are named.
    here: PathBuf,
    inputs: Vec<PathBuf>,
    outputs: Vec<PathBuf>,
}

impl Watch {
    fn begin(arguments: &Arguments) -> Result<Watch> {
        let (sender, events) = mpsc::channel();
        let mut watcher =
            notify::recommended_watcher(sender).context("cannot watch for changes")?;
        let inputs = arguments.inputs().chain([Path::new(config::FILE)]);
        let inputs: Vec<PathBuf> = inputs.flat_map(names).collect();
        let outputs: Vec<PathBuf> = arguments.outputs().flat_map(names).collect();
        if let Some(both) = inputs.iter().find(|input| outputs.contains(input)) {
            bail!(
                "{}: read and written, so that each build would call for the next; write elsewhere, \
                 or take away --watch",
                both.display()
            );
        }
        for input in &inputs {
            // A file that is replaced, or a folder that is taken away and put back, is another one
            // under the same name: that is seen from above only.
            let above = input.ancestors().skip(1).find(|folder| folder.is_dir());
            let folder = input
                .is_dir()
                .then_some((input.as_path(), RecursiveMode::Recursive));
            let above = above.map(|folder| (folder, RecursiveMode::NonRecursive));
            for (folder, mode) in above.into_iter().chain(folder) {
                watch_folder(&mut watcher, folder, mode)?;
            }
        }
        Ok(Watch {
            _watcher: watcher,
            events,
            here: env::current_dir().unwrap_or_default(),
            inputs,
            outputs,
        })
    }

    /// What changed, once something has and is quiet again.
    fn wait(&self) -> Result<BTreeSet<PathBuf>> {
        let mut changed = BTreeSet::new();
        let mut begun: Option<Instant> = None;
        loop {
            let event = match begun {
                None => self.events.recv().context("cannot watch any more")?,
                Some(begun) if begun.elapsed() >= LONGEST => return Ok(changed),
                Some(_) => match self.events.recv_timeout(QUIET) {
                    Ok(event) => event,
                    Err(RecvTimeoutError::Timeout) => return Ok(changed),
                    Err(error) => return Err(error).context("cannot watch any more"),
                },
            };
            // Of what could not be told, something may have changed.
            let is_change = match event {
                Err(_) => true,
                Ok(event) if event.need_rescan() => true,
                Ok(event) => self.note(&event, &mut changed),
            };
            if is_change {
                begun.get_or_insert_with(Instant::now);
            }
        }
    }

    /// Notes the paths of an event that are read in a build; whether there are any.
    fn note(&self, event: &Event, changed: &mut BTreeSet<PathBuf>) -> bool {
        let is_change = match event.kind {
            EventKind::Access(_) => false,
            EventKind::Modify(ModifyKind::Metadata(kind)) => kind == MetadataKind::WriteTime,
            _ => true,
        };
        let before = changed.len();
        let paths = event
            .paths
            .iter()
            .filter(|path| is_change && self.is_read(path));
        let mut any = false;
        for path in paths {
            any = true;
            changed.insert(path.strip_prefix(&self.here).unwrap_or(path).to_owned());
        }
        any || changed.len() > before
    }

    fn is_read(&self, path: &Path) -> bool {
        let around = |folders: &[PathBuf]| {
            let around = folders.iter().filter(|folder| path.starts_with(folder));
            around.map(|folder| folder.components().count()).max()
        };
        let (read, written) = (around(&self.inputs), around(&self.outputs));
        if read.is_none() {
            // A folder above that is put back brings what is read with it.
            return !self.outputs.iter().any(|output| output == path)
                && self.inputs.iter().any(|input| input.starts_with(path));
        }
        // Each may lie in the other: the nearer one tells.
        if written >= read {
            return false;
        }
        let below = self
            .inputs
            .iter()
            .filter_map(|input| path.strip_prefix(input).ok());
        below.into_iter().any(|below| {
            below.components().all(|part| {
                let name = part.as_os_str().as_encoded_bytes();
                !name.starts_with(b".") && name != b"node_modules"
            })
        })
    }
}

/// How changes may name a file: as it was given, or with the links to it resolved.
fn names(path: &Path) -> Vec<PathBuf> {
    let given = path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = given.parent().and_then(|folder| folder.canonicalize().ok());
    let resolved = given.canonicalize().ok();
    let resolved = resolved.or_else(|| Some(folder?.join(given.file_name()?)));
    let resolved = resolved.filter(|resolved| *resolved != given);
    [given].into_iter().chain(resolved).collect()
}

fn watch_folder(
    watcher: &mut RecommendedWatcher,
    folder: &Path,
    mode: RecursiveMode,
) -> Result<()> {
    match watcher.watch(folder, mode) {
        // It went away meanwhile, which is seen from above.
        Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => Ok(()),
        Err(error) if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) => {
            Err(error).context(format!(
                "{}: the system watches no more folders; raise fs.inotify.max_user_watches",
                folder.display()
            ))
        }
        watched => watched.with_context(|| format!("{}: cannot be watched", folder.display())),
    }
}
