/**
 * Makes www/examples/vazirmatn.woff2, the font of the examples: Vazirmatn with the letters of
 * Persian and Arabic alone, and its weights from 400 to 700 alone.
 *
 *     npm install --no-save @fontsource-variable/vazirmatn@5.3.0 subset-font@2.9.0
 *     node scripts/font.mjs
 */
import { copyFile, readFile, writeFile } from "node:fs/promises";
import subset from "subset-font";

const SOURCE = new URL("../node_modules/@fontsource-variable/vazirmatn/", import.meta.url);
const EXAMPLES = new URL("../www/examples/", import.meta.url);
const TEXT =
  "ءآأؤإئابةتثجحخدذرزسشصضطظعغـفقكلمنهويىپچژکگۀی" +
  "ًٌٍَُِّْٰٔ" +
  "۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩،؛؟٪٫٬«»…–.:!-()[]/\u200c\u200d ";

const font = await readFile(new URL("files/vazirmatn-arabic-wght-normal.woff2", SOURCE));
const variationAxes = { wght: { min: 400, max: 700 } };
await writeFile(new URL("vazirmatn.woff2", EXAMPLES), await subset(font, TEXT, { targetFormat: "woff2", variationAxes }));
await copyFile(new URL("LICENSE", SOURCE), new URL("vazirmatn.license", EXAMPLES));
