/**
 * The page: reads the address and the search box, asks the index, shows the answer.
 *
 * The address says what is shown: `?q=…&tag=…` the list (with `&literal=1` for just what was
 * typed), `#post=ID` a post over that list. Typing rewrites the address, opening a post adds a step
 * to the history.
 * @module
 */
import {
  element,
  hitItem,
  missingPost,
  number,
  postAddress,
  postContent,
  summaryItem,
  tagWord,
} from "./view.js";

// Results, or posts of the list of all, shown at first and added by each press of "more".
const HITS_STEP = 10;
const POSTS_STEP = 50;
const MOST_FACETS = 12;
const ADDRESS_DELAY = 300; // ms; browsers allow only so many changes of the address
const ANNOUNCE_DELAY = 700; // ms; a screen reader speaks once the typing pauses

/** Why something else was searched than was typed. */
const REASONS = {
  keyboard: "صفحه‌کلید به زبان دیگر بود.",
  script: "به خط دیگر نوشته شده بود.",
  spelling: "املا اصلاح شد.",
};

/** @param {string} id */
const byId = (id) => /** @type {any} */ (document.getElementById(id));
const input = byId("query");
const list = byId("list");
const count = byId("count");
const meaning = byId("meaning");
const facets = byId("facets");
const notice = byId("notice");
const results = byId("results");
const more = byId("more");
const article = byId("post");
const announcer = byId("announcer");

/** Undefined while it loads. @type {import("./juya.js").Index} */
let index;
let query = "";
let tag = "";
/** Whether to search just what was typed. */
let literal = false;
/** The post that is shown; `null` while the list is. @type {string | null} */
let shownPost = null;
/** What the list shows, so that coming back to it costs nothing. */
let shownList = "";
/** Whether this page opened the post, so that "back" may step back in the history. */
let cameFromList = false;
let listScroll = 0;
let addressTimer = 0;
let announceTimer = 0;

readAddress();
showAddress();
listen();
if (!postInAddress() && matchMedia("(hover: hover) and (pointer: fine)").matches) input.focus();
start();

async function start() {
  try {
    // Imported here and not above, so that the page can say what went wrong.
    const { load } = await import("./juya.js");
    // A site that `juya build` made names its index; the page that this project builds carries it.
    index = await load(document.getElementById("index")?.getAttribute("href") ?? undefined);
  } catch (error) {
    showFailure(error);
    return;
  }
  byId("corpus").textContent = index.info.corpus;
  byId("size").textContent = `${number(index.info.posts)} مطلب`;
  show();
  performance.measure("juya:cold");
  keepOffline();
}

function listen() {
  input.addEventListener("input", (event) => {
    // Also while an input method composes: phone keyboards compose every word.
    query = input.value;
    literal = false;
    if (shownPost !== null) {
      history.pushState(null, "", listAddress());
    } else {
      clearTimeout(addressTimer);
      addressTimer = setTimeout(writeAddress, ADDRESS_DELAY);
    }
    show();
    performance.measure("juya:key", { start: event.timeStamp });
  });
  // The box loses focus before a result can be opened: the address is right by then.
  input.addEventListener("change", writeAddress);
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    titles()[0]?.focus();
  });
  byId("clear").addEventListener("click", () => {
    setQuery("");
    input.focus();
  });
  document.addEventListener("keydown", press);
  addEventListener("popstate", followAddress);
  addEventListener("hashchange", followAddress);
  facets.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) filter(button.value);
  });
  more.addEventListener("click", () => {
    const before = results.children.length;
    addResults();
    titles()[before]?.focus();
  });
  article.addEventListener("click", (event) => {
    if (event.target.matches(".back") && !opensElsewhere(event)) {
      event.preventDefault();
      closePost();
    }
  });
}

/** @param {MouseEvent} event */
const opensElsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

/** @param {KeyboardEvent} event */
function press(event) {
  // Keys that an input method uses are its own (229 in browsers that end composition early).
  if (event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { key, target } = event;
  const inBox = target === input;
  if (!inBox && (key === "/" || event.code === "Slash")) {
    input.focus();
    input.select();
  } else if (key === "Escape" && inBox && input.value) {
    setQuery("");
  } else if (key === "Escape" && shownPost !== null) {
    closePost();
  } else if (key === "Escape" && !inBox) {
    input.focus();
  } else if ((key === "ArrowDown" || key === "ArrowUp") && shownPost === null) {
    if (!moveFocus(target, key === "ArrowDown" ? 1 : -1)) return;
  } else {
    return;
  }
  event.preventDefault();
}

/** The links that open the results. @returns {HTMLElement[]} */
const titles = () => [...results.querySelectorAll("h2 a")];

/**
 * Moves through the box and the titles below it. False where the key is not ours.
 *
 * @param {EventTarget | null} from
 * @param {1 | -1} step
 */
function moveFocus(from, step) {
  const stops = [input, ...titles()];
  const at = stops.indexOf(from);
  const next = stops[at + step];
  if (at < 0 || (at === 0 && step < 0)) return false;
  if (next) next.focus();
  return true;
}

/* The address. */

function readAddress() {
  const parameters = new URLSearchParams(location.search);
  query = parameters.get("q") ?? "";
  tag = parameters.get("tag") ?? "";
  literal = parameters.has("literal");
}

function postInAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("post");
}

function listAddress() {
  const parameters = new URLSearchParams();
  if (query) parameters.set("q", query);
  if (tag) parameters.set("tag", tag);
  if (literal) parameters.set("literal", "1");
  return location.pathname + (parameters.size ? `?${parameters}` : "");
}

function writeAddress() {
  clearTimeout(addressTimer);
  if (postInAddress() === null) history.replaceState(null, "", listAddress());
}

function showAddress() {
  // Written only when it differs: writing moves the caret.
  if (input.value !== query) input.value = query;
}

function followAddress() {
  clearTimeout(addressTimer);
  readAddress();
  showAddress();
  show();
}

function closePost() {
  if (cameFromList) {
    history.back();
  } else {
    history.pushState(null, "", listAddress());
    show();
  }
}

/** @param {string} text */
function setQuery(text) {
  query = text;
  literal = false;
  showAddress();
  writeAddress();
  show();
}

/** @param {string} text */
function filter(text) {
  tag = text;
  writeAddress();
  show();
}

/* What is shown. */

function show() {
  if (!index) return;
  const id = postInAddress();
  if (id === null) showList();
  else if (id !== shownPost) showPost(id);
}

/** @param {string} id */
function showPost(id) {
  const post = index.post(id);
  cameFromList = shownPost === null && shownList !== "";
  if (cameFromList) listScroll = scrollY;
  shownPost = id;
  article.replaceChildren(...(post ? postContent(post, listAddress()) : missingPost(listAddress())));
  list.hidden = true;
  article.hidden = false;
  setTitle(post?.title);
  announce("");
  scrollTo(0, 0);
  article.querySelector("h2").focus({ preventScroll: true });
}

function showList() {
  const wanted = JSON.stringify([query, tag, literal]);
  const opened = shownPost;
  shownPost = null;
  article.hidden = true;
  list.hidden = false;
  if (wanted !== shownList) {
    shownList = wanted;
    fillList();
  } else if (opened !== null) {
    scrollTo(0, listScroll);
  }
  if (opened !== null && document.activeElement !== input) {
    const link = titles().find((title) => title.getAttribute("href") === postAddress(opened));
    (link ?? input).focus({ preventScroll: true });
  }
  setTitle(query);
}

/**
 * What the list is made of.
 *
 * @typedef {object} Source
 * @property {number} total with the chosen tag
 * @property {number} untagged with any tag or none
 * @property {import("./juya.js").Facet[]} facets of the posts with any tag or none
 * @property {(offset: number) => Node[]} items the next items from this one on
 * @property {import("./juya.js").Interpretation | null} interpretation
 */

/** @type {Source} */
let source;

/** @returns {Source} */
function found() {
  const tags = tag ? [tag] : [];
  const ask = (offset) => index.search(query, { limit: HITS_STEP, offset, tags, typing: true, literal });
  const first = ask(0);
  return {
    total: first.total,
    untagged: tag ? index.search(query, { limit: 0, typing: true, literal }).total : first.total,
    facets: first.facets,
    items: (offset) => (offset === 0 ? first : ask(offset)).hits.map(hitItem),
    interpretation: first.interpretation,
  };
}

/** @returns {Source} */
function everything() {
  const all = index.posts();
  const posts = tag ? all.filter(({ tags }) => tags.includes(tag)) : all;
  const counts = new Map();
  for (const name of all.flatMap(({ tags }) => tags)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    total: posts.length,
    untagged: all.length,
    facets: [...counts].map(([tag, count]) => ({ tag, count })).sort((a, b) => b.count - a.count),
    items: (offset) => posts.slice(offset, offset + POSTS_STEP).map(summaryItem),
    interpretation: null,
  };
}

function fillList() {
  source = query.trim() ? found() : everything();
  const said = query.trim() ? `${number(source.total)} نتیجه` : "همهٔ مطلب‌ها";
  count.textContent = said;
  const meant = source.interpretation ? ` برای ${source.interpretation.query}` : "";
  announce(source.total ? said + meant : "نتیجه‌ای پیدا نشد");
  fillMeaning();
  fillFacets();
  notice.replaceChildren(...(source.total ? [] : nothingFound()));
  results.replaceChildren();
  addResults();
}

function addResults() {
  results.append(...source.items(results.children.length));
  more.hidden = results.children.length >= source.total;
}

/** Tells where something else was searched than was typed, with a way back. */
function fillMeaning() {
  meaning.hidden = !source.interpretation;
  if (!source.interpretation) return;
  const { query: meant, why } = source.interpretation;
  const justThis = button("همان که نوشتم", () => {
    literal = true;
    writeAddress();
    show();
    input.focus();
  });
  const what = element("strong", {}, element("bdi", {}, meant));
  meaning.replaceChildren("نتیجه برای ", what, ` — ${REASONS[why] ?? ""} `, justThis);
}

function fillFacets() {
  const hadFocus = facets.contains(document.activeElement);
  const shown = source.facets.filter((facet, place) => place < MOST_FACETS || facet.tag === tag);
  if (tag && !shown.some((facet) => facet.tag === tag)) shown.push({ tag, count: 0 });
  const choices = shown.map((facet) => choice(facet.tag, tagWord(facet.tag), facet.count));
  if (choices.length) choices.unshift(choice("", "همه", source.untagged));
  facets.replaceChildren(...choices);
  if (hadFocus) facets.querySelector("[aria-pressed=true]")?.focus();
}

/** @param {string} value @param {string} word @param {number} count */
function choice(value, word, count) {
  const pressed = String(value === tag);
  const label = element("span", {}, element("bdi", {}, word), ` ${number(count)}`);
  return element("button", { type: "button", value, "aria-pressed": pressed }, label);
}

function nothingFound() {
  const advice = element("ul", {}, element("li", {}, "واژه‌های کمتر یا کلی‌تری بنویسید."));
  advice.append(element("li", {}, "املای واژه‌ها را وارسی کنید."));
  const wayOut = tag
    ? button("جستجو در همهٔ برچسب‌ها", () => filter(""))
    : button("دیدن همهٔ مطلب‌ها", () => setQuery(""));
  const what = query.trim()
    ? ["برای «", element("bdi", {}, query.trim()), "» نتیجه‌ای پیدا نشد."]
    : ["مطلبی با این برچسب نیست."];
  return [element("p", {}, ...what), ...(query.trim() ? [advice] : []), wayOut];
}

/** @param {any} error */
function showFailure(error) {
  count.textContent = "";
  const old = typeof WebAssembly === "undefined";
  const words = old
    ? "این مرورگر WebAssembly ندارد. با مرورگر تازه‌تری باز کنید."
    : "جستجو آماده نشد. اتصال را وارسی کنید و دوباره بکوشید.";
  const details = element("p", { dir: "ltr" }, error.message);
  const retry = button("تلاش دوباره", () => {
    writeAddress();
    location.reload();
  });
  notice.replaceChildren(element("div", { role: "alert" }, element("p", {}, words), details, retry));
}

/** @param {string} text @param {() => void} action */
function button(text, action) {
  const node = element("button", { type: "button" }, text);
  node.addEventListener("click", action);
  return node;
}

/** @param {string} [text] */
function setTitle(text) {
  const archive = `آرشیو ${index.info.corpus}`.trim();
  document.title = text?.trim() ? `${text.trim()} · ${archive}` : archive;
}

/** @param {string} text */
function announce(text) {
  clearTimeout(announceTimer);
  announceTimer = setTimeout(() => (announcer.textContent = text), ANNOUNCE_DELAY);
}

/* Without a network. */

async function keepOffline() {
  const workers = navigator.serviceWorker;
  if (!workers) return; // an insecure address, or a private window
  try {
    const registration = await workers.register("sw.js");
    await workers.ready;
    byId("offline").hidden = false;
    // This page has all it needs, so the next build may take over.
    const takeOver = () => registration.waiting?.postMessage("take over");
    const watch = () => registration.installing?.addEventListener("statechange", takeOver);
    registration.addEventListener("updatefound", watch);
    watch();
    takeOver();
    // Browsers look for a next build when they find the time; readers come for a moment.
    await registration.update();
  } catch {
    // No network, or no workers here: the page works with what it has.
  }
}
