//! What posts are made of, as the command line or `juya.toml` says.

use std::path::PathBuf;

use anyhow::Result;
use juya_engine::Post;
use juya_ingest::{Channel, Options, Report};

/// Where posts come from.
#[derive(clap::Args)]
pub(crate) struct Sources {
    /// Files, or folders of files: an export of Telegram Desktop (JSON or HTML), the text of a
    /// channel, Markdown, HTML pages, feeds, CSV, JSON lines; mixed as you like
    #[arg(value_name = "SOURCE", required = true)]
    sources: Vec<PathBuf>,
    /// The user name of the Telegram channel, for links to its posts; of several chats, CHAT=NAME
    /// for each, CHAT being the name that the export gives it
    #[arg(long, value_name = "[CHAT=]NAME")]
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
    /// The files and folders.
    pub(crate) fn paths(&self) -> &[PathBuf] {
        &self.sources
    }

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

    /// Fails where no index should be made, see [`Report::judge`].
    pub(crate) fn judge(&self, report: &Report) -> Result<()> {
        Ok(report.judge(self.strict)?)
    }
}

/// Tells on stderr what is in no post.
pub(crate) fn tell(report: &Report) {
    for line in report.notes() {
        anstream::eprintln!("{line}");
    }
}
