// In the browser only: what is in ./pagefind/ the build wrote.
export async function open() {
  const pagefind = await import("./pagefind/pagefind.js");
  await pagefind.init();
  return async (query) => {
    const { results } = await pagefind.search(query);
    const hits = await Promise.all(results.slice(0, 10).map((result) => result.data()));
    return hits.map(({ url, meta, excerpt }) => ({
      id: /(\d+)\.html$/.exec(url)[1], // each post was the page NUMBER.html
      title: meta.title,
      text: excerpt,
    }));
  };
}
