/**
 * The class of `<juya-search>`; `juya-search.js` registers it.
 * @module
 */

/**
 * A search box: inline with a drop-down, in a modal, or a whole page with facets. Engine and index
 * are loaded when the reader shows that they will search: by focus, pointer or shortcut.
 *
 * It follows the `lang` and the `color-scheme` of the page it stands in.
 *
 * @tag juya-search
 * @attr {string} src - Address of the index; the one that the engine carries unless given.
 * @attr {"inline" | "modal" | "page"} [mode=inline] - A box with a drop-down, a button that opens
 *   a modal, or box, facets and results in the page.
 * @attr {string} [shortcut="/ Ctrl+K"] - Keys that lead to the box, separated by spaces: a
 *   character, or `Ctrl+` (⌘, too) and a letter. Empty for none.
 * @attr {string} placeholder - Shown in the empty box.
 * @attr {string} label - What the search is called for screen readers.
 * @attr {number} [limit=10] - Results shown at first, and added by each press of "more".
 * @attr {boolean} preload - Load at once, not when the reader turns to the box.
 * @attr {boolean} no-recent - Keep no recent searches on the device.
 * @attr {boolean} open-here - Posts are shown in the element, also those with an address.
 * @attr {boolean} highlight - Links to results carry the matched words (`?juya=word&juya=…`), for
 *   the script that marks them there.
 * @attr {boolean} browse - Mode `page`: while the box is empty, all posts are listed.
 * @attr {boolean} address - Mode `page`: the address of the page tells query, choices and post.
 *
 * @fires juya-load - Engine and index are there. `detail.index`
 * @fires juya-error - They could not be had. `detail.error`
 * @fires juya-results - Results stand in the element. `detail.query`, `detail.page`
 * @fires juya-select - A result is about to be opened; cancelable. `detail.hit`, `detail.query`
 * @fires juya-post - A post is shown in the element, or, with null, no more. `detail.post`
 * @fires juya-open - The drop-down or modal has opened.
 * @fires juya-close - It has closed.
 *
 * @slot - A plain form, shown where scripts or WebAssembly do not work.
 * @slot button - What stands in the button of mode `modal`, in place of icon and words.
 *
 * @csspart button - The button that opens the modal.
 * @csspart dialog - The modal.
 * @csspart box - The frame around the input.
 * @csspart input - The input.
 * @csspart panel - What opens under the box; in mode `page`, all below it.
 * @csspart chip - A suggestion, recent search or choice of a facet.
 * @csspart hit - A result.
 * @csspart title - The title of a result or a post.
 * @csspart excerpt - The passage of a result.
 * @csspart mark - What matched.
 * @csspart meta - Date, tags and links.
 * @csspart post - An open post.
 * @csspart notice - Told in place of results.
 * @csspart progress - The bar that shows loading.
 *
 * @cssprop --juya-font - Font family; that of the page unless given.
 * @cssprop --juya-font-size - Font size; that of the page unless given.
 * @cssprop --juya-paper - Background of panel and modal.
 * @cssprop --juya-card - Background of the box and of the active result.
 * @cssprop --juya-ink - Color of titles and input.
 * @cssprop --juya-text - Color of running text.
 * @cssprop --juya-soft - Color of what stands back.
 * @cssprop --juya-line - Color of lines.
 * @cssprop --juya-accent - Color of what can be pressed and of the focus.
 * @cssprop --juya-on-accent - Color of text on the accent.
 * @cssprop --juya-mark - Background of what matched.
 * @cssprop --juya-radius - Radius of corners; 14px unless given.
 * @cssprop --juya-layer - z-index of the drop-down; 1000 unless given.
 */
export class JuyaSearch extends HTMLElement {
  /** @param {string} [name] */
  static define(name = "juya-search") {
    if (!customElements.get(name)) customElements.define(name, class extends this {});
  }
}
