//! An index in shards, of which a search reads what it needs: the engine says which blocks it lacks,
//! and who uses it fetches them, here from a map, elsewhere from files or over a network.
//!
//! ```text
//! cargo run -p juya-engine --features build --example shards
//! ```

use juya_engine::build::{Builder, Built, Form};
use juya_engine::{Index, Missing, Options, Page, Post};
use std::collections::HashMap;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut builder = Builder::new(Form::Shards);
    for number in 0..5000 {
        builder.add(Post {
            id: number.to_string(),
            text: format!("Post {number} has word{} in it.", number % 1000),
            ..Post::default()
        })?;
    }
    let Built::Shards(shards) = builder.finish("numbers")? else {
        return Err("asked for shards".into());
    };
    let files: HashMap<String, Vec<u8>> = shards.files.into_iter().collect();
    println!("a manifest and {} blocks", files.len());

    let mut index = Index::open(shards.manifest)?;
    for query in ["word321", "word321", "word322"] {
        let (page, fetched) = search(&mut index, &files, query)?;
        println!(
            "{query}: {} posts, {fetched} blocks fetched, first: {}",
            page.total, page.hits[0].excerpt
        );
    }
    Ok(())
}

/// Searches until nothing lacks. What was put in stays there for the next search;
/// [`Index::trim`] would drop what was not used for longest.
fn search(
    index: &mut Index,
    files: &HashMap<String, Vec<u8>>,
    query: &str,
) -> Result<(Page, usize), Box<dyn Error>> {
    let mut fetched = 0;
    loop {
        match index.search(query, &Options::default()) {
            Ok(page) => return Ok((page, fetched)),
            Err(Missing(blocks)) => {
                for block in blocks {
                    let path = index.path(block);
                    let bytes = files.get(&path).ok_or(format!("{path} is missing"))?;
                    index.insert(block, bytes.clone())?;
                    fetched += 1;
                }
            }
        }
    }
}
