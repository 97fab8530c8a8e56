/**
 * Asks each query twice, and times it the second time, when all that it needs is in memory.
 *
 * @param {(query: string) => unknown} search
 * @param {string[]} queries
 * @param {number} budget milliseconds for the first time; the queries after it are not asked
 * @returns {Promise<{ hits: string[][], took: number[] }>} ids of hits, and milliseconds, by query
 */
export async function ask(search, queries, budget) {
  const hits = [];
  const end = performance.now() + budget;
  for (const query of queries) {
    if (performance.now() > end) break;
    hits.push((await search(query)).map(({ id }) => id));
  }
  return { hits, took: await time(search, queries.slice(0, hits.length)) };
}

/** Milliseconds from the query to its ten best hits, each with what is shown of it. */
export async function time(search, queries) {
  const took = [];
  for (const query of queries) {
    // Each in a task of its own, as when a reader types.
    await new Promise((resume) => setTimeout(resume));
    const start = performance.now();
    await search(query);
    took.push(performance.now() - start);
  }
  return took;
}
