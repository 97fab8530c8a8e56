/**
 * A JavaScript library in Node, in a process of its own so that its memory can be told:
 *
 *     node library.mjs build ENGINE POSTS.jsonl FOLDER
 *     node library.mjs ask ENGINE FOLDER QUERIES.json BUDGET
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ask } from "./ask.mjs";
import { readPosts } from "./corpus.mjs";

const [task, name, ...rest] = process.argv.slice(2);
const engine = await import(`./engines/${name}.mjs`);

if (task === "build") {
  const [posts, folder] = rest;
  const all = [];
  for await (const post of readPosts(posts)) all.push(post);
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(await engine.build(all))) {
    writeFileSync(join(folder, file), content);
  }
} else {
  const [folder, queries, budget] = rest;
  const search = await engine.open((file) => readFile(join(folder, file), "utf8"));
  const asked = await ask(search, JSON.parse(readFileSync(queries, "utf8")), Number(budget));
  console.log(JSON.stringify(asked));
}
