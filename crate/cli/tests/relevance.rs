//! What people type must go on being found: the examples of the archive, and small sets of
//! questions, each above a floor. `cargo xtask relevance` says more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use juya_engine::{Hit, Index, Options};
use serde_json::Value;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// The rows of a table, without comments and the line that names the columns.
fn table<const N: usize>(path: &str) -> Vec<[String; N]> {
    let text = fs::read_to_string(root(path)).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("query\t"))
        .map(|line| {
            let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
            <[String; N]>::try_from(cells).unwrap_or_else(|_| panic!("{path}: {line:?}"))
        })
        .collect()
}

fn floors() -> BTreeMap<String, f64> {
    table("crate/xtask/data/floors.tsv")
        .into_iter()
        .map(|[set, floor]| (set, floor.parse().unwrap()))
        .collect()
}

/// The archive, and the titles that a query of it finds.
struct Archive(Index);

impl Archive {
    fn open() -> Archive {
        let read = juya_ingest::read_sources(&[root("posts/nlp_stuff.txt")]).unwrap();
        Archive(Index::open(juya_engine::build::build(&read.corpus).unwrap()).unwrap())
    }

    fn titles(&self, query: &str) -> Vec<String> {
        let options = Options {
            limit: usize::MAX,
            ..Options::default()
        };
        let hits = self.0.search(query, &options).unwrap().hits;
        hits.into_iter().map(|Hit { title, .. }| title).collect()
    }
}

#[test]
fn examples_of_the_archive_come_first() {
    let archive = Archive::open();
    let examples = table::<3>("tests/relevance/examples.tsv");
    let missed: BTreeSet<String> = examples
        .iter()
        .filter(|[query, wanted, _]| {
            let titles = archive.titles(query);
            !titles.first().is_some_and(|title| title.contains(wanted))
        })
        .map(|[query, ..]| query.clone())
        .collect();
    let known: BTreeSet<String> = table("tests/relevance/known_misses.tsv")
        .into_iter()
        .map(|[query, _reason]| query)
        .collect();
    let new: Vec<_> = missed.difference(&known).collect();
    assert!(new.is_empty(), "no longer first: {new:?}");
    let right: Vec<_> = known.difference(&missed).collect();
    assert!(
        right.is_empty(),
        "first by now, or no example; take them off known_misses.tsv: {right:?}"
    );
    let success = 1.0 - missed.len() as f64 / examples.len() as f64;
    assert!(success >= floors()["archive"], "success@1 is {success}");
}

#[test]
fn what_only_looks_alike_is_not_found() {
    let archive = Archive::open();
    for [query, forbidden, why] in table::<3>("tests/relevance/negatives.tsv") {
        let titles = archive.titles(&query);
        assert!(
            !titles.iter().any(|title| title.contains(&forbidden)),
            "{query:?} finds {forbidden:?}: {why}"
        );
    }
}

#[test]
fn small_sets_stay_above_their_floors() {
    let sets = root("tests/relevance/sets");
    let eval = Command::new(env!("CARGO_BIN_EXE_juya"))
        .arg("eval")
        .arg(&sets)
        .arg("--json")
        .output()
        .unwrap();
    let (printed, error) = (eval.stdout, String::from_utf8(eval.stderr).unwrap());
    assert!(eval.status.success(), "{error}");
    let floors = floors();
    let mut measured = 0;
    for row in String::from_utf8(printed).unwrap().lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let (set, mrr) = (row["set"].as_str().unwrap(), row["mrr"].as_f64().unwrap());
        assert!(mrr >= floors[set], "{set}: MRR@10 is {mrr:.4}");
        measured += 1;
    }
    assert_eq!(measured, fs::read_dir(&sets).unwrap().count());
}

#[test]
fn a_folder_of_sets_is_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    let docs = "{\"id\":\"d1\",\"text\":\"apple pie\"}\n{\"id\":\"d2\",\"text\":\"cherry\"}\n";
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(docs.as_bytes(), flate2::Compression::fast())
        .read_to_end(&mut packed)
        .unwrap();
    for (set, query, answer) in [
        ("a", "cherry", "d2"),
        ("b/one", "pie", "d2"),
        ("b/two", "cherry", "d2"),
    ] {
        let query = format!("{{\"id\":\"q\",\"text\":\"{query}\"}}\n");
        write(&format!("{set}/queries.jsonl"), query.as_bytes());
        write(
            &format!("{set}/qrels.tsv"),
            format!("q\t{answer}\t1\n").as_bytes(),
        );
    }
    write("a/docs.jsonl", docs.as_bytes());
    write("b/one/docs.jsonl", b"../../a/docs.jsonl\n");
    write("b/two/docs.jsonl.gz", &packed);

    let eval = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_juya"));
        let output = command.arg("eval").arg(folder.path()).args(more).output();
        let output = output.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.success(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let rows = |printed: &str| -> Vec<(String, f64)> {
        let rows = printed.lines().map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            (
                row["set"].as_str().unwrap().to_owned(),
                row["mrr"].as_f64().unwrap(),
            )
        });
        rows.collect()
    };
    let row = |set: &str, mrr| (set.to_owned(), mrr);

    let (_, printed, note) = eval(&["--json"]);
    assert_eq!(rows(&printed), [row("a", 1.0), row("b/one", 0.0)]);
    assert!(note.contains("b/two: left out"), "{note}");
    let (_, printed, _) = eval(&["--json", "--slow"]);
    assert_eq!(rows(&printed).len(), 3);
    let (_, printed, _) = eval(&["--json", "--only", "b"]);
    assert_eq!(rows(&printed), [row("b/one", 0.0), row("b/two", 1.0)]);
    let (_, printed, _) = eval(&["--only", "a"]);
    let lines: Vec<Vec<&str>> = printed
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0][..4], ["set", "posts", "queries", "MRR@10"]);
    assert_eq!(lines[1][..4], ["a", "2", "1", "1.0000"]);

    let (done, _, error) = eval(&["--only", "c"]);
    assert!(
        !done && error.contains("there are: a, b/one, b/two"),
        "{error}"
    );
    write("b/one/docs.jsonl", b"nowhere.jsonl\n");
    let (done, _, error) = eval(&[]);
    assert!(!done && error.contains("docs.jsonl:1: names "), "{error}");
    fs::remove_file(folder.path().join("b/one/docs.jsonl")).unwrap();
    let (done, _, error) = eval(&[]);
    assert!(!done && error.contains("docs.jsonl: not there"), "{error}");
}
