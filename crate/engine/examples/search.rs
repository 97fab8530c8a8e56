//! Builds an index of a few posts in memory, searches it, and prints what is found, the matched words
//! in brackets.
//!
//! ```text
//! cargo run -p juya-engine --features build --example search -- "ketab haye khoob"
//! ```

use juya_engine::build::build;
use juya_engine::{Corpus, Index, Options, Post, Range};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let query = std::env::args().nth(1);
    // Arabic kaf and ye, and a space where the posts have a half-space.
    let query = query.as_deref().unwrap_or("كتاب هاي خوب");

    let posts = [
        (
            "1",
            "کتاب‌های خوب",
            "سه کتاب دربارهٔ شبکه‌های عصبی، برای آغاز.",
        ),
        (
            "2",
            "Rust",
            "The book to begin with: every value has one owner.",
        ),
        ("3", "باغ", "نخستین روز بهار در باغ می‌گذرد."),
    ];
    let posts = posts.map(|(id, title, text)| Post {
        id: id.into(),
        title: title.into(),
        text: text.into(),
        ..Post::default()
    });
    let corpus = Corpus {
        name: "notes".into(),
        posts: posts.into(),
    };

    // These bytes are what a page would fetch. They are checked when they are opened.
    let bytes = build(&corpus)?;
    println!("{} posts, {} bytes", corpus.posts.len(), bytes.len());
    let index = Index::open(bytes)?;

    let page = index
        .search(query, &Options::default())
        .expect("only an index in shards lacks blocks");
    println!("{} posts for {query}", page.total);
    if let Some(interpretation) = &page.interpretation {
        println!("searched instead: {}", interpretation.query);
    }
    for hit in &page.hits {
        println!("\n{}", marked(&hit.title, &hit.title_ranges));
        println!("{}", marked(&hit.excerpt, &hit.excerpt_ranges));
    }
    Ok(())
}

/// The text with brackets around each range. Ranges are in order and do not overlap.
fn marked(text: &str, ranges: &[Range]) -> String {
    let mut marked = String::new();
    let mut at = 0;
    for range in ranges {
        marked += &text[at..range.start];
        marked += &format!("[{}]", &text[range.start..range.end]);
        at = range.end;
    }
    marked + &text[at..]
}
