//! The build script of the root package, which no test of that package can call.

#[allow(dead_code)] // `main`, which cargo calls
#[path = "../../../build.rs"]
mod build_script;

use std::fs;

#[test]
fn each_fault_in_a_post_is_one_line_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.jsonl"), "{\"id\": 1,\n{\"id\": 2}\n").unwrap();
    fs::write(folder.path().join("b.txt"), "\n").unwrap();
    let errors = build_script::compile(folder.path()).unwrap_err();
    let wanted = [
        "a.jsonl:1:9: not JSON",
        "a.jsonl:2: the post has no `text`",
        "b.txt: the file",
    ];
    assert_eq!(errors.lines().count(), wanted.len(), "{errors}");
    for (line, wanted) in errors.lines().zip(wanted) {
        assert!(line.contains(wanted), "{errors}");
    }
}

#[test]
fn posts_that_are_not_there_are_named() {
    let errors = build_script::compile("no/such/posts".as_ref()).unwrap_err();
    assert!(
        errors.starts_with("no/such/posts: cannot be read"),
        "{errors}"
    );
}
