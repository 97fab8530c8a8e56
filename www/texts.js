/**
 * The words of the interface, and how its language writes numbers and dates.
 * @module
 */

/**
 * @typedef {{ [name in Exclude<keyof typeof TEXTS, "results" | "values">]: string } & {
 *   results: Record<string, string>,
 *   values: Record<string, string>,
 * }} Texts
 */

const LANGUAGES = ["fa", "en", "ar"];

/**
 * The texts in each of the languages. `{…}` stands for what is put in; `results` has a form for
 * each plural of the language.
 */
const TEXTS = {
  search: ["جستجو", "Search", "بحث"],
  placeholder: ["جستجو…", "Search…", "ابحث…"],
  clear: ["پاک کردن", "Clear", "مسح"],
  close: ["بستن", "Close", "إغلاق"],
  loading: ["در حال آماده‌سازی…", "Getting ready…", "جارٍ التحضير…"],
  results: [
    { other: "{n} نتیجه" },
    { one: "{n} result", other: "{n} results" },
    { zero: "لا نتائج", one: "نتيجة واحدة", two: "نتيجتان", few: "{n} نتائج", other: "{n} نتيجة" },
  ],
  about: ["حدود {results}", "about {results}", "نحو {results}"],
  list: ["نتیجه‌ها", "Results", "النتائج"],
  everything: ["همهٔ مطلب‌ها", "All posts", "كل المنشورات"],
  more: ["نمایش بیشتر", "Show more", "عرض المزيد"],
  untitled: ["بی‌عنوان", "Untitled", "بلا عنوان"],

  meant: ["نتیجه برای {query}", "Results for {query}", "نتائج {query}"],
  keyboard: [
    "صفحه‌کلید به زبان دیگر بود.",
    "The keyboard was set to another language.",
    "كانت لوحة المفاتيح بلغة أخرى.",
  ],
  script: ["به خط دیگر نوشته شده بود.", "It was written in another script.", "كُتب بحروف أخرى."],
  spelling: ["املا اصلاح شد.", "The spelling was corrected.", "صُحّح الإملاء."],
  literal: ["همان که نوشتم", "Just what I typed", "ما كتبته بالضبط"],

  suggestions: ["پیشنهادها", "Suggestions", "اقتراحات"],
  recent: ["جستجوهای پیشین", "Recent searches", "عمليات البحث السابقة"],
  forget: ["پاک کردن پیشینه", "Clear history", "مسح السجل"],

  tags: ["برچسب‌ها", "Tags", "الوسوم"],
  all: ["همه", "All", "الكل"],
  kinds: ["هر نوع", "Any kind", "كل الأنواع"],
  sources: ["هر منبع", "Any source", "كل المصادر"],
  dates: ["هر زمان", "Any time", "كل التواريخ"],
  sort: ["ترتیب", "Sort", "الترتيب"],
  relevance: ["مرتبط‌ترین", "Most relevant", "الأكثر صلة"],
  date: ["تازه‌ترین", "Newest", "الأحدث"],

  none: [
    "برای «{query}» نتیجه‌ای پیدا نشد.",
    "Nothing found for “{query}”.",
    "لا نتائج عن «{query}».",
  ],
  noneChosen: [
    "مطلبی با این گزینش نیست.",
    "No post fits these choices.",
    "لا منشور بهذه الاختيارات.",
  ],
  fewer: [
    "واژه‌های کمتر یا کلی‌تری بنویسید.",
    "Type fewer or more general words.",
    "اكتب كلمات أقل أو أعم.",
  ],
  check: ["املای واژه‌ها را وارسی کنید.", "Check the spelling.", "تحقق من الإملاء."],
  nearest: ["شاید این را می‌جویید:", "Perhaps you mean:", "ربما تقصد:"],
  widen: ["جستجو در همه", "Search everything", "البحث في الكل"],
  showAll: ["دیدن همهٔ مطلب‌ها", "Show all posts", "عرض كل المنشورات"],

  why: ["چرا این نتیجه‌ها؟", "Why these results?", "لماذا هذه النتائج؟"],
  title: ["عنوان", "title", "العنوان"],
  text: ["متن", "text", "النص"],
  links: ["پیوند", "link", "الرابط"],
  near: ["نزدیک هم", "near each other", "متقاربة"],
  join: ["سرهم", "joined", "موصولة"],
  form: ["شکل دیگر", "another form", "صيغة أخرى"],
  spoken: ["گفتاری", "spoken form", "صيغة محكية"],
  synonym: ["هم‌معنی", "synonym", "مرادف"],
  split: ["جدا", "split", "مفصولة"],
  prefix: ["آغاز واژه", "beginning", "بداية الكلمة"],
  otherScript: ["خط دیگر", "other script", "حروف أخرى"],
  otherSpelling: ["املای دیگر", "other spelling", "إملاء آخر"],

  back: ["بازگشت به فهرست", "Back to the list", "العودة إلى القائمة"],
  original: ["دیدن در جای اصلی", "See the original", "عرض الأصل"],
  preview: ["پیش‌نمایش پیوند", "Link preview", "معاينة الرابط"],
  similar: ["مطلب‌های نزدیک", "Similar posts", "منشورات مشابهة"],
  missing: ["این مطلب در آرشیو نیست.", "There is no such post.", "لا يوجد هذا المنشور."],

  failed: [
    "جستجو آماده نشد. اتصال را وارسی کنید و دوباره بکوشید.",
    "The search did not start. Check the connection and try again.",
    "لم يبدأ البحث. تحقق من الاتصال وحاول مجددًا.",
  ],
  offline: [
    "اینترنت در دسترس نیست. با وصل شدن آن جستجو آماده می‌شود.",
    "You are offline. The search starts once you are connected.",
    "لا اتصال بالإنترنت. يبدأ البحث حين يعود الاتصال.",
  ],
  unable: [
    "جستجو آماده نشد: این مرورگر یا این صفحه WebAssembly را اجرا نمی‌کند.",
    "The search cannot start: this browser or this page does not run WebAssembly.",
    "تعذر البحث: هذا المتصفح أو هذه الصفحة لا يشغّل WebAssembly.",
  ],
  retry: ["تلاش دوباره", "Try again", "حاول مجددًا"],

  // What values of facets are called; others are shown as they are.
  values: [
    { photo: "عکس", video: "ویدیو", poll: "نظرسنجی", page: "صفحه", article: "نوشته" },
    {},
    { photo: "صورة", video: "فيديو", poll: "استطلاع", page: "صفحة", article: "مقال" },
  ],

};

/**
 * How the interface speaks: the texts of a language, and its numbers and dates.
 *
 * @typedef {ReturnType<typeof speak>} Speech
 */

/**
 * @param {string} lang BCP 47. Texts are in English for languages other than Persian and Arabic;
 *   numbers and dates are those of the language and its calendar all the same.
 * @param {Partial<import("./juya-search.js").Texts>} [own] in place of those of the language
 */
export function speak(lang, own = {}) {
  try {
    Intl.getCanonicalLocales((lang ||= "fa"));
  } catch {
    lang = "en"; // not a language tag
  }
  const known = LANGUAGES.indexOf(lang.slice(0, 2).toLowerCase());
  const place = known < 0 ? 1 : known;
  /** @type {any} */
  const base = Object.fromEntries(Object.entries(TEXTS).map(([name, texts]) => [name, texts[place]]));
  /** @type {Texts} */
  const texts = { ...base, ...own, values: { ...base.values, ...own.values } };
  const plurals = new Intl.PluralRules(lang);
  const number = new Intl.NumberFormat(lang).format;
  const days = new Intl.DateTimeFormat(lang, { dateStyle: "long" });
  const plainDays = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" });
  const years = new Intl.DateTimeFormat(lang, { year: "numeric", timeZone: "UTC", numberingSystem: "latn" });
  return {
    lang,
    texts,
    /** Of the texts. */
    dir: place === 1 ? "ltr" : "rtl",
    number,
    percent: new Intl.NumberFormat(lang, { style: "percent" }).format,
    year: new Intl.NumberFormat(lang, { useGrouping: false }).format,

    /** @param {number} n */
    results: (n) => (texts.results[plurals.select(n)] ?? texts.results.other).replace("{n}", number(n)),

    /** @param {string} value of a facet */
    value: (value) => texts.values[value.toLowerCase()] ?? value,

    /** A date in the calendar of the language. @param {string} date */
    day(date) {
      const time = new Date(date);
      if (Number.isNaN(time.valueOf())) return date;
      // A date without a time of day is the same day everywhere.
      return (date.length === 10 ? plainDays : days).format(time);
    },

    /** The year in which a day falls, counted in that calendar. @param {number} time ms */
    yearOf(time) {
      // "relatedYear" where a calendar names its years.
      return Number(years.formatToParts(time).find(({ type }) => /year$/i.test(type))?.value);
    },
  };
}

/**
 * A text with something put in its place.
 *
 * @param {string} text
 * @param {Node | string} what
 */
export function fill(text, what) {
  const [before, after = ""] = text.split(/\{\w+\}/);
  return [before, what, after];
}
