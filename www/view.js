/**
 * What is shown of results and posts. Their text becomes text nodes and nothing else; only links
 * to the web can be followed.
 * @module
 */
/** @typedef {import("./juya.js").Hit} Hit */
/** @typedef {import("./juya.js").Post} Post */
/** @typedef {import("./juya.js").Range} Range */
/** @typedef {import("./juya.js").Share} Share */
/** @typedef {import("./texts.js").Speech} Speech */

const SHARES = 5; // shown of a score

/**
 * @param {string} name
 * @param {Record<string, unknown>} [attributes] those that are false or undefined are left out
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(attribute, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/** A picture drawn with one line. @param {string} path */
export function icon(path) {
  const [svg, line] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Text that stands in a sentence of another direction. @param {string} text */
export const apart = (text) => element("bdi", {}, text);

/**
 * `dir` of a text, where links, tags and names of accounts do not count. What it begins with, which
 * `dir=auto` goes by, is no guide alone: Persian sentences on technical subjects often begin with
 * a Latin name.
 *
 * @param {string} text
 * @returns {"rtl" | "ltr" | undefined} undefined where there are no letters
 */
export function direction(text) {
  /** @type {string[]} */
  const letters = text.replace(/\S+[./]\S+|[#@]\w+/g, "").match(/\p{Letter}/gu) ?? [];
  const isRightToLeft = (letter) => /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(letter);
  const share = letters.filter(isRightToLeft).length / letters.length;
  if (!letters.length) return undefined;
  // Persian words are short, and names among them long: a third of the letters is enough.
  return isRightToLeft(letters[0]) || share > 1 / 3 ? "rtl" : "ltr";
}

/**
 * What opens a post: a link to its address, or a button where it has none.
 *
 * @param {string | undefined} href
 * @param {...(Node | string)} content
 */
export const linkTo = (href, ...content) => element(href ? "a" : "button", href ? { href } : { type: "button" }, ...content);

/**
 * What stands in a result, in three parts.
 *
 * @param {Pick<Hit, "id"> & Partial<Hit>} hit of a search, or of the list of all posts
 * @param {Speech} speech
 * @param {string | undefined} href where it leads, if it has an address
 * @param {boolean} [option] whether it is an option of a list box: no links within, no heading
 */
export function hitContent(hit, speech, href, option) {
  const { title = "", titleRanges = [], excerpt, excerptRanges = [], why } = hit;
  const text = title ? marked(title, titleRanges) : [speech.texts.untitled];
  const heading = { part: "title", dir: direction(title || speech.texts.untitled) };
  const content = option
    ? [element("div", heading, ...text)]
    : [element("h2", heading, linkTo(href, ...text))];
  if (excerpt) content.push(element("p", { part: "excerpt", dir: direction(excerpt) }, ...marked(excerpt, excerptRanges)));
  content.push(meta(hit, speech, option));
  if (why) content.push(shares(why, speech));
  return content;
}

/**
 * Date, author, tags and links.
 *
 * @param {Partial<Hit & Post> & { kind?: string, source?: string }} about
 * @param {Speech} speech
 * @param {boolean} [plain] whether links are told and cannot be followed
 */
function meta({ date, author, source, kind, tags = [], links = [] }, speech, plain) {
  const row = element("p", { class: "meta", part: "meta" });
  if (date) row.append(element("time", { datetime: date }, speech.day(date)));
  for (const text of [author, source, kind && speech.value(kind)]) if (text) row.append(apart(text));
  for (const tag of tags) row.append(apart(`#${speech.value(tag)}`));
  for (const link of links) {
    const address = webAddress(link);
    if (!address) continue;
    row.append(plain ? element("bdi", { dir: "ltr" }, address.hostname.replace(/^www\./, "")) : outwardLink(address, shortAddress(address)));
  }
  return row;
}

/** Texts of ways from a word to a term that are not called as the ways are. */
const WAYS = { script: "otherScript", spelling: "otherSpelling" };

/**
 * Where a score comes from: a bar for each word and the way it was found.
 *
 * @param {Share[]} why
 * @param {Speech} speech
 */
function shares(why, { texts, percent }) {
  const all = why.reduce((sum, { score }) => sum + score, 0);
  const best = [...why].sort((a, b) => b.score - a.score).slice(0, SHARES);
  const grid = element("div", { class: "why", part: "why" });
  for (const { word, term, source, field, score } of best) {
    const bar = element("i", {});
    bar.style.inlineSize = `${(100 * score) / best[0].score}%`;
    // An exact term is the word itself, folded.
    const words = source === "exact" || !term ? word : `${word} ← ${term}`;
    const label = [words, texts[WAYS[source] ?? source], texts[field]].filter(Boolean).join(" · ");
    grid.append(element("span", {}, apart(label)), element("span", {}, bar), element("span", {}, percent(score / all)));
  }
  return grid;
}

/**
 * The whole of a post, from its heading on.
 *
 * @param {Post} post
 * @param {Speech} speech
 */
export function postContent({ title, text, linkRanges, preview, url, ...about }, speech) {
  const { texts } = speech;
  const heading = element("h2", { tabindex: -1, part: "title", dir: direction(title) }, title || texts.untitled);
  const content = [heading, meta(about, speech)];
  let start = 0;
  for (const line of text.split("\n")) {
    const from = start;
    start += line.length + 1;
    if (!line.trim()) continue;
    const links = linkRanges.filter((range) => from <= range.start && range.end < start);
    const parts = split(line, links, from, (link) => {
      const address = webAddress(link);
      return address ? outwardLink(address, link) : link;
    });
    content.push(element("p", { dir: direction(line) }, ...parts));
  }
  if (preview) {
    const lines = preview.split("\n").filter((line) => line.trim());
    const paragraphs = lines.map((line) => element("p", { dir: direction(line) }, line));
    content.push(element("aside", { "aria-label": texts.preview }, ...paragraphs));
  }
  const original = webAddress(url, document.baseURI);
  if (original) content.push(element("p", {}, outwardLink(original, texts.original)));
  return content;
}

/** @param {string} text @param {Range[]} ranges */
const marked = (text, ranges) => split(text, ranges, 0, (match) => element("mark", { part: "mark" }, match));

/**
 * @param {string} text
 * @param {Range[]} ranges ascending, apart from each other
 * @param {number} start where `text` begins in what the ranges count
 * @param {(part: string) => Node | string} wrap
 */
function split(text, ranges, start, wrap) {
  const parts = [];
  let end = 0;
  for (const range of ranges) {
    parts.push(text.slice(end, range.start - start), wrap(text.slice(range.start - start, range.end - start)));
    end = range.end - start;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== "");
}

/**
 * The address that a link leads to, or `null` if it leads anywhere but to the web (or, for a page
 * that was opened from disk, to a file).
 *
 * @param {string} link
 * @param {string} [base] what a link without a scheme counts from; else it names a host
 */
export function webAddress(link, base) {
  if (!link) return null;
  try {
    const address = base || /^[a-z][a-z0-9+.-]*:/i.test(link) ? new URL(link, base) : new URL(`https://${link}`);
    const { protocol } = address;
    const fromDisk = base && protocol === "file:" && location.protocol === protocol;
    return /^https?:$/.test(protocol) || fromDisk ? address : null;
  } catch {
    return null;
  }
}

/** @param {URL} address @param {string} text */
const outwardLink = (address, text) =>
  element("a", { href: address.href, rel: "noopener noreferrer", dir: direction(text) ?? "ltr" }, text);

/** Domain and path: what tells a reader where a link leads. @param {URL} address */
function shortAddress({ hostname, pathname }) {
  let path = pathname;
  try {
    path = decodeURI(pathname);
  } catch {
    // Not UTF-8: shown as it is.
  }
  return hostname.replace(/^www\./, "") + path.replace(/\/$/, "");
}
