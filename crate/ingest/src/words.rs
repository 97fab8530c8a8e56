//! What is said of sources to people.

use std::collections::BTreeMap;
use std::io::{self, Write};

use juya_engine::Post;

use crate::{Fate, Part, Reason, Report, Source};

/// What a post is called where all are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its title, or the first line of its text.
    pub title: String,
}

impl Named {
    /// The name of a post.
    pub fn of(post: &Post) -> Named {
        let title = Some(&post.title).filter(|title| !title.is_empty());
        let first_line = || post.text.lines().next().unwrap_or_default();
        Named {
            id: post.id.clone(),
            title: title.map_or_else(first_line, String::as_str).to_owned(),
        }
    }
}

impl Report {
    /// What is in no post, a line each: the first faults, and how many things of what kind.
    pub fn notes(&self) -> Vec<String> {
        const SHOWN: usize = 20;
        let faults = self.faults.iter().take(SHOWN);
        let mut lines: Vec<String> = faults.map(ToString::to_string).collect();
        if self.faults.len() > SHOWN {
            let more = counted(self.faults.len() - SHOWN, "problem");
            lines.push(format!("and {more} more; `juya check` lists them all"));
        }
        let counts = self.reasons();
        if !counts.is_empty() {
            let counts = counts
                .iter()
                .map(|(reason, count)| format!("{count} × {reason}"));
            let counts = counts.collect::<Vec<_>>().join("; ");
            lines.push(format!("left out: {counts} (`juya check` says which)"));
        }
        lines
    }

    /// How many things are in no post though nothing is wrong with them, by reason.
    pub fn reasons(&self) -> BTreeMap<Reason, usize> {
        let mut counts: BTreeMap<Reason, usize> = BTreeMap::new();
        for (_, reason) in &self.left_out {
            *counts.entry(*reason).or_default() += 1;
        }
        for entry in self
            .files
            .iter()
            .filter(|file| !file.shape.is_by_line())
            .flat_map(|file| &file.account)
        {
            // What is faulty has a fault.
            if let Fate::Dropped(reason) = entry.fate
                && reason != Reason::Faulty
            {
                *counts.entry(reason).or_default() += 1;
            }
        }
        counts
    }

    /// Writes what became of each thing in the sources; `posts` are all that were read.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_account(&self, posts: &[Named], out: &mut dyn Write) -> io::Result<()> {
        for file in &self.files {
            account(file, posts, out)?;
        }
        for (path, reason) in &self.left_out {
            writeln!(out, "{}: not indexed, {reason}", path.display())?;
        }
        Ok(())
    }

    /// Writes all faults, and how much there is of everything.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_faults(&self, out: &mut dyn Write) -> io::Result<()> {
        for fault in &self.faults {
            writeln!(out, "{fault}")?;
        }
        let faults = match self.faults.len() {
            0 => "no faults".to_owned(),
            count => counted(count, "fault"),
        };
        let mut parts = vec![
            format!(
                "{} in {}",
                counted(self.posts, "post"),
                counted(self.files.len(), "file")
            ),
            faults,
        ];
        let mut left_out: BTreeMap<Reason, usize> = BTreeMap::new();
        for (_, reason) in &self.left_out {
            *left_out.entry(*reason).or_default() += 1;
        }
        parts.extend(
            left_out
                .iter()
                .map(|(reason, &count)| format!("{} left out, {reason}", counted(count, "file"))),
        );
        writeln!(out, "{}", parts.join(", "))
    }
}

/// What became of what is in a file.
fn account(file: &Source, posts: &[Named], out: &mut dyn Write) -> io::Result<()> {
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
                if let Some(Named { id, title }) = posts.get(post) {
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

/// `1234567` as `1,234,567`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 post`, `18 posts`.
pub fn counted(number: usize, thing: &str) -> String {
    format!(
        "{} {thing}{}",
        grouped(number),
        if number == 1 { "" } else { "s" }
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn lines_in_a_row_are_one_range() {
        let lines = [(1, 2), (3, 3), (7, 7), (9, 9), (10, 12)];
        assert_eq!(super::ranges(&lines), "1-3, 7, 9-12");
        assert_eq!(super::ranges(&[]), "");
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(super::grouped(number), text);
        }
    }
}
