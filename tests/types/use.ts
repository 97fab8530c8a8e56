// What a developer may write with juya.d.ts, and what the compiler must refuse. Never run.
import { load, type Facet, type Hit, type Index, type Page, type Post, type Summary } from "../../dist/juya.js";

const index: Index = await load();
await load("/search/index.juya", {
  onProgress: ({ loaded, total }) => console.log(total === null ? loaded : loaded / total),
});
const { signal } = new AbortController();
await load(new URL("https://example.org/search/"), { signal });
await load(await (await fetch("index.juya")).arrayBuffer());
await load(new Uint8Array());

const page: Page = await index.search("شبکه عصبی", {
  limit: 5,
  offset: 5,
  tags: ["paper"],
  kinds: ["photo", "video"],
  sources: [],
  from: "2024-01",
  to: "2024-12-31",
  sort: "date",
  facets: true,
  explain: true,
  signal,
});
const hit: Hit = page.hits[0];
const marked: string[] = hit.titleRanges.map(({ start, end }) => hit.title.slice(start, end));
const shares: number[] = (hit.why ?? []).map(({ score }) => score);
const post: Post | null = await index.post(hit.id, { signal });
const some: Summary[] = await index.posts({ limit: 20, offset: 20 });
const near: Summary[] = await index.similar(hit.id, { limit: 3, signal });
const queries: string[] = await index.suggest("شب", { limit: 3 });
const years: Facet[] = page.facets.years;
const size: number = index.info.bytes + page.took + page.total + years[0].count;
const about: string = `${page.exact ? "" : "about "}${page.total}`;
console.log(marked, shares, post?.linkRanges, some, near, queries, size, about, hit.kind + hit.source);

// @ts-expect-error: a query is a string
index.search(1);
// @ts-expect-error: tags are an array
index.search("a", { tags: "paper" });
// @ts-expect-error: there is no such order
index.search("a", { sort: "size" });
// @ts-expect-error: answers come later
index.search("a").hits;
// @ts-expect-error: there may be no such post
(await index.post("a")).title;
// @ts-expect-error: what the index says of itself is not to be changed
index.info.posts = 1;
// @ts-expect-error: only load() makes an index
new Index();
