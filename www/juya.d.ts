/**
 * Opens an index: the one that the engine carries (always the same object); or the one at an
 * address, which `fetch` resolves: a `.juya` file (`index.juya`, or `manifest.juya` of an index in
 * shards), or a folder that `juya build` wrote; or the `index.juya` that these bytes are. Rejects with an `Error`
 * whose message says what to do.
 *
 * Of an index in shards only the manifest is fetched here; what answers fetch what they lack, keep it
 * for the next ones and, where the browser has a cache for it, for the next visit.
 */
export function load(from?: string | URL | ArrayBuffer | ArrayBufferView, options?: LoadOptions): Promise<Index>;

export interface LoadOptions {
  /** Called after each piece of the index that arrives. What it throws ends the load. */
  onProgress?: (progress: Progress) => void;
  /** Ends the load, which then rejects with the signal's reason: an `AbortError` unless given. */
  signal?: AbortSignal;
}

export interface Progress {
  /** Bytes that have arrived. */
  loaded: number;
  /** Bytes that will have; `null` where the server does not tell. */
  total: number | null;
}

/**
 * An open index; only `load()` makes one.
 *
 * What a block that cannot be fetched, or is not the right one, was needed for rejects with an `Error`
 * that names the file and says what to do. All that was fetched before stays: ask again.
 */
export interface Index {
  readonly info: Info;
  /** Every string is a valid query. Rejects with an `Error` if an option has the wrong type. */
  search(query: string, options?: SearchOptions): Promise<Page>;
  /** The whole post, or `null` if none has this id. */
  post(id: string, options?: Stoppable): Promise<Post | null>;
  /**
   * Queries that go on from this one, at most `limit` (5): its last word completed, or corrected
   * where nothing begins so; most frequent first.
   */
  suggest(query: string, options?: { limit?: number } & Stoppable): Promise<string[]>;
  /** Posts about the same as this one, at most `limit` (5), nearest first. */
  similar(id: string, options?: { limit?: number } & Stoppable): Promise<Summary[]>;
  /**
   * Posts in the order of the source: at most `limit` (all) of them, without the first `offset` (0).
   * An index in shards fetches the texts of as many as are asked for.
   */
  posts(options?: { limit?: number; offset?: number } & Stoppable): Promise<Summary[]>;
}

export interface Stoppable {
  /**
   * Ends what is asked, which then rejects with the signal's reason: an `AbortError` unless given.
   * What is on its way for it and for nobody else is called off.
   */
  signal?: AbortSignal;
}

export interface Info {
  /** The name of the corpus; may be empty. */
  readonly corpus: string;
  readonly posts: number;
  /** Distinct terms. */
  readonly terms: number;
  /** Size of the index: of all its files, fetched or not. */
  readonly bytes: number;
}

export interface SearchOptions extends Stoppable {
  /** At most this many hits; 10 unless given. */
  limit?: number;
  /** How many of the best hits to pass over; 0 unless given. */
  offset?: number;
  /** Only posts that carry all these tags (without `#`). */
  tags?: string[];
  /** Only posts of one of these kinds; of any unless given. */
  kinds?: string[];
  /** Only posts of one of these sources; of any unless given. */
  sources?: string[];
  /** Only posts of this day and later: `YYYY-MM-DD`, a month or a year. Posts without a date are left out. */
  from?: string;
  /** Only posts of this day and earlier, as `from`. */
  to?: string;
  /** What comes first: what answers best, unless given, or what is newest. */
  sort?: "relevance" | "date";
  /** Whether to count what the posts that match have; unless it is `false`. An index in shards reads more for it. */
  facets?: boolean;
  /** Whether each hit says in `why` where its score comes from. */
  explain?: boolean;
  /** Whether the reader is still typing: the last word then stands for all that begins so. */
  typing?: boolean;
  /** Whether to search just what was typed: no other keyboard layout, script or spelling. */
  literal?: boolean;
}

export interface Page {
  /** Best first, or newest. */
  hits: Hit[];
  /** How many posts match, on this page or not. */
  total: number;
  /** Whether `total` is the number and not about it. */
  exact: boolean;
  facets: Facets;
  /** What was searched, where it is something else than was typed; `literal` is the way back. */
  interpretation: Interpretation | null;
  /** Milliseconds, with what had to be fetched. */
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
  /** What the post is (photo, video, poll, article …); may be empty. */
  kind: string;
  /** The channel, folder or feed it comes from; may be empty. */
  source: string;
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

/**
 * What else there is among the posts that match the query, whatever the options narrow it to; most
 * frequent first.
 */
export interface Facets {
  /** Without `#`. */
  tags: Facet[];
  kinds: Facet[];
  sources: Facet[];
  /** `YYYY`, latest first. */
  years: Facet[];
}

export interface Facet {
  value: string;
  /** How many posts have it; at least 1. */
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
  /** As a hit has them. */
  kind: string;
  source: string;
}
