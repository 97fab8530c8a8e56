/**
 * Marks words wherever they stand as whole words, in whatever spelling of their letters. What was
 * marked before is no longer. Gives the places, in the order of the page.
 */
export function highlight(words: string[], root?: Node): Range[];
