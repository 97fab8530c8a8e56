//! An index in shards, as a user makes, grows, merges and breaks it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const POSTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../posts");

/// Whether it went well, and what it printed.
fn run(arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_juya"))
        .args(arguments)
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(printed).unwrap())
}

#[track_caller]
fn juya(arguments: &[&str]) -> String {
    let (success, printed) = run(arguments);
    assert!(success, "{arguments:?}: {printed}");
    printed
}

/// All files below a folder, by path.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.append(&mut files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// The same, named without the folder.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let named = files(folder).into_iter();
    named
        .map(|(path, bytes)| (path.strip_prefix(folder).unwrap().to_owned(), bytes))
        .collect()
}

fn hits(index: &str, query: &str) -> Vec<(String, f64)> {
    let page: Value = serde_json::from_str(&juya(&["search", index, query, "--json"])).unwrap();
    let hits = page["hits"].as_array().unwrap().iter();
    hits.map(|hit| {
        (
            hit["id"].as_str().unwrap().to_owned(),
            hit["score"].as_f64().unwrap(),
        )
    })
    .collect()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// JSON lines of some posts.
    fn posts(&self, name: &str, numbers: std::ops::Range<usize>) -> String {
        let words = ["شبکه", "عصبی", "زبان", "متن", "bert", "مدل", "دسته", "کتاب"];
        let line = |n: usize| {
            let word = |by: usize| words[n / by % words.len()];
            format!(
                "{{\"id\":\"{n}\",\"title\":\"{} {}\",\"text\":\"{} {} n{n}\",\"tags\":[\"{}\"]}}\n",
                word(1),
                word(8),
                word(3),
                word(5),
                word(64)
            )
        };
        fs::write(self.path(name), numbers.map(line).collect::<String>()).unwrap();
        self.path(name)
    }

    fn build(&self, source: &str, out: &str, shards: &str) -> String {
        let out = self.path(out);
        juya(&[
            "build",
            source,
            "--out",
            &out,
            "--index-only",
            "--shards",
            shards,
        ]);
        out
    }
}

#[test]
fn shards_answer_as_one_file_does() {
    let folder = Folder::new();
    let one = folder.build(POSTS, "one", "never");
    let many = folder.build(POSTS, "many", "always");
    assert!(Path::new(&many).join("index/manifest.juya").is_file());
    for query in [
        "شبکه عصبی",
        "شکبه",
        "af;i uwfd",
        "bert",
        "\"شبکه عصبی\" -bert",
        "#link",
        "ترنس*",
    ] {
        assert_eq!(hits(&one, query), hits(&many, query), "{query}");
    }
    let stats = juya(&["stats", &many]);
    assert!(stats.contains("posts   18"), "{stats}");
}

#[test]
fn a_merge_is_the_same_as_building_at_once() {
    let folder = Folder::new();
    let all = folder.posts("all.jsonl", 0..3000);
    let first = folder.posts("first.jsonl", 0..1700);
    let second = folder.posts("second.jsonl", 1700..3000);
    for form in ["never", "always"] {
        let at_once = folder.build(&all, &format!("{form}-at-once"), form);
        let parts = [
            folder.build(&first, &format!("{form}-first"), "always"),
            folder.build(&second, &format!("{form}-second"), "never"),
        ];
        let merged = folder.path(&format!("{form}-merged"));
        juya(&[
            "merge", &parts[0], &parts[1], "--out", &merged, "--shards", form,
        ]);
        let same = content(Path::new(&merged)) == content(Path::new(&at_once));
        assert!(same, "{form}: merging gives other bytes");
    }
}

#[test]
fn a_merge_keeps_settings_and_refuses_others() {
    let folder = Folder::new();
    let [all, first, second] = [("all", 0..40), ("first", 0..30), ("second", 30..40)]
        .map(|(name, numbers)| folder.posts(&format!("{name}.jsonl"), numbers));
    let settings = [
        "--weights=text=2",
        "--synonyms=کتاب, book",
        "--facets=tags",
        "--index-only",
    ];
    let build = |source: &str, out: &str, shards: &str, settings: &[&str]| {
        let out = folder.path(out);
        let arguments = ["build", source, "--out", &out, "--shards", shards];
        juya(&[&arguments, settings].concat());
        out
    };
    let at_once = build(&all, "at-once", "never", &settings);
    let parts = [
        build(&first, "first", "always", &settings),
        build(&second, "second", "never", &settings),
    ];
    let merged = folder.path("merged");
    juya(&["merge", &parts[0], &parts[1], "--out", &merged]);
    assert!(content(Path::new(&merged)) == content(Path::new(&at_once)));

    let other = build(&second, "other", "never", &settings[1..]);
    let refused = folder.path("refused");
    let (ok, said) = run(&["merge", &parts[0], &other, "--out", &refused]);
    assert!(!ok);
    assert!(
        said.contains(&format!(
            "{other}: searched with other weights than {}; build one of them again",
            parts[0]
        )),
        "{said}"
    );
    assert!(!Path::new(&refused).exists());
}

#[test]
fn building_again_leaves_no_file_behind_and_keeps_what_did_not_change() {
    let folder = Folder::new();
    let source = folder.posts("posts.jsonl", 0..3000);
    let out = folder.build(&source, "out", "always");
    let before = files(Path::new(&out));
    fs::write(Path::new(&out).join("index/notes.txt"), "mine").unwrap();
    let printed = juya(&[
        "build",
        &source,
        "--out",
        &out,
        "--index-only",
        "--shards",
        "always",
    ]);
    assert!(printed.contains("of which 1 new"), "{printed}");
    folder.posts("posts.jsonl", 0..3001);
    folder.build(&source, "out", "always");
    let after = files(Path::new(&out));
    let fresh = folder.build(&source, "fresh", "always");
    assert_eq!(
        after.len(),
        files(Path::new(&fresh)).len() + 1,
        "and the note"
    );
    assert!(after.keys().any(|path| before.contains_key(path)));
    // One file in place of many.
    folder.build(&source, "out", "never");
    let names: Vec<PathBuf> = content(Path::new(&out)).into_keys().collect();
    assert_eq!(
        names,
        [Path::new("index/notes.txt"), Path::new("index.juya")]
    );
}

#[test]
fn a_block_that_is_missing_cut_swapped_or_altered_is_named() {
    let folder = Folder::new();
    let source = folder.posts("posts.jsonl", 0..3000);
    let out = folder.build(&source, "out", "always");
    let whole = files(Path::new(&out));
    let blocks: Vec<&PathBuf> = whole
        .keys()
        .filter(|path| !path.ends_with("manifest.juya"))
        .collect();
    /// What becomes of a block, given it and another one; `None` where it is taken away.
    type Harm = fn(&[u8], &[u8]) -> Option<Vec<u8>>;
    let harms: [Harm; 4] = [
        |_, _| None,
        |own, _| Some(own[..own.len() / 2].to_vec()),
        |_, other| Some(other.to_vec()),
        |own, _| {
            let mut own = own.to_vec();
            let middle = own.len() / 2;
            own[middle] ^= 4;
            Some(own)
        },
    ];
    let search = |query: &str| run(&["search", &out, query, "--json"]);
    let (_, expect) = search("شبکه عصبی");
    let mut noticed = 0;
    for (nth, &block) in blocks.iter().enumerate() {
        let other = &whole[blocks[(nth + 1) % blocks.len()]];
        for harm in harms {
            match harm(&whole[block], other) {
                Some(bytes) => fs::write(block, bytes).unwrap(),
                None => fs::remove_file(block).unwrap(),
            }
            let (success, printed) = search("شبکه عصبی");
            if success {
                // A block that this query does not need.
                assert_eq!(printed, expect);
            } else {
                noticed += 1;
                let name = block.file_name().unwrap().to_str().unwrap();
                assert!(
                    printed.contains(name) && printed.contains("again"),
                    "{printed}"
                );
            }
        }
        fs::write(block, &whole[block]).unwrap();
    }
    assert!(
        noticed >= 4 * 4,
        "terms, postings, posts and columns were read: {noticed}"
    );
    assert_eq!(search("شبکه عصبی"), (true, expect));
}

#[test]
fn a_manifest_of_another_version_says_so() {
    let folder = Folder::new();
    let out = folder.build(POSTS, "out", "always");
    let path = Path::new(&out).join("index/manifest.juya");
    let mut bytes = fs::read(&path).unwrap();
    bytes[8] += 1;
    fs::write(&path, bytes).unwrap();
    let (success, printed) = run(&["search", &out, "متن"]);
    assert!(
        !success && printed.contains("manifest.juya") && printed.contains("version"),
        "{printed}"
    );
}
