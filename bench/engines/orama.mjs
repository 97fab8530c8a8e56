import { create, insertMultiple, load, save, search } from "@orama/orama";

// The tokenizer of the library splits at whatever is not a Latin letter: a corpus in another
// script would have no words.
const tokenizer = {
  language: "english",
  normalizationCache: new Map(),
  tokenize: (text) => text.toLowerCase().split(/[\s\p{Z}\p{P}]+/u).filter(Boolean),
};
const empty = () =>
  create({ schema: { id: "string", title: "string", text: "string" }, components: { tokenizer } });

export async function build(posts) {
  const index = empty();
  await insertMultiple(index, posts, 500);
  return { "index.json": JSON.stringify(save(index)) };
}

export async function open(read) {
  const index = empty();
  load(index, JSON.parse(await read("index.json")));
  return async (query) => {
    const options = { term: query, properties: ["title", "text"], limit: 10, threshold: 1, tolerance: 1 };
    return (await search(index, options)).hits.map(({ document }) => document);
  };
}
