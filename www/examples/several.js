/** The element under two names, one of them with an index that the page has opened. */
import "../juya-search.js";
import { JuyaSearch } from "../juya-search-element.js";
import { load } from "../juya.js";

JuyaSearch.define("archive-search");
/** @type {import("../juya-search.js").JuyaSearch} */ (document.querySelector("archive-search")).index = await load();
