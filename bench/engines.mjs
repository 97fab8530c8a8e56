/**
 * The engines that are measured, how each is set, and how its index is built.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { juya, juyaPath, root } from "./project.mjs";

const here = fileURLToPath(new URL("./", import.meta.url));
const installed = (name) => join(here, "node_modules", name);
const version = (name) => JSON.parse(readFileSync(join(installed(name), "package.json"), "utf8")).version;

/** For libraries in Node, which would otherwise be held to about 4 GB. */
const NODE = ["node", "--max-old-space-size=16384", join(here, "library.mjs")];

const library = (name, packageName = name) => ({
  version: () => version(packageName),
  buildCommand: ({ posts, site }) => [...NODE, "build", name, posts, join(site, "index")],
  askCommand: ({ site, queries, budget }) => [...NODE, "ask", name, join(site, "index"), queries, String(budget)],
});

/** Of an index of Juya in shards, in the site that is served. */
export const MANIFEST = "index/index/manifest.juya";

const inIndexFolder = (path) => path.startsWith("index/");

/**
 * By key: `label`; `settings` and `typos` for the table; `version`; `prepare`, what is not part of
 * the index and is not timed; `buildCommand`; `askCommand`, where there is one outside the browser;
 * `inspect`, which measures what only this engine has; `idOf`, which post a hit is, where hits do not name it; `isIndex`, whether a served file is part of
 * the index.
 */
export const ENGINES = {
  juya: {
    label: "Juya",
    settings: "none",
    typos: true,
    version: () => juya("--version").trim().split(" ").at(-1),
    prepare({ site }) {
      if (!existsSync(join(root, "dist/juya.js"))) throw new Error("dist/ is missing; build it: make site");
      cpSync(join(root, "dist"), join(site, "juya"), { recursive: true });
    },
    buildCommand: ({ posts, site }) => [juyaPath, "build", posts, "--index-only", "--out", join(site, "index")],
    inspect(measured, { site, files }) {
      measured.terms = JSON.parse(juya("stats", "--json", join(site, "index"))).terms;
      const manifest = files.get(MANIFEST);
      measured.manifest = (manifest?.packed ?? manifest?.raw)?.length;
    },
    isIndex: inIndexFolder,
  },
  pagefind: {
    label: "Pagefind",
    settings: "a page for each post",
    typos: false,
    version: () => version("pagefind"),
    prepare({ folder, all, language }) {
      const pages = join(folder, "pages");
      mkdirSync(pages, { recursive: true });
      for (const [number, { title, text }] of all.entries()) {
        const page =
          `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escape(title)}</title></head>` +
          `<body><main data-pagefind-body><h1>${escape(title)}</h1><p>${escape(text)}</p></main></body></html>`;
        writeFileSync(join(pages, `${number}.html`), page);
      }
    },
    buildCommand: ({ folder, site }) => [
      "node", join(installed("pagefind"), "lib/runner/bin.cjs"),
      "--site", join(folder, "pages"), "--output-path", join(site, "pagefind"), "--quiet",
    ],
    idOf: (hit, all) => all[Number(hit)].id,
    isIndex: (path) => /^pagefind\/(fragment\/|index\/|filter\/|pagefind-entry\.json|.*\.pf_meta$)/.test(path),
  },
  minisearch: {
    label: "MiniSearch",
    settings: "prefix, fuzzy 0.2; title and text stored",
    typos: true,
    ...library("minisearch"),
    isIndex: inIndexFolder,
  },
  flexsearch: {
    label: "FlexSearch",
    settings: "tokenize forward, suggest; title and text stored",
    typos: false,
    ...library("flexsearch"),
    isIndex: inIndexFolder,
  },
  orama: {
    label: "Orama",
    settings: "tolerance 1, threshold 1; a tokenizer for Unicode",
    typos: true,
    ...library("orama", "@orama/orama"),
    isIndex: inIndexFolder,
  },
  lunr: {
    label: "lunr",
    settings: "each word as typed (boost 10) and at edit distance 1; a separator for Unicode, no pipeline; posts in a file beside",
    typos: true,
    ...library("lunr"),
    isIndex: inIndexFolder,
  },
};

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text) => text.replace(/[&<>"]/g, (character) => ESCAPES[character]);
