//! `cargo xtask site`: compiles the engine for the browser and lays out the page in `dist/`, which
//! any static host can serve as it is. With `--bare --out DIR`: the same for other people's posts,
//! without index and examples, to which `juya build` and the npm package add an index.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};

/// Its `opt-level` decides between size and speed, see Cargo.toml.
const PROFILE: &str = "web";
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

const BIND: &[&str] = &["--target", "web"];
/// Flattened code, once more put in loops and blocks, comes out smaller.
const SHRINK: &[&str] = &[
    "--flatten",
    "--rereloop",
    // To inline what is called once makes long functions, whose many locals cost more than the call.
    "--one-caller-inline-max-function-size=10",
    "-Oz",
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// The service worker, which begins with `OFFLINE`.
const WORKER: &str = "sw.js";
/// What service workers run to keep the page for use without a network.
const OFFLINE: &str = "offline.js";
/// The line of `OFFLINE` that becomes the list of what to keep.
const PLACEHOLDER: &str = "const BUILD = null;";

/// What `juya build --single-file` puts into one file: the page's script and all that it imports.
const SINGLE: &str = "single.js";
const BUNDLE: &[&str] = &[
    "--bundle",
    "--format=iife",
    "--target=es2022",
    "--charset=utf8",
    "--minify",
    // No file lies beside the one that all is in.
    "--log-override:empty-import-meta=silent",
    "--log-level=warning",
];

/// What every page with a search fetches: as it is in `www/`, but without what is for developers,
/// and each in one file with what only it imports.
const PACKED: &[&str] = &["juya.js", "juya-search.js", "juya-search-element.js"];
const PARTS: &[&str] = &[
    "answer.js",
    "juya-search-style.js",
    "loader.js",
    SCRIPT,
    "texts.js",
    "view.js",
];
const PACK: &[&str] = &[
    "--bundle",
    "--external:./juya.js",
    "--external:./juya-search-element.js",
    "--format=esm",
    "--target=es2022",
    "--charset=utf8",
    "--minify",
    "--log-level=warning",
];

const INDEX: &str = "index.juya";

/// The engine, among the files of a site.
const ENGINE: &str = "pkg/juya_bg.wasm";
/// What wasm-bindgen writes to load it.
const SCRIPT: &str = "pkg/juya.js";

/// Pages that show the element.
const EXAMPLES: &str = "examples/";
/// The index that they search: of themselves.
const EXAMPLES_INDEX: &str = "examples/pages.juya";

/// Where one of the two sites is made, each in its own folder so that neither undoes the work of the
/// other.
struct Site {
    root: PathBuf,
    /// What is compiled and written on the way.
    target: PathBuf,
    /// Whether the module carries no index.
    bare: bool,
}

/// Builds `dist/`, or with `--bare` the web files without posts. Work whose inputs have not changed
/// is not done again.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [] => full_site(),
        [bare, flag, out] if bare == "--bare" && flag == "--out" => bare_site(Path::new(out)),
        _ => Err("usage: cargo xtask site [--bare --out DIR]".into()),
    }
}

fn full_site() -> Result<(), String> {
    let root = super::root();
    let site = Site {
        target: root.join("target-wasm"),
        bare: false,
        root,
    };
    let mut files = site.files()?;
    files.insert(EXAMPLES_INDEX.into(), examples_index(&site.root)?);
    let version = list_for_offline(&mut files)?;
    files.insert(INDEX.into(), site.index()?);
    lay_out(&site.root.join("dist"), &files)?;
    println!("site: dist/ holds {} files, version {version}", files.len());
    Ok(())
}

/// Writes the web files for other people's posts.
pub(crate) fn bare_site(out: &Path) -> Result<(), String> {
    let is_ours = out.join(ENGINE).is_file();
    if !is_ours && out.is_dir() && !entries(out)?.is_empty() {
        return Err(format!(
            "{}: holds other files, which would be removed; name a new folder",
            out.display()
        ));
    }
    let root = super::root();
    let site = Site {
        target: root.join("target-wasm/bare"),
        bare: true,
        root,
    };
    let mut files = site.files()?;
    files.retain(|name, _| !name.starts_with(EXAMPLES));
    list_for_offline(&mut files)?;
    lay_out(out, &files)?;
    println!(
        "site: {} holds {} files, without index",
        out.display(),
        files.len()
    );
    Ok(())
}

impl Site {
    /// What both sites have.
    fn files(&self) -> Result<BTreeMap<String, Vec<u8>>, String> {
        let mut files = BTreeMap::new();
        collect(&self.root.join("www"), "", &mut files)?;
        collect(&self.module()?, "pkg/", &mut files)?;
        let single = self.bundle(&files)?;
        files.insert(SINGLE.into(), single);
        let parts = self.parts(&files)?;
        for name in PACKED {
            let packed = self.run_bundler(&parts.join(name), PACK, name)?;
            files.insert((*name).into(), packed);
        }
        files.retain(|name, _| !PARTS.contains(&name.as_str()));
        Ok(files)
    }

    /// The index that the module carries: what its build script left, where cargo says that it ran.
    fn index(&self) -> Result<Vec<u8>, String> {
        let output = self
            .compile()
            .arg("--message-format=json-render-diagnostics")
            .output()
            .map_err(|error| format!("scripts/wasm: {error}"))?;
        let messages = String::from_utf8_lossy(&output.stdout);
        let out = messages.lines().find_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            let ours = message["reason"] == "build-script-executed"
                && Path::new(
                    message["package_id"]
                        .as_str()?
                        .split_once("file://")?
                        .1
                        .split('#')
                        .next()?,
                ) == self.root;
            ours.then(|| message["out_dir"].as_str().map(PathBuf::from))?
        });
        let path = out
            .ok_or("cargo did not say where the index is")?
            .join(INDEX);
        fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The command that compiles the module.
    fn compile(&self) -> Command {
        let mut command = Command::new(self.root.join("scripts/wasm"));
        command.args([
            "cargo",
            "build",
            "--lib",
            "--profile",
            PROFILE,
            "--target",
            TARGET,
            "--target-dir",
        ]);
        command.arg(&self.target).current_dir(&self.root);
        if self.bare {
            command.env("JUYA_POSTS", "");
        }
        command
    }

    /// The folder with the compiled module and its JavaScript.
    fn module(&self) -> Result<PathBuf, String> {
        let root = &self.root;
        succeed(&mut self.compile(), root)?;

        let compiled = self.target.join(TARGET).join(PROFILE).join("juya.wasm");
        let folder = self.target.join("pkg");
        bind(root, &compiled, &folder, "juya", SHRINK)?;
        Ok(folder)
    }

    /// A folder with the scripts to pack. That of the module becomes part of one beside its folder.
    fn parts(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<PathBuf, String> {
        let mut sources = scripts(files);
        if let Some(script) = sources.get_mut(SCRIPT) {
            let text = String::from_utf8_lossy(script);
            if text.matches("'juya_bg.wasm'").count() != 1 {
                return Err(format!("{SCRIPT} must name its module once"));
            }
            *script = text
                .replace("'juya_bg.wasm'", &format!("'{ENGINE}'"))
                .into_bytes();
        }
        let folder = self.target.join("parts");
        lay_out(&folder, &sources)?;
        Ok(folder)
    }

    /// The script of a page in one file. Its engine is not fetched: `www/single.js` stands before the
    /// module's JavaScript.
    fn bundle(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, String> {
        let folder = self.target.join("single");
        let mut sources = scripts(files);
        let engine = sources.remove(SCRIPT);
        let start = sources.remove(SINGLE);
        let (Some(engine), Some(start)) = (engine, start) else {
            return Err(format!("www/{SINGLE} or the module is missing"));
        };
        let start = String::from_utf8_lossy(&start).replace("./pkg/engine.js", "./engine.js");
        sources.insert("pkg/engine.js".into(), engine);
        sources.insert(SCRIPT.into(), start.into_bytes());
        lay_out(&folder, &sources)?;

        self.run_bundler(&folder.join("app.js"), BUNDLE, SINGLE)
    }

    /// What esbuild makes of a module and what it imports.
    fn run_bundler(&self, entry: &Path, options: &[&str], output: &str) -> Result<Vec<u8>, String> {
        let bundler = self.root.join("node_modules/.bin/esbuild");
        if !bundler.exists() {
            return Err(
                "esbuild is missing, which makes one script of several; run: make setup".into(),
            );
        }
        let output = self.target.join(output);
        succeed(
            Command::new(&bundler)
                .arg(entry)
                .args(options)
                .arg(format!("--outfile={}", output.display())),
            &self.root,
        )?;
        fs::read(&output).map_err(|error| format!("{}: {error}", output.display()))
    }
}

fn scripts(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let scripts = files.iter().filter(|(name, _)| name.ends_with(".js"));
    scripts
        .map(|(name, bytes)| (name.clone(), bytes.clone()))
        .collect()
}

/// Writes into `folder` the JavaScript that loads a compiled module as `name`, and the module, made
/// smaller. Work whose inputs have not changed is not done again.
pub(crate) fn bind(
    root: &Path,
    compiled: &Path,
    folder: &Path,
    name: &str,
    shrink: &[&str],
) -> Result<(), String> {
    // Written last, so that a folder with a key is whole; names all that its content depends on.
    let key_file = folder.with_extension("key");
    let mut hash = Sha256::new();
    for input in [
        compiled,
        &root.join("Cargo.lock"),
        &root.join("package-lock.json"),
    ] {
        let bytes = fs::read(input).map_err(|error| format!("{}: {error}", input.display()))?;
        hash.update(Sha256::digest(bytes));
    }
    hash.update(format!("{BIND:?} {name} {shrink:?}"));
    let key = hex(&hash.finalize());
    if fs::read_to_string(&key_file).is_ok_and(|made_of| made_of == key) {
        return Ok(());
    }

    remove(&key_file)?;
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    succeed(
        Command::new(root.join("scripts/wasm"))
            .arg("wasm-bindgen")
            .args(BIND)
            .args(["--out-name", name])
            .arg("--out-dir")
            .arg(folder)
            .arg(compiled),
        root,
    )?;
    let bound = folder.join(format!("{name}_bg.wasm"));
    let optimiser = root.join("node_modules/.bin/wasm-opt");
    if !optimiser.exists() {
        return Err("wasm-opt is missing, which makes modules smaller; run: make setup".into());
    }
    succeed(
        Command::new(&optimiser)
            .args(shrink)
            .arg(&bound)
            .arg("-o")
            .arg(&bound),
        root,
    )?;
    write(&key_file, key.as_bytes())
}

fn examples_index(root: &Path) -> Result<Vec<u8>, String> {
    // Results lead to pages beside the one that shows them.
    let options = juya_ingest::Options {
        base_url: ".".into(),
        ..Default::default()
    };
    let mut corpus = juya_engine::Corpus::default();
    let folder = root.join("www/examples");
    let report = juya_ingest::read_into(&[folder], &options, &mut |post| corpus.posts.push(post));
    if !report.faults.is_empty() {
        let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
        return Err(faults.join("\n"));
    }
    juya_engine::build::build(&corpus).map_err(|error| format!("www/examples: {error}"))
}

/// Whether the page loads this file of `dist/`: types and manifests are for editors only, the index,
/// which the module carries, and the bundle for the `juya` command, and examples are pages of their
/// own.
pub(crate) fn is_loaded(name: &str) -> bool {
    ![".d.ts", ".json"].iter().any(|end| name.ends_with(end))
        && !name.starts_with(EXAMPLES)
        && ![INDEX, OFFLINE, SINGLE].contains(&name)
}

/// Every file under `folder` by its path from there, with `/`, after `prefix`. Hidden files
/// are left out.
pub(crate) fn collect(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), String> {
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            files.insert(format!("{prefix}{name}"), bytes);
        }
    }
    Ok(())
}

/// Writes the version of the site and the files that the page loads, with their hashes, into what
/// service workers run, and puts that in front of our own.
fn list_for_offline(files: &mut BTreeMap<String, Vec<u8>>) -> Result<String, String> {
    let mut hash = Sha256::new();
    for (name, bytes) in files.iter() {
        hash.update(Sha256::digest(name));
        hash.update(Sha256::digest(bytes));
    }
    let mut version = hex(&hash.finalize());
    version.truncate(16);
    let kept: BTreeMap<&str, String> = files
        .iter()
        .filter(|(name, _)| is_loaded(name) && *name != WORKER)
        .map(|(name, bytes)| match name.as_str() {
            "index.html" => ("./", String::new()),
            name => (name, integrity(bytes)),
        })
        .collect();
    let build = serde_json::json!({ "version": version, "files": kept, "later": [] });

    let mut source = |name| {
        files
            .remove(name)
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or(format!("www/{name} is missing or not UTF-8"))
    };
    let (offline, worker) = (source(OFFLINE)?, source(WORKER)?);
    if offline.matches(PLACEHOLDER).count() != 1 {
        return Err(format!(
            "www/{OFFLINE} must have the line `{PLACEHOLDER}` once, for the list of files"
        ));
    }
    let offline = offline.replace(PLACEHOLDER, &format!("const BUILD = {build};"));
    files.insert(WORKER.into(), (offline.clone() + &worker).into_bytes());
    files.insert(OFFLINE.into(), offline.into_bytes());
    Ok(version)
}

/// What `fetch` compares with a file that it is told the hash of.
fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes)))
}

/// Makes `dist` hold exactly `files`, touching only what differs.
pub(crate) fn lay_out(dist: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    for (name, bytes) in files {
        let path = dist.join(name);
        if fs::read(&path).is_ok_and(|old| old == *bytes) {
            continue;
        }
        let folder = path.parent().unwrap_or(dist);
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        write(&path, bytes)?;
    }
    let mut present = BTreeMap::new();
    collect(dist, "", &mut present)?;
    for name in present.keys().filter(|name| !files.contains_key(*name)) {
        remove(&dist.join(name))?;
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let fault = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        paths.push(entry.map_err(fault)?.path());
    }
    Ok(paths)
}

pub(crate) fn succeed(command: &mut Command, root: &Path) -> Result<(), String> {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .collect();
    let line = words.join(" ".as_ref()).to_string_lossy().into_owned();
    match command.current_dir(root).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` failed ({status})")),
        Err(error) => Err(format!("`{line}`: {error}")),
    }
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

pub(crate) fn remove(path: &Path) -> Result<(), String> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", path.display()))
        }
        _ => Ok(()),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
