#!/usr/bin/env node
/**
 * The `juya` command: that of the native one which needs no compiler, in the same words. Errors go to
 * stderr, with exit code 1 (2 for wrong arguments).
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, styleText } from "node:util";
import { SourceError, buildIndex, buildPage, writeSite } from "./build.js";
import { Host, print, slashed } from "./host.js";
import { serve } from "./serve.js";
import { start } from "./start.js";

/** The file that keeps options, in the current folder. */
const FILE = "juya.toml";

/** Where posts come from. How values are written in the file, their names here say: crate/ingest/src/config.rs. */
const SOURCES = {
  channel: { type: "string", multiple: true, value: "[CHAT=]NAME", help: "The user name of the Telegram channel, for links to its posts; of several chats, CHAT=NAME for each, CHAT being the name that the export gives it" },
  "base-url": { type: "string", value: "URL", help: "Where the pages of a folder can be read, such as https://example.org/blog" },
  strict: { type: "boolean", help: "Fails on any problem in the sources" },
};

const COMMANDS = {
  build: {
    run: build,
    help: "Makes a searchable site of posts: DIR/index.juya, and the page that searches it",
    positionals: "SOURCE...",
    file: true,
    options: {
      ...SOURCES,
      out: { type: "string", value: "DIR", help: "The folder to write; it is made if need be" },
      "single-file": { type: "string", value: "FILE", help: "Writes the page with the index in it, as one file that works opened from disk" },
      "index-only": { type: "boolean", help: "Writes the index and no page" },
      language: { type: "string", value: "LANG", help: "The language of the page, fa, en or ar; otherwise that of most posts, as their letters tell" },
      shards: { type: "string", value: "WHEN", help: "Whether the index is one file, which readers fetch whole, or many, of which they fetch what a search needs: auto (many from 8 MiB of text on), never, always" },
      weights: { type: "string", multiple: true, value: "FIELD=N", help: "How much a word counts in a field, from 0, where it is not searched, to 100: in title (3 unless said), text (1), tags (1), links (0.3), which are addresses and what pages weigh low" },
      synonyms: { type: "string", multiple: true, value: "WORDS,…", help: "Words and phrases that say the same, with commas between them: who searches for one finds the others, too" },
      facets: { type: "string", value: "NAMES,…", help: "By what readers narrow a search: tags, kinds, sources, years, with commas between them, or none; all of them unless said" },
    },
  },
  search: {
    run: search,
    help: "Prints the posts that match",
    positionals: "INDEX QUERY",
    options: {
      limit: { type: "string", value: "N", help: "How many posts to print at most; 10 unless given" },
      json: { type: "boolean", help: "Prints JSON, as the native command does" },
      explain: { type: "boolean", help: "Says in JSON what each score is made of" },
      literal: { type: "boolean", help: "Searches just what was typed: no other keyboard layout, script or spelling" },
    },
  },
  check: {
    run: check,
    help: "Prints what would be indexed, and every problem by file and line",
    positionals: "SOURCE...",
    file: true,
    options: SOURCES,
  },
  serve: {
    run: show,
    help: "Shows a built site on this machine",
    positionals: "DIR",
    options: { port: { type: "string", value: "N", help: "The port to listen on, on 127.0.0.1; 0 for one that is free; 8000 unless given" } },
  },
};

/** Options of `build` that rule each other out. */
const AGAINST = [["single-file", "index-only"], ["single-file", "shards"], ["language", "index-only"]];

/** Wrong arguments. */
class UsageError extends Error {}

/** What `juya.toml` says, as far as it counts. @type {{ key: string, line: number, values: { text: string, line: number }[] }[]} */
const said = [];

async function main() {
  const [name, ...rest] = process.argv.slice(2);
  if (name === undefined || ["help", "-h", "--help"].includes(name)) return out(usage());
  if (["-V", "--version"].includes(name)) {
    const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
    return out(`juya ${version}`);
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new UsageError(`error: there is no command '${name}'; there are ${Object.keys(COMMANDS).join(", ")}`);
  }
  const command = COMMANDS[name];
  let parsed;
  try {
    parsed = parseArgs({
      args: rest,
      options: { ...command.options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(`error: ${error.message}\n\nFor more information, try 'juya ${name} --help'.`);
  }
  const { values, positionals } = parsed;
  if (values.help) return out(usageOf(name, command));
  if (command.file) await addFile(values, positionals, command);
  try {
    await command.run(values, positionals);
  } catch (error) {
    if (error.reason === undefined) throw error;
    throw invalid(error.option, error.value, `: ${error.reason}`);
  }
}

/** @param {any} values @param {string[]} sources */
async function build(values, sources) {
  const { out: folder, "single-file": file, "index-only": indexOnly, language } = values;
  need(sources.length, "<SOURCE>...");
  need(folder ?? file, "--out <DIR>");
  for (const [one, other] of AGAINST) {
    if (!values[one] || !values[other]) continue;
    throw new UsageError(`error: the argument '--${one}' cannot be used with '--${other}'`);
  }
  among("shards", values.shards, ["auto", "never", "always"]);
  among("language", values.language, ["fa", "en", "ar"]);
  const options = read(values, sources);
  if (file !== undefined) {
    const begun = performance.now();
    const { posts, notes, html } = await buildPage({ ...options, language, out: file });
    if (folder === undefined) notes.forEach(complain);
    out(`${file}: ${counted(posts, "post")}, ${grouped(Buffer.byteLength(html))} bytes, ${since(begun)}`);
  }
  if (folder === undefined) return;
  const begun = performance.now();
  const index = { ...options, shards: values.shards, out: folder };
  const built = await (indexOnly ? buildIndex(index) : writeSite({ ...index, language }));
  const { entry, files, written, posts, notes } = built;
  notes.forEach(complain);
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const of = files.size > 1 ? ` in ${counted(files.size, "file")}, of which ${grouped(written.length)} new` : "";
  const memory = Math.floor(process.resourceUsage().maxRSS / 1024);
  const path = slashed(join(folder, entry));
  out(`${path}: ${counted(posts, "post")}, ${grouped(bytes)} bytes${of}, ${since(begun)}, ${memory} MB of memory at most`);
  if (!indexOnly) out(`see it: juya serve ${folder}`);
}

/** @param {any} values @param {string[]} sources */
async function check(values, sources) {
  need(sources.length, "<SOURCE>...");
  const { Sources } = await start();
  const from = new Sources(new Host(), sources.map(slashed), values.channel ?? [], values["base-url"] ?? "");
  if (!from.check(values.strict ?? false)) process.exitCode = 1;
}

/** @param {any} values @param {string[]} positionals */
async function search({ limit = "10", json = false, explain = false, literal = false }, [index, query, ...more]) {
  need(index, "<INDEX>");
  need(query, "<QUERY>");
  if (more.length) throw new UsageError(`error: unexpected argument '${more[0]}'; put a query of several words in quotation marks`);
  if (!/^\d{1,9}$/.test(limit)) throw new UsageError(`error: --limit is '${limit}'; make it a whole number`);
  const indexer = await start();
  const found = indexer.search(new Host(), slashed(index), query, Number(limit), explain, literal, json);
  if (json) return out(found);
  const { hits, total, interpretation } = JSON.parse(found);
  if (interpretation) {
    out(`${dim(`Results for ${interpretation.query} (${interpretation.why}); --literal searches what was typed.`)}\n`);
  }
  for (const hit of hits) out(described(hit));
  if (total === 0) out("no post matches");
  else out(hits.length === total ? counted(total, "post") : `${grouped(hits.length)} of ${counted(total, "post")}`);
}

/** @param {any} values @param {string[]} positionals */
async function show({ port = "8000" }, [folder]) {
  need(folder, "<DIR>");
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new UsageError(`error: --port is '${port}'; make it a whole number up to 65535`);
  }
  const url = await serve(folder, Number(port));
  out(`${folder} is on ${url} (Ctrl-C ends)`);
}

/** Options of the API. @param {any} values @param {string[]} sources */
function read(values, sources) {
  const { channel, "base-url": baseUrl, strict, weights, synonyms, facets } = values;
  return { sources, channel, baseUrl, strict, weights, synonyms, facets };
}

/** Adds what `juya.toml` says where the command line does not. */
async function addFile(values, positionals, { options }) {
  if (!existsSync(FILE)) return;
  const given = new Set(Object.keys(values));
  const indexer = await start();
  const known = { ...COMMANDS.build.options, ...COMMANDS.check.options, sources: { multiple: true, value: "SOURCE" } };
  const keys = Object.entries(known).map(([name, { value, multiple = false }]) => ({ name, value, multiple }));
  for (const entry of told(() => indexer.configuration(readFileSync(FILE, "utf8"), keys))) {
    const { key, values: found } = entry;
    const texts = found.map(({ text }) => text);
    if (key === "sources") {
      if (positionals.length === 0) positionals.push(...texts);
      continue;
    }
    // The command line has the last word, also where its own option rules this one out.
    const against = AGAINST.filter((pair) => pair.includes(key)).flat();
    if (!Object.hasOwn(options, key) || given.has(key) || against.some((other) => given.has(other))) continue;
    const { type, multiple } = known[key];
    values[key] = type === "boolean" ? texts.length > 0 : multiple ? texts : texts[0];
    said.push(entry);
  }
}

/** What is wrong in the file is wrong as an argument is. @template T @param {() => T} read @returns {T} */
function told(read) {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** A value that an option does not take, or several that do not go together, with the line where the file says it. */
function invalid(option, value, why) {
  const name = `'--${option} <${COMMANDS.build.options[option].value}>'`;
  const text = value === undefined
    ? `invalid values for ${name}${why}`
    : `invalid value '${value}' for ${name}${why}\n\nFor more information, try '--help'.`;
  const entry = said.find(({ key }) => key === option);
  if (!entry) return new UsageError(`error: ${text}`);
  const { line } = entry.values.find(({ text }) => text === value) ?? entry;
  return new UsageError(`${FILE}:${line}: ${text}`);
}

/** A hit, a line for each thing: a terminal that knows writing directions decides by line. */
function described({ id, url, title, titleRanges, excerpt, excerptRanges, tags, date }) {
  const lines = [title ? marked(title, titleRanges, (text) => style("bold", text)) : style("bold", id)];
  if (excerpt) lines.push(marked(excerpt, excerptRanges, (text) => text));
  lines.push(dim([...tags.map((tag) => `#${tag}`), date, id].filter(Boolean).join("  ")));
  if (url) lines.push(dim(url));
  return `${lines.join("\n")}\n`;
}

/** Ranges are in bytes of UTF-8. */
function marked(text, ranges, plain) {
  const bytes = Buffer.from(text);
  const slice = (from, to) => bytes.subarray(from, to).toString();
  let [shown, done] = ["", 0];
  for (const { start, end } of ranges) {
    shown += plain(slice(done, start)) + style("yellow", slice(start, end));
    done = end;
  }
  return shown + plain(slice(done, bytes.length));
}

const style = (format, text) => (process.stdout.isTTY && !process.env.NO_COLOR && text ? styleText(format, text) : text);
const dim = (text) => style("dim", text);

const grouped = (number) => number.toLocaleString("en");
const counted = (number, thing) => `${grouped(number)} ${thing}${number === 1 ? "" : "s"}`;
const since = (begun) => `${((performance.now() - begun) / 1000).toFixed(2)} s`;

function need(value, name) {
  if (value) return;
  throw new UsageError(`error: the following required arguments were not provided:\n  ${name}\n\nFor more information, try '--help'.`);
}

function among(name, value, known) {
  if (value === undefined || known.includes(value)) return;
  throw invalid(name, value, `\n  [possible values: ${known.join(", ")}]`);
}

function usage() {
  const rows = Object.entries(COMMANDS).map(([name, { help }]) => `  ${name.padEnd(8)} ${help}`);
  return `Full-text search without a server, at home in Persian mixed with English

Usage: juya <COMMAND>

Commands:
${rows.join("\n")}

'juya <COMMAND> --help' says more. Evaluating and merging are for the native command.`;
}

function usageOf(name, { help, positionals, options }) {
  const rows = Object.entries(options).map(
    ([option, { value, help }]) => `  --${option}${value ? ` <${value}>` : ""}\n          ${help}`,
  );
  return `${help}\n\nUsage: juya ${name} [OPTIONS] ${positionals}\n\nOptions:\n${rows.join("\n")}`;
}

function out(text) {
  print(1, Buffer.from(`${text}\n`));
}

function complain(text) {
  print(2, Buffer.from(`${text}\n`));
}

try {
  await main();
} catch (error) {
  // Who reads the output has seen enough (`juya … | head`).
  if (error.code !== "EPIPE" && error.cause?.code !== "EPIPE") {
    const isExpected = error instanceof SourceError || error instanceof UsageError || error.name === "Error";
    complain(isExpected ? error.message : error.stack);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
