/**
 * The npm package as its users have it: packed, installed in an empty project, and three sites built
 * with it. Needs `cargo xtask npm` and the native command, which it is compared with.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { command, filesOf, hash, juya as native, launch, newPage, root, search, serve, shown } from "../e2e/support.mjs";

const { version } = JSON.parse(await readFile(join(root, "target/npm/juya/package.json"), "utf8"));
const PACKED = join(root, `target/npm/juya-${version}.tgz`);

let project, browser, installed, build;
before(async () => {
  project = await mkdtemp(join(tmpdir(), "juya-npm-"));
  await write("package.json", '{ "private": true, "type": "module" }');
  await run("npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", PACKED);
  installed = join(project, "node_modules/juya");
  build = await import(pathToFileURL(join(installed, "build.js")));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  if (project) await rm(project, { recursive: true, force: true });
});

const run = (command, ...args) => promisify(execFile)(command, args, { cwd: project, maxBuffer: 1 << 26 });
const juya = (...args) => run(join(project, "node_modules/.bin/juya"), ...args);
const fails = (...args) => juya(...args).then(() => assert.fail("it did not fail"), (error) => error);

async function write(name, content) {
  const path = join(project, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

const POSTS = [
  { id: 1, title: "باغ ایرانی", text: "باغ ایرانی چهار بخش دارد.", url: "/garden", date: new Date("2024-05-01"), tags: ["#place"] },
  { id: "2", title: "Ownership", text: "Every value has one owner.", url: new URL("https://example.org/rust"), kind: "article" },
];

const html = (title, text) => `<!doctype html><html lang="fa"><head><meta charset="utf-8"><title>${title}</title></head>
<body><main><h1>${title}</h1><p>${text}</p></main></body></html>`;

/** Opens a page for a test; gives it and what it loaded. Nothing may have gone wrong on it. */
async function open(t, folder, path = "") {
  const site = await serve(folder, { routes: { "/favicon.ico": (_, response) => response.writeHead(204).end() } });
  t.after(() => site.stop());
  const page = await newPage(browser, { serviceWorkers: "block" });
  const loaded = new Map();
  page.on("response", async (response) => {
    loaded.set(new URL(response.url()).pathname, response.body().catch(() => Buffer.alloc(0)));
  });
  await page.goto(site.url + path);
  t.after(async () => {
    await page.context().close();
    assert.deepEqual(page.faults, []);
  });
  return { page, loaded };
}

/** Types into the element, which must offer the post with this title. */
async function find(page, query, title) {
  await page.fill("juya-search #query", query);
  await page.locator("juya-search [role=option]", { hasText: title }).first().waitFor({ state: "visible" });
}

test("it has no dependencies and no scripts, and all that it names", async () => {
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  for (const absent of ["dependencies", "peerDependencies", "scripts"]) assert.equal(manifest[absent], undefined);
  assert.equal(manifest.license, "MIT OR Apache-2.0");
  assert.deepEqual(await readdir(join(project, "node_modules")).then((names) => names.filter((name) => !name.startsWith("."))), ["juya"]);
  const files = Object.keys(await filesOf(installed)).map((name) => `./${name}`);
  const named = Object.values(manifest.exports).flatMap((target) => (typeof target === "string" ? target : Object.values(target)));
  for (const file of [...named, ...manifest.sideEffects, `./${manifest.bin.juya}`].filter((name) => !name.includes("*"))) {
    assert.ok(files.includes(file), file);
  }
  for (const needed of ["./README.md", "./LICENSE-MIT", "./LICENSE-APACHE", "./web/offline.js", "./web/sw.js"]) {
    assert.ok(files.includes(needed), needed);
  }
});

test("its types fit, for Node.js and for bundlers", async () => {
  await write("types.ts", `import { load, type Index } from "juya";
import { JuyaSearch } from "juya/element";
import { highlight } from "juya/highlight";
import { keepOffline } from "juya/keep-offline";
import { buildIndex, buildPage, writeSite, SourceError, type Fault } from "juya/build";
const index: Index = await load("/search/");
const places: Range[] = highlight(["a"]);
const built = await buildIndex({ posts: [{ id: 1, text: "a", date: new Date() }], shards: "never" });
const bytes: Uint8Array | undefined = built.files.get(built.entry);
const faults: Fault[] = new SourceError([]).faults;
await writeSite({ sources: ["a", new URL("file:///b")], out: "site", weights: { title: 5, links: 0.5 } });
await buildIndex({ sources: "a", synonyms: [["NLP", "natural language processing"], "a, b"], facets: ["tags"] });
const { html }: { html: string } = await buildPage({ sources: "a" });
await keepOffline();
// @ts-expect-error
await buildIndex({ posts: [{ text: "no id" }] });
// @ts-expect-error
await writeSite({ sources: "a" });
// @ts-expect-error
await buildIndex({ sources: "a", weights: { titel: 5 } });
// @ts-expect-error
await buildIndex({ sources: "a", facets: ["colours"] });
export { JuyaSearch, bytes, faults, html, index, places };
`);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  for (const [module, moduleResolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
    const lib = ["esnext", "dom", "dom.iterable"];
    const compilerOptions = { noEmit: true, strict: true, target: "esnext", lib, types: [], module, moduleResolution };
    await write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["types.ts"] }));
    const { stdout } = await run(process.execPath, tsc).catch((error) => error);
    assert.equal(stdout, "", moduleResolution);
  }
});

test("its index is that of the native command, byte for byte", async () => {
  const messages = Array.from({ length: 300 }, (_, n) => ({
    id: n, type: n % 10 ? "message" : "service", date: "2024-05-01T10:00:00", date_unixtime: String(1714550400 + 9e4 * n),
    from: "Notes", from_id: "channel1", text: [`پیام ${n} دربارهٔ `, { type: "hashtag", text: `#t${n % 7}` }, " و serde"], text_entities: [],
  }));
  await write("all/export/result.json", JSON.stringify({ name: "Notes", type: "public_channel", id: 1, messages }));
  await write("all/pages/b10.html", html("ده", "صفحهٔ دهم می‌آید."));
  await write("all/pages/b9.html", html("نه", "Pages are read in order."));
  await write("all/blog/post.md", "---\ntitle: Markdown\ndate: 2024-02-03\n---\n\n## بخش\n\nمتن بخش\n");
  await write("all/table.csv", "id,title,text\n1,Row,A row of text\n2,ردیف,متن ردیف\n");
  await write("all/old.txt", Buffer.concat([Buffer.from([0xd4, 0xc8, 0xdf, 0xe5]), Buffer.from("\n@old\n")]));
  await write("all/broken.jsonl", '{"id": "x", "text": "good"}\n{"id": 1}\n');
  const all = join(project, "all");
  await cp(join(root, "posts"), join(all, "archive"), { recursive: true });
  for (const shards of ["never", "always"]) {
    const options = ["--base-url", "https://example.org", "--channel", "notes_ch", "--shards", shards, "--index-only", "--out"];
    await native("build", all, ...options, join(project, `native-${shards}`));
    const { stderr } = await juya("build", all, ...options, `node-${shards}`);
    assert.match(stderr, /broken\.jsonl:2: the post has no `text`; every post needs `id` and `text`\n/);
    const wanted = await filesOf(join(project, `native-${shards}`));
    assert.ok(Object.keys(wanted).length > (shards === "always" ? 3 : 0));
    assert.deepEqual(await filesOf(join(project, `node-${shards}`)), wanted);
    for (const query of ["شبكه عصبی", "serde"]) {
      const found = await native("search", join(project, `native-${shards}`), query, "--json");
      assert.equal((await juya("search", `node-${shards}`, query, "--json")).stdout, found);
    }
  }
  assert.equal((await juya("check", all)).stdout, await native("check", all));
  // In place of the other form, which goes.
  await juya("build", all, "--base-url", "https://example.org", "--channel", "notes_ch", "--shards", "never", "--index-only", "--out", "node-always");
  assert.deepEqual(await filesOf(join(project, "node-always")), await filesOf(join(project, "native-never")));
});

/** The same settings as the API and the two commands have them, and in two shapes of juya.toml. */
const SETTINGS = {
  api: { weights: { title: 5, links: 0.5 }, synonyms: [["NLP", "پردازش زبان طبیعی"], ["garden", "باغ"]], facets: ["tags", "years"] },
  arguments: [
    "--weights", "title=5", "--weights=links=0.5", "--synonyms", "NLP, پردازش زبان طبیعی", "--synonyms", "garden,باغ", "--facets", "tags, years",
  ],
  files: [
    `weights = { title = 5, links = 0.5 }\nsynonyms = [["NLP", "پردازش زبان طبیعی"], ["garden", "باغ"]]\nfacets = ["tags", "years"]\n`,
    `facets = "years, tags"\nsynonyms = [\n  "NLP, پردازش زبان طبیعی",\n  ["garden", "باغ"],\n]\n[weights]\nlinks = "0.5"\ntitle = 5.0\n`,
  ],
};

test("weights, synonyms and facets are the same by the API, by both commands and by juya.toml", async () => {
  await write("kept/posts.jsonl", POSTS.map((post) => JSON.stringify(post)).join("\n"));
  const sources = join(project, "kept/posts.jsonl");
  const [index, plain] = ["kept/native", "kept/plain"].map((name) => join(project, name));
  await native("build", sources, ...SETTINGS.arguments, "--index-only", "--out", index);
  await native("build", sources, "--index-only", "--out", plain);
  const wanted = await filesOf(index);
  assert.notDeepEqual(await filesOf(plain), wanted);

  const { files } = await build.buildIndex({ sources, ...SETTINGS.api });
  assert.equal(hash(files.get("index.juya")), wanted["index.juya"]);
  await juya("build", sources, ...SETTINGS.arguments, "--index-only", "--out", "kept/node");
  assert.deepEqual(await filesOf(join(project, "kept/node")), wanted);
  for (const [at, file] of SETTINGS.files.entries()) {
    await write("juya.toml", file);
    await juya("build", sources, "--index-only", "--out", `kept/file-${at}`);
    assert.deepEqual(await filesOf(join(project, `kept/file-${at}`)), wanted, file);
    await juya("check", sources);
  }
  // The command line has the last word.
  await juya("build", sources, "--weights=title=4", "--index-only", "--out", "kept/other");
  assert.notDeepEqual(await filesOf(join(project, "kept/other")), wanted);
  await rm(join(project, "juya.toml"));

  // What is searched and counted is as was said.
  const text = { id: "1", title: "orchard", text: "An address: https://example.org/quince", tags: ["fruit"], date: "2024-05-01" };
  const found = async (query, options) => {
    await build.buildIndex({ posts: [text], out: join(project, "kept/asked"), ...options });
    return JSON.parse((await juya("search", "kept/asked", query, "--json", "--literal")).stdout);
  };
  assert.equal((await found("quince", {})).total, 1);
  assert.equal((await found("quince", { weights: { links: 0 } })).total, 0);
  assert.equal((await found("pippin", {})).total, 0);
  assert.equal((await found("pippin", { synonyms: [["pippin", "orchard"]] })).total, 1);
  const counted = ({ facets }) => Object.keys(facets).filter((name) => facets[name].length > 0);
  assert.deepEqual(counted(await found("orchard", { facets: ["years"] })), ["years"]);
  assert.deepEqual(counted(await found("orchard", { facets: [] })), []);
  assert.deepEqual(counted(await found("orchard", {})).includes("tags"), true);
  const { html } = await build.buildPage({ posts: [text] });
  assert.notEqual((await build.buildPage({ posts: [text], facets: [] })).html, html);
});

test("weights, synonyms and facets that are wrong are named", async () => {
  for (const [options, said] of [
    [{ weights: { titel: 5 } }, /The option "weights": no field is called "titel"; there are title, text, tags, links$/],
    [{ weights: { title: 101 } }, /The option "weights": "101" is no weight; write a number from 0 to 100$/],
    [{ weights: { title: NaN } }, /"NaN" is no weight/],
    [{ weights: { title: "5" } }, /The option "weights" must have numbers; of "title" it has another thing/],
    [{ weights: { title: 0, text: 0, tags: 0, links: 0 } }, /The option "weights": no field is searched; give one a weight above 0$/],
    [{ weights: 5 }, /The option "weights" must be a string/],
    [{ synonyms: ["NLP"] }, /The option "synonyms": "NLP" is one word to a search; write two or more/],
    [{ synonyms: [["NLP", 1]] }, /The option "synonyms" must be a string/],
    [{ facets: ["colours"] }, /The option "facets": no facet is called "colours"; there are tags, kinds, sources, years, or none alone$/],
    [{ facets: null }, /The option "facets" must be a string/],
  ]) {
    for (const call of [build.buildIndex, build.buildPage]) {
      await assert.rejects(call({ posts: POSTS, ...options }), (error) => {
        assert.ok(error instanceof TypeError, String(error));
        assert.match(error.message, said);
        return true;
      });
    }
  }
  // The command says of them what the native one says, and where they are in the file.
  await write("kept/posts.jsonl", POSTS.map((post) => JSON.stringify(post)).join("\n"));
  const args = ["build", join(project, "kept/posts.jsonl"), "--index-only", "--out", join(project, "kept/none")];
  for (const file of [
    "[weights]\ntext = 1\ntitel = 5\n",
    "weights = { text = 5000 }",
    "\n[weights]\ntitle = 0\ntext = 0\ntags = 0\nlinks = 0",
    "shards = 'perhaps'",
    "synonyms = [\n  'a, b',\n  'NLP',\n]",
    "facets = ['tags', 'colours']",
    "facets = 5.5",
    "channel = 'a b'",
    "strikt = true",
  ]) {
    await write("juya.toml", file);
    const error = await fails(...args);
    const wanted = await run(command, ...args).then(() => assert.fail("it did not fail"), (error) => error);
    assert.match(error.stderr, /^juya\.toml:\d: /, file);
    assert.deepEqual([error.code, error.stderr.trimEnd()], [2, wanted.stderr.trimEnd()], file);
  }
  await rm(join(project, "juya.toml"));
  const { code, stderr } = await fails(...args, "--facets", "colours");
  assert.equal(code, 2);
  assert.match(stderr, /^error: invalid value 'colours' for '--facets <NAMES,…>': no facet is called "colours"/);
});

test("posts of a program are indexed, whatever they come from", async () => {
  const { files, entry, posts, faults } = await build.buildIndex({ posts: POSTS, name: "notes" });
  assert.deepEqual([[...files.keys()], entry, posts, faults], [["index.juya"], "index.juya", 2, []]);
  async function* later() {
    yield* POSTS;
  }
  for (const same of [new Set(POSTS), later()]) {
    const built = await build.buildIndex({ posts: same, name: "notes" });
    assert.deepEqual(built.files, files);
  }
  await build.buildIndex({ posts: POSTS, out: pathToFileURL(join(project, "posts")) });
  const { hits } = JSON.parse((await juya("search", "posts", "باغ‌ها", "--json")).stdout);
  assert.deepEqual(hits.map(({ id, date, tags }) => [id, date, tags]), [["1", "2024-05-01T00:00:00.000Z", ["place"]]]);
});

test("faults are data, with file, line and remedy", async () => {
  const posts = [{ id: "a", text: "good" }, { id: "b" }, null, { id: "a", text: "again \ud800" }];
  const { faults, posts: count } = await build.buildIndex({ posts });
  assert.equal(count, 1);
  assert.deepEqual(faults.map(({ file, line }) => [file, line]), [2, 3, 4].map((line) => ["(posts).jsonl", line]));
  assert.deepEqual(faults[0], {
    file: "(posts).jsonl", line: 2, column: null, message: "the post has no `text`", remedy: "every post needs `id` and `text`",
  });
  await assert.rejects(build.buildIndex({ posts, strict: true }), (error) => {
    assert.ok(error instanceof build.SourceError);
    assert.deepEqual(error.faults, faults);
    return true;
  });
  await assert.rejects(build.buildIndex({ sources: join(project, "nowhere") }), /nowhere: cannot be read: No such file or directory \(os error 2\); check/);
  for (const [options, said] of [
    [{}, /give "posts" or "sources"/],
    [{ posts: 1 }, /must be iterable/],
    [{ posts: [], sorces: "a" }, /no option is called "sorces"/],
    [{ posts: POSTS, shards: "perhaps" }, /shards is "perhaps"/],
    [{ posts: POSTS, language: "fa" }, /no option is called "language"/],
    [{ posts: POSTS, channel: "a b" }, /no user name of Telegram/],
  ]) {
    await assert.rejects(build.buildIndex(options), said);
  }
});

test("the command says what is wrong and ends with the right code", async () => {
  for (const [args, code, said] of [
    [["build"], 2, /required arguments were not provided/],
    [["build", "all", "--out", "x", "--shard", "never"], 2, /--shard'/],
    [["build", "all", "--out", "x", "--shards", "perhaps"], 2, /possible values: auto, never, always/],
    [["bild"], 2, /no command 'bild'; there are build, /],
    [["build", "nowhere", "--out", "x"], 1, /nowhere: cannot be read: No such file/],
    [["search", "nowhere", "a"], 1, /nowhere: no index there; make one with `juya build SOURCE --out DIR`/],
    [["serve", "nowhere"], 1, /nowhere: no folder there/],
  ]) {
    const error = await fails(...args);
    assert.equal(error.code, code, args.join(" "));
    assert.match(error.stderr, said);
    assert.doesNotMatch(error.stderr, /\n\s+at /, "no stack");
  }
  await write("juya.toml", 'sources = ["posts.jsonl"]\nindex-only = true\nout = "kept"\n');
  await write("posts.jsonl", POSTS.map((post) => JSON.stringify(post)).join("\n"));
  assert.match((await juya("build")).stdout, /^kept\/index\.juya: 2 posts, \d+ bytes, /);
  await write("juya.toml", "\nbase_url = 1\n");
  assert.match((await fails("build")).stderr, /^juya\.toml:2: no option is called `base_url`; write `base-url`, or take it away$/m);
  await rm(join(project, "juya.toml"));
});

test("a site of plain pages, by the command", async (t) => {
  await write("plain/garden.html", html("باغ ایرانی", "کتاب‌های باغبانی و آب روان."));
  await write("plain/owner.html", html("Ownership", "Every garden of values has one owner."));
  await juya("build", "plain", "--base-url", "/", "--out", "plain/search");
  // The whole folder is what the native command makes of it.
  const bare = join(root, "target/npm/web");
  await native("build", join(project, "plain/garden.html"), join(project, "plain/owner.html"), "--out", join(project, "native"), "--site", bare);
  await juya("build", "plain/garden.html", "plain/owner.html", "--out", "node");
  const loadedByPages = ([name]) => !name.endsWith(".d.ts");
  const [made, wanted] = await Promise.all(["node", "native"].map((name) => filesOf(join(project, name))));
  assert.deepEqual(made, Object.fromEntries(Object.entries(wanted).filter(loadedByPages)));

  const { page, loaded } = await open(t, join(project, "plain"), "search/index.html");
  await shown(page);
  for (const [query, title] of [["كتاب ها", "باغ ایرانی"], ["garden values", "Ownership"]]) {
    await search(page, query);
    assert.deepEqual(await page.locator("#results h2 a").allInnerTexts(), [title]);
  }
  // What readers pay for is the page and its index, the engine as built for pages, and nothing more.
  const web = await filesOf(join(installed, "web"));
  const engine = await loaded.get("/search/pkg/juya_bg.wasm");
  assert.equal(hash(engine), web["pkg/juya_bg.wasm"]);
  for (const path of loaded.keys()) {
    const name = path.replace("/search/", "");
    assert.ok(name in web || name === "index.juya", path);
  }
  for (const [name, bytes] of Object.entries(await filesOf(bare))) assert.equal(web[name], bytes, name);
  assert.equal(Object.keys(web).some((name) => name.includes("indexer")), false);
});

test("a site of Vite, with the element and a plugin of a few lines", async (t) => {
  await write("vite/index.html", `<!doctype html><html lang="fa"><head><meta charset="utf-8"><title>Vite</title></head>
<body><juya-search src="/search/index.juya"></juya-search><script type="module" src="/main.js"></script></body></html>`);
  await write("vite/main.js", 'import "juya/element";\n');
  await write("vite/vite.config.js", `import { buildIndex } from "juya/build";
const posts = ${JSON.stringify(POSTS)};
export default {
  plugins: [{
    name: "search",
    apply: "build",
    async generateBundle() {
      const { files } = await buildIndex({ posts });
      for (const [name, source] of files) this.emitFile({ type: "asset", fileName: \`search/\${name}\`, source });
    },
  }],
};
`);
  await run(process.execPath, join(root, "node_modules/vite/bin/vite.js"), "build", "vite", "--logLevel", "warn");
  const dist = join(project, "vite/dist");
  const { page, loaded } = await open(t, dist);
  await find(page, "باغ های", "باغ ایرانی");
  await find(page, "owner value", "Ownership");
  const web = await filesOf(join(installed, "web"));
  const modules = Object.entries(await filesOf(dist)).filter(([name]) => name.endsWith(".wasm"));
  assert.deepEqual(modules.map(([, bytes]) => bytes), [web["pkg/juya_bg.wasm"]], "one module, the engine of pages");
  const own = ["juya.js", "juya-search.js", "juya-search-element.js", "pkg/juya.js"].filter((name) => name in web);
  const scripts = [...loaded].filter(([path]) => path.endsWith(".js")).map(([, body]) => body);
  const size = (await Promise.all(scripts)).reduce((sum, body) => sum + body.length, 0);
  const sizes = await Promise.all(own.map((name) => stat(join(installed, "web", name))));
  const wanted = sizes.reduce((sum, stats) => sum + stats.size, 0);
  assert.ok(size < wanted + 4096, `${size} bytes of scripts, where the package has ${wanted} for pages`);
});

test("a site of Eleventy, which indexes what it has built", async (t) => {
  await write("eleventy/_includes/base.html", `<!doctype html><html lang="fa"><head><meta charset="utf-8"><title>{{ title }}</title>
<script type="module" src="/juya/juya-search.js"></script></head>
<body><juya-search src="/search/" data-juya-ignore></juya-search><main>{{ content }}</main></body></html>`);
  const post = (title, text) => `---\ntitle: ${title}\nlayout: base.html\n---\n\n# ${title}\n\n${text}\n`;
  await write("eleventy/index.md", post("خانه", "خوش آمدید."));
  await write("eleventy/garden.md", post("باغ ایرانی", "کتاب‌های باغبانی و آب روان."));
  await write("eleventy/owner.md", post("Ownership", "Every garden of values has one owner."));
  await write("eleventy/eleventy.config.js", `import { join } from "node:path";
import { buildIndex } from "juya/build";
export default function (config) {
  config.addPassthroughCopy({ "../node_modules/juya/web": "juya" });
  config.on("eleventy.after", async ({ directories }) => {
    const out = directories.output;
    const { posts } = await buildIndex({ sources: out, baseUrl: "/", out: join(out, "search"), strict: true });
    if (posts !== 3) throw new Error(\`\${posts} pages\`);
  });
}
`);
  const { stderr } = await promisify(execFile)(process.execPath, [join(root, "node_modules/@11ty/eleventy/cmd.cjs")], { cwd: join(project, "eleventy") });
  assert.equal(stderr, "");
  const { page } = await open(t, join(project, "eleventy/_site"));
  await find(page, "كتاب", "باغ ایرانی");
  await find(page, "garden", "Ownership");
});

test("one page with all in it, by the API", async () => {
  const out = join(project, "one.html");
  const { html, posts } = await build.buildPage({ posts: POSTS, out, language: "ar" });
  assert.equal(posts, 2);
  assert.match(html, /<html lang="ar" dir="rtl"/);
  assert.equal(await readFile(out, "utf8"), html);
  const page = await newPage(browser);
  await page.goto(pathToFileURL(out).href);
  await shown(page);
  await search(page, "باغ");
  assert.deepEqual(await page.locator("#results h2 a").allInnerTexts(), ["باغ ایرانی"]);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
