/**
 * Makes the indexer ready.
 * @module
 */
import { readFile } from "node:fs/promises";
import init, * as indexer from "./indexer/indexer.js";

/** @type {Promise<typeof indexer> | undefined} */
let started;

/** The indexer, which is compiled once. */
export function start() {
  started ??= readFile(new URL("indexer/indexer_bg.wasm", import.meta.url)).then(async (bytes) => {
    await init({ module_or_path: bytes });
    return indexer;
  });
  return started;
}
