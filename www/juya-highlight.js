/**
 * Marks on a page the words for which a search led to it: put it on the pages that results lead to.
 *
 *     <script type="module" src="juya-highlight.js"></script>
 *
 * The words stand in the address, as `<juya-search highlight>` writes it: `?juya=word&juya=…`.
 * They are taken out of the address again, so that nobody shares them.
 *
 * Marks are highlights of the browser (CSS Custom Highlight API), which change nothing in the page:
 * no letter loses the shape that its neighbours give it. Browsers without them (before Chromium
 * 105, Safari 17.2 and Firefox 140) show the page as it is. Another look:
 *
 *     ::highlight(juya) { background: gold; color: black; }
 *
 * @module
 */

const NAME = "juya";

/** Joins what engines read as one word though it is written apart: at most so many pieces. */
const MOST_PIECES = 4;

/** Words; a ZWNJ or a mark above or below a letter stands within one. */
const WORD = /[\p{Letter}\p{Number}][\p{Letter}\p{Number}\p{Mark}\u200c\u200d\u0640]*/gu;

/** What may stand between the pieces of a word. */
const GAP = /^[\s\u200c\u200d-]*$/;

/** Elements whose text is not read as text. */
const SILENT = "script, style, noscript, textarea, select, template";

/**
 * Marks words wherever they stand as whole words, in whatever spelling of their letters: ي as ی,
 * `É` as `e`. What was marked before is no longer. For pages whose content comes later.
 *
 * @param {string[]} words each a word, or several that are read as one
 * @param {Node} [root] where to look; the whole page unless given
 * @returns {Range[]} the places, in the order of the page
 */
export function highlight(words, root = document.body) {
  const wanted = new Set(words.map((word) => pieces(word).map(({ text }) => text).join("")));
  wanted.delete("");
  const found = wanted.size ? [...texts(root)].flatMap((node) => places(node, wanted)) : [];
  const { highlights } = CSS;
  if (highlights) {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((sheet) => sheet !== LOOK), LOOK];
    highlights.set(NAME, new Highlight(...found));
  }
  return found;
}

/** @param {string[]} words */
function begin(words) {
  const [first] = highlight(words);
  // An address that names a place in the page leads there.
  if (first && !location.hash && scrollY === 0) {
    first.startContainer.parentElement?.scrollIntoView({ block: "center" });
  }
}

/** @returns {string[]} */
function takeFromAddress() {
  const address = new URL(location.href);
  const words = address.searchParams.getAll(NAME);
  if (words.length) {
    address.searchParams.delete(NAME);
    history.replaceState(history.state, "", address);
  }
  return words;
}

/** The texts under `root` that are read as text. @param {Node} root @returns {Iterable<Text>} */
function* texts(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    if (!node.parentElement?.closest(SILENT)) yield node;
  }
}

/** @param {Text} node @param {Set<string>} wanted @returns {Range[]} */
function places(node, wanted) {
  const found = [];
  const all = pieces(node.data);
  for (let first = 0; first < all.length; first++) {
    let text = "";
    // The longest, that is the last that fits.
    let end = -1;
    for (let last = first; last < Math.min(first + MOST_PIECES, all.length); last++) {
      if (last > first && !GAP.test(node.data.slice(all[last - 1].end, all[last].start))) break;
      text += all[last].text;
      if (wanted.has(text)) end = last;
    }
    if (end < 0) continue;
    const range = document.createRange();
    range.setStart(node, all[first].start);
    range.setEnd(node, all[end].end);
    found.push(range);
    first = end;
  }
  return found;
}

/** The words of a text, folded, and where they stand. @param {string} text */
function pieces(text) {
  return [...text.matchAll(WORD)].map(({ 0: word, index: start }) => ({
    text: fold(word),
    start,
    end: start + word.length,
  }));
}

/** Letters that are read alike, first the one that stands for them; the engine knows more. */
const ALIKE = new Map(
  ["یيىئ", "کك", "اأإآٱ", "وؤ", "هةۀہ"].flatMap(([one, ...others]) =>
    others.map((other) => /** @type {[string, string]} */ ([other, one])),
  ),
);

/** @param {string} word */
function fold(word) {
  const plain = word.normalize("NFKC").replace(/\p{Script=Arabic}/gu, (char) => ALIKE.get(char) ?? char);
  const bare = plain.normalize("NFD").replace(/[\p{Mark}\u200c\u200d\u0640]/gu, "");
  return bare.toLowerCase().replace(/[٠-٩۰-۹]/g, digit);
}

/** An Arabic or Persian digit as that of ASCII. @param {string} char */
function digit(char) {
  return String(char.charCodeAt(0) & 15);
}

const LOOK = new CSSStyleSheet();
// In a layer, so that the look that a page gives them wins.
LOOK.replaceSync(`@layer juya { ::highlight(${NAME}) { background-color: #ffe08a; color: #1d1e22; } }`);

const words = takeFromAddress();
if (words.length && document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", () => begin(words));
} else if (words.length) {
  begin(words);
}
