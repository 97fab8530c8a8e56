/**
 * The look of `<juya-search>`: quiet paper, text first, one strong box. Sizes of what is touched
 * are in px, all others in em, so that they follow the text of the page and not its root.
 *
 * Comments stand here, because those within the text would be sent to every reader:
 * - `.root` lets nothing of the page in but its font, its color scheme and what it sets on purpose.
 * - The input has at least 16px: below that, iPhones zoom in on it. The form around it shows its
 *   focus, as the item around a title does for the title. The heading of a post takes the focus
 *   only so that reading begins there, and shows none.
 * - A chip is as tall as a finger, though the pill that is seen is not.
 * - The whole of a result opens the post, save its own links.
 * - A mark has no padding, border or margin: letters join across its edges.
 * - A panel in a page is as light or dark as the page says that it is: where it does not say so,
 *   text must still be read.
 * - Passages in a list box have two lines, cut between words; a line clamp would cut Persian words
 *   where they join.
 * @module
 */

export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
:host {
  display: block;
}

:host([hidden]) {
  display: none;
}

.root {
  all: initial;
  --paper: var(--juya-paper, light-dark(#fbfaf7, #15161a));
  --card: var(--juya-card, light-dark(#fff, #1c1e24));
  --ink: var(--juya-ink, light-dark(#1d1e22, #e9e7e1));
  --text: var(--juya-text, light-dark(#3b3c40, #cbc9c4));
  --soft: var(--juya-soft, light-dark(#67655f, #a09d95));
  --line: var(--juya-line, light-dark(#e6e2d8, #2e3038));
  --accent: var(--juya-accent, light-dark(#0b6e63, #5fd1c0));
  --on-accent: var(--juya-on-accent, light-dark(#fff, #10211f));
  --mark: var(--juya-mark, light-dark(#fde9a9, #5a4a12));
  --shade: light-dark(#00000014, #00000040);
  --round: var(--juya-radius, 14px);
  color-scheme: inherit;
  display: block;
  position: relative;
  color: var(--ink);
  font-family: var(--juya-font, inherit);
  font-size: var(--juya-font-size, inherit);
  line-height: 1.85;
  overflow-wrap: anywhere;
  -webkit-tap-highlight-color: transparent;
}

* {
  box-sizing: border-box;
}

[hidden] {
  display: none !important;
}

.unseen {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

p, h2, h3, ol, ul {
  margin: 0;
  padding: 0;
  list-style: none;
}

h2 {
  font-size: 1.02em;
  font-weight: 650;
}

a {
  color: var(--accent);
}

:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}

svg {
  flex: none;
  display: block;
  inline-size: 20px;
  fill: none;
  stroke: currentColor;
  stroke-width: 2;
  stroke-linecap: round;
}

form {
  display: flex;
  gap: 10px;
  align-items: center;
  padding: 5px 14px;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: var(--round);
}

.page form {
  box-shadow: 0 1px 2px var(--shade), 0 8px 24px var(--shade);
}

form:focus-within {
  border-color: var(--accent);
  box-shadow: 0 0 0 3px color-mix(in srgb, var(--accent) 22%, transparent);
}

input {
  flex: 1;
  min-inline-size: 0;
  min-block-size: 44px;
  padding: 0;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  font-size: max(1.08em, 16px);
  appearance: none;
}

input:focus-visible {
  outline: 0;
}

input::-webkit-search-cancel-button {
  display: none;
}

input:placeholder-shown {
  direction: inherit;
}

input::placeholder {
  color: var(--soft);
  opacity: 1;
}

kbd {
  padding: 0 8px;
  border: 1px solid var(--line);
  border-radius: 6px;
  color: var(--soft);
  font: inherit;
  font-size: 0.75em;
  white-space: nowrap;
}

form:focus-within kbd,
input:not(:placeholder-shown) ~ kbd,
input:placeholder-shown ~ #clear {
  display: none;
}

@media not all and (hover: hover) and (pointer: fine) {
  kbd {
    display: none;
  }
}

[part="progress"] {
  position: absolute;
  inset-inline: var(--round);
  block-size: 3px;
  margin-block-start: -3px;
  background: linear-gradient(90deg, var(--line), var(--accent), var(--line));
}

[aria-valuenow] {
  background: var(--accent);
}

button,
select,
.back {
  min-inline-size: 44px;
  min-block-size: 44px;
  padding: 3px 16px;
  border: 1px solid var(--line);
  border-radius: 99px;
  background: none;
  color: var(--accent);
  font: inherit;
  font-size: 0.86em;
  cursor: pointer;
}

form button {
  display: grid;
  place-items: center;
  flex: none;
  padding: 0;
  margin-inline-end: -10px;
  border: 0;
  color: var(--soft);
}

form button svg {
  inline-size: 18px;
}

form .close {
  padding-inline: 10px;
  border-inline-start: 1px solid var(--line);
  border-radius: 0;
}

.opener {
  display: inline-flex;
  gap: 10px;
  align-items: center;
  padding: 3px 14px;
  border-radius: var(--round);
  background: var(--card);
  color: var(--soft);
}

.opener kbd {
  margin-inline-start: 1.5em;
}

.opener:hover {
  border-color: var(--soft);
}

[part="chip"] {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-inline-size: 44px;
  min-block-size: 44px;
  max-inline-size: 100%;
  padding: 0;
  border: 0;
  color: var(--soft);
  font-size: 0.82em;
  cursor: pointer;
}

[part="chip"] span {
  padding: 1px 13px;
  border: 1px solid var(--line);
  border-radius: 99px;
}

[part="chip"]:hover span {
  border-color: var(--soft);
}

[part="chip"]:is([aria-pressed="true"], .chosen) span {
  background: var(--accent);
  border-color: var(--accent);
  color: var(--on-accent);
}

[part="chip"].quiet span {
  border-color: transparent;
  text-decoration: underline;
}

[part="chip"]:focus-visible {
  outline: 0;
}

[part="chip"]:is(:focus-visible, [aria-selected="true"]) span {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}

.chips,
#chips,
#facets {
  display: flex;
  flex-wrap: wrap;
  gap: 0 6px;
}

#count,
#meaning {
  color: var(--soft);
  font-size: 0.85em;
}

#meaning strong {
  color: var(--ink);
  font-weight: 600;
}

#meaning [part="chip"] {
  margin-block: -10px;
  font-size: inherit;
}

#meaning [part="chip"] span {
  padding: 0 6px;
  border: 0;
  color: var(--accent);
  text-decoration: underline;
}

#notice:not(:empty),
#failure {
  padding: 14px;
}

#notice ul {
  margin-block: 4px 10px;
  padding-inline-start: 1.2em;
  color: var(--soft);
  list-style: disc;
}

.details {
  margin-block: 4px 12px;
  color: var(--soft);
  font-size: 0.85em;
}

#failure {
  background: var(--paper);
  border-radius: var(--round);
}

#failure slot {
  display: block;
  margin-block-start: 12px;
}

[part="hit"] {
  display: block;
  position: relative;
  border: 1px solid transparent;
  border-radius: var(--round);
  color: inherit;
  text-decoration: none;
  cursor: pointer;
}

[part="hit"] + [part="hit"]::before {
  content: "";
  position: absolute;
  inset-block-start: -1px;
  inset-inline: 0;
  border-block-start: 1px solid var(--line);
}

[part="hit"]:is(:hover, :focus-within, [aria-selected="true"])::before,
[part="hit"]:is(:hover, :focus-within, [aria-selected="true"]) + [part="hit"]::before {
  border-color: transparent;
}

[part="hit"]:is(:hover, :focus-within, [aria-selected="true"]) {
  background: var(--card);
  border-color: var(--line);
}

[part="hit"]:is(:focus-within, [aria-selected="true"]) {
  border-color: var(--accent);
  box-shadow: inset 3px 0 0 var(--accent);
}

[part="hit"]:is(:focus-within, [aria-selected="true"]):dir(rtl) {
  box-shadow: inset -3px 0 0 var(--accent);
}

[part="title"] {
  line-height: 1.7;
  font-weight: 650;
}

h2 > *,
:where(#post) li > * {
  all: unset;
  cursor: pointer;
}

h2 > :focus-visible {
  outline: 0;
}

h2 > *::after {
  content: "";
  position: absolute;
  inset: 0;
}

[part="excerpt"],
#post p {
  color: var(--text);
}

mark {
  border-radius: 3px;
  background: var(--mark);
  color: inherit;
}

p.meta {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  column-gap: 14px;
  color: var(--soft);
  font-size: 0.82em;
}

.meta a {
  position: relative;
  display: inline-flex;
  align-items: center;
  max-inline-size: 100%;
  min-inline-size: 44px;
  min-block-size: 44px;
  margin-block: -8px;
  color: inherit;
  text-decoration-color: var(--line);
}

.meta a:hover {
  color: var(--accent);
}

.why {
  display: grid;
  grid-template-columns: fit-content(55%) 1fr auto;
  gap: 2px 12px;
  align-items: center;
  margin-block-start: 6px;
  color: var(--soft);
  font-size: 0.78em;
}

.why i {
  display: block;
  block-size: 6px;
  border-radius: 3px;
  background: var(--accent);
}

#post {
  padding: 8px 14px;
  line-height: 1.9;
}

.back {
  display: inline-flex;
  align-items: center;
  padding: 0;
  border: 0;
}

a.back {
  text-decoration: underline;
}

#post h2 {
  margin-block: 4px;
  font-size: 1.3em;
  line-height: 1.6;
}

#post h2:focus-visible {
  outline: 0;
}

#post > p {
  margin-block: 12px;
}

#post aside {
  margin-block: 18px;
  padding-inline-start: 14px;
  border-inline-start: 3px solid var(--line);
  font-size: 0.9em;
}

#post aside p {
  color: var(--soft);
}

#post section {
  margin-block-start: 24px;
  padding-block-start: 12px;
  border-block-start: 1px solid var(--line);
}

h3 {
  color: var(--soft);
  font-size: 0.85em;
  font-weight: 600;
}

:where(#post) li > * {
  display: block;
  padding-block: 6px;
  min-block-size: 44px;
  color: var(--accent);
}

.page #panel {
  background: var(--juya-paper, Canvas);
}

.page #choices {
  display: flex;
  flex-wrap: wrap;
  gap: 0 8px;
  align-items: center;
  margin-inline: 5px;
}

.page #meaning {
  margin: 10px 5px -6px;
}

.page #count {
  flex: 1;
  min-block-size: 44px;
  align-content: center;
}

select,
#why {
  padding: 0 6px;
  border: 0;
  color: var(--soft);
  background: none;
}

select.chosen,
#why[aria-pressed="true"] {
  color: var(--accent);
  font-weight: 600;
}

.page [part="hit"] {
  padding: 17px 14px;
}

#more {
  display: block;
  margin: 16px auto 0;
}

:is(.inline, .modal) #panel {
  display: flex;
  flex-direction: column;
  outline: 0;
}

.inline #panel {
  position: absolute;
  inset-block-start: calc(100% + 6px);
  inline-size: max(100%, min(400px, 100vw - 32px));
  z-index: var(--juya-layer, 1000);
  max-block-size: min(70vh, 560px);
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: var(--round);
  box-shadow: 0 12px 40px #0003;
  overflow: hidden;
}

:is(.inline, .modal) :is(#list, #post) {
  min-block-size: 0;
  overflow-y: auto;
  overscroll-behavior: contain;
}

:is(.inline, .modal) #list {
  display: flex;
  flex-direction: column;
}

.said {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 0 14px;
  padding: 6px 18px 0;
}

[role="listbox"] {
  flex: 1;
  min-block-size: 0;
  padding: 6px;
  scroll-padding: 6px;
  overflow-y: auto;
  overscroll-behavior: contain;
}

[role="listbox"] .chips {
  padding-inline: 8px;
}

:is(.inline, .modal) [part="hit"] {
  padding: 10px 12px;
  font-size: 0.95em;
}

:is(.inline, .modal) [part="excerpt"] {
  max-block-size: 3.5em;
  line-height: 1.75;
  overflow: hidden;
}

dialog {
  inline-size: min(680px, 100vw - 32px);
  max-inline-size: none;
  max-block-size: 80vh;
  margin: 10vh auto auto;
  padding: 0;
  border: 1px solid var(--line);
  border-radius: var(--round);
  background: var(--paper);
  color: inherit;
  box-shadow: 0 24px 80px #0006;
  overflow: hidden;
}

dialog[open] {
  display: flex;
  flex-direction: column;
}

dialog::backdrop {
  background: #0006;
}

dialog form,
dialog form:focus-within {
  flex: none;
  border-width: 0 0 1px;
  border-color: var(--line);
  border-radius: 0;
  box-shadow: none;
}

dialog [part="progress"] {
  position: static;
  flex: none;
}

dialog #panel {
  min-block-size: 0;
}

@media (max-width: 600px) {
  .chips,
  #chips,
  #facets {
    flex-wrap: nowrap;
    overflow-x: auto;
    scrollbar-width: none;
    white-space: nowrap;
  }

  [part="chip"] {
    flex: none;
  }

  dialog {
    inline-size: 100vw;
    block-size: 100dvh;
    max-block-size: none;
    margin: 0;
    border: 0;
    border-radius: 0;
  }
}

@media (forced-colors: active) {
  form:focus-within,
  [part="hit"]:is(:focus-within, [aria-selected="true"]) {
    outline: 3px solid Highlight;
  }

  [part="chip"]:is([aria-pressed="true"], .chosen) span {
    background: Highlight;
    color: HighlightText;
    forced-color-adjust: none;
  }

  .why i {
    background: CanvasText;
    forced-color-adjust: none;
  }
}
`);
