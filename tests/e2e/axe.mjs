/** What axe-core has to say about a page. */
import axe from "axe-core";

/** Each fault with the elements that have it. */
export async function axeFaults(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
