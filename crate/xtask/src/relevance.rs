//! `cargo xtask relevance`: how well the `juya` command finds what people look for, beside other
//! engines and beside what it reached before.

mod spoken;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

const USAGE: &str = "usage: cargo xtask relevance [--sets DIR] [--only NAME] [--slow] [--ablate] \
                     [--write FILE.md]";

/// The engines of peers.tsv, in the order of the columns.
const PEERS: [&str; 6] = [
    "Lucene",
    "MiniSearch",
    "MiniSearch typo",
    "Orama",
    "lunr",
    "Pagefind",
];

/// What `juya eval --without` can do without.
const PARTS: [&str; 11] = [
    "form", "join", "spoken", "split", "prefix", "script", "spelling", "keyboard", "near",
    "coverage", "question",
];

#[derive(Default)]
struct Arguments {
    /// The folder of sets.
    sets: Option<PathBuf>,
    /// Only this set.
    only: Option<String>,
    slow: bool,
    ablate: bool,
    /// The page whose tables to renew.
    write: Option<PathBuf>,
}

/// Measures the examples of the archive, and the sets of a folder if one is given. What falls
/// under its floor is an error. The tables are Markdown; `--write` puts each of them into the
/// page, between the marks `<!-- table NAME -->` and `<!-- end -->`.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let arguments = parse(arguments)?;
    let juya = Juya::build(arguments.ablate)?;
    let floors = Floors::read()?;
    let mut tables = Vec::new();
    let mut low = Vec::new();

    if arguments.only.is_none() {
        let archive = archive(&juya)?;
        println!("{}\n", archive.report);
        low.extend(floors.check("archive", archive.success));
        low.extend(archive.forbidden);
        tables.push(("archive", archive.report));
    }
    if let Some(folder) = &arguments.sets {
        let rows = juya.eval(folder, &arguments, None)?;
        let table = beside_peers(&rows, &floors)?;
        println!("{table}\n");
        tables.push(("sets", table));
        for row in &rows {
            low.extend(floors.check(&row.set, row.mrr));
        }
        if rows.iter().any(|row| row.set == spoken::SET) {
            let found = spoken::measure(&juya, &folder.join(spoken::SET))?;
            println!("{}\n", found.report);
            low.extend(floors.check("shekasteh words", found.share));
            tables.push(("spoken", found.report));
        }
        if arguments.ablate {
            let table = ablation(&juya, folder, &arguments, &rows)?;
            println!("{table}\n");
            tables.push(("ablation", table));
        }
    }
    if let Some(page) = &arguments.write {
        renew(page, &tables)?;
    }
    if low.is_empty() {
        Ok(())
    } else {
        Err(low.join("\n"))
    }
}

fn parse(words: &[String]) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().cloned().ok_or(format!("{word} what? {USAGE}"));
        match word.as_str() {
            "--sets" => arguments.sets = Some(value()?.into()),
            "--only" => arguments.only = Some(value()?),
            "--write" => arguments.write = Some(value()?.into()),
            "--slow" => arguments.slow = true,
            "--ablate" => arguments.ablate = true,
            _ => return Err(USAGE.into()),
        }
    }
    if arguments.sets.is_none() && (arguments.only.is_some() || arguments.ablate) {
        return Err(format!("--only and --ablate need --sets. {USAGE}"));
    }
    Ok(arguments)
}

/// The `juya` command, as it is released.
struct Juya {
    program: PathBuf,
    /// For what is made on the way.
    scratch: PathBuf,
}

/// What `juya eval` says of a set.
struct Row {
    set: String,
    queries: u64,
    mrr: f64,
    p50: f64,
    p99: f64,
}

impl Juya {
    fn build(ablate: bool) -> Result<Juya, String> {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["build", "--quiet", "--release", "--package", "juya-cli"])
            .args(["--message-format", "json-render-diagnostics"])
            .current_dir(super::root());
        if ablate {
            cargo.args(["--features", "juya-cli/ablate"]);
        }
        let program = output(&mut cargo)?
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| message["target"]["name"] == "juya")
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .ok_or("cargo built no juya command")?;
        let scratch = program.with_file_name("relevance");
        fs::create_dir_all(&scratch).map_err(at(&scratch))?;
        Ok(Juya { program, scratch })
    }

    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        output(Command::new(&self.program).args(arguments))
    }

    /// An index of posts, by its folder.
    fn index(&self, source: &Path, name: &str) -> Result<String, String> {
        let out = text(&self.scratch.join(name))?.to_owned();
        self.run(&["build", text(source)?, "--out", &out, "--index-only"])?;
        Ok(out)
    }

    /// The hits of a query, as `juya search --json` gives them.
    fn search(&self, index: &str, query: &str, limit: &str) -> Result<Vec<Value>, String> {
        let page = self.run(&["search", "--json", "--limit", limit, "--", index, query])?;
        let page: Value = serde_json::from_str(&page).map_err(|error| error.to_string())?;
        let hits = page["hits"].as_array().cloned();
        hits.ok_or_else(|| "juya search printed no hits".into())
    }

    /// The sets of a folder.
    fn eval(
        &self,
        folder: &Path,
        arguments: &Arguments,
        without: Option<&str>,
    ) -> Result<Vec<Row>, String> {
        let mut words = vec!["eval", text(folder)?, "--json"];
        if let Some(only) = &arguments.only {
            words.extend(["--only", only]);
        }
        if arguments.slow {
            words.push("--slow");
        }
        if let Some(part) = without {
            words.extend(["--without", part]);
        }
        let row = |line: &str| -> Option<Row> {
            let row: Value = serde_json::from_str(line).ok()?;
            Some(Row {
                set: row["set"].as_str()?.to_owned(),
                queries: row["queries"].as_u64()?,
                mrr: row["mrr"].as_f64()?,
                p50: row["p50"].as_f64()?,
                p99: row["p99"].as_f64()?,
            })
        };
        self.run(&words)?
            .lines()
            .map(|line| row(line).ok_or(format!("juya eval printed {line:?}")))
            .collect()
    }
}

/// The least that a set may reach, by its name.
struct Floors(BTreeMap<String, f64>);

impl Floors {
    fn read() -> Result<Floors, String> {
        let path = data("floors.tsv");
        let mut floors = BTreeMap::new();
        for (place, [set, floor]) in table(&path)? {
            let floor = floor.parse().map_err(|_| format!("{place}: no number"))?;
            floors.insert(set, floor);
        }
        Ok(Floors(floors))
    }

    /// What to say where the set is under its floor.
    fn check(&self, set: &str, reached: f64) -> Option<String> {
        match self.0.get(set) {
            Some(&floor) if reached < floor => Some(format!(
                "{set}: {reached:.4} is under its floor, {floor:.4} (crate/xtask/data/floors.tsv)"
            )),
            _ => None,
        }
    }
}

/// Ours and theirs, set by set.
fn beside_peers(rows: &[Row], floors: &Floors) -> Result<String, String> {
    let mut peers = BTreeMap::new();
    for (place, [set, engine, mrr]) in table(&data("peers.tsv"))? {
        if !PEERS.contains(&engine.as_str()) {
            return Err(format!("{place}: {engine:?} is none of {PEERS:?}"));
        }
        peers.insert((set, engine), mrr);
    }
    let mut table = format!(
        "| set | queries | Juya | floor | {} | p50 ms | p99 ms |\n|---|--:|--:|--:|{}--:|--:|\n",
        PEERS.join(" | "),
        "--:|".repeat(PEERS.len())
    );
    for row in rows {
        let floor = floors.0.get(&row.set);
        let floor = floor.map_or(String::new(), |floor| format!("{floor:.4}"));
        let theirs = PEERS.map(|engine| {
            let figure = peers.get(&(row.set.clone(), engine.to_owned()));
            figure.map_or("", String::as_str)
        });
        let _ = writeln!(
            table,
            "| {} | {} | **{:.4}** | {floor} | {} | {:.2} | {:.2} |",
            row.set,
            row.queries,
            row.mrr,
            theirs.join(" | "),
            row.p50,
            row.p99
        );
    }
    Ok(table.trim_end().to_owned())
}

/// How the archive answers its examples.
struct Archive {
    report: String,
    /// success@1.
    success: f64,
    /// Posts found that must not be.
    forbidden: Vec<String>,
}

fn archive(juya: &Juya) -> Result<Archive, String> {
    let folder = super::root().join("tests/relevance");
    let index = juya.index(&super::root().join("posts/nlp_stuff.txt"), "archive")?;
    let reasons: BTreeMap<String, String> = table(&folder.join("known_misses.tsv"))?
        .into_iter()
        .map(|(_, [query, reason])| (query, reason))
        .collect();
    let title = |hit: &Value| hit["title"].as_str().unwrap_or_default().to_owned();

    let examples = table(&folder.join("examples.tsv"))?;
    let mut misses = String::new();
    let mut right = 0;
    for (_, [query, wanted, what]) in &examples {
        let hits = juya.search(&index, query, "10")?;
        if hits.first().is_some_and(|hit| title(hit).contains(wanted)) {
            right += 1;
            continue;
        }
        let at = hits.iter().position(|hit| title(hit).contains(wanted));
        let first = hits.first().map_or("nothing".into(), title);
        let _ = writeln!(
            misses,
            "| {query} | {what} | {wanted} | {} | {first} | {} |",
            at.map_or("–".into(), |at| (at + 1).to_string()),
            reasons.get(query).map_or("", String::as_str)
        );
    }
    let success = f64::from(right) / examples.len() as f64;
    let mut report = format!(
        "Archive: success@1 {success:.3} ({right} of {} examples).",
        examples.len()
    );
    if !misses.is_empty() {
        let _ = write!(
            report,
            "\n\n| query | what it tries | wanted | rank | first | why |\n|---|---|---|--:|---|---|\n{}",
            misses.trim_end()
        );
    }

    let negatives = table(&folder.join("negatives.tsv"))?;
    let mut forbidden = Vec::new();
    for (_, [query, title_part, why]) in &negatives {
        let hits = juya.search(&index, query, "1000")?;
        if hits.iter().any(|hit| title(hit).contains(title_part)) {
            forbidden.push(format!("archive: {query} finds {title_part} ({why})"));
        }
    }
    let _ = write!(
        report,
        "\n\nNegatives: {} of {} found.",
        forbidden.len(),
        negatives.len()
    );
    for line in &forbidden {
        let _ = write!(report, "\n- {line}");
    }
    Ok(Archive {
        report,
        success,
        forbidden,
    })
}

/// What each set loses without each part.
fn ablation(
    juya: &Juya,
    folder: &Path,
    arguments: &Arguments,
    whole: &[Row],
) -> Result<String, String> {
    let short = |row: &Row| row.set.rsplit('/').next().unwrap_or_default().to_owned();
    let names: Vec<String> = whole.iter().map(short).collect();
    let all: Vec<String> = whole.iter().map(|row| format!("{:.4}", row.mrr)).collect();
    let mut table = format!(
        "| without | {} |\n|---|{}\n| (whole) | {} |\n",
        names.join(" | "),
        "--:|".repeat(names.len()),
        all.join(" | ")
    );
    for part in PARTS {
        eprintln!("without {part} …");
        let rows = juya.eval(folder, arguments, Some(part))?;
        let changes: Vec<String> = whole
            .iter()
            .zip(&rows)
            .map(|(whole, row)| match row.mrr - whole.mrr {
                change if change.abs() < 0.000_05 => "·".into(),
                change => format!("{change:+.4}"),
            })
            .collect();
        let _ = writeln!(table, "| {part} | {} |", changes.join(" | "));
    }
    Ok(table.trim_end().to_owned())
}

/// Puts each table between its marks.
fn renew(page: &Path, tables: &[(&str, String)]) -> Result<(), String> {
    let mut text = fs::read_to_string(page).map_err(at(page))?;
    for (name, table) in tables {
        let (mark, end) = (format!("<!-- table {name} -->\n"), "<!-- end -->");
        let place = text.find(&mark).and_then(|start| {
            let start = start + mark.len();
            Some(start..start + text[start..].find(end)?)
        });
        let place = place.ok_or(format!(
            "{}: no place for this table; it needs the lines {} and {end}",
            page.display(),
            mark.trim()
        ))?;
        text.replace_range(place, &format!("\n{table}\n\n"));
    }
    fs::write(page, text).map_err(at(page))
}

/// The rows of a table of `N` columns with their places. Lines that begin with `#` are comments;
/// a first line that names columns says so by the name `query`.
fn table<const N: usize>(path: &Path) -> Result<Vec<(String, [String; N])>, String> {
    let text = fs::read_to_string(path).map_err(at(path))?;
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.is_empty() || line.starts_with('#') || line.starts_with("query\t") {
            continue;
        }
        let place = format!("{}:{number}", path.display());
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let row = <[String; N]>::try_from(cells)
            .map_err(|cells| format!("{place}: {} columns, not {N}", cells.len()))?;
        rows.push((place, row));
    }
    Ok(rows)
}

fn data(name: &str) -> PathBuf {
    super::root().join("crate/xtask/data").join(name)
}

/// What a command prints; that it fails is an error.
fn output(command: &mut Command) -> Result<String, String> {
    let line = format!("{command:?}");
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("{line}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{line} failed ({})", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{line}: {error}"))
}

fn text(path: &Path) -> Result<&str, String> {
    let text = path.to_str();
    text.ok_or_else(|| format!("{}: not a name in UTF-8", path.display()))
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}
