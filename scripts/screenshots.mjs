/**
 * Takes the pictures of the README from the built page: `cargo xtask site`, then
 * `node scripts/screenshots.mjs`. They show the font Vazirmatn where the machine has it.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch, newPage, root, serve, shown } from "../tests/e2e/support.mjs";

const PICTURES = {
  "screenshot-desktop-light.png": {
    colorScheme: "light",
    viewport: { width: 1100, height: 860 },
  },
  "screenshot-phone-dark.png": {
    colorScheme: "dark",
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  },
};

const folder = join(root, "docs");
await mkdir(folder, { recursive: true });
const site = await serve();
const browser = await launch();
for (const [name, look] of Object.entries(PICTURES)) {
  const page = await newPage(browser, { ...look, reducedMotion: "reduce" });
  await page.goto(`${site.url}?q=af;i uwfd`);
  await shown(page);
  await page.locator("#offline").waitFor({ state: "visible" });
  await page.locator("#results h2 a").first().focus();
  await page.screenshot({ path: join(folder, name) });
}
await browser.close();
await site.stop();
