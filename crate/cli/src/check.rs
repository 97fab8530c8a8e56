//! `juya check`: what would be indexed, and what not and why.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use juya_ingest::{Fate, Part, Reason};

use crate::{Sources, counted};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sources: Sources,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let read = juya_ingest::read_sources(&arguments.sources.sources)?;
    for file in &read.files {
        let path = file.path.display();
        let mut last = None;
        let mut dropped: BTreeMap<Reason, Vec<usize>> = BTreeMap::new();
        for (line, fate) in file
            .fates
            .iter()
            .enumerate()
            .map(|(index, fate)| (index + 1, *fate))
        {
            match fate {
                Fate::Dropped(reason) => dropped.entry(reason).or_default().push(line),
                // A preview stands with the post after its own.
                Fate::Kept {
                    part: Part::Preview,
                    ..
                } => {}
                Fate::Kept { post, .. } if last == Some(post) => {}
                Fate::Kept { post, .. } => {
                    last = Some(post);
                    let post = &read.corpus.posts[post];
                    let title = Some(&post.title).filter(|title| !title.is_empty());
                    let first_line = || post.text.lines().next().unwrap_or_default();
                    let title = title.map_or_else(first_line, String::as_str);
                    writeln!(out, "{path}:{line}: {}  {title}", post.id)?;
                }
            }
        }
        for (reason, lines) in dropped {
            let (count, lines) = (counted(lines.len(), "line"), ranges(&lines));
            writeln!(out, "{path}: not indexed, {reason}: {count} ({lines})")?;
        }
    }
    let (posts, files) = (read.corpus.posts.len(), read.files.len());
    writeln!(
        out,
        "{} in {}, no faults",
        counted(posts, "post"),
        counted(files, "file")
    )?;
    Ok(())
}

/// `1, 2, 3, 7` as `1-3, 7`.
fn ranges(lines: &[usize]) -> String {
    let runs = lines.chunk_by(|a, b| a + 1 == *b);
    let runs = runs.filter_map(|run| match run {
        [] => None,
        [line] => Some(line.to_string()),
        [first, .., last] => Some(format!("{first}-{last}")),
    });
    runs.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn lines_in_a_row_are_one_range() {
        assert_eq!(super::ranges(&[1, 2, 3, 7, 9, 10]), "1-3, 7, 9-10");
        assert_eq!(super::ranges(&[]), "");
    }
}
