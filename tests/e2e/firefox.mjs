/** Firefox for the tests, where there is one. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const executablePath = process.env.FIREFOX ?? find();

/** Why tests in Firefox are left out; false where they are not. */
export const withoutFirefox = executablePath
  ? false
  : "no Firefox on PATH; install firefox-esr (make setup), or set FIREFOX to its file";

function find() {
  for (const folder of (process.env.PATH ?? "").split(":")) {
    for (const name of ["firefox-esr", "firefox"]) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
}

export const launchFirefox = () => puppeteer.launch({ browser: "firefox", executablePath, headless: true });

/** As `newPage` of support.mjs: in a context of its own, with `faults`. Close it with `close()`. */
export async function newFirefoxPage(browser) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`exception: ${error}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  return Object.assign(page, { faults, close: () => context.close() });
}
