// In the browser only: ./juya/ is the built page of this project. The bundler puts in INDEX.
export async function open() {
  const { load } = await import("./juya/juya.js");
  const index = await load(new URL(INDEX, import.meta.url));
  return async (query) => {
    const { hits } = await index.search(query);
    return hits.map(({ id, title, excerpt }) => ({ id, title, text: excerpt }));
  };
}
