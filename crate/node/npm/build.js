/**
 * Builds indexes, and sites that search them, in Node.js: the engine of the native command, compiled
 * to wasm. What pages load is elsewhere (`web/`) and has nothing of this.
 *
 *     import { buildIndex, writeSite } from "juya/build";
 *     const { files } = await buildIndex({ posts: [{ id: "1", title: "Tokens", text: "What is a token?" }] });
 *     await writeSite({ sources: "posts/", out: "site" });
 *
 * Reading and indexing take turns with nothing else: the promise settles when all is done. The types
 * are in build.d.ts.
 * @module
 */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Host, slashed } from "./host.js";
import { start } from "./start.js";

/** The built page, which comes with this package. */
const PAGE = fileURLToPath(new URL("web/", import.meta.url));

/** The name that posts have in faults, whose lines count them; no file is called so. */
const POSTS = "(posts).jsonl";

const HOME = "index.html"; // names the others
const OPTIONS = ["posts", "sources", "name", "baseUrl", "channel", "strict", "weights", "synonyms", "facets", "out"];

/** Sources from which no index is made. */
export class SourceError extends Error {
  name = "SourceError";
  /** @param {import("./build.js").Fault[]} faults */
  constructor(faults) {
    super(faults.map(said).join("\n"));
    this.faults = faults;
  }
}

/**
 * Builds an index of posts, or of what sources hold.
 *
 * @param {import("./build.js").IndexOptions} options
 * @returns {Promise<import("./build.js").BuiltIndex>}
 * @throws {SourceError} if not one post came of a source or, with `strict`, if anything is wrong
 * @throws {TypeError} if an option is not as it should be
 */
export async function buildIndex(options) {
  check(options, [...OPTIONS, "shards"]);
  const work = await build(options);
  try {
    const built = account(work);
    const files = taken(work);
    const out = options.out === undefined ? undefined : pathOf(options.out);
    const written = out === undefined ? [] : await writeIndex(out, files, built.entry);
    return { ...built, files, written };
  } finally {
    work.free();
  }
}

/**
 * Builds an index and writes it with the page that searches it: a folder for any static host.
 *
 * @param {import("./build.js").SiteOptions} options
 * @returns {Promise<import("./build.js").BuiltIndex>}
 * @throws as {@link buildIndex}
 */
export async function writeSite(options) {
  check(options, [...OPTIONS, "shards", "language"]);
  const out = pathOf(options.out);
  const work = await build(options);
  try {
    const built = account(work);
    const page = pairs(work.adapt((await pageFiles()).flat(), options.language));
    const files = taken(work);
    const written = await writeIndex(out, files, built.entry);
    for (const [name, bytes] of page) await write(join(out, name), bytes);
    return { ...built, files, written };
  } finally {
    work.free();
  }
}

/**
 * Builds the page with an index in it, as one file that works opened from disk.
 *
 * @param {import("./build.js").PageOptions} options
 * @returns {Promise<import("./build.js").BuiltPage>}
 * @throws as {@link buildIndex}
 */
export async function buildPage(options) {
  check(options, [...OPTIONS, "language"]);
  const work = await build({ ...options, shards: "never" });
  try {
    const { entry, ...built } = account(work);
    const html = work.single((await pageFiles()).flat(), options.language);
    if (options.out !== undefined) await write(pathOf(options.out), Buffer.from(html));
    return { ...built, html };
  } finally {
    work.free();
  }
}

/** @param {import("./build.js").IndexOptions} options */
async function build({ posts, sources = [], name, baseUrl = "", channel = [], strict = false, shards = "auto", ...options }) {
  const settings = settingsOf(options);
  const paths = list("sources", sources, (path) => slashed(pathOf(path)));
  const channels = list("channel", channel, (text) => text);
  const inMemory = new Map();
  if (posts !== undefined) {
    inMemory.set(POSTS, await lines(posts));
    paths.unshift(POSTS);
  }
  if (paths.length === 0) throw new TypeError('nothing to index: give "posts" or "sources"');
  const { Sources } = await start();
  const from = new Sources(new Host(inMemory), paths, channels, string("baseUrl", baseUrl));
  try {
    return from.build(string("shards", shards), Boolean(strict), name === undefined ? undefined : string("name", name), ...settings);
  } finally {
    from.free();
  }
}

/**
 * Posts as JSON lines, which the indexer reads as it reads a file of them.
 *
 * @param {Iterable<unknown> | AsyncIterable<unknown>} posts
 */
async function lines(posts) {
  if (!posts?.[Symbol.iterator] && !posts?.[Symbol.asyncIterator]) {
    throw new TypeError('The option "posts" must be iterable: an array, a generator, an async generator.');
  }
  const pieces = [];
  let piece = "";
  for await (const post of posts) {
    piece += `${JSON.stringify(post, plain) ?? "null"}\n`;
    if (piece.length < 1 << 20) continue;
    pieces.push(Buffer.from(piece));
    piece = "";
  }
  pieces.push(Buffer.from(piece));
  return pieces;
}

/** Addresses as their text; of text halves of characters are replaced. @param {string} _ @param {unknown} value */
function plain(_, value) {
  if (value instanceof URL) return value.href;
  return typeof value === "string" ? value.toWellFormed() : value;
}

/** @param {import("./indexer/indexer.js").Work} work */
function account(work) {
  const { posts, faults, leftOut } = work.report();
  if (!work.isBuilt()) throw new SourceError(faults);
  return { entry: work.entry(), posts, faults, leftOut, notes: work.notes() };
}

/** @param {import("./indexer/indexer.js").Work} work */
function taken(work) {
  const files = new Map();
  for (let file = work.take(); file; file = work.take()) files.set(...file);
  return files;
}

/** The files of the page, each its name and bytes. What names the others comes last. */
async function pageFiles() {
  const there = await readdir(PAGE, { recursive: true, withFileTypes: true });
  const files = there.filter((entry) => entry.isFile() && !entry.name.endsWith(".d.ts"));
  const paths = files.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const last = (path) => Number(path === join(PAGE, HOME));
  paths.sort((a, b) => last(a) - last(b));
  return Promise.all(paths.map(async (path) => [slashed(relative(PAGE, path)), await readFile(path)]));
}

/** @param {unknown[]} flat */
function pairs(flat) {
  return Array.from({ length: flat.length / 2 }, (_, at) => /** @type {[string, Uint8Array]} */ (flat.slice(2 * at, 2 * at + 2)));
}

/**
 * Writes an index, and takes away what was there of another one. Blocks that are there already are
 * let be; until the file that opens the index is in place, the old one is whole.
 *
 * @param {string} folder
 * @param {Map<string, Uint8Array>} files
 * @param {string} entry
 * @returns {Promise<string[]>} the names of those that were not there
 */
async function writeIndex(folder, files, entry) {
  const written = [];
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    // The name of a block says what is in it; one that was cut off has another size.
    const known = name === entry ? undefined : await stat(path).catch(() => undefined);
    if (known?.size === bytes.length) continue;
    await write(path, bytes);
    written.push(name);
  }
  const named = new Set([...files.keys()].map((name) => join(folder, name)));
  for (const old of ["index.juya", "index"]) await sweep(join(folder, old), named);
  return written;
}

/** Removes the files of indexes in a folder but for those named. @param {string} path @param {Set<string>} named */
async function sweep(path, named) {
  const below = await readdir(path).catch((error) => (error.code === "ENOTDIR" ? undefined : []));
  if (below) {
    for (const name of below) await sweep(join(path, name), named);
    await rmdir(path).catch(() => {}); // one that holds anything yet stays
  } else if (path.endsWith(".juya") && !named.has(path)) {
    await rm(path);
  }
}

/** Writes a file aside and gives it its name when it is whole. @param {string} path @param {Uint8Array} bytes */
async function write(path, bytes) {
  const aside = join(dirname(path), `.${randomBytes(8).toString("hex")}`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(aside, bytes);
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { force: true }).catch(() => {});
    throw new Error(`${path}: cannot be written: ${cause.message}`, { cause });
  }
}

/** A fault as the native command says it. @param {import("./build.js").Fault} fault */
function said({ file, line, column, message, remedy }) {
  const place = [file, line, column].filter((part) => part != null).join(":");
  return `${place}: ${message}${remedy ? `; ${remedy}` : ""}`;
}

/** @param {object} options @param {string[]} known */
function check(options, known) {
  for (const name of Object.keys(options ?? {})) {
    if (!known.includes(name)) throw new TypeError(`no option is called "${name}"; there are ${known.join(", ")}`);
  }
}

/** @param {string} name @param {unknown} value */
function string(name, value) {
  if (typeof value === "string") return value;
  throw new TypeError(`The option "${name}" must be a string.`);
}

/** @param {string} name @param {unknown} value @param {(value: any) => string} of */
function list(name, value, of) {
  return (Array.isArray(value) ? value : [value]).map((value) => string(name, of(value)));
}

/**
 * Weights, synonyms and facets, each as the command line would have its values.
 *
 * @param {import("./build.js").Options} options
 */
function settingsOf({ weights = [], synonyms = [], facets }) {
  const isTable = typeof weights === "object" && weights !== null && !Array.isArray(weights);
  const numbers = isTable ? Object.entries(weights).map(([field, weight]) => {
    if (typeof weight === "number") return `${field}=${weight}`;
    throw new TypeError(`The option "weights" must have numbers; of "${field}" it has another thing.`);
  }) : weights;
  return [
    list("weights", numbers, (weight) => weight),
    list("synonyms", synonyms, (words) => joined("synonyms", words)),
    facets === undefined ? [] : [joined("facets", facets)],
  ];
}

/** Parts with commas between them. @param {string} name @param {unknown} parts */
function joined(name, parts) {
  return list(name, parts, (part) => part).join(", ");
}

/** @param {string | URL} path */
function pathOf(path) {
  if (path instanceof URL) return fileURLToPath(path);
  if (typeof path === "string") return path;
  throw new TypeError("A path must be a string or a file: URL.");
}
