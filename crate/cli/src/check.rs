//! `juya check`: what would be indexed, and what not and why.

use std::io::Write;

use anyhow::Result;
use juya_ingest::Named;

use crate::sources::Sources;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sources: Sources,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let mut posts = Vec::new();
    let report = arguments
        .sources
        .read(&arguments.sources.options(), &mut |post| {
            posts.push(Named::of(&post));
        });
    report.write_account(&posts, out)?;
    arguments.sources.judge(&report)?;
    report.write_faults(out)?;
    Ok(())
}
