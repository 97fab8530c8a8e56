/**
 * The page in one file, as `juya build --single-file` writes it: `cargo xtask site` bundles what is
 * imported here into one classic script, because a file opened from disk cannot import modules.
 *
 * There the engine and the index stand in the page; this takes the place of `pkg/juya.js`, which
 * fetches them.
 * @module
 */
import init, { Index } from "./pkg/engine.js";

export { Index };

/** Starts the engine, with the index in place of the one that it carries. */
export default async function start() {
  if (!globalThis.DecompressionStream) {
    throw new Error("this browser is too old for a page in one file; open it in a newer one");
  }
  const [engine, index] = await Promise.all([content("juya-engine"), content("juya-index")]);
  await init({ module_or_path: engine });
  Index.embedded = () => Index.fromBytes(index);
}

/**
 * What stands in the page, compressed, as text.
 *
 * @param {string} id of the element
 */
async function content(id) {
  const text = document.getElementById(id)?.textContent ?? "";
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
