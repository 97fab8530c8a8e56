/**
 * The keyboard in a combobox, row by row of the W3C's ARIA Authoring Practices (patterns
 * "Combobox" and, for its popup, "Listbox Popup"): https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { boxState, openElement, share } from "./element-support.mjs";
import { closePage, newPage } from "./support.mjs";

const shared = share();
let site, page;
beforeEach(async () => {
  ({ site } = shared);
  site.reset();
  site.body = '<a href="#before">before</a><juya-search open-here></juya-search><a href="#next">next</a>';
  page = await newPage(shared.browser);
  await page.goto(site.host);
  await page.locator("#query").waitFor();
});
afterEach(() => closePage(page));

const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
const state = () => boxState(page);

/** Types a query and waits for its results. */
async function search(query) {
  await page.locator("#query").focus();
  await page.keyboard.type(query);
  await page.locator("[part=hit]").first().waitFor();
}

/* Tab: "The combobox is in the page Tab sequence", and the popup is not. */

test("Tab: the box is in the page's tab sequence, what pops up is not", async () => {
  await page.locator("a", { hasText: "before" }).focus();
  await press("Tab");
  assert.equal((await state()).focused, true);
  await search("شبکه عصبی");
  await press("ArrowDown");
  await page.locator("#clear").waitFor();
  await press("Tab");
  assert.equal(await page.evaluate(() => document.querySelector("juya-search").shadowRoot.activeElement?.id), "clear");
  await press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "next");
  assert.equal((await state()).shown, false, "it closes when the focus leaves");
});

/* When focus is in the combobox. */

test("Down Arrow: moves into the popup, to its first option; the focus stays in the box", async () => {
  await search("شبکه عصبی");
  assert.deepEqual((await state()).selected, [], "nothing is selected before");
  await press("ArrowDown");
  const { active, selected, focused, expanded } = await state();
  assert.deepEqual({ active, selected, focused, expanded }, { active: 0, selected: [0], focused: true, expanded: true });
});

test("Down Arrow: opens a popup that was closed", async () => {
  await search("شبکه عصبی");
  await press("Escape");
  assert.equal((await state()).expanded, false);
  await press("ArrowDown");
  assert.deepEqual([(await state()).expanded, (await state()).active], [true, 0]);
});

test("Up Arrow: places the focus on the last option", async () => {
  await search("شبکه عصبی");
  await press("ArrowUp");
  const { active, options } = await state();
  assert.equal(active, options - 1);
});

test("Escape: dismisses the popup; with none, clears the box", async () => {
  await search("شبکه عصبی");
  await press("Escape");
  const closed = await state();
  assert.deepEqual([closed.shown, closed.expanded, closed.text], [false, false, "شبکه عصبی"]);
  await press("Escape");
  assert.equal((await state()).text, "");
});

test("Enter: with a selected option, does what the option is for", async () => {
  await search("شبکه عصبی");
  const first = await page.locator("[part=hit] [part=title]").first().textContent();
  const place = await page.locator("[role=option]").evaluateAll((all) => all.findIndex((option) => option.part.contains("hit")));
  for (let i = 0; i <= place; i++) await press("ArrowDown");
  await press("Enter");
  assert.equal(await page.locator("#post h2").textContent(), first);
});

test("Enter: with none, goes to the first result and not further", async () => {
  await search("شبکه عصبی");
  await press("Enter");
  const { active, shown } = await state();
  const isHit = await page.locator("[role=option]:visible").nth(active).evaluate((option) => option.part.contains("hit"));
  assert.deepEqual([isHit, shown], [true, true]);
});

test("Printable characters: are typed, whether the popup is there or not", async () => {
  await search("شبکه");
  await press("Escape");
  await page.keyboard.type(" ع");
  const { text, expanded } = await state();
  assert.deepEqual([text, expanded], ["شبکه ع", true]);
});

test("Alt + Down Arrow: displays the popup without moving into it", async () => {
  await search("شبکه عصبی");
  await press("Escape", "Alt+ArrowDown");
  const { expanded, active } = await state();
  assert.deepEqual([expanded, active], [true, null]);
});

test("Alt + Up Arrow: returns to the box and closes the popup", async () => {
  await search("شبکه عصبی");
  await press("ArrowDown", "Alt+ArrowUp");
  const { shown, expanded, active, focused, text } = await state();
  assert.deepEqual([shown, expanded, active, focused, text], [false, false, null, true, "شبکه عصبی"]);
});

/* When focus is in the popup, which is a list box. */

test("Enter on a suggestion: puts it into the box, with the caret at its end", async () => {
  await search("شبک");
  const suggestion = await page.locator("[role=option]").first().textContent();
  await press("ArrowDown", "Enter");
  const { text, caret, focused, active } = await state();
  assert.deepEqual([text, caret, focused, active], [suggestion, suggestion.length, true, null]);
});

test("Ctrl + Enter on a result: opens it as the browser opens links, and stays", async () => {
  site.bytes = shared.index;
  await openElement(page, site, 'src="posts.juya"');
  await search("باغ ایرانی");
  await press("Enter");
  const opened = page.context().waitForEvent("page");
  await press("Control+Enter");
  await (await opened).waitForURL(/\/posts\/garden\.html$/);
  assert.equal(page.url(), site.host);
  assert.equal((await state()).text, "باغ ایرانی");
});

test("Escape in the popup: closes it and returns to the box", async () => {
  await search("شبکه عصبی");
  await press("ArrowDown", "ArrowDown", "Escape");
  const { shown, active, selected, focused } = await state();
  assert.deepEqual([shown, active, selected, focused], [false, null, [], true]);
});

test("Down Arrow in the popup: to the next option; from the last back to the box", async () => {
  await search("شبکه عصبی");
  await press("ArrowDown", "ArrowDown");
  assert.deepEqual((await state()).selected, [1]);
  await press("ArrowUp", "ArrowUp", "ArrowUp");
  const last = await state();
  assert.equal(last.active, last.options - 1);
  await press("ArrowDown");
  assert.equal((await state()).active, null);
  await press("ArrowDown");
  assert.equal((await state()).active, 0);
});

test("Up Arrow in the popup: to the option before; from the first back to the box", async () => {
  await search("شبکه عصبی");
  await press("ArrowDown", "ArrowDown", "ArrowUp");
  assert.equal((await state()).active, 0);
  await press("ArrowUp");
  assert.deepEqual([(await state()).active, (await state()).focused], [null, true]);
});

test("Right Arrow in the popup: returns to the box and moves the caret; the popup stays", async () => {
  await search("شبکه");
  await press("End", "ArrowDown", "ArrowRight"); // to the right in Persian is one letter back
  const { active, caret, expanded } = await state();
  assert.deepEqual([active, caret, expanded], [null, 3, true]);
});

test("Left Arrow in the popup: returns to the box and moves the caret; the popup stays", async () => {
  await search("شبکه");
  await press("Home", "ArrowDown", "ArrowLeft");
  const { active, caret, expanded } = await state();
  assert.deepEqual([active, caret, expanded], [null, 1, true]);
});

test("Home in the popup: returns to the box, with the caret before the text", async () => {
  await search("شبکه");
  await press("ArrowDown", "Home");
  const { active, caret, expanded } = await state();
  assert.deepEqual([active, caret, expanded], [null, 0, true]);
});

test("End in the popup: returns to the box, with the caret after the text", async () => {
  await search("شبکه");
  await press("Home", "ArrowDown", "End");
  const { active, caret, expanded } = await state();
  assert.deepEqual([active, caret, expanded], [null, 4, true]);
});

test("A printable character in the popup: returns to the box and is typed", async () => {
  await search("شبکه");
  await press("End", "ArrowDown", "ArrowDown");
  await page.keyboard.type("ها");
  const { text, active, expanded, focused } = await state();
  assert.deepEqual([text, active, expanded, focused], ["شبکهها", null, true, true]);
});

test("Backspace in the popup: returns to the box and deletes the letter before the caret", async () => {
  await search("شبکه");
  await press("End", "ArrowDown", "Backspace");
  const { text, active } = await state();
  assert.deepEqual([text, active], ["شبک", null]);
});

test("Delete in the popup: returns to the box and deletes the letter after the caret", async () => {
  await search("شبکه");
  await press("Home", "ArrowDown", "Delete");
  const { text, active } = await state();
  assert.deepEqual([text, active], ["بکه", null]);
  await press("End", "ArrowDown", "Delete"); // nothing is there to delete
  assert.deepEqual([(await state()).text, (await state()).active], ["بکه", null]);
});

/* Roles, states and properties. */

test("the box is a combobox that controls a list box of options, in named groups", async () => {
  await search("شبک");
  await press("ArrowDown");
  const box = page.getByRole("combobox", { name: "جستجو" });
  assert.equal(await box.getAttribute("aria-autocomplete"), "list");
  assert.equal(await box.getAttribute("aria-expanded"), "true");
  assert.equal(await box.getAttribute("aria-controls"), await page.getByRole("listbox").getAttribute("id"));
  assert.equal(await page.getByRole("listbox").getAttribute("aria-label"), "نتیجه‌ها");
  const groups = await page.getByRole("group").evaluateAll((all) => all.map((group) => group.getAttribute("aria-label")));
  assert.deepEqual(groups, ["پیشنهادها", "نتیجه‌ها"]);
  const ids = await page.getByRole("option").evaluateAll((all) => all.map(({ id }) => id));
  assert.equal(new Set(ids).size, ids.length);
});

test("keys that an input method uses are left to it", async () => {
  await search("شبکه");
  const taken = await page.locator("#query").evaluate((box) =>
    ["ArrowDown", "Enter", "Escape"].filter((key) => {
      const event = new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true });
      return !box.dispatchEvent(event);
    }),
  );
  assert.deepEqual(taken, []);
  assert.deepEqual([(await state()).active, (await state()).expanded], [null, true]);
});

test("while an input method composes, results come at every letter", async () => {
  const session = await page.context().newCDPSession(page);
  await page.locator("#query").focus();
  await session.send("Input.imeSetComposition", { text: "شبک", selectionStart: 3, selectionEnd: 3 });
  await page.locator("[part=hit]").first().waitFor();
  await session.send("Input.insertText", { text: "شبکه" });
  assert.equal((await state()).text, "شبکه");
});

test("the focus is always visible", async () => {
  await search("شبکه عصبی");
  const frame = () => page.locator("form").evaluate((form) => getComputedStyle(form).boxShadow);
  assert.notEqual(await frame(), "none");
  await press("ArrowUp");
  const outline = await page.locator("[aria-selected=true] span").evaluate((option) => getComputedStyle(option).outlineStyle);
  assert.equal(outline, "solid");
  await press("Enter", "Enter");
  let hits = 0;
  for (let i = 0; i < 4; i++) {
    const [hit] = await page.locator("[part=hit][aria-selected=true]").all();
    if (hit) assert.notEqual(await hit.evaluate((option) => getComputedStyle(option).boxShadow), "none");
    if (hit) hits++;
    await press("ArrowDown");
  }
  assert.ok(hits > 0, "a result was selected");
  await press("Tab");
  const [clear] = await page.locator("#clear").all();
  assert.equal(await clear.evaluate((button) => getComputedStyle(button).outlineStyle), "solid");
});
