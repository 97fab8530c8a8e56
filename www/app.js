/**
 * The archive page: the search element over the whole page, and around it the name of the archive,
 * its size and whether it works offline.
 * @module
 */
import "./juya-search.js";
import { keepOffline } from "./keep-offline.js";

/** Persian words for tags that channels use; other tags are shown as they are. */
const TAGS = {
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
};

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const search = /** @type {import("./juya-search.js").JuyaSearch} */ (document.querySelector("juya-search"));

// The words of the page stand in index.html, which `juya build --language` translates.
const { lang } = document.documentElement;
let archive = document.title;
let shown = "";
/** When the last key was pressed that is not answered yet. */
let typedAt = 0;

search.addEventListener("juya-load", ({ detail: { index } }) => {
  const corpus = byId("corpus");
  corpus.textContent = index.info.corpus;
  archive = /** @type {HTMLElement} */ (corpus.parentElement).textContent.trim();
  byId("posts").textContent = index.info.posts.toLocaleString(lang);
  byId("size").hidden = false;
  keepOffline().then(
    () => (byId("offline").hidden = false),
    () => {}, // no network, or no workers here: the page works with what it has
  );
});
search.addEventListener("input", ({ timeStamp }) => (typedAt ||= timeStamp), { capture: true });
search.addEventListener("juya-results", ({ detail: { query } }) => {
  name(query);
  if (typedAt) performance.measure("juya:key", { start: typedAt });
  typedAt = 0;
  ready();
});
search.addEventListener("juya-post", ({ detail: { post } }) => {
  name(post?.title ?? search.query);
  ready();
});

if (lang === "fa") search.texts = { values: TAGS };
// A site that `juya build` made names its index; the page that this project builds carries it.
const index = document.getElementById("index")?.getAttribute("href");
if (index) search.setAttribute("src", index);
if (!location.hash && matchMedia("(hover: hover) and (pointer: fine)").matches) search.focus();

/** @param {string} text */
function name(text) {
  document.title = text.trim() ? `${text.trim()} · ${archive}` : archive;
}

/** The page shows what its address asks for. */
function ready() {
  if (shown) return;
  shown = "juya:cold";
  performance.measure(shown);
}
