/** Builds indexes, and sites that search them, in Node.js: the same files, to the byte, as the native command. */

/** A post to be searched; what is not said of it may be left out. Other keys are passed over. */
export interface Post {
  /** Names the post within the index; stable when the posts grow. */
  id: string | number;
  /** The body as plain text; paragraphs are separated by line ends. */
  text: string;
  title?: string | null;
  /** Where the post can be read. */
  url?: string | URL | null;
  /** `YYYY-MM-DD`, alone or with a time after it. */
  date?: string | Date | null;
  /** With or without `#`. */
  tags?: string[] | null;
  author?: string | null;
  /** What it is, in one word: `page`, `photo`, `video`. */
  kind?: string | null;
  /** The channel, folder or feed it comes from. */
  source?: string | null;
}

export interface Options {
  /** Posts, which come before those of `sources`. */
  posts?: Iterable<Post> | AsyncIterable<Post>;
  /**
   * Files, or folders of files: an export of Telegram Desktop, the text of a channel, Markdown, HTML
   * pages, feeds, CSV, JSON lines; mixed as you like. They are read piece by piece, however large.
   */
  sources?: string | URL | (string | URL)[];
  /** What the index is called; as the channels are that were read, unless given. */
  name?: string;
  /** Where the pages of a folder can be read, such as `https://example.org/blog` or `/`. */
  baseUrl?: string;
  /** The user name of the Telegram channel, or `CHAT=NAME` for each of several chats. */
  channel?: string | string[];
  /** Whether anything that is wrong with the sources is an error; it is not unless `true`. */
  strict?: boolean;
  /**
   * How much a word counts in each field, from 0, where it is not searched, to 100; or as on the
   * command line, `["title=5"]`. Unless given: 3 in `title`, 1 in `text` and in `tags`, 0.3 in `links`,
   * which are addresses and what pages weigh low.
   */
  weights?: { title?: number; text?: number; tags?: number; links?: number } | string | string[];
  /**
   * Groups of words and phrases that say the same: who searches for one finds the others, too. A string
   * is a group with commas between its words.
   */
  synonyms?: string | (string | string[])[];
  /** By what readers narrow a search; all of these unless given, and nothing where it is empty or `none`. */
  facets?: string | ("tags" | "kinds" | "sources" | "years")[];
}

export interface IndexOptions extends Options {
  /** One file, or many, of which readers fetch what a search needs; `auto` (many from 8 MiB of text on) unless given. */
  shards?: "auto" | "never" | "always";
  /** The folder to write, too; it is made if need be. What was there of another index is taken away. */
  out?: string | URL;
}

export interface Spoken {
  /** The language of the page: its own words, its direction, its numbers and dates; that of most posts, unless given. */
  language?: "fa" | "en" | "ar";
}

export interface SiteOptions extends IndexOptions, Spoken {
  out: string | URL;
}

export interface PageOptions extends Options, Spoken {
  /** The file to write, too. */
  out?: string | URL;
}

/** One thing that is wrong with a source. What it names is in no post; all else is. */
export interface Fault {
  /** As given, or as found in the folder given; `(posts).jsonl` for the posts given. */
  file: string;
  /** Counted from 1; of posts given, the how manieth. `null` where it is of the file as a whole. */
  line: number | null;
  /** In bytes, counted from 1; known for JSON that cannot be read. */
  column: number | null;
  /** What is wrong. */
  message: string;
  /** What to do about it. */
  remedy: string;
}

export interface Read {
  /** How many posts there are. */
  posts: number;
  faults: Fault[];
  /** Files that are no sources, and why. */
  leftOut: { file: string; reason: string }[];
  /** What the `juya` command says of the sources: faults, and how much is in no post, a line each. */
  notes: string[];
}

export interface BuiltIndex extends Read {
  /** The files of the index, by their path with `/`; the one that opens it comes last. */
  files: Map<string, Uint8Array>;
  /** The path of the file that opens it: `index.juya`, or `index/manifest.juya`. */
  entry: string;
  /** The files of the index that were written: those that `out` did not have already. */
  written: string[];
}

export interface BuiltPage extends Read {
  html: string;
}

/** Sources from which no index is made; the message has a line for each fault. */
export class SourceError extends Error {
  constructor(faults: Fault[]);
  readonly faults: Fault[];
}

/**
 * Builds an index. Rejects with a `SourceError` if not one post came of a source or, with `strict`, if
 * anything is wrong with one; with a `TypeError` if an option is not as it should be.
 */
export function buildIndex(options: IndexOptions): Promise<BuiltIndex>;

/** Builds an index and writes it with the page that searches it: a folder for any static host. */
export function writeSite(options: SiteOptions): Promise<BuiltIndex>;

/** Builds the page with an index in it, as one file that works opened from disk. */
export function buildPage(options: PageOptions): Promise<BuiltPage>;
