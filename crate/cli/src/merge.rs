//! `juya merge`: several indexes to one, the same as if their posts had been built at once. They must be
//! searched alike, which the one then keeps.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, bail};
use juya_engine::Settings;

use crate::files;
use crate::output::{self, When, Work};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Indexes, in the order in which their posts are to stand: files, or folders that hold one
    #[arg(value_name = "INDEX", required = true)]
    indexes: Vec<PathBuf>,
    /// The folder to write; it is made if need be
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Whether the index is one file or many
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    shards: When,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let start = Instant::now();
    let opened = arguments.indexes.iter().map(|path| files::open(path));
    let opened = opened.collect::<Result<Vec<_>>>()?;
    let posts = opened.iter().map(|index| index.posts).sum();
    let settings = opened.iter().map(|index| index.settings());
    let settings = settings.collect::<Result<Vec<_>>>()?;
    let Some((first, others)) = settings.split_first() else {
        bail!("nothing to merge: name indexes");
    };
    for (other, path) in others.iter().zip(arguments.indexes.iter().skip(1)) {
        if other != first {
            bail!(
                "{}: searched with other {} than {}; build one of them again with those of the other, \
                 which `juya stats` prints",
                path.display(),
                differing(first, other).join(" and "),
                arguments.indexes[0].display()
            );
        }
    }
    let mut names: Vec<String> = Vec::new();
    let mut work = Work::of_posts(arguments.shards.into(), first.clone(), posts);
    for (index, path) in opened.iter().zip(&arguments.indexes) {
        for name in index
            .stats()?
            .corpus
            .split(", ")
            .filter(|name| !name.is_empty())
        {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        for place in 0..index.posts {
            let Some(post) = index.ask(|index| index.nth(place))? else {
                bail!(
                    "{}: post {place} is not in it; build it again",
                    path.display()
                );
            };
            work.add(post);
            if place % 4096 == 0 {
                index.forget(); // what was read is not read again
            }
        }
    }
    let built = work.finish(&names.join(", "))?;
    let written = output::write(&arguments.out, &built)?;
    writeln!(out, "{}", written.say(posts, start))?;
    Ok(())
}

/// The names of the options that differ.
fn differing(one: &Settings, other: &Settings) -> Vec<&'static str> {
    let differ = [
        ("weights", one.weights() != other.weights()),
        ("synonyms", one.synonyms() != other.synonyms()),
        ("facets", one.facets() != other.facets()),
    ];
    let differ = differ.into_iter().filter(|(_, differ)| *differ);
    differ.map(|(name, _)| name).collect()
}
