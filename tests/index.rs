//! What must hold of an index, natively and in the browser alike.

use juya::engine::build::{Builder, Built, Form, Shards, build};
use juya::engine::{
    Corpus, Index, MAGIC, Missing, OpenError, Options, Page, Post, Settings, VERSION,
};
use wasm_bindgen_test::wasm_bindgen_test;

/// A small corpus that uses all of the format: titles, several fields, tags, links, escapes.
fn small() -> Corpus {
    let post = |id: &str, title: &str, text: &str, tags: &[&str]| Post {
        id: id.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
        preview: "A preview".to_owned(),
        url: format!("https://example.org/{id}"),
        date: "2021-05-08".to_owned(),
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        ..Post::default()
    };
    let posts = vec![
        post(
            "1",
            "شبکه‌های عصبی",
            "مدل BERT و شبکه ها\nhttps://example.org/bert",
            &["paper", "read"],
        ),
        post(
            "2",
            "Neural networks",
            "The networks learn; می‌شود 🙂",
            &["read"],
        ),
        post("3", "", "شبکه های شبکه های شبکه های شبکه های شبکه های", &[]),
    ];
    Corpus {
        name: "small".to_owned(),
        posts,
    }
}

/// Settings of every kind.
fn settings() -> Settings {
    let weight = "links=0.5".parse().expect("a weight");
    let synonyms = "NN, neural networks, شبکه های عصبی"
        .parse()
        .expect("synonyms");
    let facets = "tags, years".parse().expect("facets");
    Settings::new(&[weight], &[synonyms], Some(facets)).expect("fields that are searched")
}

/// An index of the small corpus under these settings.
fn built(form: Form) -> Built {
    let Corpus { name, posts } = small();
    let mut builder = Builder::new(form);
    builder.settings(settings());
    for post in posts {
        builder.add(post).expect("a new id");
    }
    builder.finish(&name).expect("posts")
}

fn small_index() -> Vec<u8> {
    match built(Form::Whole) {
        Built::Whole(bytes) => bytes,
        Built::Shards(_) => panic!("one file was asked for"),
    }
}

fn small_shards() -> Shards {
    match built(Form::Shards) {
        Built::Shards(shards) => shards,
        Built::Whole(_) => panic!("shards were asked for"),
    }
}

fn embedded() -> Index {
    Index::open(juya::EMBEDDED).expect("the index that build.rs made")
}

/// What a whole index answers.
fn whole<T>(answer: Result<T, Missing>) -> T {
    answer.expect("nothing lacks")
}

fn search(index: &Index, query: &str) -> Page {
    whole(index.search(query, &Options::default()))
}

fn ids(index: &Index, query: &str) -> Vec<String> {
    search(index, query)
        .hits
        .into_iter()
        .map(|hit| hit.id)
        .collect()
}

#[wasm_bindgen_test(unsupported = test)]
fn the_archive_is_whole() {
    let index = embedded();
    let titles = whole(index.posts(0, 99)).into_iter();
    let titles: Vec<String> = titles.map(|post| post.title).collect();
    assert_eq!(titles.len(), 18);
    assert_eq!(titles[0], "شبکه عصبی خود را بهتر بفهمید!");
    assert_eq!(
        titles[17],
        "اشتباه نکنید! مکانیزم توجه همه آن چیزی که لازم دارید نیست!"
    );
    assert_eq!(index.stats().corpus, "nlp_stuff");
}

#[wasm_bindgen_test(unsupported = test)]
fn building_twice_gives_the_same_bytes() {
    let index = embedded();
    let posts: Vec<Post> = whole(index.posts(0, 99))
        .iter()
        .map(|post| whole(index.post(&post.id)).expect("it is listed"))
        .collect();
    let corpus = Corpus {
        name: index.stats().corpus,
        posts,
    };
    assert!(build(&corpus).expect("posts") == juya::EMBEDDED);
}

/// Bytes of this version that were written once and must be readable, and written, ever after. With a
/// change of the format comes a new version and a new file: take the one that this test leaves.
#[wasm_bindgen_test(unsupported = test)]
fn format_version_3_stays_what_it_is() {
    let golden = include_bytes!("golden/small-v3.juya");
    let built = small_index();
    #[cfg(not(target_arch = "wasm32"))]
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/small.juya"), &built)
        .expect("a folder for tests");
    assert!(
        built == golden,
        "the builder writes other bytes than before"
    );
    let index = Index::open(&golden[..]).expect("an index");
    assert_eq!(ids(&index, "bert"), ["1"]);
    assert_eq!(index.settings(), &settings());
    for post in small().posts {
        assert_eq!(whole(index.post(&post.id)), Some(post));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_index_of_an_old_version_is_refused_by_name() {
    let old: [&'static [u8]; 2] = [
        include_bytes!("golden/small-v1.juya"),
        include_bytes!("golden/small-v2.juya"),
    ];
    for (bytes, version) in old.into_iter().zip(1..) {
        let error = Index::open(bytes).err().expect("an old version");
        assert_eq!(error, OpenError::Version(version));
        assert_eq!(
            error.to_string(),
            format!(
                "the index has format version {version}, this engine reads version 3; \
                 build the index and the page with the same release of Juya"
            )
        );
    }
}

/// The manifest, then path and content of each block, in the order of the paths.
#[wasm_bindgen_test(unsupported = test)]
fn shards_of_version_3_stay_what_they_are() {
    let golden = include_bytes!("golden/small-shards-v3.bin");
    let Shards {
        manifest,
        mut files,
    } = small_shards();
    files.sort();
    let mut built = manifest;
    for (path, bytes) in files {
        built.extend_from_slice(path.as_bytes());
        built.extend_from_slice(&bytes);
    }
    #[cfg(not(target_arch = "wasm32"))]
    std::fs::write(
        concat!(env!("CARGO_TARGET_TMPDIR"), "/small-shards.bin"),
        &built,
    )
    .expect("a folder for tests");
    assert!(
        built == golden,
        "the builder writes other shards than before"
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn shards_answer_once_what_they_lack_is_put_in() {
    let Shards { manifest, files } = small_shards();
    let mut shards = Index::open(manifest).expect("a manifest");
    let one_file = Index::open(small_index()).expect("an index");
    for query in ["شبکه", "bert", "\"شبکه های\"", "netwroks", "nn", "nothing"] {
        let page = loop {
            match shards.search(query, &Options::default()) {
                Ok(page) => break page,
                Err(Missing(blocks)) => {
                    for block in blocks {
                        let path = shards.path(block);
                        let (_, bytes) = files
                            .iter()
                            .find(|(known, _)| *known == path)
                            .expect("a block that was built");
                        let mut damaged = bytes.clone();
                        damaged[0] ^= 1;
                        assert!(shards.insert(block, damaged).is_err(), "{path}");
                        shards.insert(block, bytes.clone()).expect("a sound block");
                    }
                }
            }
        };
        assert_eq!(page, search(&one_file, query), "{query}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_repeated_id_is_refused() {
    let mut corpus = small();
    corpus.posts[2].id = "1".to_owned();
    let error = build(&corpus)
        .expect_err("two posts with one id")
        .to_string();
    assert_eq!(
        error,
        r#"two posts have the id "1"; give each post an id of its own"#
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn every_truncation_is_noticed() {
    let bytes = juya::EMBEDDED;
    for size in 0..bytes.len() {
        match Index::open(&bytes[..size]) {
            Err(OpenError::Size { found, .. }) => assert_eq!(found, size as u64),
            Err(OpenError::NotAnIndex) => assert_eq!(size, 0),
            Err(error) => panic!("{size} bytes: {error}"),
            Ok(_) => panic!("{size} bytes were taken for all {}", bytes.len()),
        }
    }
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert!(matches!(Index::open(longer), Err(OpenError::Size { .. })));
}

#[wasm_bindgen_test(unsupported = test)]
fn every_damaged_byte_is_noticed() {
    let bytes = juya::EMBEDDED;
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = || {
        // xorshift64: any spread will do, but the same one every time
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..10_000 {
        let mut damaged = bytes.to_vec();
        let at = random() as usize % damaged.len();
        damaged[at] ^= 1 << (random() % 8);
        let error = Index::open(damaged)
            .err()
            .unwrap_or_else(|| panic!("byte {at} was changed"));
        assert!(!error.to_string().is_empty());
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn what_is_no_index_is_told_apart() {
    let error = |bytes: &[u8]| {
        Index::open(bytes.to_vec())
            .err()
            .map(|error| error.to_string())
    };
    let page = error(b"<!doctype html><title>404</title>").expect("an error");
    assert!(page.starts_with("not a Juya index"), "{page}");
    let mut newer = MAGIC.to_vec();
    newer.push(VERSION + 1);
    let newer = error(&newer).expect("an error");
    assert!(
        newer.contains(&format!("version {}", VERSION + 1)) && newer.contains("build"),
        "{newer}"
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn persian_is_found_however_it_is_spelt() {
    let index = embedded();
    let plain = ids(&index, "شبکه عصبی");
    assert_eq!(
        whole(index.post(&plain[0]))
            .map(|post| post.title)
            .as_deref(),
        Some("شبکه عصبی خود را بهتر بفهمید!")
    );
    for query in [
        "شبكه عصبي",
        "شبکهٔ عصبی",
        "شَبَکه، عصبی؟",
        "«شبکه عصبی»",
        " شبکه\u{200f} عصبی",
    ] {
        assert_eq!(ids(&index, query), plain, "{query}");
    }
    assert_eq!(ids(&index, "انقلاب می کنند"), ids(&index, "انقلاب می‌کنند"));
    assert!(!ids(&index, "انقلاب میکنند").is_empty());
    assert_eq!(ids(&index, "CS224W"), ids(&index, "cs224w"));
    assert_eq!(ids(&index, "۲۰۲۰"), ids(&index, "2020"));
}

#[wasm_bindgen_test(unsupported = test)]
fn odd_queries_have_no_hits_and_do_no_harm() {
    let index = embedded();
    let long = "شبکه ".repeat(10_000);
    for query in [
        "",
        " ",
        "\u{200f}\u{202b}",
        "؟!؟",
        "\0",
        "\u{fffd}",
        "\"\"\"***---",
        &"a".repeat(1 << 20),
    ] {
        assert_eq!(search(&index, query).total, 0, "{:.20}", query);
    }
    assert_eq!(search(&index, &long).total, search(&index, "شبکه ").total);
    // Two words in one character leave nothing between them to look at.
    assert!(search(&index, "½#شبکه").total > 0);
    let far = Options {
        limit: usize::MAX,
        offset: usize::MAX,
        ..Options::default()
    };
    assert!(whole(index.search("شبکه", &far)).hits.is_empty());
}

#[wasm_bindgen_test(unsupported = test)]
fn marks_stand_on_the_words_of_the_query() {
    let page = search(&embedded(), "شبكه");
    let mut marks = 0;
    for hit in page.hits {
        let title = hit
            .title_ranges
            .iter()
            .map(|range| &hit.title[range.start..range.end]);
        for marked in title.chain(
            hit.excerpt_ranges
                .iter()
                .map(|range| &hit.excerpt[range.start..range.end]),
        ) {
            assert!(marked.starts_with("شبکه"), "{marked}");
            marks += 1;
        }
    }
    assert!(marks >= 5);
}
