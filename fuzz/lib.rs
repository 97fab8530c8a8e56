//! What the fuzz targets share.

use std::sync::LazyLock;

use juya_engine::build::{Builder, Built, Form};
use juya_engine::{Index, Options, Range, Settings};

/// The index of the archive with some synonyms, as bytes.
pub static ARCHIVE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let posts = include_bytes!("../posts/nlp_stuff.txt").to_vec();
    let read = juya_ingest::read_files(&[("nlp_stuff.txt".into(), posts)]).expect("the archive");
    let groups = ["nlp, پردازش زبان طبیعی", "شبکه عصبی, neural network, شبکه", "bert, مدل زبانی"];
    let groups = groups.map(|group| group.parse().expect("synonyms"));
    let mut builder = Builder::new(Form::Whole);
    builder.settings(Settings::new(&[], &groups, None).expect("fields that are searched"));
    for post in read.corpus.posts {
        builder.add(post).expect("a new id");
    }
    match builder.finish(&read.corpus.name) {
        Ok(Built::Whole(bytes)) => bytes,
        _ => panic!("an index of the archive"),
    }
});

/// Searches, and checks what must hold of every page of hits.
pub fn search(index: &Index, query: &str) {
    for literal in [false, true] {
        let options = Options {
            explain: true,
            literal,
            ..Options::default()
        };
        let page = index.search(query, &options).expect("a whole index lacks nothing");
        assert!(page.hits.len() <= options.limit && page.hits.len() <= page.total);
        assert!(page.hits.is_sorted_by(|a, b| a.score >= b.score));
        for hit in &page.hits {
            assert!(hit.score.is_finite());
            ranges_fit(&hit.title, &hit.title_ranges);
            ranges_fit(&hit.excerpt, &hit.excerpt_ranges);
            let shares = hit.why.as_deref().expect("an explanation was asked for");
            let sum: f32 = shares.iter().map(|share| share.score).sum();
            assert!((sum - hit.score).abs() <= 1e-3 * hit.score.abs().max(1.0));
        }
    }
}

/// In order, apart, and between whole characters.
fn ranges_fit(text: &str, ranges: &[Range]) {
    let mut end = 0;
    for range in ranges {
        assert!(end <= range.start && range.start < range.end);
        assert!(text.get(range.start..range.end).is_some());
        end = range.end;
    }
}
