/**
 * Opens an index: the one that the engine carries (always the same object), or the `index.juya`
 * at `url`, which `fetch` resolves. Rejects with an `Error` whose message says what to do.
 */
export function load(url?: string | URL, options?: LoadOptions): Promise<Index>;

export interface LoadOptions {
  /** Called after each piece of the index that arrives. What it throws ends the load. */
  onProgress?: (progress: Progress) => void;
}

export interface Progress {
  /** Bytes that have arrived. */
  loaded: number;
  /** Bytes that will have; `null` where the server does not tell. */
  total: number | null;
}

/** An open index; only `load()` makes one. */
export interface Index {
  readonly info: Info;
  /** Every string is a valid query. Throws an `Error` if an option has the wrong type. */
  search(query: string, options?: SearchOptions): Page;
  /** The whole post, or `null` if none has this id. */
  post(id: string): Post | null;
  /**
   * Queries that go on from this one, at most `limit` (5): its last word completed, or corrected
   * where nothing begins so; most frequent first.
   */
  suggest(query: string, options?: { limit?: number }): string[];
  /** Posts about the same as this one, at most `limit` (5), nearest first. */
  similar(id: string, options?: { limit?: number }): Summary[];
  /** All posts, in the order of the source. */
  posts(): Summary[];
}

export interface Info {
  /** The name of the corpus; may be empty. */
  readonly corpus: string;
  readonly posts: number;
  /** Distinct terms. */
  readonly terms: number;
  /** Size of the index. */
  readonly bytes: number;
}

export interface SearchOptions {
  /** At most this many hits; 10 unless given. */
  limit?: number;
  /** How many of the best hits to pass over; 0 unless given. */
  offset?: number;
  /** Only posts that carry all these tags (without `#`). */
  tags?: string[];
  /** Whether each hit says in `why` where its score comes from. */
  explain?: boolean;
  /** Whether the reader is still typing: the last word then stands for all that begins so. */
  typing?: boolean;
  /** Whether to search just what was typed: no other keyboard layout, script or spelling. */
  literal?: boolean;
}

export interface Page {
  /** Best first. */
  hits: Hit[];
  /** How many posts match, on this page or not. */
  total: number;
  facets: Facet[];
  /** What was searched, where it is something else than was typed; `literal` is the way back. */
  interpretation: Interpretation | null;
  /** Milliseconds. */
  took: number;
}

/** What was searched in place of what was typed. */
export interface Interpretation {
  /** What the hits answer. */
  query: string;
  why: "keyboard" | "script" | "spelling";
}

export interface Hit {
  id: string;
  /** May be empty, as may `title` and `date`. */
  url: string;
  title: string;
  /** The passage that answers the query best. */
  excerpt: string;
  /** What matched in `title`: ascending, apart from each other. */
  titleRanges: Range[];
  /** What matched in `excerpt`: ascending, apart from each other. */
  excerptRanges: Range[];
  /** Without `#`. */
  tags: string[];
  /** The links of the post, as written. */
  links: string[];
  /** `YYYY-MM-DD`, or an RFC 3339 time that begins so. */
  date: string;
  /** Only to be compared with the scores of the same page. */
  score: number;
  /** What the score is the sum of; only if the search was asked to explain. */
  why?: Share[];
}

/** From `start` up to and without `end`, in UTF-16 code units: `text.slice(start, end)`. */
export interface Range {
  start: number;
  end: number;
}

/** How many posts of all that match carry a tag. */
export interface Facet {
  tag: string;
  count: number;
}

/** What one term gave to the score of a hit. */
export interface Share {
  /** Of the query. */
  word: string;
  /** Of the index. */
  term: string;
  /** How the word led to the term. */
  source: string;
  /** Where in the post the term stands. */
  field: string;
  score: number;
}

export interface Summary {
  id: string;
  /** May be empty, as may `date`. */
  title: string;
  date: string;
  tags: string[];
}

export interface Post extends Summary {
  /** Paragraphs are separated by one `\n`. */
  text: string;
  /** Where the links stand in `text`. */
  linkRanges: Range[];
  /** What the source said about the post's links; may be empty, as may `url` and `author`. */
  preview: string;
  url: string;
  author: string;
}
