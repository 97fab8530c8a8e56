/**
 * What the page shows, built from search results. Text of posts becomes text nodes and nothing
 * else; only http and https links can be followed.
 * @module
 */

/** @typedef {import("./juya.js").Hit} Hit */
/** @typedef {import("./juya.js").Post} Post */
/** @typedef {import("./juya.js").Range} Range */
/** @typedef {import("./juya.js").Summary} Summary */

/** Numbers in Persian digits. */
export const number = new Intl.NumberFormat("fa").format;

/** Persian words for tags that channels use; other tags are shown as they are. */
const TAG_WORDS = new Map(
  Object.entries({
    blog: "وبلاگ",
    book: "کتاب",
    coach: "راهنمایی",
    course: "دوره",
    irani: "ایرانی",
    link: "لینک",
    news: "خبر",
    paper: "مقاله",
    read: "خواندنی",
    tool: "ابزار",
    watch: "دیدنی",
  }),
);

/** @param {string} tag */
export const tagWord = (tag) => TAG_WORDS.get(tag.toLowerCase()) ?? tag;

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value);
  node.append(...children);
  return node;
}

/** The address of a post on this page. @param {string} id */
export const postAddress = (id) => `#post=${encodeURIComponent(id)}`;

/**
 * A search result: its title leads to the post.
 *
 * @param {Hit} hit
 */
export function hitItem({ id, title, titleRanges, excerpt, excerptRanges, tags, links, date }) {
  return item(
    id,
    title ? marked(title, titleRanges) : ["بی‌عنوان"],
    element("p", { dir: direction(excerpt) }, ...marked(excerpt, excerptRanges)),
    meta({ tags, date }, links),
  );
}

/**
 * A post in the list of all posts.
 *
 * @param {Summary} summary
 */
export function summaryItem({ id, title, tags, date }) {
  return item(id, [title || "بی‌عنوان"], meta({ tags, date }, []));
}

/** @param {string} id @param {(Node | string)[]} title @param {...Node} rest */
function item(id, title, ...rest) {
  const link = element("a", { href: postAddress(id) }, ...title);
  return element("li", {}, element("h2", { dir: direction(link.textContent) }, link), ...rest);
}

/**
 * The whole of a post.
 *
 * @param {Post} post
 * @param {string} listAddress where the list is that the reader came from
 */
export function postContent({ title, text, linkRanges, preview, url, date, author, tags }, listAddress) {
  const heading = element("h2", { tabindex: "-1", dir: direction(title) }, title || "بی‌عنوان");
  const content = [backLink(listAddress), heading, meta({ tags, date, author }, [])];
  let start = 0;
  for (const line of text.split("\n")) {
    if (line.trim()) {
      const end = start + line.length;
      const links = linkRanges.filter((range) => start <= range.start && range.end <= end);
      content.push(paragraph(line, links, start));
    }
    start += line.length + 1;
  }
  if (preview) {
    const paragraphs = preview.split("\n").filter((line) => line.trim());
    content.push(
      element(
        "aside",
        { "aria-label": "پیش‌نمایش پیوند" },
        ...paragraphs.map((line) => element("p", { dir: direction(line) }, line)),
      ),
    );
  }
  const source = webAddress(url);
  if (source) content.push(element("p", {}, outwardLink(source, "دیدن در جای اصلی")));
  return content;
}

/**
 * A line of a post; `links` count from `start` characters before it.
 *
 * @param {string} line
 * @param {Range[]} links
 * @param {number} start
 */
function paragraph(line, links, start) {
  const parts = linked(line, links, start);
  // Links and tags are no prose: they follow the direction of the page.
  const prose = parts.filter((part) => typeof part === "string").join(" ").replace(/#\S+/g, "");
  return element("p", { dir: direction(prose) }, ...parts);
}

/** Shown where the address names a post that the index lacks. @param {string} listAddress */
export const missingPost = (listAddress) => [
  backLink(listAddress),
  element("h2", { tabindex: "-1" }, "این مطلب در آرشیو نیست."),
];

/** @param {string} listAddress */
const backLink = (listAddress) =>
  element("a", { class: "back", href: listAddress }, "بازگشت به فهرست");

/** @param {{ tags: string[], date: string, author?: string }} about @param {string[]} links */
function meta({ tags, date, author = "" }, links) {
  const row = element("p", { class: "meta" });
  if (date) row.append(element("time", { datetime: date }, day(date)));
  if (author) row.append(element("bdi", {}, author));
  for (const tag of tags) row.append(element("bdi", {}, `#${tagWord(tag)}`));
  for (const link of links) {
    const address = webAddress(link);
    if (address) row.append(outwardLink(address, shortAddress(address)));
  }
  return row;
}

/** A date in the reader's calendar. @param {string} date */
function day(date) {
  const time = new Date(date);
  if (Number.isNaN(time.valueOf())) return date;
  // A date without a time of day is the same day everywhere.
  const timeZone = date.length === 10 ? "UTC" : undefined;
  return time.toLocaleDateString("fa-IR", { dateStyle: "long", timeZone });
}

/**
 * `text` with `ranges` of it marked.
 *
 * @param {string} text
 * @param {Range[]} ranges
 */
function marked(text, ranges) {
  return split(text, ranges, 0, (match) => element("mark", {}, match));
}

/**
 * `text` with the links in it ready to follow; `ranges` count from `start` characters before it.
 *
 * @param {string} text
 * @param {Range[]} ranges
 * @param {number} start
 */
function linked(text, ranges, start) {
  return split(text, ranges, start, (link) => {
    const address = webAddress(link);
    return address ? outwardLink(address, link) : link;
  });
}

/**
 * @param {string} text
 * @param {Range[]} ranges ascending, apart from each other
 * @param {number} start
 * @param {(part: string) => Node | string} wrap
 */
function split(text, ranges, start, wrap) {
  const parts = [];
  let end = 0;
  for (const range of ranges) {
    parts.push(text.slice(end, range.start - start));
    parts.push(wrap(text.slice(range.start - start, range.end - start)));
    end = range.end - start;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== "");
}

/**
 * The address that a link of a post leads to, or `null` if it leads anywhere but to the web.
 *
 * @param {string} link
 */
function webAddress(link) {
  try {
    const address = new URL(/^[a-z][a-z0-9+.-]*:/i.test(link) ? link : `https://${link}`);
    return /^https?:$/.test(address.protocol) ? address : null;
  } catch {
    return null;
  }
}

/** @param {URL} address @param {string} text */
const outwardLink = (address, text) =>
  element("a", { href: address.href, rel: "noopener noreferrer", dir: direction(text) }, text);

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

/**
 * `dir` of a paragraph. Its first letter, which `dir=auto` goes by, is no guide: Persian sentences
 * on such subjects often begin with a Latin name.
 *
 * @param {string} text
 */
const direction = (text) =>
  /\p{Script=Arabic}/u.test(text) || !/\p{Letter}/u.test(text) ? "rtl" : "ltr";
