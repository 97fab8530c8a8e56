//! `juya build --single-file`, with a page of a few bytes. That the real one works when a browser
//! opens it from disk, `tests/e2e/single.test.mjs` says.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PAGE: &str = "<!doctype html>
<html><head><meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\">
<link rel=\"stylesheet\" href=\"style.css\"><link rel=\"preload\" href=\"pkg/juya_bg.wasm\">
<link rel=\"icon\" href=\"icon.svg\"><script type=\"module\" src=\"app.js\"></script>
</head><body><main>posts</main></body></html>";

/// Builds one file from a page of `files` and those that every page has; gives what the command
/// says, and the file.
fn build(files: &[(&str, &str)]) -> (Output, Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let write = |name: &str, text: &str| {
        let path = path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("posts.jsonl", "{\"id\":1,\"text\":\"one\"}");
    for (name, text) in [
        ("index.html", PAGE),
        ("style.css", "b{}"),
        ("icon.svg", "<svg/>"),
        ("single.js", "run();"),
        ("pkg/juya_bg.wasm", "engine"),
    ] {
        write(&format!("site/{name}"), text);
    }
    for (name, text) in files {
        write(&format!("site/{name}"), text);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_juya"))
        .current_dir(folder.path())
        .args([
            "build",
            "posts.jsonl",
            "--single-file",
            "page.html",
            "--site",
            "site",
        ])
        .output()
        .unwrap();
    assert!(
        !Path::new(&path("index.juya")).exists(),
        "one file is one file"
    );
    (output, fs::read_to_string(path("page.html")).ok())
}

fn fault(files: &[(&str, &str)]) -> String {
    let (output, page) = build(files);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(page, None);
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn all_is_in_the_file_under_a_policy_of_its_own() {
    let (output, page) = build(&[]);
    let (said, page) = (String::from_utf8(output.stdout).unwrap(), page.unwrap());
    assert!(
        said.contains(&format!("page.html: 1 post, {} bytes", grouped(page.len()))),
        "{said}"
    );
    for part in [
        // printf 'run();' | openssl sha256 -binary | base64, and the same of b{}
        "script-src 'sha256-vUOElbTHLp1UxxGV/I6teJfpCV5vgaasYjEhPKN2fqQ=' 'wasm-unsafe-eval'; \
         style-src 'sha256-7yqHVAesot11p6HczDsgKRipvI5UPgs97z80zNXlans='",
        "default-src 'none'",
        "<style>b{}</style>",
        "<script>run();</script></body>",
        "href=\"data:image/svg+xml;base64,PHN2Zy8+\"",
        "<script id=\"juya-engine\" type=\"application/gzip\">H4sI",
        "<script id=\"juya-index\" type=\"application/gzip\">H4sI",
        "<main>posts</main>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    for part in ["default-src 'self'", "app.js", "preload", "stylesheet"] {
        assert!(!page.contains(part), "{part}\n{page}");
    }
    assert_eq!(page.matches("<meta charset").count(), 1);
    assert_eq!(page.matches("http-equiv").count(), 1);
}

fn grouped(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", number / 1000, number % 1000),
    }
}

#[test]
fn what_cannot_stand_in_one_file_is_named() {
    let page = PAGE.replace("app.js", "own.js");
    assert!(fault(&[("index.html", &page)]).contains("loads own.js"));
    let page = PAGE.replace("style.css", "missing.css");
    assert!(fault(&[("index.html", &page)]).contains("missing.css of the built page is missing"));
    assert!(fault(&[("single.js", "'</SCRIPT>'")]).contains("single.js of the built page has"));
    assert!(fault(&[("style.css", "/* <!-- */")]).contains("style.css of the built page has"));
}
