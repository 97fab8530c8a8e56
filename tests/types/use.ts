// What a developer may write with juya.d.ts, and what the compiler must refuse. Never run.
import { load, type Hit, type Index, type Page, type Post, type Summary } from "../../dist/juya.js";

const index: Index = await load();
await load("/search/index.juya", {
  onProgress: ({ loaded, total }) => console.log(total === null ? loaded : loaded / total),
});
await load(new URL("https://example.org/index.juya"));

const page: Page = index.search("شبکه عصبی", { limit: 5, offset: 5, tags: ["paper"], explain: true });
const hit: Hit = page.hits[0];
const marked: string[] = hit.titleRanges.map(({ start, end }) => hit.title.slice(start, end));
const shares: number[] = (hit.why ?? []).map(({ score }) => score);
const post: Post | null = index.post(hit.id);
const all: Summary[] = index.posts();
const size: number = index.info.bytes + page.took + page.total + page.facets[0].count;
console.log(marked, shares, post?.linkRanges, all, size);

// @ts-expect-error: a query is a string
index.search(1);
// @ts-expect-error: tags are an array
index.search("a", { tags: "paper" });
// @ts-expect-error: there may be no such post
index.post("a").title;
// @ts-expect-error: what the index says of itself is not to be changed
index.info.posts = 1;
// @ts-expect-error: only load() makes an index
new Index();
