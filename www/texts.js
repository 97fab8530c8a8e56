/**
 * The words of the interface, and how its language writes numbers and dates.
 * @module
 */

/**
 * `{…}` stands for what is put in. `results` has a form for each plural of the language.
 *
 * @typedef {Omit<typeof FA, "results"> & { results: Record<string, string> }} Texts
 */

const FA = {
  search: "جستجو",
  placeholder: "جستجو…",
  clear: "پاک کردن",
  close: "بستن",
  loading: "در حال آماده‌سازی…",
  searching: "در حال جستجو…",
  results: { other: "{n} نتیجه" },
  about: "حدود {results}",
  list: "نتیجه‌ها",
  everything: "همهٔ مطلب‌ها",
  more: "نمایش بیشتر",
  untitled: "بی‌عنوان",

  meant: "نتیجه برای {query}",
  keyboard: "صفحه‌کلید به زبان دیگر بود.",
  script: "به خط دیگر نوشته شده بود.",
  spelling: "املا اصلاح شد.",
  literal: "همان که نوشتم",

  suggestions: "پیشنهادها",
  recent: "جستجوهای پیشین",
  forget: "پاک کردن پیشینه",

  tags: "برچسب‌ها",
  all: "همه",
  kinds: "هر نوع",
  sources: "هر منبع",
  dates: "هر زمان",
  sort: "ترتیب",
  relevance: "مرتبط‌ترین",
  date: "تازه‌ترین",

  none: "برای «{query}» نتیجه‌ای پیدا نشد.",
  noneChosen: "مطلبی با این گزینش نیست.",
  fewer: "واژه‌های کمتر یا کلی‌تری بنویسید.",
  check: "املای واژه‌ها را وارسی کنید.",
  nearest: "شاید این را می‌جویید:",
  widen: "جستجو در همه",
  showAll: "دیدن همهٔ مطلب‌ها",

  why: "چرا این نتیجه‌ها؟",
  title: "عنوان",
  text: "متن",
  links: "پیوند",
  near: "نزدیک هم",
  join: "سرهم",
  form: "شکل دیگر",
  spoken: "گفتاری",
  split: "جدا",
  prefix: "آغاز واژه",
  otherScript: "خط دیگر",
  otherSpelling: "املای دیگر",

  back: "بازگشت به فهرست",
  original: "دیدن در جای اصلی",
  preview: "پیش‌نمایش پیوند",
  similar: "مطلب‌های نزدیک",
  missing: "این مطلب در آرشیو نیست.",

  failed: "جستجو آماده نشد. اتصال را وارسی کنید و دوباره بکوشید.",
  offline: "اینترنت در دسترس نیست. با وصل شدن آن جستجو آماده می‌شود.",
  unable: "جستجو آماده نشد: این مرورگر یا این صفحه WebAssembly را اجرا نمی‌کند.",
  retry: "تلاش دوباره",

  /** What values of facets are called; others are shown as they are. */
  values: /** @type {Record<string, string>} */ ({
    photo: "عکس",
    video: "ویدیو",
    poll: "نظرسنجی",
    page: "صفحه",
    article: "نوشته",
  }),
};

/** @type {Texts} */
const EN = {
  search: "Search",
  placeholder: "Search…",
  clear: "Clear",
  close: "Close",
  loading: "Getting ready…",
  searching: "Searching…",
  results: { one: "{n} result", other: "{n} results" },
  about: "about {results}",
  list: "Results",
  everything: "All posts",
  more: "Show more",
  untitled: "Untitled",

  meant: "Results for {query}",
  keyboard: "The keyboard was set to another language.",
  script: "It was written in another script.",
  spelling: "The spelling was corrected.",
  literal: "Just what I typed",

  suggestions: "Suggestions",
  recent: "Recent searches",
  forget: "Clear history",

  tags: "Tags",
  all: "All",
  kinds: "Any kind",
  sources: "Any source",
  dates: "Any time",
  sort: "Sort",
  relevance: "Most relevant",
  date: "Newest",

  none: "Nothing found for “{query}”.",
  noneChosen: "No post fits these choices.",
  fewer: "Type fewer or more general words.",
  check: "Check the spelling.",
  nearest: "Perhaps you mean:",
  widen: "Search everything",
  showAll: "Show all posts",

  why: "Why these results?",
  title: "title",
  text: "text",
  links: "link",
  near: "near each other",
  join: "joined",
  form: "another form",
  spoken: "spoken form",
  split: "split",
  prefix: "beginning",
  otherScript: "other script",
  otherSpelling: "other spelling",

  back: "Back to the list",
  original: "See the original",
  preview: "Link preview",
  similar: "Similar posts",
  missing: "There is no such post.",

  failed: "The search did not start. Check the connection and try again.",
  offline: "You are offline. The search starts once you are connected.",
  unable: "The search cannot start: this browser or this page does not run WebAssembly.",
  retry: "Try again",

  values: {},
};

/** @type {Texts} */
const AR = {
  search: "بحث",
  placeholder: "ابحث…",
  clear: "مسح",
  close: "إغلاق",
  loading: "جارٍ التحضير…",
  searching: "جارٍ البحث…",
  results: { zero: "لا نتائج", one: "نتيجة واحدة", two: "نتيجتان", few: "{n} نتائج", other: "{n} نتيجة" },
  about: "نحو {results}",
  list: "النتائج",
  everything: "كل المنشورات",
  more: "عرض المزيد",
  untitled: "بلا عنوان",

  meant: "نتائج {query}",
  keyboard: "كانت لوحة المفاتيح بلغة أخرى.",
  script: "كُتب بحروف أخرى.",
  spelling: "صُحّح الإملاء.",
  literal: "ما كتبته بالضبط",

  suggestions: "اقتراحات",
  recent: "عمليات البحث السابقة",
  forget: "مسح السجل",

  tags: "الوسوم",
  all: "الكل",
  kinds: "كل الأنواع",
  sources: "كل المصادر",
  dates: "كل التواريخ",
  sort: "الترتيب",
  relevance: "الأكثر صلة",
  date: "الأحدث",

  none: "لا نتائج عن «{query}».",
  noneChosen: "لا منشور بهذه الاختيارات.",
  fewer: "اكتب كلمات أقل أو أعم.",
  check: "تحقق من الإملاء.",
  nearest: "ربما تقصد:",
  widen: "البحث في الكل",
  showAll: "عرض كل المنشورات",

  why: "لماذا هذه النتائج؟",
  title: "العنوان",
  text: "النص",
  links: "الرابط",
  near: "متقاربة",
  join: "موصولة",
  form: "صيغة أخرى",
  spoken: "صيغة محكية",
  split: "مفصولة",
  prefix: "بداية الكلمة",
  otherScript: "حروف أخرى",
  otherSpelling: "إملاء آخر",

  back: "العودة إلى القائمة",
  original: "عرض الأصل",
  preview: "معاينة الرابط",
  similar: "منشورات مشابهة",
  missing: "لا يوجد هذا المنشور.",

  failed: "لم يبدأ البحث. تحقق من الاتصال وحاول مجددًا.",
  offline: "لا اتصال بالإنترنت. يبدأ البحث حين يعود الاتصال.",
  unable: "تعذر البحث: هذا المتصفح أو هذه الصفحة لا يشغّل WebAssembly.",
  retry: "حاول مجددًا",

  values: { photo: "صورة", video: "فيديو", poll: "استطلاع", page: "صفحة", article: "مقال" },
};

/**
 * How the interface speaks: the texts of a language, and its numbers and dates.
 *
 * @typedef {ReturnType<typeof speak>} Speech
 */

/**
 * @param {string} lang BCP 47. Texts are in English for languages other than Persian and Arabic;
 *   numbers and dates are those of the language and its calendar all the same.
 * @param {Partial<Texts>} [own] in place of those of the language
 */
export function speak(lang, own = {}) {
  try {
    Intl.getCanonicalLocales(lang || "fa");
  } catch {
    lang = "en"; // not a language tag
  }
  lang ||= "fa";
  const base = { fa: FA, ar: AR }[lang.slice(0, 2).toLowerCase()] ?? EN;
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
    dir: base === EN ? "ltr" : "rtl",
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
