/**
 * Makes the pages of the documentation: docs/*.md in English, docs/fa/*.md in Persian. build.mjs
 * runs this and lets Juya index what comes of it.
 * @module
 */
import GithubSlugger from "github-slugger";
import anchor from "markdown-it-anchor";
import { LANGUAGES, PAGES } from "./pages.js";

/** Where a page is among the files, seen from the folder of the page it is linked from. */
const root = (url) => "../".repeat(url.split("/").length - 2) || "./";

/** The text of a token without its markup. */
const words = ({ children }) =>
  children.map(({ type, content }) => (type === "softbreak" ? " " : /^(text|code_inline)$/.test(type) ? content : "")).join("");

/** @param {import("@11ty/eleventy/UserConfig").default} eleventy */
export default function (eleventy) {
  let markdown;

  eleventy.addGlobalData("layout", "layout.njk");
  eleventy.addGlobalData("permalink", () => ({ page }) => `${page.filePathStem}.html`);
  eleventy.addGlobalData("eleventyComputed", {
    lang: ({ page }) => (page.filePathStem.startsWith("/fa/") ? "fa" : "en"),
    title: ({ page }) => /^# (.*)$/m.exec(page.rawInput)?.[1].replaceAll("`", ""),
  });

  // Anchors as GitHub makes them, so that a link to a heading works in both places.
  eleventy.amendLibrary("md", (md) => {
    markdown = md;
    md.enable("code"); // indented; Eleventy turns it off
    md.use(anchor, {
      level: [2, 3, 4],
      getTokensText: (children) => words({ children }),
      // With a number where two of a page are alike.
      slugifyWithState: (text, { env }) => (env.slugger ??= new GithubSlugger()).slug(text),
      permalink: anchor.permalink.headerLink(),
    });
    // Wide ones scroll by themselves, also with the keyboard. Code is read from the left in any language.
    const scrolls = (tokens, index, options, env, self) => {
      tokens[index].attrSet("tabindex", "0");
      tokens[index].attrSet("dir", "ltr");
      return `<pre${self.renderAttrs(tokens[index])}><code>${md.utils.escapeHtml(tokens[index].content)}</code></pre>\n`;
    };
    md.renderer.rules.fence = md.renderer.rules.code_block = scrolls;
    md.renderer.rules.table_open = () => '<div class="table" tabindex="0" role="group"><table>\n';
    md.renderer.rules.table_close = () => "</table></div>\n";
    // A class in place of an inline style, which the policy of the pages forbids.
    md.renderer.rules.th_open = md.renderer.rules.td_open = (tokens, index, options, env, self) => {
      const token = tokens[index];
      const isAligned = token.attrGet("style") === "text-align:right";
      token.attrs = isAligned ? [["class", "number"]] : null;
      // A corner without a word is no header.
      if (tokens[index + 1].content === "") token.tag = tokens[index + 2].tag = "td";
      return self.renderToken(tokens, index, options);
    };
    md.renderer.rules.link_open = (tokens, index, options, env, self) => {
      const href = tokens[index].attrGet("href");
      if (!/^[a-z]+:/.test(href)) tokens[index].attrSet("href", href.replace(/\.md(?=$|#)/, ".html"));
      return self.renderToken(tokens, index, options);
    };
  });

  /** The frame of the page at `url`: the words of its language, and where everything is. */
  eleventy.addFilter("frame", (url, lang, all) => {
    const known = Object.values(PAGES).flat();
    const find = (language, name) => all.find(({ page }) => page.filePathStem === LANGUAGES[language].folder + name);
    for (const { page } of all) {
      if (!known.includes(page.filePathStem.replace(/^\/(fa\/)?/, ""))) {
        throw new Error(`${page.inputPath}: not named in docs/site/pages.js; add it to PAGES there`);
      }
    }
    const entry = (name) => {
      const item = find(lang, name) ?? find("en", name);
      return item && { title: item.data.title, lang: item.data.lang, href: item.url, isHere: item.url === url };
    };
    const groups = Object.entries(PAGES).map(([key, names]) => ({
      title: LANGUAGES[lang].groups[key],
      pages: names.map(entry).filter(Boolean),
    }));
    const own = groups.flatMap(({ pages }) => pages).filter((page) => page.lang === lang);
    const here = own.findIndex(({ isHere }) => isHere);
    const name = all.find((item) => item.url === url).page.filePathStem.replace(/^\/(fa\/)?/, "");
    return {
      ...LANGUAGES[lang],
      root: root(url),
      groups,
      group: groups.find(({ pages }) => pages.some(({ isHere }) => isHere)).title,
      before: own[here - 1],
      after: own[here + 1],
      others: Object.keys(LANGUAGES).filter((other) => other !== lang).map((other) => ({
        lang: other,
        name: LANGUAGES[other].name,
        dir: LANGUAGES[other].dir,
        href: (find(other, name) ?? find(other, "index"))?.url,
        isSame: Boolean(find(other, name)),
      })),
    };
  });

  /** Where `target` is, seen from the page at `url`: works under any path of a host. */
  eleventy.addFilter("from", (target, url) => root(url) + target.slice(1) + (target.endsWith("/") ? "index.html" : ""));

  /** The first paragraph of a page, as plain text. */
  eleventy.addFilter("summary", (source) => {
    const tokens = markdown.parse(source, {});
    const first = tokens.find((token, index) => token.type === "inline" && tokens[index - 1].type === "paragraph_open");
    return first ? words(first) : "";
  });

  /** The headings of a page that its contents name. */
  eleventy.addFilter("headings", (source) => {
    const tokens = markdown.parse(source, {});
    return tokens.flatMap((token, index) => {
      if (token.type !== "heading_open" || token.tag !== "h2") return [];
      return [{ id: token.attrGet("id"), text: words(tokens[index + 1]) }];
    });
  });

  eleventy.addPassthroughCopy({ "docs/site/docs.css": "docs.css" });
  eleventy.addPassthroughCopy({ "www/icon.svg": "icon.svg" });
  eleventy.addPassthroughCopy({ "www/examples/vazirmatn.woff2": "vazirmatn.woff2" });
  eleventy.addPassthroughCopy("docs/*.png");
  eleventy.addPassthroughCopy("docs/benchmarks/*.svg");

  return {
    // Text in braces stays as it is written.
    markdownTemplateEngine: false,
    templateFormats: ["md"],
    dir: { input: "docs", includes: "site" },
  };
}
