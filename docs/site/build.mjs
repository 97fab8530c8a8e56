/**
 * Builds the documentation as a static site, which Juya searches:
 *
 *     node docs/site/build.mjs [OUT]     target/docs unless given
 *
 * It needs the built page (`cargo xtask site`) and the command (`cargo build -p juya-cli`).
 * @module
 */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** What a page loads to search; the rest of dist/ is the archive page. */
const SEARCH = ["juya-search.js", "juya-search-element.js", "juya-highlight.js", "juya.js", "pkg"];

/**
 * @param {string} out the folder to write; what was there before is removed
 */
export async function build(out) {
  await rm(out, { recursive: true, force: true });
  const eleventy = join(root, "node_modules", "@11ty", "eleventy", "cmd.cjs");
  const config = join("docs", "site", "eleventy.config.js");
  await run(process.execPath, [eleventy, "--quiet", "--config", config, "--output", out], { cwd: root });

  const pages = (await readdir(out, { recursive: true })).filter((path) => path.endsWith(".html"));
  const inEnglish = pages.filter((path) => !path.includes(sep));
  const inPersian = pages.filter((path) => path.startsWith(`fa${sep}`));
  // What is not there in Persian is found in English.
  const onlyInEnglish = inEnglish.filter((path) => !inPersian.includes(join("fa", path)));
  await index(out, "en", ".", inEnglish);
  await index(out, "fa", "fa", [...inPersian, ...onlyInEnglish]);
  for (const file of SEARCH) {
    await cp(join(root, "dist", file), join(out, "juya", file), { recursive: true });
  }
}

/**
 * Indexes pages for those in `folder`. Addresses lead from there by relative paths, so that the site
 * works under any path of a host. Fails where a search that must work does not.
 */
async function index(out, language, folder, pages) {
  const juya = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "juya");
  const queries = join(root, "docs", "site", `queries.${language}.tsv`);
  const base = relative(folder, ".") || ".";
  const stage = await mkdtemp(join(tmpdir(), "juya-docs-"));
  try {
    for (const page of pages) await cp(join(out, page), join(stage, page));
    const options = ["--strict", "--index-only", "--base-url", base, "--queries", queries];
    await run(juya, ["build", stage, ...options, "--out", join(out, folder, "search")], { cwd: stage });
  } finally {
    await rm(stage, { recursive: true });
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
