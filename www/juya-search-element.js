/**
 * The class of `<juya-search>`; `juya-search.js` registers it.
 * @module
 */
import { fill, speak } from "./texts.js";
import { sheet } from "./juya-search-style.js";
import { apart, element, hitContent, icon, linkTo, postContent, webAddress } from "./view.js";

/** @typedef {import("./juya.js").Index} Index */
/** @typedef {import("./juya.js").Page} Page */
/** @typedef {import("./juya.js").Hit} Hit */
/** @typedef {import("./juya.js").Facets} Facets */
/** @typedef {Pick<Hit, "id"> & Partial<Hit>} Item a result, or a post of a list */

/**
 * What the list shows.
 *
 * @typedef {object} Answer
 * @property {Page | null} page null where all posts are listed, or nothing is asked for
 * @property {Item[]} items the first of them
 * @property {number} total
 * @property {Facets} facets
 * @property {string[]} suggestions
 * @property {(offset: number) => Promise<Item[]>} next the items from this one on
 */

const POSTS_STEP = 50; // posts of the list of all, shown at first and by each press of "more"
const MOST_COUNTED = 2000; // posts of an archive whose tags are counted without a query
const MOST_TAGS = 12;
const MOST_SUGGESTIONS = 4;
const MOST_RECENT = 6;
const MOST_SIMILAR = 4;
const PATIENCE = 300; // ms until a bar shows that something takes its time
const ADDRESS_DELAY = 300; // ms; browsers allow only so many changes of the address
const ANNOUNCE_DELAY = 700; // ms; a screen reader speaks once the typing pauses
const COUNT_DELAY = 250; // ms until years of another calendar are counted
const DAY = 864e5; // ms

const LENS = "M20 20l-4-4M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14z";
const CROSS = "M6 6l12 12M18 6L6 18";

/** Loads that are under way or done, by address: the elements of a page share them. */
const loads = new Map();

/**
 * @param {string | undefined} src
 * @param {(progress: import("./juya.js").Progress) => void} watch
 * @returns {Promise<Index>}
 */
function loadShared(src, watch) {
  let shared = loads.get(src);
  if (!shared) {
    const watchers = new Set();
    const onProgress = (progress) => watchers.forEach((tell) => tell(progress));
    // Imported here and not above: pages pay for the engine only where it is used.
    shared = { watchers, index: import("./juya.js").then(({ load }) => load(src, { onProgress })) };
    shared.index.catch(() => loads.delete(src)); // the next call tries again
    loads.set(src, shared);
  }
  shared.watchers.add(watch);
  return shared.index;
}

const hasEngine = typeof WebAssembly === "object";
const MOD = /Mac|iP(hone|ad|od)/.test(navigator.platform) ? "⌘" : "Ctrl ";

/** @param {MouseEvent} event */
const opensElsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

/** Also in browsers that end the composition before its last key (229). @param {KeyboardEvent} event */
const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** Whether keys write into it. A box that was just hidden has the focus for a moment more. @param {any} node */
const isEditable = (node) =>
  node.getClientRects?.().length > 0 && (node.isContentEditable || /^(input|textarea|select)$/i.test(node.tagName ?? ""));

/** @param {number} time ms */
const isoDay = (time) => new Date(time).toISOString().slice(0, 10);

const NO_FACETS = { tags: [], kinds: [], sources: [], years: [] };

/**
 * A search box: inline with a drop-down, in a modal, or a whole page with facets. Engine and index
 * are loaded when the reader shows that they will search: by focus, pointer or shortcut.
 *
 * It follows the `lang` and the `color-scheme` of the page it stands in.
 *
 * @tag juya-search
 * @attr {string} src - Address of the index; the one that the engine carries unless given.
 * @attr {"inline" | "modal" | "page"} [mode=inline] - A box with a drop-down, a button that opens
 *   a modal, or box, facets and results in the page.
 * @attr {string} [shortcut="/ Ctrl+K"] - Keys that lead to the box, separated by spaces: a
 *   character, or `Ctrl+` (⌘, too) and a letter. Empty for none.
 * @attr {string} placeholder - Shown in the empty box.
 * @attr {string} label - What the search is called for screen readers.
 * @attr {number} [limit=10] - Results shown at first, and added by each press of "more".
 * @attr {boolean} preload - Load at once, not when the reader turns to the box.
 * @attr {boolean} no-recent - Keep no recent searches on the device.
 * @attr {boolean} open-here - Posts are shown in the element, also those with an address.
 * @attr {boolean} highlight - Links to results carry the matched words (`?juya=word&juya=…`), for
 *   the script that marks them there.
 * @attr {boolean} browse - Mode `page`: while the box is empty, all posts are listed.
 * @attr {boolean} address - Mode `page`: the address of the page tells query, choices and post.
 *
 * @fires juya-load - Engine and index are there. `detail.index`
 * @fires juya-error - They could not be had. `detail.error`
 * @fires juya-results - Results stand in the element. `detail.query`, `detail.page`
 * @fires juya-select - A result is about to be opened; cancelable. `detail.hit`, `detail.query`
 * @fires juya-post - A post is shown in the element, or, with null, no more. `detail.post`
 * @fires juya-open - The drop-down or modal has opened.
 * @fires juya-close - It has closed.
 *
 * @slot - A plain form, shown where scripts or WebAssembly do not work.
 * @slot button - What stands in the button of mode `modal`, in place of icon and words.
 *
 * @csspart button - The button that opens the modal.
 * @csspart dialog - The modal.
 * @csspart box - The frame around the input.
 * @csspart input - The input.
 * @csspart panel - What opens under the box; in mode `page`, all below it.
 * @csspart chip - A suggestion, recent search or choice of a facet.
 * @csspart hit - A result.
 * @csspart title - The title of a result or a post.
 * @csspart excerpt - The passage of a result.
 * @csspart mark - What matched.
 * @csspart meta - Date, tags and links.
 * @csspart why - Where the score of a result comes from.
 * @csspart post - An open post.
 * @csspart notice - Told in place of results.
 * @csspart progress - The bar that shows loading.
 *
 * @cssprop --juya-font - Font family; that of the page unless given.
 * @cssprop --juya-font-size - Font size; that of the page unless given.
 * @cssprop --juya-paper - Background of panel and modal.
 * @cssprop --juya-card - Background of the box and of the active result.
 * @cssprop --juya-ink - Color of titles and input.
 * @cssprop --juya-text - Color of running text.
 * @cssprop --juya-soft - Color of what stands back.
 * @cssprop --juya-line - Color of lines.
 * @cssprop --juya-accent - Color of what can be pressed and of the focus.
 * @cssprop --juya-on-accent - Color of text on the accent.
 * @cssprop --juya-mark - Background of what matched.
 * @cssprop --juya-radius - Radius of corners; 14px unless given.
 * @cssprop --juya-layer - z-index of the drop-down; 1000 unless given.
 */
export class JuyaSearch extends HTMLElement {
  static observedAttributes = ["lang", "mode", "src", "placeholder", "label"];

  /** @param {string} [name] */
  static define(name = "juya-search") {
    if (!customElements.get(name)) customElements.define(name, class extends this {});
  }

  #shadow = this.attachShadow({ mode: "open" });
  /** The nodes that change. @type {Record<string, any>} */
  #ui = {};
  /** @type {import("./texts.js").Speech} */
  #speech;
  /** @type {Partial<import("./texts.js").Texts>} */
  #ownTexts = {};
  /** Ends what the element listens to. */
  #life = new AbortController();
  /** Ends the search that is under way. */
  #asking = new AbortController();
  /** @type {Index | undefined} */
  #index;
  /** @type {Promise<Index> | undefined} */
  #loading;
  #query = "";
  /** Whether to search just what was typed. */
  #literal = false;
  /** What was chosen of each facet, and the order. */
  #chosen = { tag: "", kind: "", source: "", date: "", sort: "" };
  /** Whether results say why they are there. */
  #why = false;
  /** @type {Answer | undefined} */
  #answer;
  /** What the list answers, so that coming back to it costs nothing. */
  #answered = "";
  /** The post that is shown; null while the list is. @type {string | null} */
  #post = null;
  /** Whether this page opened the post, so that "back" may step back in the history. */
  #cameFromList = false;
  #listScroll = 0;
  /** Whether drop-down or modal are open. */
  #isOpen = false;
  /** What was last told of that. */
  #toldOpen = false;
  /** The option that the keyboard is at; null while it is in the box. @type {HTMLElement | null} */
  #active = null;
  /** How much is being waited for. */
  #waits = 0;
  #addressTimer = 0;
  #announceTimer = 0;
  /** First days of years, by year. @type {Map<number, number>} */
  #newYears = new Map();

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#build();
    document.addEventListener("keydown", (event) => this.#pressAnywhere(event), { signal });
    for (const intent of ["focusin", "pointerenter"]) {
      this.addEventListener(intent, () => this.#prepare(), { signal });
    }
    if (this.#keepsAddress) {
      const follow = () => this.#followAddress();
      addEventListener("popstate", follow, { signal });
      addEventListener("hashchange", follow, { signal });
      this.#readAddress();
    }
    // Not at once: the script that defines the element may have more to say to it.
    queueMicrotask(() => {
      const isAsked = this.#query || this.#browses || this.#postInAddress() !== null;
      if (isAsked) this.#update();
      else if (this.hasAttribute("preload")) this.#prepare();
    });
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#asking.abort();
    clearTimeout(this.#addressTimer);
    clearTimeout(this.#announceTimer);
  }

  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || !this.#speech || before === after) return;
    if (name === "src") {
      this.#index = this.#loading = undefined;
      this.#answered = "";
    } else {
      this.#build();
    }
    if (this.#answer) this.#update();
  }

  get index() {
    return this.#index;
  }

  set index(index) {
    this.#index = index;
    this.#loading = index && Promise.resolve(index);
    this.#answered = "";
    if (this.isConnected && (this.#query || this.#browses)) this.#update();
  }

  get query() {
    return this.#query;
  }

  set query(query) {
    this.#ask(String(query));
  }

  get texts() {
    return this.#ownTexts;
  }

  set texts(texts) {
    this.#ownTexts = texts;
    if (!this.isConnected) return;
    this.#build();
    if (this.#answer) this.#update();
  }

  /** @returns {Promise<Index>} */
  load() {
    return (this.#loading ??= this.#load());
  }

  /** Loads, once; after a failure only the reader tries again, or the network's return. */
  #prepare() {
    if (this.#ui.failure.hidden) this.load().catch(() => {}); // told by #fail
  }

  async #load() {
    const src = this.getAttribute("src");
    const watch = ({ loaded, total }) => {
      if (total) this.#showProgress(loaded / total);
    };
    try {
      const address = src === null ? undefined : new URL(src, document.baseURI).href;
      const index = await this.#wait(loadShared(address, watch));
      if (src !== this.getAttribute("src") || this.#index) return this.load(); // it was changed meanwhile
      this.#index = index;
      this.#tell("juya-load", { index });
      this.#clearFailure();
      if (this.#query || this.#browses) this.#update();
      return index;
    } catch (error) {
      this.#loading = undefined;
      this.#fail(error);
      throw error;
    }
  }

  focus() {
    if (this.#mode === "modal") this.open();
    else this.#ui.input.focus();
  }

  open() {
    const { dialog, input } = this.#ui;
    if (dialog && !dialog.open) {
      this.#expand(false); // of its last closing it may not have told yet
      dialog.showModal();
    }
    input.focus();
    input.select();
    this.#expand(true);
    this.#prepare();
  }

  close() {
    this.#ui.dialog?.close();
    this.#expand(false);
  }

  /** @param {string | null} id */
  async showPost(id) {
    if (id === null) {
      this.#showList();
      return;
    }
    const index = await this.load();
    const work = Promise.all([index.post(id), index.similar(id, { limit: MOST_SIMILAR })]);
    const [post, similar] = await this.#wait(work);
    const { list, post: article } = this.#ui;
    const { texts } = this.#speech;
    if (this.#post === null) {
      this.#cameFromList = this.#answered !== "";
      this.#listScroll = scrollY;
    }
    this.#post = id;
    const back = this.#keepsAddress
      ? element("a", { class: "back", href: this.#listAddress() }, texts.back)
      : element("button", { class: "back", type: "button" }, texts.back);
    const content = post
      ? postContent(post, this.#speech)
      : [element("h2", { tabindex: -1, part: "title" }, texts.missing)];
    article.replaceChildren(back, ...content);
    back.addEventListener("click", (event) => {
      if (opensElsewhere(event)) return;
      event.preventDefault();
      this.#leavePost();
    });
    if (similar.length) {
      const links = similar.map((item) => {
        const link = linkTo(this.#addressOf(item), item.title || texts.untitled);
        link.addEventListener("click", (event) => this.#choose(item, event));
        return element("li", {}, link);
      });
      article.append(element("section", {}, element("h3", {}, texts.similar), element("ul", {}, ...links)));
    }
    list.hidden = true;
    article.hidden = false;
    this.#activate(null);
    this.#expand(this.#isOpen);
    this.#announce("");
    this.#tell("juya-post", { post });
    if (this.#mode === "page") scrollTo(0, 0);
    article.scrollTop = 0;
    article.querySelector("h2").focus({ preventScroll: true });
  }

  /* Attributes. */

  get #mode() {
    const mode = this.getAttribute("mode");
    // Without WebAssembly the plain form must be in view.
    return hasEngine && (mode === "modal" || mode === "page") ? mode : "inline";
  }

  get #isPage() {
    return this.#mode === "page";
  }

  get #browses() {
    return this.#isPage && this.hasAttribute("browse");
  }

  get #keepsAddress() {
    return this.#isPage && this.hasAttribute("address");
  }

  get #limit() {
    return Math.max(1, parseInt(this.getAttribute("limit") ?? "", 10) || 10);
  }

  /* The parts. */

  #build() {
    const lang = this.closest("[lang]")?.getAttribute("lang") ?? document.documentElement.lang;
    this.#speech = speak(lang, this.#ownTexts);
    this.#newYears.clear();
    const { texts, dir } = this.#speech;
    const mode = this.#mode;
    const isPage = mode === "page";
    const label = this.getAttribute("label") ?? texts.search;
    const shortcut = this.#shortcuts[0];
    const keys = shortcut ? [element("kbd", { "aria-hidden": true }, shortcut.replace("Ctrl+", MOD))] : [];
    const button = (attributes, ...children) => element("button", { type: "button", ...attributes }, ...children);

    const input = element("input", {
      id: "query",
      part: "input",
      type: isPage ? "search" : "text",
      dir: "auto",
      "aria-label": label,
      "aria-keyshortcuts": this.#shortcuts.join(" ").replace("Ctrl", "Control") || undefined,
      placeholder: this.getAttribute("placeholder") ?? texts.placeholder,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "search",
      ...(isPage
        ? {}
        : { role: "combobox", "aria-expanded": "false", "aria-controls": "results", "aria-autocomplete": "list" }),
    });
    input.value = this.#query;
    const clear = button({ id: "clear", "aria-label": texts.clear }, icon(CROSS));
    const box = element("form", { part: "box", role: "search", "aria-label": label }, icon(LENS), input, clear, ...keys);
    const progress = element("div", { part: "progress", role: "progressbar", "aria-label": texts.loading, hidden: true });
    const announcer = element("p", { id: "announcer", class: "unseen", role: "status" });
    const failure = element("div", { id: "failure", part: "notice", hidden: true });
    const meaning = element("p", { id: "meaning", hidden: true });
    const count = element("p", { id: "count" });
    const notice = element("div", { id: "notice", part: "notice" });
    const post = element("article", { id: "post", part: "post", hidden: true });
    const results = isPage
      ? element("ol", { id: "results" })
      : element("div", { id: "results", role: "listbox", "aria-label": texts.list, tabindex: -1 });
    const ui = { box, input, progress, announcer, failure, meaning, count, notice, post, results };
    if (isPage) {
      const select = (name, label) => {
        const node = element("select", { name, "aria-label": label, hidden: true });
        node.addEventListener("change", () => this.#pick(name, node.value));
        return node;
      };
      const selects = {
        kind: select("kind", texts.kinds),
        source: select("source", texts.sources),
        date: select("date", texts.dates),
        sort: select("sort", texts.sort),
      };
      const why = button({ id: "why", "aria-pressed": "false" }, texts.why);
      const more = button({ id: "more", hidden: true }, texts.more);
      const chips = element("div", { id: "chips", role: "group", hidden: true });
      const facets = element("div", { id: "facets", role: "group", "aria-label": texts.tags });
      const choices = element("div", { id: "choices" }, count, ...Object.values(selects), why);
      const list = element("section", { id: "list", "aria-label": texts.list }, chips, meaning, choices, facets, notice, results, more);
      const panel = element("div", { id: "panel", part: "panel" }, list, post);
      Object.assign(ui, { selects, why, more, chips, facets, list, panel });
      why.addEventListener("click", () => this.#explain());
      more.addEventListener("click", () => this.#showMore());
    } else {
      const list = element("div", { id: "list" }, element("div", { class: "said" }, meaning, count), notice, results);
      const panel = element("div", { id: "panel", part: "panel", tabindex: -1, hidden: true }, list, post);
      Object.assign(ui, { list, panel });
      // The focus stays in the box while options are pressed.
      list.addEventListener("mousedown", (event) => event.preventDefault());
    }
    const parts = [box, progress, failure, ui.panel, announcer];
    const root = element("div", { class: `root ${mode}`, dir: this.getAttribute("dir") ?? dir, lang: this.#speech.lang });
    if (mode === "modal") {
      const content = element("slot", { name: "button" }, icon(LENS), element("span", {}, label), ...keys.map((key) => key.cloneNode(true)));
      const opener = button({ part: "button", class: "opener", "aria-haspopup": "dialog" }, content);
      const shut = button({ class: "close" }, texts.close);
      box.append(shut);
      const dialog = element("dialog", { part: "dialog", "aria-label": label }, ...parts);
      Object.assign(ui, { dialog });
      root.append(opener, dialog);
      opener.addEventListener("click", () => this.open());
      shut.addEventListener("click", () => this.close());
      dialog.addEventListener("close", () => dialog.open || this.#expand(false));
      dialog.addEventListener("click", ({ target }) => target === dialog && this.close());
    } else {
      root.append(...parts);
    }

    input.addEventListener("input", (event) => {
      // Also while an input method composes: phone keyboards compose every word.
      event.stopPropagation();
      this.#expand(true);
      this.#ask(input.value);
    });
    // The box loses focus before a result can be opened: the address is right by then.
    input.addEventListener("change", () => this.#writeAddress());
    input.addEventListener("click", () => this.#expand(true));
    box.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    clear.addEventListener("click", () => {
      this.query = "";
      input.focus();
    });
    root.addEventListener("keydown", (event) => this.#press(event));
    root.addEventListener("focusout", ({ relatedTarget }) => {
      if (mode === "inline" && !root.contains(relatedTarget)) this.#expand(false);
    });

    this.#ui = ui;
    this.#active = null;
    this.#isOpen = this.#toldOpen = false;
    this.#answered = "";
    this.#shadow.adoptedStyleSheets = [sheet];
    this.#shadow.replaceChildren(root);
    if (!hasEngine) this.#fail(new Error("WebAssembly is missing."));
  }

  /* Keys. */

  get #shortcuts() {
    return (this.getAttribute("shortcut") ?? "/ Ctrl+K").split(" ").filter(Boolean);
  }

  /** @param {KeyboardEvent} event */
  #pressAnywhere(event) {
    if (event.defaultPrevented || isComposing(event)) return;
    const pressed = this.#shortcuts.some((shortcut) => {
      const letter = shortcut.match(/^Ctrl\+(.)$/)?.[1].toUpperCase();
      const hasModifier = event.ctrlKey || event.metaKey;
      // By the place of the key, too: on a Persian keyboard K gives another letter.
      if (letter) return hasModifier && !event.altKey && !event.shiftKey && event.code === `Key${letter}`;
      const isKey = event.key === shortcut || (shortcut === "/" && event.code === "Slash" && !event.shiftKey);
      return isKey && !hasModifier && !event.altKey && !isEditable(event.composedPath()[0]);
    });
    if (!pressed) return;
    event.preventDefault();
    this.open();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    // Keys that an input method uses are its own.
    if (isComposing(event)) return;
    const inBox = event.target === this.#ui.input;
    const taken = this.#isPage || !inBox ? this.#pressInPage(event, inBox) : this.#pressInBox(event);
    if (taken) event.preventDefault();
  }

  /**
   * Keys in the box of a combobox, as the W3C's ARIA practices have them. True where the key was
   * ours.
   *
   * @param {KeyboardEvent} event
   */
  #pressInBox(event) {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    const down = key === "ArrowDown";
    if (down || key === "ArrowUp") {
      if (ctrlKey || metaKey || shiftKey) return false;
      if (altKey) {
        this.#activate(null);
        if (down || this.#mode === "inline") this.#expand(down);
        return true;
      }
      this.#expand(true);
      const options = this.#options();
      const at = this.#active ? options.indexOf(this.#active) : down ? -1 : options.length;
      this.#activate(options[at + (down ? 1 : -1)] ?? null);
      return true;
    }
    if (key === "Enter" && this.#active) {
      // A click, so that a link opens as the reader's browser opens links.
      const click = { bubbles: true, cancelable: true, composed: true, ctrlKey, metaKey, shiftKey };
      this.#active.dispatchEvent(new MouseEvent("click", click));
      return true;
    }
    if (key === "Escape") {
      if (this.#mode === "modal") return false; // the dialog closes
      if (this.#isShown) this.#expand(false);
      else if (this.#query) this.query = "";
      else return false;
      return true;
    }
    // All other keys are for the text.
    if (!["Shift", "Control", "Alt", "Meta", "Enter"].includes(key)) this.#activate(null);
    return false;
  }

  /**
   * Keys outside of a combobox: arrows move through the box and the titles below it. True where
   * the key was ours.
   *
   * @param {KeyboardEvent} event
   * @param {boolean} inBox
   */
  #pressInPage({ key, target, ctrlKey, metaKey, altKey }, inBox) {
    if (ctrlKey || metaKey || altKey) return false;
    if (key === "Escape") {
      if (inBox && this.#query) this.query = "";
      else if (this.#post !== null) this.#leavePost();
      else if (!inBox && this.#isPage) this.#ui.input.focus();
      else return false;
      return true;
    }
    if (!this.#isPage || this.#post !== null) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const stops = [this.#ui.input, ...this.#titles()];
    const at = stops.indexOf(target);
    if (!step || at < 0 || (at === 0 && step < 0)) return false;
    stops[at + step]?.focus();
    return true;
  }

  #submit() {
    this.#remember();
    this.#writeAddress();
    if (this.#isPage) this.#titles()[0]?.focus();
    else this.#activate(this.#ui.results.querySelector("[part~=hit]"));
  }

  /** The links of the results. @returns {HTMLElement[]} */
  #titles() {
    return [...this.#ui.results.querySelectorAll("h2 > *")];
  }

  /** @returns {HTMLElement[]} */
  #options() {
    return [...this.#ui.results.querySelectorAll("[role=option]:not([hidden])")];
  }

  /** @param {HTMLElement | null} option */
  #activate(option) {
    const { input } = this.#ui;
    this.#active?.setAttribute("aria-selected", "false");
    this.#active = option;
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  get #isShown() {
    return !this.#ui.panel.hidden;
  }

  /**
   * Opens or closes what stands under the box; it stays closed while there is nothing to show.
   *
   * @param {boolean} open
   */
  #expand(open) {
    if (this.#isPage) return;
    const { panel, input, post } = this.#ui;
    const wasShown = this.#isShown;
    this.#isOpen = open;
    if (!open) this.#activate(null);
    if (open && !this.#answer && !this.#query) this.#show(this.#nothing());
    const options = post.hidden ? this.#options().length : 0;
    const hasContent = options > 0 || !post.hidden || this.#ui.notice.hasChildNodes() || this.#ui.count.textContent !== "";
    panel.hidden = !(open && hasContent);
    if (this.#isShown && !wasShown && this.#mode === "inline") {
      // A narrow box near an edge of the window: what is wider goes to the other side.
      const { left, right } = this.#ui.box.getBoundingClientRect();
      const isAtLeft = left + right < innerWidth;
      panel.style.insetInline = isAtLeft === panel.matches(":dir(ltr)") ? "0 auto" : "auto 0";
    }
    input.setAttribute("aria-expanded", String(this.#isShown && options > 0));
    const isOpen = this.#ui.dialog ? open : this.#isShown;
    if (isOpen === this.#toldOpen) return;
    this.#toldOpen = isOpen;
    this.#tell(isOpen ? "juya-open" : "juya-close", null);
  }

  /* The address. */

  #readAddress() {
    const parameters = new URLSearchParams(location.search);
    this.#query = parameters.get("q") ?? "";
    this.#literal = parameters.has("literal");
    for (const name of Object.keys(this.#chosen)) this.#chosen[name] = parameters.get(name) ?? "";
    if (this.#chosen.sort !== "date") this.#chosen.sort = "";
    const isRange = /^\d{4}-\d\d-\d\d\/\d{4}-\d\d-\d\d$/.test(this.#chosen.date);
    if (!isRange || Number.isNaN(Date.parse(this.#chosen.date.split("/")[0]))) this.#chosen.date = "";
    const { input } = this.#ui;
    // Written only when it differs: writing moves the caret.
    if (input.value !== this.#query) input.value = this.#query;
  }

  #postInAddress() {
    return this.#keepsAddress ? new URLSearchParams(location.hash.slice(1)).get("post") : null;
  }

  #listAddress() {
    const parameters = new URLSearchParams();
    if (this.#query) parameters.set("q", this.#query);
    for (const [name, value] of Object.entries(this.#chosen)) if (value) parameters.set(name, value);
    if (this.#literal) parameters.set("literal", "1");
    return location.pathname + (parameters.size ? `?${parameters}` : "");
  }

  #writeAddress() {
    clearTimeout(this.#addressTimer);
    if (this.#keepsAddress && this.#postInAddress() === null) history.replaceState(null, "", this.#listAddress());
  }

  #followAddress() {
    clearTimeout(this.#addressTimer);
    this.#readAddress();
    this.#update();
  }

  /* What is asked. */

  /** @param {string} query */
  #ask(query) {
    this.#query = query;
    this.#literal = false;
    if (this.#ui.input && this.#ui.input.value !== query) this.#ui.input.value = query;
    if (!this.isConnected) return;
    if (this.#postInAddress() !== null) {
      history.pushState(null, "", this.#listAddress());
    } else if (this.#keepsAddress) {
      clearTimeout(this.#addressTimer);
      this.#addressTimer = setTimeout(() => this.#writeAddress(), ADDRESS_DELAY);
    }
    this.#update();
  }

  /** @param {string} name @param {string} value */
  #pick(name, value) {
    this.#chosen[name] = value;
    this.#writeAddress();
    this.#update();
  }

  #searchJustThis() {
    this.#literal = true;
    this.#writeAddress();
    this.#update();
    this.#ui.input.focus();
  }

  #explain() {
    this.#why = !this.#why;
    this.#update();
  }

  /** Shows what the state asks for: a post or the list. */
  async #update() {
    const id = this.#postInAddress();
    if (id !== null) {
      if (id !== this.#post) await this.showPost(id).catch(() => {});
      return;
    }
    const wanted = JSON.stringify([this.#query, this.#chosen, this.#literal, this.#why]);
    this.#asking.abort();
    if (wanted === this.#answered) return this.#showList();
    const { signal } = (this.#asking = new AbortController());
    const mustLoad = !this.#index && (this.#query.trim() || this.#browses);
    if (mustLoad) return this.#prepare(); // asks again when it is there
    try {
      const answer = await this.#wait(this.#find(signal));
      if (signal.aborted) return;
      this.#clearFailure();
      this.#answered = wanted;
      this.#showList();
      this.#show(answer);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  /** @param {AbortSignal} signal @returns {Promise<Answer>} */
  async #find(signal) {
    const query = this.#query;
    const index = this.#index;
    const { tag, kind, source, date, sort } = this.#chosen;
    if (!query.trim()) return this.#browses ? this.#everything() : this.#nothing();
    const limit = this.#limit;
    const [from, to] = date.split("/"); // "" is no bound
    const options = {
      limit,
      tags: tag ? [tag] : [],
      kinds: kind ? [kind] : [],
      sources: source ? [source] : [],
      from,
      to,
      sort: /** @type {"date" | "relevance"} */ (sort || "relevance"),
      facets: this.#isPage,
      explain: this.#why,
      typing: true,
      literal: this.#literal,
      signal,
    };
    const [page, suggestions] = await Promise.all([
      index.search(query, options),
      index.suggest(query, { limit: MOST_SUGGESTIONS, signal }),
    ]);
    if (this.#isPage) this.#countYears(page, options);
    return {
      page,
      items: page.hits,
      total: page.total,
      facets: page.facets,
      suggestions: suggestions.filter((text) => text !== query.trim()),
      next: async (offset) => (await index.search(query, { ...options, offset, facets: false })).hits,
    };
  }

  /** @returns {Answer} */
  #nothing() {
    return { page: null, items: [], total: 0, facets: NO_FACETS, suggestions: [], next: async () => [] };
  }

  /** @returns {Promise<Answer>} */
  async #everything() {
    const index = this.#index;
    const total = index.info.posts;
    if (total > MOST_COUNTED) {
      const next = (offset) => index.posts({ offset, limit: POSTS_STEP });
      return { page: null, items: await next(0), total, facets: NO_FACETS, suggestions: [], next };
    }
    const all = await index.posts({ limit: total });
    const { tag } = this.#chosen;
    const posts = tag ? all.filter(({ tags }) => tags.includes(tag)) : all;
    const next = async (offset) => posts.slice(offset, offset + POSTS_STEP);
    const counts = new Map();
    for (const name of all.flatMap(({ tags }) => tags)) counts.set(name, (counts.get(name) ?? 0) + 1);
    const tags = [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
    const facets = { ...NO_FACETS, tags };
    return { page: null, items: await next(0), total: posts.length, facets, suggestions: [], next };
  }

  /* What is shown. */

  #showList() {
    const { list, post, input } = this.#ui;
    const opened = this.#post;
    this.#post = null;
    if (opened !== null && !this.#isPage) input.focus(); // before what has the focus goes
    post.hidden = true;
    list.hidden = false;
    if (opened === null) return;
    post.replaceChildren();
    this.#tell("juya-post", { post: null });
    if (this.#isPage) {
      scrollTo(0, this.#listScroll);
      const link = this.#titles().find((title) => title.dataset.id === opened);
      if (this.#shadow.activeElement !== input) (link ?? input).focus({ preventScroll: true });
    } else {
      this.#expand(true);
      this.#activate(this.#options().find(({ dataset }) => dataset.id === opened) ?? null);
    }
  }

  #leavePost() {
    if (this.#keepsAddress && this.#cameFromList) return history.back();
    if (this.#keepsAddress) history.pushState(null, "", this.#listAddress());
    this.#showList();
    this.#update();
  }

  /** @param {Answer} answer */
  #show(answer) {
    this.#answer = answer;
    const { page, total } = answer;
    const { texts, results } = this.#speech;
    const { count, notice } = this.#ui;
    const isAsked = this.#query.trim() !== "";
    const found = page?.exact === false ? texts.about.replace("{results}", results(total)) : results(total);
    const said = isAsked ? found : this.#browses ? texts.everything : "";
    const nothingFound = total === 0 && (isAsked || this.#browses);
    count.textContent = nothingFound ? "" : said;
    const meant = page?.interpretation ? ` ${page.interpretation.query}` : "";
    this.#announce(nothingFound ? fill(isAsked ? texts.none : texts.noneChosen, this.#query.trim()).join("") : said + meant);
    this.#fillMeaning(page);
    notice.replaceChildren(...(nothingFound ? this.#helpOut(answer) : []));
    if (this.#isPage) this.#fillPage(answer);
    else this.#fillOptions(answer);
    this.#tell("juya-results", { query: this.#query, page });
  }

  /** Tells where something else was searched than was typed, with a way back. */
  #fillMeaning(page) {
    const { meaning } = this.#ui;
    const { texts } = this.#speech;
    meaning.hidden = !page?.interpretation;
    if (meaning.hidden) return;
    const { query, why } = page.interpretation;
    const what = element("strong", {}, apart(query));
    meaning.replaceChildren(...fill(texts.meant, what), ` — ${texts[why] ?? ""} `);
    if (this.#isPage) meaning.append(this.#button(texts.literal, () => this.#searchJustThis()));
  }

  /** @param {Answer} answer */
  #fillPage({ items, suggestions, page, facets: offered }) {
    const { results, chips, why, facets, selects } = this.#ui;
    const { texts, number, value } = this.#speech;
    const [label, choices] = this.#chips(suggestions);
    chips.setAttribute("aria-label", label);
    chips.hidden = !choices.length;
    chips.replaceChildren(...choices);
    why.hidden = !items.length || !page;
    why.setAttribute("aria-pressed", String(this.#why));

    const { tag } = this.#chosen;
    const shown = offered.tags.filter((facet, place) => place < MOST_TAGS || facet.value === tag);
    if (tag && !shown.some((facet) => facet.value === tag)) shown.push({ value: tag, count: 0 });
    const hadFocus = facets.contains(this.#shadow.activeElement);
    const choice = (chosen, ...content) => {
      const button = this.#button("", () => this.#pick("tag", chosen));
      button.setAttribute("aria-pressed", String(chosen === tag));
      button.setAttribute("part", "chip");
      button.append(element("span", {}, ...content));
      return button;
    };
    const tags = shown.map((facet) => choice(facet.value, apart(value(facet.value)), ` ${number(facet.count)}`));
    facets.replaceChildren(...(tags.length ? [choice("", texts.all), ...tags] : []));
    if (hadFocus) facets.querySelector("[aria-pressed=true]")?.focus();

    const named = (list) => list.map((facet) => ({ ...facet, name: value(facet.value) }));
    this.#fillSelect("kind", texts.kinds, named(offered.kinds));
    this.#fillSelect("source", texts.sources, named(offered.sources));
    this.#fillSelect("date", texts.dates, this.#years(offered.years));
    const isDated = page !== null && (this.#chosen.sort || offered.years.length > 0);
    this.#fillSelect("sort", texts.relevance, isDated ? [{ value: "date", name: texts.date }] : []);
    selects.sort.hidden = !isDated;

    results.replaceChildren();
    this.#append(items);
  }

  /**
   * @param {string} name
   * @param {string} all what not to choose is called
   * @param {{ value: string, name: string, count?: number }[]} choices
   */
  #fillSelect(name, all, choices) {
    const select = this.#ui.selects[name];
    const chosen = this.#chosen[name];
    if (chosen && !choices.some(({ value }) => value === chosen)) {
      choices = [...choices, { value: chosen, name: name === "date" ? this.#nameOfDates(chosen) : this.#speech.value(chosen) }];
    }
    const options = choices.map(({ value, name, count }) => {
      const option = element("option", { value }, name);
      if (count !== undefined) option.append(` (${this.#speech.number(count)})`);
      return option;
    });
    select.replaceChildren(element("option", { value: "" }, all), ...options);
    select.value = chosen;
    select.classList.toggle("chosen", chosen !== "");
    // One choice that all posts share tells them not apart.
    select.hidden = choices.length < 2 && !chosen;
  }

  /** @param {Answer} answer */
  #fillOptions({ page, items, suggestions, total }) {
    const { results } = this.#ui;
    const { texts } = this.#speech;
    this.#activate(null);
    const [label, choices] = this.#chips(suggestions);
    if (page?.interpretation) choices.push(this.#button(texts.literal, () => this.#searchJustThis()));
    const hits = element("div", { role: "group", "aria-label": texts.list });
    const more = this.#button(texts.more, () => this.#showMore());
    const why = this.#button(texts.why, () => this.#explain());
    why.classList.toggle("chosen", this.#why);
    results.replaceChildren();
    if (choices.length) results.append(element("div", { class: "chips", role: "group", "aria-label": label }, ...choices));
    results.append(hits);
    if (total && page) results.append(element("div", { class: "chips" }, more, why));
    Object.assign(this.#ui, { hits, more });
    this.#append(items);
    this.#expand(this.#isOpen);
  }

  /** @param {Item[]} items */
  #append(items) {
    const { hits, results, more } = this.#ui;
    const box = this.#isPage ? results : hits;
    box.append(...items.map((item) => this.#item(item)));
    more.hidden = box.children.length >= (this.#answer?.total ?? 0);
    if (!this.#isPage) this.#options().forEach((option, place) => (option.id = `option-${place}`));
    return box;
  }

  async #showMore() {
    const { signal } = this.#asking;
    const box = this.#append([]);
    const before = box.children.length;
    try {
      const items = await this.#wait(this.#answer.next(before));
      if (signal.aborted) return;
      this.#append(items);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      return;
    }
    if (this.#isPage) this.#titles()[before]?.focus();
    else this.#activate(box.children[before] ?? null);
  }

  /** A result, or a post of the list of all. @param {Item} item */
  #item(item) {
    const href = this.#addressOf(item);
    if (this.#isPage) {
      const node = element("li", { part: "hit" }, ...hitContent(item, this.#speech, href));
      const link = node.querySelector("h2 > *");
      link.dataset.id = item.id;
      link.addEventListener("click", (event) => this.#choose(item, event));
      return node;
    }
    const option = { role: "option", "aria-selected": "false", part: "hit", "data-id": item.id };
    // A link, so that the reader's browser opens it in a new tab, too.
    const node = element(href ? "a" : "div", { ...option, href, rel: href && "noopener", tabindex: href && -1 }, ...hitContent(item, this.#speech, href, true));
    node.addEventListener("click", (event) => this.#choose(item, event));
    return node;
  }

  /**
   * Suggestions for what is typed, or what was searched before; with the name of the group.
   *
   * @param {string[]} suggestions
   * @returns {[string, Node[]]}
   */
  #chips(suggestions) {
    const { texts } = this.#speech;
    const isAsked = this.#query.trim() !== "";
    const queries = isAsked ? suggestions : this.#recent();
    const chips = queries.map((query) => this.#button(apart(query), () => this.#take(query)));
    if (!isAsked && chips.length) {
      const forget = this.#button(texts.forget, () => {
        this.#recent([]);
        this.#show(this.#answer);
        this.#ui.input.focus();
      });
      forget.classList.add("quiet");
      chips.push(forget);
    }
    return [isAsked ? texts.suggestions : texts.recent, chips];
  }

  /** Searches what was offered. @param {string} query */
  #take(query) {
    this.query = query;
    this.#remember();
    const { input } = this.#ui;
    input.focus();
    input.setSelectionRange(query.length, query.length);
  }

  /**
   * Something to press: a button, or an option of the list box.
   *
   * @param {Node | string} content
   * @param {() => void} act
   */
  #button(content, act) {
    const node = this.#isPage
      ? element("button", { type: "button", part: "chip" })
      : element("div", { role: "option", "aria-selected": "false", part: "chip" });
    if (content) node.append(element("span", {}, content));
    node.addEventListener("click", act);
    return node;
  }

  /** What to try where nothing was found. @param {Answer} answer */
  #helpOut({ suggestions }) {
    const { texts } = this.#speech;
    const query = this.#query.trim();
    if (!query) return [element("p", {}, texts.noneChosen), this.#button(texts.widen, () => this.#widen())];
    const tips = [texts.fewer, texts.check].map((tip) => element("li", {}, tip));
    const help = [element("p", {}, ...fill(texts.none, apart(query))), element("ul", {}, ...tips)];
    if (suggestions.length) help.push(element("p", {}, texts.nearest));
    if (!this.#isPage) return help;
    const isNarrowed = Object.values(this.#chosen).some(Boolean);
    if (isNarrowed) help.push(this.#button(texts.widen, () => this.#widen()));
    else if (this.#browses) help.push(this.#button(texts.showAll, () => (this.query = "")));
    return help;
  }

  #widen() {
    this.#chosen = { tag: "", kind: "", source: "", date: "", sort: "" };
    this.#writeAddress();
    this.#update();
  }

  /* Opening a result. */

  /** Whether a post is shown in the element. @param {Item} item */
  #opensHere(item) {
    return this.hasAttribute("open-here") || !webAddress(item.url ?? "", document.baseURI);
  }

  /**
   * Where a result leads; undefined where it is shown in the element and no address says so.
   *
   * @param {Item} item
   */
  #addressOf(item) {
    if (this.#opensHere(item)) return this.#keepsAddress ? `#post=${encodeURIComponent(item.id)}` : undefined;
    const address = webAddress(item.url ?? "", document.baseURI);
    if (this.hasAttribute("highlight")) {
      const { title = "", titleRanges = [], excerpt = "", excerptRanges = [] } = item;
      const words = titleRanges.map(({ start, end }) => title.slice(start, end));
      words.push(...excerptRanges.map(({ start, end }) => excerpt.slice(start, end)));
      for (const word of new Set(words)) address.searchParams.append("juya", word);
    }
    return address.href;
  }

  /** @param {Item} hit @param {MouseEvent} event */
  #choose(hit, event) {
    this.#remember();
    if (opensElsewhere(event)) return;
    if (!this.#tell("juya-select", { hit, query: this.#query }, true)) {
      event.preventDefault();
    } else if (!this.#opensHere(hit)) {
      this.close();
    } else if (!this.#keepsAddress) {
      event.preventDefault();
      this.showPost(hit.id).catch((error) => this.#fail(error));
    }
  }

  /* Recent searches, on this device only. */

  get #recentKey() {
    return `juya-recent:${this.getAttribute("src") ?? ""}`;
  }

  /**
   * @param {string[]} [queries] to keep in place of those that are kept
   * @returns {string[]}
   */
  #recent(queries) {
    if (this.hasAttribute("no-recent")) return [];
    try {
      if (queries) localStorage.setItem(this.#recentKey, JSON.stringify(queries));
      const kept = JSON.parse(localStorage.getItem(this.#recentKey) ?? "[]");
      return Array.isArray(kept) ? kept.filter((query) => typeof query === "string").slice(0, MOST_RECENT) : [];
    } catch {
      return []; // storage is off or full, or holds something else
    }
  }

  #remember() {
    const query = this.#query.trim();
    if (query) this.#recent([query, ...this.#recent().filter((kept) => kept !== query)].slice(0, MOST_RECENT));
  }

  /* Facets. */

  /**
   * Years of the language's calendar, newest first. Years of the facet are Gregorian; where those
   * of the calendar are others, they are counted later.
   *
   * @param {{ value: string, count: number }[]} facet
   */
  #years(facet) {
    const { yearOf, year: name } = this.#speech;
    const years = facet.flatMap(({ value }) => {
      const [first, last] = ["01-01", "12-31"].map((day) => yearOf(Date.parse(`${value}-${day}`)));
      return Array.from({ length: last - first + 1 }, (_, place) => last - place);
    });
    return [...new Set(years)].map((year) => {
      const value = [this.#newYear(year), this.#newYear(year + 1) - DAY].map(isoDay).join("/");
      const gregorian = facet.find((entry) => value === `${entry.value}-01-01/${entry.value}-12-31`);
      return { value, name: name(year), count: gregorian?.count };
    });
  }

  /** The first day of a year of the language's calendar. @param {number} year @returns {number} ms */
  #newYear(year) {
    const { yearOf } = this.#speech;
    const known = this.#newYears.get(year);
    if (known !== undefined) return known;
    // A day of the year or near it, in calendars of the sun and of the moon; then halving.
    const guess = Math.round((year - yearOf(0)) * 360);
    let [low, high] = [guess - 20 * 366, guess + 20 * 366];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (yearOf(middle * DAY) < year) low = middle + 1;
      else high = middle;
    }
    this.#newYears.set(year, low * DAY);
    return low * DAY;
  }

  /** @param {string} dates `from/to` */
  #nameOfDates(dates) {
    const [from] = dates.split("/");
    return this.#speech.year(this.#speech.yearOf(Date.parse(from)));
  }

  /**
   * Counts what falls into years that the engine does not know.
   *
   * @param {Page} page
   * @param {any} options
   */
  async #countYears(page, options) {
    const query = this.#query;
    const index = this.#index;
    await new Promise((resolve) => setTimeout(resolve, COUNT_DELAY));
    for (const { value, name, count } of this.#years(page.facets.years)) {
      if (count !== undefined) return;
      if (options.signal.aborted) return;
      const [from, to] = value.split("/");
      const { total } = await index.search(query, { ...options, limit: 0, from, to, explain: false, facets: false });
      const option = this.#ui.selects.date.querySelector(`[value="${value}"]`);
      if (options.signal.aborted || !option) return;
      option.textContent = `${name} (${this.#speech.number(total)})`;
      option.hidden = total === 0 && this.#chosen.date !== value;
    }
  }

  /* What takes time, and what fails. */

  /**
   * Shows a bar where something takes its time.
   *
   * @template T
   * @param {Promise<T>} work
   * @returns {Promise<T>}
   */
  async #wait(work) {
    this.#waits += 1;
    const timer = setTimeout(() => {
      this.#ui.progress.hidden = false;
      this.#announce(this.#speech.texts.loading);
    }, PATIENCE);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      this.#waits -= 1;
      if (this.#waits === 0) {
        this.#ui.progress.hidden = true;
        this.#showProgress(null);
      }
    }
  }

  /** @param {number | null} share what is there of all; null where it cannot be told */
  #showProgress(share) {
    const { progress } = this.#ui;
    if (share === null) progress.removeAttribute("aria-valuenow");
    else progress.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    progress.style.inlineSize = share === null ? "" : `calc(${share} * (100% - 2 * var(--round)))`;
  }

  /** @param {any} error */
  #fail(error) {
    const { texts } = this.#speech;
    const { failure, box } = this.#ui;
    const isUnable = !hasEngine || error.cause instanceof WebAssembly.CompileError;
    const words = isUnable ? texts.unable : navigator.onLine ? texts.failed : texts.offline;
    const details = element("p", { dir: "ltr", class: "details" }, error.message);
    const alert = element("div", { role: "alert" }, element("p", {}, words), details);
    if (!isUnable) {
      const retry = () => {
        this.#clearFailure();
        this.#answered = "";
        if (this.#index) this.#update();
        else this.#prepare();
      };
      const again = element("button", { type: "button" }, texts.retry);
      again.addEventListener("click", () => {
        this.#ui.input.focus();
        this.#expand(true);
        retry();
      });
      alert.append(again);
      const { signal } = this.#life;
      addEventListener("online", () => failure.hidden || retry(), { once: true, signal });
    }
    // The owner's plain form takes over, with what was typed.
    failure.replaceChildren(alert, element("slot"));
    failure.hidden = false;
    box.hidden = isUnable;
    const field = this.querySelector("input[type=search], input[type=text], input:not([type])");
    if (field instanceof HTMLInputElement && this.#query) field.value = this.#query;
    this.#tell("juya-error", { error });
  }

  #clearFailure() {
    this.#ui.failure.hidden = true;
    this.#ui.failure.replaceChildren();
  }

  /** @param {string} text */
  #announce(text) {
    clearTimeout(this.#announceTimer);
    this.#announceTimer = setTimeout(() => (this.#ui.announcer.textContent = text), ANNOUNCE_DELAY);
  }

  /**
   * Fires an event. False where a listener prevented what comes next.
   *
   * @param {string} name
   * @param {unknown} detail
   * @param {boolean} [cancelable]
   */
  #tell(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(name, { detail, cancelable, bubbles: true, composed: true }));
  }
}
