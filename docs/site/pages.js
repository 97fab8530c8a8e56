/**
 * Which pages there are, in what order, and what the frame around them says in each language.
 * A page that a language does not have is linked to in English.
 * @module
 */

export const LANGUAGES = {
  en: {
    name: "English",
    folder: "/",
    dir: "ltr",
    site: "Juya",
    skip: "To the content",
    contents: "Contents",
    search: "Search the documentation",
    previous: "Previous",
    next: "Next",
    groups: { start: "Begin", use: "Use", know: "Know" },
    inEnglish: "",
  },
  fa: {
    name: "فارسی",
    folder: "/fa/",
    dir: "rtl",
    site: "جویا",
    skip: "رفتن به متن",
    contents: "فهرست",
    search: "جستجو در راهنما",
    previous: "پیشین",
    next: "پسین",
    groups: { start: "آغاز", use: "کاربرد", know: "ژرف‌تر" },
    inEnglish: "به انگلیسی",
  },
};

/** Files of docs/ without `.md`; a file that is not named here fails the build. */
export const PAGES = {
  start: ["index", "start-channel", "start-blog", "start-developer"],
  use: ["sources", "telegram", "options", "npm", "query", "theming", "hosting", "troubleshooting"],
  know: ["comparison", "relevance", "benchmarks", "scale", "format", "shards"],
};
