//! What posts are made of, as the command line or `juya.toml` says.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use juya_engine::Post;
use juya_ingest::{Channel, Fate, Faults, Options, Reason, Report};

use crate::counted;

/// Where posts come from.
#[derive(clap::Args)]
pub(crate) struct Sources {
    /// Files, or folders of files: an export of Telegram Desktop (JSON or HTML), the text of a
    /// channel, Markdown, HTML pages, feeds, CSV, JSON lines; mixed as you like
    #[arg(value_name = "SOURCE", required = true)]
    sources: Vec<PathBuf>,
    /// The user name of the Telegram channel, for links to its posts; of several chats, CHAT=NAME
    /// for each, CHAT being the name that the export gives it
    #[arg(long, value_name = "NAME")]
    channel: Vec<Channel>,
    /// Where the pages of a folder can be read, such as https://example.org/blog
    #[arg(
        long,
        value_name = "URL",
        default_value = "",
        hide_default_value = true
    )]
    base_url: String,
    /// Fails on any problem in the sources
    #[arg(long)]
    strict: bool,
}

impl Sources {
    /// What is said of them.
    pub(crate) fn options(&self) -> Options {
        Options {
            base_url: self.base_url.clone(),
            channels: self.channel.clone(),
            ..Options::default()
        }
    }

    /// Reads all of them, and gives each post to `sink`.
    pub(crate) fn read(&self, options: &Options, sink: &mut dyn FnMut(Post)) -> Report {
        juya_ingest::read_into(&self.sources, options, sink)
    }

    /// Fails where no index should be made: not one post came of a source, or anything is wrong
    /// and that is not to be.
    pub(crate) fn judge(&self, report: &Report) -> Result<()> {
        if report.barren.is_empty() && (report.faults.is_empty() || !self.strict) {
            return Ok(());
        }
        Err(Faults(report.faults.clone()).into())
    }
}

/// Tells on stderr what is in no post: the first problems, and how many things of what kind.
pub(crate) fn tell(report: &Report) {
    const SHOWN: usize = 20;
    for fault in report.faults.iter().take(SHOWN) {
        anstream::eprintln!("{fault}");
    }
    if report.faults.len() > SHOWN {
        let more = counted(report.faults.len() - SHOWN, "problem");
        anstream::eprintln!("and {more} more; `juya check` lists them all");
    }
    let mut counts: BTreeMap<Reason, usize> = BTreeMap::new();
    for (_, reason) in &report.left_out {
        *counts.entry(*reason).or_default() += 1;
    }
    for entry in report
        .files
        .iter()
        .filter(|file| !file.shape.is_by_line())
        .flat_map(|file| &file.account)
    {
        // What is faulty was just said.
        if let Fate::Dropped(reason) = entry.fate
            && reason != Reason::Faulty
        {
            *counts.entry(reason).or_default() += 1;
        }
    }
    if !counts.is_empty() {
        let counts = counts
            .iter()
            .map(|(reason, count)| format!("{count} × {reason}"));
        let counts = counts.collect::<Vec<_>>().join("; ");
        anstream::eprintln!("left out: {counts} (`juya check` says which)");
    }
}
