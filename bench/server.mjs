/**
 * A static host: files are served as brotli made them wherever that saves more than 2 %, and may
 * be kept by the browser. Counts what it sends.
 */
import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, relative } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

/** Larger files are compressed at quality 9: 11 would take minutes for each. */
const LARGE = 32 << 20;

const TYPES = { ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

/** @returns {Promise<Buffer>} */
export function compress(content) {
  return promisify(brotliCompress)(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: content.length > LARGE ? 9 : 11,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
}

/** All files of a folder: by path, `{ raw, packed }`; `packed` is null where it saves nothing. */
export async function pack(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = new Map();
  const work = async () => {
    for (let path; (path = paths.pop()); ) {
      const raw = await readFile(path);
      // What begins so is gzip.
      const packed = raw[0] === 0x1f && raw[1] === 0x8b ? null : await compress(raw);
      const worth = packed && packed.length < raw.length * 0.98;
      files.set(relative(folder, path), { raw, packed: worth ? packed : null });
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return files;
}

/** Serves what `pack` gave, and an empty page at /. */
export async function serve(files) {
  const isolated = {
    // With these the browser gives times to 5 µs.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  };
  const sent = { bytes: 0, requests: 0, paths: new Set() };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname).slice(1);
    if (path === "") {
      response.writeHead(200, { ...isolated, "content-type": "text/html" });
      return response.end("<!doctype html><title>bench</title>");
    }
    const file = files.get(path);
    if (path !== "favicon.ico") {
      sent.requests += 1;
      sent.paths.add(path);
      sent.bytes += file ? (file.packed ?? file.raw).length : 0;
    }
    if (!file) return response.writeHead(404, isolated).end();
    response.writeHead(200, {
      ...isolated,
      ...(file.packed && { "content-encoding": "br" }),
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      "content-length": (file.packed ?? file.raw).length,
      "cache-control": "public, max-age=3600, immutable",
    });
    response.end(file.packed ?? file.raw);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    /** What was sent since the last call. */
    take() {
      const taken = { ...sent };
      Object.assign(sent, { bytes: 0, requests: 0, paths: new Set() });
      return taken;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
