/**
 * Takes the pictures of the README and of docs/ from the built page: `cargo xtask site`, then
 * `node scripts/screenshots.mjs`. They show the font Vazirmatn where the machine has it.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { serveHost } from "../tests/e2e/element-support.mjs";
import { launch, newPage, root, shown } from "../tests/e2e/support.mjs";

const DEVICES = {
  desktop: { viewport: { width: 1100, height: 860 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

/** What is done on a page before its picture is taken, by the name of the picture. */
const PICTURES = {
  async page(page) {
    await page.goto(`${site.url}?q=af;i uwfd`);
    await shown(page);
    await page.locator("#offline").waitFor({ state: "visible" });
    await page.locator("#results h2 a").first().focus();
  },
  async why(page) {
    await page.goto(`${site.url}?q=شبکه عصبی`);
    await shown(page);
    await page.locator("#why").click();
    await page.locator(".why").first().waitFor();
  },
  async inline(page) {
    await page.goto(site.host);
    await page.locator("#query").click();
    await page.keyboard.type("شبک");
    await page.locator("[part=hit]").first().waitFor();
    await page.locator("#query").press("Enter");
  },
  async modal(page) {
    site.body = site.body.replace("<juya-search", '<juya-search mode="modal"');
    await page.goto(site.host);
    await page.locator("[part=button]").click();
    await page.keyboard.type("شبکه عصبی");
    await page.locator("[part=hit]").first().waitFor();
    await page.locator("#query").press("Enter");
  },
};

const folder = join(root, "docs");
await mkdir(folder, { recursive: true });
const site = await serveHost();
const browser = await launch();
for (const [name, act] of Object.entries(PICTURES)) {
  for (const [device, look] of Object.entries(DEVICES)) {
    for (const colorScheme of ["light", "dark"]) {
      site.reset();
      site.css = `:root { color-scheme: light dark } body { margin: 2rem auto; padding: 0 1rem; max-width: 46rem;
        font: 17px/1.9 Vazirmatn, sans-serif } h1 { font-size: 1.4rem }`;
      site.title = "یادداشت‌های پردازش زبان";
      site.rest = "<p>نوشته‌های این وبلاگ دربارهٔ یادگیری ماشین و پردازش زبان فارسی است.</p>";
      const page = await newPage(browser, { ...look, colorScheme, reducedMotion: "reduce" });
      await act(page);
      const file = name === "page" ? `screenshot-${device}-${colorScheme}.png` : `screenshot-${name}-${device}-${colorScheme}.png`;
      await page.screenshot({ path: join(folder, file) });
      await page.context().close();
    }
  }
}
await browser.close();
await site.stop();
