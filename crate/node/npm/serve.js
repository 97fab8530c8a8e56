/**
 * A folder on this machine, for its own browser only.
 * @module
 */
import { open, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { pipeline } from "node:stream";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

const FAULTS = {
  EADDRINUSE: "another program has it; choose one with --port N",
  EACCES: "not allowed; choose one above 1023 with --port N",
};

/**
 * Serves a folder; gives its address.
 *
 * @param {string} folder
 * @param {number} port 0 for one that is free
 * @returns {Promise<string>}
 */
export async function serve(folder, port) {
  const stats = await stat(folder).catch(() => undefined);
  if (!stats?.isDirectory()) throw new Error(`${folder}: no folder there; build the site with \`juya build\``);
  const server = createServer((request, response) => answer(resolve(folder), request, response));
  await new Promise((listening, fail) => {
    server.once("error", (error) => fail(new Error(`port ${port}: ${FAULTS[error.code] ?? error.message}`)));
    server.listen(port, "127.0.0.1", () => listening(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://127.0.0.1:${address.port}/`;
}

/**
 * Has the browser ask each time: a site that is built again is shown at once.
 *
 * @param {string} folder
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function answer(folder, { method, url = "/" }, response) {
  const end = (status, headers = {}) => response.writeHead(status, headers).end(status === 404 ? "not found\n" : "");
  if (method !== "GET" && method !== "HEAD") return end(405, { allow: "GET, HEAD" });
  const [, path, query = ""] = /^([^?#]*)(\?[^#]*)?/.exec(url) ?? [];
  let file;
  try {
    file = join(folder, decodeURIComponent(path ?? "/"));
  } catch {
    return end(400);
  }
  if (file !== folder && !file.startsWith(folder + sep) && file !== folder + sep) return end(404);
  let stats = await stat(file).catch(() => undefined);
  if (stats?.isDirectory()) {
    if (!path?.endsWith("/")) return end(307, { location: `.${path?.slice(path.lastIndexOf("/"))}/${query}` });
    file = join(file, "index.html");
    stats = await stat(file).catch(() => undefined);
  }
  if (!stats?.isFile()) return end(404);
  // A file that is replaced meanwhile is another one, of another length.
  const opened = await open(file).catch(() => undefined);
  if (!opened) return end(404);
  response.writeHead(200, {
    "cache-control": "no-cache",
    "content-length": (await opened.stat()).size,
    "content-type": TYPES[extname(file).toLowerCase()] ?? "application/octet-stream",
  });
  if (method === "HEAD") {
    response.end();
    return opened.close();
  }
  pipeline(opened.createReadStream(), response, () => {}); // who has gone needs no answer
}
