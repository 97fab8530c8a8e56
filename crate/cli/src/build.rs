//! `juya build`: posts to an index, and to a site that searches it.

use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};
use juya_engine::build::{Built, Form};
use juya_site::{Files, Language, Letters};

use crate::files::Opened;
use crate::gate::Gate;
use crate::output::{self, When, Work};
use crate::report::Seen;
use crate::settings::Kept;
use crate::sources::{Sources, tell};
use crate::{counted, files, gate, grouped, watch, web};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sources: Sources,
    /// The folder to write; it is made if need be
    #[arg(long, value_name = "DIR", required_unless_present = "single_file")]
    out: Option<PathBuf>,
    /// Writes the page with the index in it, as one file that works opened from disk
    #[arg(long, value_name = "FILE", conflicts_with = "index_only")]
    single_file: Option<PathBuf>,
    /// Writes the index and no page
    #[arg(long)]
    pub(crate) index_only: bool,
    /// Whether the index is one file, which readers fetch whole, or many, of which they fetch what a
    /// search needs
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        conflicts_with = "single_file"
    )]
    shards: When,
    /// A page that `make site` built, whose files are copied; otherwise those that this command
    /// carries
    #[arg(long, value_name = "DIR", conflicts_with = "index_only")]
    pub(crate) site: Option<PathBuf>,
    /// The language of the page: its own words, its direction, its numbers and dates; otherwise that of
    /// most posts, as their letters tell
    #[arg(long, value_name = "LANG", value_enum, conflicts_with = "index_only")]
    language: Option<Spoken>,
    #[command(flatten)]
    settings: Kept,
    /// Searches that must work, as `juya eval --help` describes them: if one does not, nothing is
    /// written, and what was there stays
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// Among so many first hits a search of --queries must find its post
    #[arg(long, value_name = "N", default_value_t = gate::WITHIN, requires = "queries")]
    within: NonZeroUsize,
    /// Writes a page about the posts and their index: dates, words, sizes, what is left out, slow
    /// searches
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Builds again whenever a source changes; what fails leaves the last good site as it is
    #[arg(long)]
    watch: bool,
}

/// A language of the page.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Spoken {
    /// Persian
    Fa,
    /// English
    En,
    /// Arabic
    Ar,
}

impl From<Spoken> for Language {
    fn from(spoken: Spoken) -> Language {
        match spoken {
            Spoken::Fa => Language::Persian,
            Spoken::En => Language::English,
            Spoken::Ar => Language::Arabic,
        }
    }
}

impl Arguments {
    /// What is read, but for `juya.toml`.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Path> {
        let sources = self.sources.paths().iter();
        let others = self.site.iter().chain(&self.queries);
        sources.chain(others).map(PathBuf::as_path)
    }

    /// What is written.
    pub(crate) fn outputs(&self) -> impl Iterator<Item = &Path> {
        let outputs = self.out.iter().chain(&self.single_file);
        outputs.chain(&self.report).map(PathBuf::as_path)
    }
}

pub(crate) fn run(arguments: Arguments, out: &mut impl Write) -> Result<()> {
    match arguments.watch {
        true => watch::run(arguments, out),
        false => build(&arguments, out),
    }
}

/// Builds once. Where it fails, at most a report is written.
pub(crate) fn build(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let start = Instant::now();
    // Looked at first: not after minutes of work.
    let mut site = if arguments.index_only {
        Vec::new()
    } else {
        site(arguments)?
    };
    let queries = arguments.queries.as_ref();
    let gate = queries
        .map(|path| Gate::read(path, arguments.within))
        .transpose()?;
    let mut seen = arguments.report.as_ref().map(|_| Seen::default());

    let form = match arguments.single_file {
        Some(_) => Form::Whole,
        None => arguments.shards.into(),
    };
    let options = arguments.sources.options();
    let Kept(settings) = arguments.settings.clone();
    let mut work = Work::of_sources(form, settings, options.progress.clone());
    let mut letters = Letters::default();
    let report = arguments.sources.read(&options, &mut |post| {
        letters.see(&post);
        if let Some(seen) = &mut seen {
            seen.see(&post);
        }
        work.add(post);
    });
    work.suspend(|| {
        arguments.sources.judge(&report)?;
        tell(&report);
        anyhow::Ok(())
    })?;
    let posts = report.posts;
    let built = work.finish(&report.name())?;
    let took = start.elapsed();

    let index = match gate.is_some() || seen.is_some() {
        true => Some(Opened::built(&built)?),
        false => None,
    };
    let outcome = match (&gate, &index) {
        (Some(gate), Some(index)) => Some(gate.check(index)?),
        _ => None,
    };
    if let (Some(path), Some(seen), Some(index)) = (&arguments.report, &seen, &index) {
        let page = seen.page(&report, index, gate.as_ref(), outcome.as_ref(), took)?;
        files::write(path, page.as_bytes())?;
        writeln!(out, "{}: report", path.display())?;
    }
    drop(index);
    if let Some(outcome) = &outcome {
        let refused =
            |error| anyhow!("{error}\nthe index was not written: each of these searches must work");
        outcome.judge().map_err(refused)?;
        writeln!(out, "{}", outcome.say())?;
    }

    let language = arguments
        .language
        .map_or(letters.language(), Language::from);
    juya_site::translate(&mut site, language)?;
    if let (Some(path), Built::Whole(index)) = (&arguments.single_file, &built) {
        let page = juya_site::single(&site, index)?;
        files::write(path, page.as_bytes())?;
        writeln!(
            out,
            "{}: {}, {} bytes, {:.2} s",
            path.display(),
            counted(posts, "post"),
            grouped(page.len()),
            start.elapsed().as_secs_f64()
        )?;
    }
    if let Some(folder) = &arguments.out {
        let written = output::write(folder, &built)?;
        for (file, content) in juya_site::adapt(site, &built)? {
            files::write(&folder.join(file), &content)?;
        }
        writeln!(out, "{}", written.say(posts, start))?;
        if !arguments.index_only {
            writeln!(out, "see it: juya serve {}", folder.display())?;
        }
    }
    Ok(())
}

/// The files of the page by their path in the site. The page comes last: it names the others.
pub(crate) fn site(arguments: &Arguments) -> Result<Files> {
    let Some(site) = &arguments.site else {
        return web::files().context(
            "this juya carries no page: it was compiled without the web files. Take one that has \
             them (`make install` makes it), name a page that `make site` built with --site DIR, or \
             ask for the index alone with --index-only",
        );
    };
    if !site.join("index.html").is_file() {
        bail!(
            "{}: no built page there; build it with `make site`, say where it is with --site, or \
             ask for the index alone with --index-only",
            site.display()
        );
    }
    if let Some(out) = &arguments.out
        && let (Ok(from), Ok(to)) = (site.canonicalize(), out.canonicalize())
        && to.starts_with(&from)
    {
        bail!(
            "{}: lies in the built page that would be copied there; choose another --out",
            out.display()
        );
    }
    let mut found = Vec::new();
    collect(site, Path::new(""), &mut found).with_context(|| site.display().to_string())?;
    // The index of the page that is copied, in place of which this site has its own, and pages that
    // show what the element can do.
    found.retain(|(name, _)| name != Path::new(juya_site::INDEX) && !name.starts_with("examples"));
    found.sort_by_key(|(name, _)| (name == Path::new("index.html"), name.clone()));
    Ok(found)
}

fn collect(site: &Path, folder: &Path, found: &mut Files) -> std::io::Result<()> {
    for entry in fs::read_dir(site.join(folder))? {
        let entry = entry?;
        let name = folder.join(entry.file_name());
        if entry.path().is_dir() {
            collect(site, &name, found)?;
        } else {
            found.push((name, fs::read(entry.path())?));
        }
    }
    Ok(())
}
