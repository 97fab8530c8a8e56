//! `juya build`: posts to an index, and to a site that searches it.

use std::fs;
use std::io::Write;
use std::mem;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use juya_engine::build::{Built, Form};

use crate::output::{self, When, Work};
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
        let page = single::page(|name| content(&site, name), index)?;
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
        let (name, bytes) = output::entry(&built);
        for (file, content) in adapt(site, &name, bytes)? {
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

/// Makes the page load this index in place of the one that its engine carries: the page asks
/// for the index that a link with this id names, if there is one.
fn name_index(page: Vec<u8>, index: &str) -> Result<Vec<u8>> {
    let link = format!(
        "  <link id=\"index\" rel=\"preload\" href=\"{index}\" as=\"fetch\" crossorigin>\n"
    );
    let page = String::from_utf8(page).context("index.html of the built page is not UTF-8")?;
    let head = page
        .find("</head>")
        .context("index.html of the built page has no </head>")?;
    let (before, after) = page.split_at(head);
    Ok([before, &link, after].concat().into_bytes())
}

/// The content of a file of the page.
fn content<'a>(site: &'a [(PathBuf, Vec<u8>)], file: &str) -> Option<&'a [u8]> {
    let mut files = site.iter();
    let (_, bytes) = files.find(|(name, _)| name == Path::new(file))?;
    Some(bytes)
}

/// Makes the files of the page those of a site with an index of its own.
fn adapt(
    mut site: Vec<(PathBuf, Vec<u8>)>,
    name: &str,
    index: &[u8],
) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let is = |name: &Path, wanted: &str| name == Path::new(wanted);
    for (_, bytes) in site.iter_mut().filter(|(name, _)| is(name, "index.html")) {
        *bytes = name_index(mem::take(bytes), name)?;
    }
    // The blocks of an index in shards are kept as they are asked for.
    let folder = name.split_once('/').map(|(folder, _)| format!("{folder}/"));
    let blocks: Vec<&str> = folder.iter().map(String::as_str).collect();
    let mut lists = Vec::new();
    for list in offline::LISTS {
        let worker = site.iter().find(|(name, _)| is(name, list));
        let content = |file: &str| match file {
            _ if file == name => Some(index),
            _ => content(&site, file),
        };
        if let Some((file, worker)) = worker {
            let list = offline::list(worker, content, &[name], &blocks)
                .with_context(|| format!("{list} of the built page"))?;
            lists.push((file.clone(), list));
        }
    }
    site.retain(|(name, _)| {
        !is(name, single::SCRIPT) && !lists.iter().any(|(list, _)| list == name)
    });
    site.append(&mut lists);
    Ok(site)
}
