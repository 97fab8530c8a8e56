/**
 * Makes objects of what the engine answers: crate/web/answer.rs writes, in the same order, one text
 * with all strings end to end and a list of numbers.
 * @module
 */

/** Reads an answer from its beginning. */
class Answer {
  #text;
  #numbers;
  #at = 0;
  #read = 0;

  /** @param {string} text @param {number[]} numbers */
  constructor(text, numbers) {
    this.#text = text;
    this.#numbers = numbers;
  }

  number = () => this.#numbers[this.#read++];

  string = () => {
    const start = this.#at;
    this.#at += this.number();
    return this.#text.slice(start, this.#at);
  };

  /** @template T @param {(answer: Answer) => T} item @returns {T[]} */
  list(item) {
    return Array.from({ length: this.number() }, () => item(this));
  }

  strings = () => this.list(this.string);

  /** An object with a string under each of these names. */
  record(names) {
    return Object.fromEntries(names.split(" ").map((name) => [name, this.string()]));
  }
}

const range = (answer) => ({ start: answer.number(), end: answer.number() });

const facet = (answer) => ({ value: answer.string(), count: answer.number() });

const share = (answer) => ({ ...answer.record("word term source field"), score: answer.number() });

function hit(answer) {
  const hit = {
    ...answer.record("id url title excerpt date kind source"),
    titleRanges: answer.list(range),
    excerptRanges: answer.list(range),
    tags: answer.strings(),
    links: answer.strings(),
    score: answer.number(),
  };
  const [why] = answer.list(() => answer.list(share));
  return why ? { ...hit, why } : hit;
}

const summary = (answer) => ({ ...answer.record("id title date"), tags: answer.strings() });

/** What is made of which answer, by the method of the engine that gave it. */
const READ = {
  search: (answer) => ({
    hits: answer.list(hit),
    total: answer.number(),
    facets: {
      tags: answer.list(facet),
      kinds: answer.list(facet),
      sources: answer.list(facet),
      years: answer.list(facet),
    },
    interpretation: answer.list(() => answer.record("query why"))[0] ?? null,
  }),
  post: (answer) =>
    answer.list(() => ({
      ...answer.record("id title text preview url date author kind source"),
      tags: answer.strings(),
      linkRanges: answer.list(range),
    }))[0] ?? null,
  posts: (answer) => answer.list(summary),
  similar: (answer) => answer.list(summary),
  suggest: (answer) => answer.strings(),
  info: (answer) => ({
    corpus: answer.string(),
    posts: answer.number(),
    terms: answer.number(),
    bytes: answer.number(),
  }),
};

/**
 * Asks the engine.
 *
 * @param {import("./pkg/juya.js").Index} engine
 * @param {keyof READ} method
 * @param {unknown[]} given
 * @returns {{ answer?: any, missing?: number[] }} either
 */
export function ask(engine, method, ...given) {
  const [text, numbers] = /** @type {any} */ (engine)[method](...given);
  return text === undefined ? { missing: numbers } : { answer: READ[method](new Answer(text, numbers)) };
}
