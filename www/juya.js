/**
 * Juya: full-text search that runs inside the reader's browser.
 *
 *     import { load } from "./juya.js";
 *     const index = await load();
 *     for (const hit of index.search("شبکه عصبی").hits) console.log(hit.title);
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
 * Opens an index: the one that the engine carries, or the `index.juya` at `url`.
 *
 * @param {string | URL} [url] resolved as `fetch` resolves it
 * @param {import("./juya.js").LoadOptions} [options]
 * @returns {Promise<import("./juya.js").Index>}
 * @throws {Error} if the engine cannot be fetched or started, or if `url` cannot be fetched or is
 *   not an index; the message says what to do. What `onProgress` throws is passed on.
 */
export async function load(url, { onProgress } = {}) {
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
  if (url === undefined) return (embedded ??= new Index(Engine.embedded()));
  return new Index(await Engine.load(String(url), onProgress));
}

/** An open index; `load()` makes it. */
class Index {
  #engine;

  /** @param {Engine} engine */
  constructor(engine) {
    this.#engine = engine;
    /** @readonly */
    this.info = Object.freeze(engine.info());
  }

  /**
   * Searches. Every string is a valid query; one that finds nothing gives no hits.
   *
   * @param {string} query
   * @param {import("./juya.js").SearchOptions} [options]
   * @returns {import("./juya.js").Page}
   * @throws {Error} if an option has the wrong type
   */
  search(query, { limit = 10, offset = 0, tags = [], explain = false, typing = false, literal = false } = {}) {
    checkCount("limit", limit);
    checkCount("offset", offset);
    if (!Array.isArray(tags)) throw new TypeError('The option "tags" must be an array of strings.');
    const start = performance.now();
    const page = this.#engine.search(
      String(query), limit, offset, tags.map(String), Boolean(explain), Boolean(typing), Boolean(literal),
    );
    page.took = performance.now() - start;
    return page;
  }

  /**
   * The whole post with this id, or `null` if there is none.
   *
   * @param {string} id
   * @returns {import("./juya.js").Post | null}
   */
  post(id) {
    return this.#engine.post(String(id));
  }

  /**
   * Queries that go on from this one: its last word completed, or corrected where nothing begins
   * so; most frequent first.
   *
   * @param {string} query
   * @param {{ limit?: number }} [options] at most so many; 5 unless given
   * @returns {string[]}
   */
  suggest(query, { limit = 5 } = {}) {
    checkCount("limit", limit);
    return this.#engine.suggest(String(query), limit);
  }

  /**
   * Posts about the same as the one with this id, nearest first; none if there is no such post.
   *
   * @param {string} id
   * @param {{ limit?: number }} [options] at most so many; 5 unless given
   * @returns {import("./juya.js").Summary[]}
   */
  similar(id, { limit = 5 } = {}) {
    checkCount("limit", limit);
    return this.#engine.similar(String(id), limit);
  }

  /**
   * What a list of all posts needs of each, in the order of the source.
   *
   * @returns {import("./juya.js").Summary[]}
   */
  posts() {
    return this.#engine.posts();
  }
}

/** @param {string} name @param {number} value */
function checkCount(name, value) {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return;
  throw new RangeError(`The option "${name}" must be a whole number from 0 to 4294967295; it is ${value}.`);
}
