/**
 * Builds the documentation as a static site, which Juya searches:
 *
 *     node docs/site/build.mjs [OUT]     target/docs unless given
 *
 * It needs the built page (`cargo xtask site`) and the command (`cargo build --release -p juya-cli`).
 * @module
 */
import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** What a page loads to search; the rest of dist/ is the archive page. */
const SEARCH = ["juya-search.js", "juya-search-element.js", "juya-highlight.js", "juya.js", "pkg"];

/** Searches that must work, else nothing is built. */
const QUERIES = join("docs", "site", "queries.tsv");

/**
 * @param {string} out the folder to write; what was there before is removed
 */
export async function build(out) {
  const juya = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release", "juya");
  await rm(out, { recursive: true, force: true });
  const eleventy = join(root, "node_modules", "@11ty", "eleventy", "cmd.cjs");
  const config = join("docs", "site", "eleventy.config.js");
  await run(process.execPath, [eleventy, "--quiet", "--config", config, "--output", out], { cwd: root });
  // Addresses in an index are seen from the page that searches: those of the same pages are others
  // for pages one folder deeper. So the site works under any path of a host.
  for (const [folder, base] of [[".", "."], ["fa", ".."]]) {
    const search = join(out, folder, "search");
    const options = ["--strict", "--index-only", "--base-url", base, "--queries", join(root, QUERIES), "--out", search];
    await run(juya, ["build", out, ...options], { cwd: out });
  }
  for (const file of SEARCH) {
    await cp(join(root, "dist", file), join(out, "juya", file), { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = resolve(process.argv[2] ?? join(root, "target", "docs"));
  try {
    await build(out);
    console.log(`see it: juya serve ${out}`);
  } catch (error) {
    console.error(error.stderr ?? error);
    process.exitCode = 1;
  }
}
