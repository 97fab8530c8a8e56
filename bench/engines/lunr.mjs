import lunr from "lunr";

// As in the tokenizer of MiniSearch. That of lunr splits at white space and hyphens, and leaves the
// rest to a pipeline that takes away whatever is not a Latin letter.
lunr.tokenizer.separator = /[\s\p{Z}\p{P}]+/u;

export function build(posts) {
  const index = lunr(function () {
    this.pipeline.reset();
    this.searchPipeline.reset();
    this.ref("id");
    this.field("title");
    this.field("text");
    for (const post of posts) this.add(post);
  });
  const shown = posts.map(({ id, title, text }) => [id, { id, title, text }]);
  return { "index.json": JSON.stringify(index), "posts.json": JSON.stringify(shown) };
}

export async function open(read) {
  const [index, posts] = await Promise.all([read("index.json"), read("posts.json")]);
  const loaded = lunr.Index.load(JSON.parse(index));
  const shown = new Map(JSON.parse(posts));
  return (query) => {
    const terms = lunr.tokenizer(query);
    const found = loaded.query((clauses) => {
      clauses.term(terms, { boost: 10 });
      clauses.term(terms, { editDistance: 1 });
    });
    return found.slice(0, 10).map(({ ref }) => shown.get(ref));
  };
}
