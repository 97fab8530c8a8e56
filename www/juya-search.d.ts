import type { Hit, Index, Page, Post } from "./juya.js";

/**
 * `<juya-search>`: a search box for any page. What it takes, fires and lets be styled stands in
 * `juya-search.js` and, for tools, in `custom-elements.json`.
 */
export class JuyaSearch extends HTMLElement {
  /** Registers the element under a name; does nothing where the name is taken. */
  static define(name?: string): void;

  /** What is searched: undefined until it is loaded, or given here. */
  index: Index | undefined;
  /** What stands in the box. Setting it searches. */
  query: string;
  /** Words of the interface in place of those of the language; only what is named changes. */
  texts: Partial<Texts>;
  /** Loads engine and index, once, if they are not there. Rejects if they cannot be had. */
  load(): Promise<Index>;
  /** Opens the drop-down or the modal. */
  open(): void;
  /** Closes the drop-down or the modal. */
  close(): void;
  /** Shows a post in the element; `null` leads back to the list. */
  showPost(id: string | null): Promise<void>;

  addEventListener<Name extends keyof JuyaSearchEvents>(
    type: Name,
    listener: (this: JuyaSearch, event: JuyaSearchEvents[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** Words of the interface, by the names that they have in `texts.js`. */
export interface Texts {
  [name: string]: string | Record<string, string>;
  /** By plural category; `{n}` is the number. */
  results: Record<string, string>;
  /** What values of facets are called, such as `{ photo: "عکس" }`; others are shown as they are. */
  values: Record<string, string>;
}

/** All bubble and leave the shadow tree. */
export interface JuyaSearchEvents extends HTMLElementEventMap {
  "juya-load": CustomEvent<{ index: Index }>;
  "juya-error": CustomEvent<{ error: Error }>;
  /** After the results stand in the element; `page` is null where all posts are listed. */
  "juya-results": CustomEvent<{ query: string; page: Page | null }>;
  /** Before a result is opened; `preventDefault()` leaves that to the listener. */
  "juya-select": CustomEvent<{ hit: Pick<Hit, "id"> & Partial<Hit>; query: string }>;
  /** After a post is shown in the element; null once the list is shown again. */
  "juya-post": CustomEvent<{ post: Post | null }>;
  "juya-open": CustomEvent<null>;
  "juya-close": CustomEvent<null>;
}

declare global {
  interface HTMLElementTagNameMap {
    "juya-search": JuyaSearch;
  }
}
