/**
 * `<juya-search>`: a search box for any page.
 *
 *     <script type="module" src="juya-search.js"></script>
 *     <juya-search src="index.juya"></juya-search>
 *
 * Loading this file registers the element. For another name import the class from
 * `juya-search-element.js` and call `JuyaSearch.define("my-search")`.
 * @module
 */
import { JuyaSearch } from "./juya-search-element.js";

JuyaSearch.define();

export { JuyaSearch };
