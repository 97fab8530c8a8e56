//! `juya check`: what would be indexed, and what not and why.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use juya_ingest::{Fate, Part, Reason, Source};

use crate::counted;
use crate::sources::Sources;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sources: Sources,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    // Id and title of each post.
    let mut posts = Vec::new();
    let report = arguments
        .sources
        .read(&arguments.sources.options(), &mut |post| {
            let title = Some(&post.title).filter(|title| !title.is_empty());
            let first_line = || post.text.lines().next().unwrap_or_default();
            let title = title.map_or_else(first_line, String::as_str).to_owned();
            posts.push((post.id, title));
        });
    for file in &report.files {
        account(file, &posts, out)?;
    }
    let mut left_out: BTreeMap<Reason, usize> = BTreeMap::new();
    for (path, reason) in &report.left_out {
        writeln!(out, "{}: not indexed, {reason}", path.display())?;
        *left_out.entry(*reason).or_default() += 1;
    }
    arguments.sources.judge(&report)?;

    for fault in &report.faults {
        writeln!(out, "{fault}")?;
    }
    let faults = match report.faults.len() {
        0 => "no faults".to_owned(),
        count => counted(count, "fault"),
    };
    let mut parts = vec![
        format!(
            "{} in {}",
            counted(report.posts, "post"),
            counted(report.files.len(), "file")
        ),
        faults,
    ];
    parts.extend(
        left_out
            .iter()
            .map(|(reason, &count)| format!("{} left out, {reason}", counted(count, "file"))),
    );
    writeln!(out, "{}", parts.join(", "))?;
    Ok(())
}

/// What became of what is in a file.
fn account(file: &Source, posts: &[(String, String)], out: &mut impl Write) -> Result<()> {
    let path = file.path.display();
    if file.encoding != "UTF-8" {
        writeln!(out, "{path}: read as {}", file.encoding)?;
    }
    let mut last = None;
    let mut dropped: BTreeMap<Reason, Vec<(usize, usize)>> = BTreeMap::new();
    for entry in &file.account {
        let (line, last_line) = (entry.first as usize, entry.last as usize);
        match entry.fate {
            Fate::Dropped(reason) => dropped.entry(reason).or_default().push((line, last_line)),
            // A preview stands with the post after its own.
            Fate::Kept {
                part: Part::Preview,
                ..
            } => {}
            Fate::Kept { post, .. } if last == Some(post) => {}
            Fate::Kept { post, .. } => {
                last = Some(post);
                if let Some((id, title)) = posts.get(post) {
                    writeln!(out, "{path}:{line}: {id}  {title}")?;
                }
            }
        }
    }
    for (reason, lines) in dropped {
        let count = if file.shape.is_by_line() {
            counted(
                lines.iter().map(|(first, last)| last - first + 1).sum(),
                "line",
            )
        } else {
            counted(lines.len(), "time")
        };
        let lines = ranges(&lines);
        writeln!(out, "{path}: not indexed, {reason}: {count} ({lines})")?;
    }
    Ok(())
}

/// Lines from, to: `1-2, 3-3, 7-7` as `1-3, 7`.
fn ranges(lines: &[(usize, usize)]) -> String {
    let runs = lines.chunk_by(|(_, a), (b, _)| a + 1 == *b);
    let runs = runs.filter_map(|run| {
        let (&(first, _), &(_, last)) = (run.first()?, run.last()?);
        Some(if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        })
    });
    runs.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn lines_in_a_row_are_one_range() {
        let lines = [(1, 2), (3, 3), (7, 7), (9, 9), (10, 12)];
        assert_eq!(super::ranges(&lines), "1-3, 7, 9-12");
        assert_eq!(super::ranges(&[]), "");
    }
}
