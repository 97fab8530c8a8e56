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
import { ask } from "./answer.js";
import { Blocks, fetchIndex } from "./loader.js";

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
export async function load(from, options = {}) {
  const { signal } = options;
  signal?.throwIfAborted();
  const isHeld = from instanceof ArrayBuffer || ArrayBuffer.isView(from);
  // Comes while the engine does.
  const fetched = from === undefined || isHeld ? undefined : fetchIndex(String(from), options);
  fetched?.catch(() => {}); // of which is told where it is waited for
  engine ??= init();
  try {
    await engine;
  } catch (cause) {
    engine = undefined; // so that the next call tries again
    throw new Error(
      `Could not start the search engine (${cause.message}). ` +
        "Check the connection, and that pkg/juya_bg.wasm lies beside juya.js.",
      { cause },
    );
  }
  signal?.throwIfAborted();
  if (from instanceof ArrayBuffer) return new Index(open(new Uint8Array(from)));
  if (ArrayBuffer.isView(from)) {
    return new Index(open(new Uint8Array(from.buffer, from.byteOffset, from.byteLength)));
  }
  if (!fetched) return (embedded ??= new Index(Engine.embedded()));
  try {
    const { url, sent, bytes } = await fetched;
    const engine = open(bytes, url);
    return new Index(engine, engine.isWhole() ? undefined : new Blocks(engine, sent, bytes));
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** @param {Uint8Array} bytes @param {string} [url] where they came from; without one all must be there */
function open(bytes, url) {
  try {
    const engine = Engine.fromBytes(bytes);
    if (url || engine.isWhole()) return engine;
  } catch (error) {
    throw url ? new Error(`Cannot use ${url}: ${error.message}`, { cause: error }) : error;
  }
  throw new Error("These bytes are a manifest, which is of no use without its folder. Load it by its address.");
}

/** An open index; `load()` makes it. */
class Index {
  #engine;
  #blocks;

  /** @param {Engine} engine @param {Blocks} [blocks] of an index in shards */
  constructor(engine, blocks) {
    this.#engine = engine;
    this.#blocks = blocks;
    /** @readonly */
    this.info = Object.freeze(ask(engine, "info").answer);
    if (!blocks) warmUp(this);
  }

  /** Asks the engine until it lacks nothing. */
  async #ask(signal, method, ...given) {
    signal?.throwIfAborted();
    for (;;) {
      const { missing, answer } = ask(this.#engine, method, ...given);
      if (!missing || !this.#blocks) {
        this.#blocks?.trim();
        return answer;
      }
      await this.#blocks.bring(missing, signal);
    }
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
    const start = performance.now();
    const page = await this.#ask(
      signal, "search", String(query), limit, offset, inTags, inKinds, inSources, checkDay("from", from), checkDay("to", to),
      sort === "date", Boolean(facets), Boolean(explain), Boolean(typing), Boolean(literal),
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
    return this.#ask(signal, "post", String(id));
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
    return this.#ask(signal, "suggest", String(query), limit);
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
    return this.#ask(signal, "similar", String(id), limit);
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
    return this.#ask(signal, "posts", offset, limit);
  }
}

/**
 * Searches once, unseen, when the browser has time: the first search takes ten times as long as
 * the next ones, because the browser compiles what runs first.
 *
 * @param {Index} index
 */
function warmUp(index) {
  const search = async () => {
    const [post] = await index.posts({ limit: 1 });
    // Slips of the hand are looked for where a word is not known.
    await index.search(`${post?.title} ${post?.tags}x`, { typing: true });
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

/** @param {[string, string[]]} option @returns {string} each of them with NUL after it */
function strings([name, values]) {
  if (Array.isArray(values)) return values.map((value) => `${value}\0`).join("");
  throw new TypeError(`The option "${name}" must be an array of strings.`);
}

/** @param {string} name @param {string} value */
function checkDay(name, value) {
  if (/^(\d{4}(-\d\d){0,2})?$/.test(value)) return value;
  throw new RangeError(`The option "${name}" must be a day as YYYY-MM-DD, a month or a year; it is ${value}.`);
}
