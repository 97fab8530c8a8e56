import MiniSearch from "minisearch";

const OPTIONS = {
  fields: ["title", "text"],
  storeFields: ["title", "text"],
  searchOptions: { prefix: true, fuzzy: 0.2 },
};

export function build(posts) {
  const index = new MiniSearch(OPTIONS);
  index.addAll(posts);
  return { "index.json": JSON.stringify(index) };
}

export async function open(read) {
  const index = MiniSearch.loadJSON(await read("index.json"), OPTIONS);
  return (query) => index.search(query).slice(0, 10);
}
