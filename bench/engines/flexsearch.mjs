import { Document } from "flexsearch";

const create = () =>
  new Document({ tokenize: "forward", document: { id: "id", index: ["title", "text"], store: ["title", "text"] } });

export async function build(posts) {
  const index = create();
  for (const post of posts) index.add(post);
  const parts = [];
  await index.export((name, part) => {
    if (part !== undefined) parts.push([name, part]);
  });
  return { "index.json": JSON.stringify(parts) };
}

export async function open(read) {
  const index = create();
  for (const [name, part] of JSON.parse(await read("index.json"))) await index.import(name, part);
  return (query) =>
    index
      .search(query, { limit: 10, suggest: true, merge: true, enrich: true })
      .map(({ id, doc }) => ({ id, ...doc }));
}
