/**
 * Juya: full-text search that runs inside the reader's browser.
 *
 *     import { load } from "./juya.js";
 *     const index = await load();
 *     const page = await index.search("شبکه عصبی");
 *     for (const hit of page.hits) console.log(hit.title);
 *
 * Works in windows and in module workers. The types, with their units, are in juya.d.ts.
 * @module
 */
import init, { Index as Engine } from "./pkg/juya.js";

/** @type {Promise<unknown> | undefined} */
let engine;
/** @type {Index | undefined} */
let embedded;

/**
 * Opens an index: the one that the engine carries, or the one at an address (a `.juya` file, or
 * a folder with one), or in memory.
 *
 * @param {string | URL | ArrayBuffer | ArrayBufferView} [from] an address as `fetch` resolves it, or the bytes
 *   of an `index.juya`
 * @param {import("./juya.js").LoadOptions} [options]
 * @returns {Promise<import("./juya.js").Index>}
 * @throws {Error} if the engine cannot be fetched or started, or if the index cannot be fetched or
 *   is none; the message says what to do. What `onProgress` throws is passed on, and the reason of
 *   `signal`.
 */
export async function load(from, { onProgress, signal } = {}) {
  signal?.throwIfAborted();
  engine ??= init();
  try {
    await engine;
  } catch (cause) {
    engine = undefined; // so that the next call tries again
    throw new Error(
      `Could not start the search engine (${cause.message}). ` +
        "Check the connection, and that pkg/juya_bg.wasm lies beside pkg/juya.js.",
      { cause },
    );
  }
  signal?.throwIfAborted();
  if (from === undefined) return (embedded ??= new Index(Engine.embedded()));
  if (from instanceof ArrayBuffer) return new Index(Engine.fromBytes(new Uint8Array(from)));
  if (ArrayBuffer.isView(from)) {
    return new Index(Engine.fromBytes(new Uint8Array(from.buffer, from.byteOffset, from.byteLength)));
  }
  try {
    return new Index(await Engine.load(String(from), onProgress, signal));
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** An open index; `load()` makes it. */
class Index {
  #engine;

  /** @param {Engine} engine */
  constructor(engine) {
    this.#engine = engine;
    /** @readonly */
    this.info = Object.freeze(engine.info());
    if (engine.isWhole()) warmUp(engine);
  }

  /**
   * Searches. Every string is a valid query; one that finds nothing gives no hits.
   *
   * @param {string} query
   * @param {import("./juya.js").SearchOptions} [options]
   * @returns {Promise<import("./juya.js").Page>}
   * @throws {Error} if an option has the wrong type, if a block of an index in shards cannot be
   *   fetched (the message says what to do), or with the reason of `signal`
   */
  async search(
    query,
    {
      limit = 10,
      offset = 0,
      tags = [],
      kinds = [],
      sources = [],
      from = "",
      to = "",
      sort = "relevance",
      facets = true,
      explain = false,
      typing = false,
      literal = false,
      signal,
    } = {},
  ) {
    checkCount("limit", limit);
    checkCount("offset", offset);
    const [inTags, inKinds, inSources] = Object.entries({ tags, kinds, sources }).map(strings);
    if (sort !== "relevance" && sort !== "date") {
      throw new RangeError(`The option "sort" must be "relevance" or "date"; it is ${sort}.`);
    }
    signal?.throwIfAborted();
    const start = performance.now();
    const page = await this.#engine.search(
      String(query), limit, offset, inTags, inKinds, inSources, checkDay("from", from), checkDay("to", to),
      sort === "date", Boolean(facets), Boolean(explain), Boolean(typing), Boolean(literal), signal,
    );
    page.exact = true; // all postings were read
    page.took = performance.now() - start;
    return page;
  }

  /**
   * The whole post with this id, or `null` if there is none.
   *
   * @param {string} id
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<import("./juya.js").Post | null>}
   */
  async post(id, { signal } = {}) {
    signal?.throwIfAborted();
    return this.#engine.post(String(id), signal);
  }

  /**
   * Queries that go on from this one: its last word completed, or corrected where nothing begins
   * so; most frequent first.
   *
   * @param {string} query
   * @param {{ limit?: number, signal?: AbortSignal }} [options] at most so many; 5 unless given
   * @returns {Promise<string[]>}
   */
  async suggest(query, { limit = 5, signal } = {}) {
    checkCount("limit", limit);
    signal?.throwIfAborted();
    return this.#engine.suggest(String(query), limit, signal);
  }

  /**
   * Posts about the same as the one with this id, nearest first; none if there is no such post.
   *
   * @param {string} id
   * @param {{ limit?: number, signal?: AbortSignal }} [options] at most so many; 5 unless given
   * @returns {Promise<import("./juya.js").Summary[]>}
   */
  async similar(id, { limit = 5, signal } = {}) {
    checkCount("limit", limit);
    signal?.throwIfAborted();
    return this.#engine.similar(String(id), limit, signal);
  }

  /**
   * What a list of posts needs of each, in the order of the source. An index in shards fetches the
   * texts of as many as are asked for.
   *
   * @param {{ limit?: number, offset?: number, signal?: AbortSignal }} [options] at most so many, all
   *   unless given, without the first `offset`
   * @returns {Promise<import("./juya.js").Summary[]>}
   */
  async posts({ limit = MOST, offset = 0, signal } = {}) {
    checkCount("limit", limit);
    checkCount("offset", offset);
    signal?.throwIfAborted();
    return this.#engine.posts(offset, limit, signal);
  }
}

/**
 * Searches once, unseen, when the browser has time: the first search takes ten times as long as
 * the next ones, because the browser compiles what runs first.
 *
 * @param {Engine} engine
 */
function warmUp(engine) {
  const search = () => {
    const [post] = engine.posts(0, 1);
    // Slips of the hand are looked for where a word is not known.
    const query = `${post?.title} ${post?.tags}x`;
    engine.search(query, 10, 0, [], [], [], "", "", false, true, false, true, false);
  };
  // Safari has no requestIdleCallback.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(search, { timeout: 2000 });
  else setTimeout(search, 200);
}

/** The largest number that the engine takes. */
const MOST = 2 ** 32 - 1;

/** @param {string} name @param {number} value */
function checkCount(name, value) {
  if (Number.isInteger(value) && value >= 0 && value <= MOST) return;
  throw new RangeError(`The option "${name}" must be a whole number from 0 to ${MOST}; it is ${value}.`);
}

/** @param {[string, string[]]} option */
function strings([name, values]) {
  if (Array.isArray(values)) return values.map(String);
  throw new TypeError(`The option "${name}" must be an array of strings.`);
}

/** @param {string} name @param {string} value */
function checkDay(name, value) {
  if (/^(\d{4}(-\d\d){0,2})?$/.test(value)) return value;
  throw new RangeError(`The option "${name}" must be a day as YYYY-MM-DD, a month or a year; it is ${value}.`);
}
