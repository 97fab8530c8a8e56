/**
 * Numbers, and how they are written.
 */

/** @param {number[]} values */
export function quantiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p99: at(0.99) };
}

/** Three digits that count, or all before the point. */
const short = (number) =>
  number >= 100 ? String(Math.round(number)) : number >= 10 ? trim(number.toFixed(1)) : trim(number.toFixed(2));
const trim = (digits) => digits.replace(/\.?0+$/, "");

/** 1 kB is 1000 bytes. */
export function bytes(number) {
  const units = ["B", "kB", "MB", "GB"];
  const power = Math.min(3, Math.floor(Math.log10(Math.max(1, Math.abs(number))) / 3));
  return `${short(number / 1000 ** power)} ${units[power]}`;
}

export const milliseconds = (number) => (number >= 1000 ? seconds(number / 1000) : `${short(number)} ms`);
export const seconds = (number) => `${short(number)} s`;
export const percent = (share) => (share === null ? "" : `${(share * 100).toFixed(1)} %`);
