//! `juya build`: posts to an index, and to a site that searches it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use juya_engine::build::{Built, Form};

use crate::output::{self, When, Work};
use crate::sources::{Sources, tell};
use crate::{counted, files, grouped};

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
    index_only: bool,
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
    /// The built page, whose files are copied
    #[arg(
        long,
        value_name = "DIR",
        default_value = "dist",
        conflicts_with = "index_only"
    )]
    site: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let start = Instant::now();
    // Looked at first: not after minutes of work.
    let site = if arguments.index_only {
        Vec::new()
    } else {
        site(arguments)?
    };

    let form = match arguments.single_file {
        Some(_) => Form::Whole,
        None => arguments.shards.into(),
    };
    let options = arguments.sources.options();
    let mut work = Work::of_sources(form, options.progress.clone());
    let report = arguments.sources.read(&options, &mut |post| work.add(post));
    work.suspend(|| {
        arguments.sources.judge(&report)?;
        tell(&report);
        anyhow::Ok(())
    })?;
    let posts = report.posts;
    let built = work.finish(&report.name())?;

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
fn site(arguments: &Arguments) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let site = &arguments.site;
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

fn collect(site: &Path, folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) -> std::io::Result<()> {
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
