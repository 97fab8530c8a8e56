/**
 * The posts and the queries of a run.
 */
import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const QUERIES = 500;

/** Each post as the libraries take it: `{ id, title, text }`, all strings. */
export async function* readPosts(file) {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === "") continue;
    let post;
    try {
      post = JSON.parse(line);
    } catch (error) {
      throw new Error(`${file}:${number}: ${error.message}; each line must be a post in JSON`);
    }
    if (post?.id === undefined || typeof post.text !== "string") {
      throw new Error(`${file}:${number}: a post needs "id" and "text"; \`juya check ${file}\` tells more`);
    }
    yield { id: String(post.id), title: post.title ?? "", text: post.text };
  }
}

/**
 * One query a line, or JSON lines of `{ "id", "text" }`.
 *
 * @returns {{ id: string, text: string }[]}
 */
export function readQueries(file) {
  const lines = readFileSync(file, "utf8").split(/\r?\n/).filter((line) => line.trim() !== "");
  const queries = lines.map((line, index) => {
    if (!file.endsWith(".jsonl")) return { id: `q${index}`, text: line.trim() };
    const { id, text } = JSON.parse(line);
    return { id: String(id), text };
  });
  if (queries.length === 0) throw new Error(`${file}: no query in it; write one a line`);
  return spread(queries, QUERIES);
}

/**
 * Queries of three words of a post, taken from posts evenly spread over the corpus; in every fifth
 * the longest word has two neighbouring letters swapped. Words that stand in more than a twentieth
 * of the posts are taken only where a post has too few others. The same corpus gives the same queries.
 *
 * @param {{ id: string, title: string, text: string }[]} posts
 * @returns {{ id: string, text: string, from: string, slip: boolean }[]} `from`: the post
 */
export function sampleQueries(posts) {
  const words = (text) => new Set(text.match(/[\p{L}\p{N}\p{M}\u200c]{3,}/gu) ?? []);
  const counts = new Map();
  for (const { title, text } of posts) {
    for (const word of words(`${title} ${text}`)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const random = generator(1);
  const sampled = spread(posts, QUERIES).flatMap(({ id, text }) => {
    const all = [...words(text)];
    const telling = all.filter((word) => counts.get(word) <= posts.length / 20);
    const pool = telling.length < 3 ? all : telling;
    if (pool.length < 3) return [];
    const chosen = new Set();
    while (chosen.size < 3) chosen.add(pool[Math.floor(random() * pool.length)]);
    return [{ from: id, words: all.filter((word) => chosen.has(word)) }];
  });
  if (sampled.length === 0) throw new Error("no post has three words to make a query of; give QUERIES=FILE");
  return sampled.map(({ from, words }, index) => {
    const slip = index % 5 === 4;
    return { id: `q${index}`, from, slip, text: (slip ? withSlip(words, random) : words).join(" ") };
  });
}

/** The longest word with two neighbouring letters, not the first, swapped. */
function withSlip(words, random) {
  const longest = words.reduce((a, b) => (b.length > a.length ? b : a));
  const letters = [...longest];
  const differs = (at) => at > 0 && at + 1 < letters.length && letters[at] !== letters[at + 1];
  const places = [...letters.keys()].filter(differs);
  if (places.length === 0) return words;
  const at = places[Math.floor(random() * places.length)];
  [letters[at], letters[at + 1]] = [letters[at + 1], letters[at]];
  return words.map((word) => (word === longest ? letters.join("") : word));
}

/** At most `count` of the items, evenly spaced. */
export function spread(items, count) {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]);
}

/** Numbers from 0 to 1, always the same: mulberry32. */
function generator(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The language that a page of these posts would name: most letters decide. */
export function language(posts) {
  let persian = 0;
  let all = 0;
  for (const { text } of spread(posts, 1000)) {
    persian += text.match(/\p{Script=Arabic}/gu)?.length ?? 0;
    all += text.match(/\p{L}/gu)?.length ?? 0;
  }
  return persian * 2 > all ? "fa" : "en";
}
