/**
 * Fetches an index for the window or worker that runs the module: what it is opened from at once,
 * and blocks of an index in shards when a search lacks them.
 * @module
 */

/** How many bytes of blocks are held between searches. */
const MEMORY = 64 * 2 ** 20;
/** What begins the names of the caches of blocks. Those of the service worker begin otherwise. */
const CACHES = "juya-blocks ";
/** What to do about an index that cannot be fetched. */
const CHECK = "Check the address, and that the index was uploaded there.";
/** And about a block of one that could. */
const RELOAD =
  "Try again. If that does not help, the index was replaced since it was opened (then reload the page), " +
  "or uploaded in part (then upload its whole folder).";

/** @typedef {import("./pkg/juya.js").Index} Engine */

/**
 * Fetches what an index is opened from: a `.juya` file, or what lies in a folder.
 *
 * @param {string} from
 * @param {import("./juya.js").LoadOptions} options
 * @returns {Promise<{ url: string, sent: string, bytes: Uint8Array }>} with the address, and the one
 *   that the server sent to
 */
export async function fetchIndex(from, { onProgress, signal }) {
  const file = path(from);
  const folder = file === "" || file.endsWith("/") ? file : `${file}/`;
  const urls = file.endsWith(".juya")
    ? [from]
    : ["index.juya", "manifest.juya", "index/manifest.juya"].map((name) => folder + name);
  let url = from;
  let fault;
  for (url of urls) {
    // A manifest is read anew each time: it names the blocks that there are.
    const cache = path(url).endsWith("manifest.juya") ? "no-cache" : "default";
    const response = await get(url, url, { cache, signal });
    fault = faultOf(response);
    if (!fault) return { url, sent: response.url || url, bytes: await read(url, response, onProgress) };
  }
  throw new Error(`The server answered ${url} with ${fault}. ${CHECK}`);
}

/** The blocks of an index in shards: on their way, in memory, and in Cache Storage. */
export class Blocks {
  #engine;
  #folder;
  /** Gives the cache of blocks, or `undefined` where the browser has none. */
  #cache;
  /** Whether an earlier visit left blocks in it: asking an empty one would cost time. */
  #revisited = false;
  /** By number. @type {Map<number, { waiting: number, controller: AbortController, landed: Promise<void> }>} */
  #flights = new Map();

  /**
   * @param {import("./pkg/juya.js").Index} engine
   * @param {string} url where the manifest is, with the blocks beside it
   * @param {Uint8Array} manifest
   */
  constructor(engine, url, manifest) {
    this.#engine = engine;
    this.#folder = path(url).replace(/[^/]*$/, "");
    this.#cache = this.#openCache(manifest);
  }

  /**
   * Settles when the engine has these blocks.
   *
   * @param {number[]} missing
   * @param {AbortSignal} [signal]
   */
  async bring(missing, signal) {
    const landed = Promise.all(missing.map((block) => this.#want(block)));
    try {
      await (signal ? Promise.race([landed, aborted(signal)]) : landed);
    } catch (error) {
      missing.forEach((block) => this.#letGo(block));
      signal?.throwIfAborted();
      throw error;
    }
    signal?.throwIfAborted();
  }

  /** Makes room for others. */
  trim() {
    // Postings are checked by their terms, which must not go before these came.
    if (this.#flights.size === 0) this.#engine.trim(MEMORY);
  }

  /** The flight of a block, which begins if there is none. */
  #want(block) {
    const known = this.#flights.get(block);
    if (known) {
      known.waiting++;
      return known.landed;
    }
    const controller = new AbortController();
    const landed = this.#fly(block, controller.signal).finally(() => {
      // If this one was called off, another may have begun.
      if (this.#flights.get(block)?.controller === controller) this.#flights.delete(block);
    });
    this.#flights.set(block, { waiting: 1, controller, landed });
    return landed;
  }

  /**
   * A search gave up: the reader wanted something else, or will try again, which should not meet
   * what is about to fail as well. What nobody else waits for is called off.
   */
  #letGo(block) {
    const flight = this.#flights.get(block);
    if (!flight || --flight.waiting > 0) return;
    this.#flights.delete(block);
    flight.controller.abort();
  }

  /** Has a block come from the cache or the server. */
  async #fly(block, signal) {
    const request = this.#engine.request(block, this.#folder);
    const cache = await this.#cache;
    if (this.#revisited) {
      const kept = await cache?.match(request).catch(() => {});
      const bytes = kept && (await read(request.url, kept).catch(() => {}));
      if (bytes && this.#engine.insert(block, bytes)) return;
    }
    const fetched = (cache) => this.#fetch(block, request, { cache, signal });
    // A name stands for bytes, so that those are right which the browser has from before, however
    // old; if they are not, the server has its say.
    const bytes = await fetched("force-cache").catch(() => fetched("reload"));
    // No more room is no reason to fail.
    cache?.put(request, new Response(bytes)).catch(() => {});
  }

  async #fetch(block, request, options) {
    const { url } = request;
    const response = await get(url, request, options);
    const fault = faultOf(response);
    if (fault) throw new Error(`The server answered ${url} with ${fault}. ${RELOAD}`);
    const bytes = await read(url, response);
    if (this.#engine.insert(block, bytes)) return bytes;
    throw new Error(
      `${url} is not the block of the index that it should be: ` +
        `its ${bytes.length} bytes are damaged or of another file. ${RELOAD}`,
    );
  }

  /** Opens the cache of the blocks of this build, and drops those of other builds of the index. */
  async #openCache(manifest) {
    try {
      const { caches } = globalThis; // sandboxed pages may not even look
      if (!caches) return undefined;
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", manifest));
      const index = `${CACHES}${this.#folder} `;
      const name = index + Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
      for (const known of await caches.keys()) {
        if (known === name) this.#revisited = true;
        else if (known.startsWith(index)) await caches.delete(known);
      }
      return await caches.open(name);
    } catch {
      return undefined;
    }
  }
}

/** Rejects with the reason of the signal when it is given. */
const aborted = (signal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

/** Fetches `what`, called `url` in errors. */
async function get(url, what, options) {
  try {
    return await fetch(what, options);
  } catch (cause) {
    const message = `Could not fetch ${url} (${reason(cause)}). Check the address and the connection, and try again.`;
    throw new Error(message, { cause });
  }
}

/** What came in place of a file. */
function faultOf(response) {
  if (!response.ok) return `${response.status} ${response.statusText}`;
  return response.headers.get("content-type")?.startsWith("text/html") ? "a web page" : undefined;
}

async function read(url, response, onProgress) {
  const { headers, body } = response;
  // Where the answer is compressed, its length counts other bytes than those read here.
  const length = headers.has("content-encoding") ? null : headers.get("content-length");
  const reader = body?.getReader();
  const pieces = [];
  let loaded = 0;
  while (reader) {
    let piece;
    try {
      piece = await reader.read();
    } catch (cause) {
      throw new Error(`The connection broke after ${loaded} bytes of ${url} (${reason(cause)}). Try again.`, { cause });
    }
    if (piece.done) break;
    pieces.push(piece.value);
    loaded += piece.value.length;
    try {
      // A server that compresses another origin's answer may hide that it did.
      onProgress?.({ loaded, total: length !== null && length >= loaded ? Number(length) : null });
    } catch (exception) {
      reader.cancel().catch(() => {});
      throw exception;
    }
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** An address without its query and fragment. */
const path = (url) => url.replace(/[?#].*/s, "");

const reason = (error) => error?.message ?? "no reason given";
