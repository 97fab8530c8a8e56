//! `juya build`: posts to an index, and to a site that searches it.

use std::fs;
use std::io::Write;
use std::mem;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use juya_engine::Corpus;

use crate::sources::{Sources, tell};
use crate::{counted, files, grouped, offline, single};

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
    /// Writes index.juya and no page
    #[arg(long)]
    index_only: bool,
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

    let progress = ProgressBar::new_spinner();
    progress.enable_steady_tick(Duration::from_millis(100));
    progress.set_message("reading");
    let mut corpus = Corpus::default();
    let report = arguments.sources.read(&mut |post| corpus.posts.push(post));
    corpus.name = report.name();
    progress.suspend(|| {
        arguments.sources.judge(&report)?;
        tell(&report);
        anyhow::Ok(())
    })?;
    let posts = report.posts;
    progress.set_message(format!("indexing {}", counted(posts, "post")));
    let index = juya_engine::build::build(&corpus)?;
    progress.finish_and_clear();

    let mut say = |path: &Path, bytes: usize| {
        writeln!(
            out,
            "{}: {}, {} bytes, {:.2} s",
            path.display(),
            counted(posts, "post"),
            grouped(bytes),
            start.elapsed().as_secs_f64()
        )
    };
    if let Some(path) = &arguments.single_file {
        let page = single::page(|name| content(&site, name), &index)?;
        files::write(path, page.as_bytes())?;
        say(path, page.len())?;
    }
    if let Some(folder) = &arguments.out {
        let path = folder.join(files::INDEX);
        files::write(&path, &index)?;
        for (name, bytes) in adapt(site, &index)? {
            files::write(&folder.join(name), &bytes)?;
        }
        say(&path, index.len())?;
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
    found.retain(|(name, _)| name != Path::new(files::INDEX) && !name.starts_with("examples"));
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

/// Makes the page load `index.juya` in place of the index that its engine carries: the page asks
/// for the index that a link with this id names, if there is one.
fn name_index(page: Vec<u8>) -> Result<Vec<u8>> {
    const LINK: &str =
        "  <link id=\"index\" rel=\"preload\" href=\"index.juya\" as=\"fetch\" crossorigin>\n";
    let page = String::from_utf8(page).context("index.html of the built page is not UTF-8")?;
    let head = page
        .find("</head>")
        .context("index.html of the built page has no </head>")?;
    let (before, after) = page.split_at(head);
    Ok([before, LINK, after].concat().into_bytes())
}

/// The content of a file of the page.
fn content<'a>(site: &'a [(PathBuf, Vec<u8>)], file: &str) -> Option<&'a [u8]> {
    let mut files = site.iter();
    let (_, bytes) = files.find(|(name, _)| name == Path::new(file))?;
    Some(bytes)
}

/// Makes the files of the page those of a site with an index of its own.
fn adapt(mut site: Vec<(PathBuf, Vec<u8>)>, index: &[u8]) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let is = |name: &Path, wanted: &str| name == Path::new(wanted);
    for (_, bytes) in site.iter_mut().filter(|(name, _)| is(name, "index.html")) {
        *bytes = name_index(mem::take(bytes))?;
    }
    let mut lists = Vec::new();
    for list in offline::LISTS {
        let worker = site.iter().find(|(name, _)| is(name, list));
        let content = |file: &str| match file {
            files::INDEX => Some(index),
            _ => content(&site, file),
        };
        if let Some((name, worker)) = worker {
            let list = offline::list(worker, content, &[files::INDEX], &[])
                .with_context(|| format!("{list} of the built page"))?;
            lists.push((name.clone(), list));
        }
    }
    site.retain(|(name, _)| {
        !is(name, single::SCRIPT) && !lists.iter().any(|(list, _)| list == name)
    });
    site.append(&mut lists);
    Ok(site)
}
