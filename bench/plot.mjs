/**
 * Draws what was measured as one SVG: a panel for each measure, a row for each engine. Logarithmic
 * axes, as the values span orders of magnitude; every value stands beside its dot.
 */

const LABELS = 88;
const PLOT = 170;
const VALUES = 124;
const PANEL = { width: LABELS + PLOT + VALUES, gap: 28 };
const ROW = 20;
const HEAD = 26;
const FOOT = 30;

// With a background of its own: what shows the picture need not have the scheme of the system.
const STYLE = `
.page { fill: #ffffff; }
text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; }
.tick { fill: #59636e; font-size: 10px; text-anchor: middle; }
.none { fill: #59636e; }
.grid { stroke: #d1d9e0; }
.mark { stroke: #59636e; stroke-dasharray: 2 3; }
.dot { fill: #8b949e; } .range { stroke: #8b949e; stroke-width: 3; stroke-linecap: round; }
.own .dot { fill: #0969da; } .own .range { stroke: #0969da; } .own text { font-weight: 600; }
@media (prefers-color-scheme: dark) {
  .page { fill: #0d1117; }
  text { fill: #f0f6fc; } .tick, .none { fill: #9198a1; } .grid { stroke: #3d444d; } .mark { stroke: #9198a1; }
  .own .dot { fill: #4493f8; } .own .range { stroke: #4493f8; }
}`;

/**
 * @typedef {object} Panel
 * @property {string} title with the unit
 * @property {(value: number) => string} format
 * @property {{ value: number, label: string }} [mark] a line to compare with
 * @property {{ label: string, own: boolean, values: number[] | null, said?: string }[]} rows one
 *   value or two ends of a range; null where nothing was measured; `said` in place of the values
 */

/**
 * @param {string} title for those who cannot see it
 * @param {Panel[]} panels two in a row
 */
export function plot(title, panels) {
  const height = Math.max(...panels.map(({ rows }) => rows.length)) * ROW + HEAD + FOOT;
  const lines = Math.ceil(panels.length / 2);
  const drawn = panels.map((panel, index) => {
    const x = (index % 2) * (PANEL.width + PANEL.gap);
    const y = Math.floor(index / 2) * height;
    return `<g transform="translate(${x} ${y})">${drawPanel(panel)}</g>`;
  });
  const width = 2 * PANEL.width + PANEL.gap;
  const box = { x: -12, y: -8, width: width + 24, height: lines * height + 8 };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${Object.values(box).join(" ")}" role="img">`,
    `<title>${escape(title)}</title><style>${STYLE}</style>`,
    `<rect class="page" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}"/>`,
    ...drawn,
    "</svg>\n",
  ].join("\n");
}

function drawPanel({ title, format, mark, rows }) {
  const values = rows.flatMap((row) => row.values ?? []).concat(mark ? [mark.value] : []);
  const parts = [`<text class="title" x="0" y="14">${escape(title)}</text>`];
  const bottom = HEAD + rows.length * ROW;
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))));
  const place = (value) => {
    const power = value > 0 ? Math.log10(value) : low;
    return round(LABELS + (PLOT * (power - low)) / (high - low));
  };
  if (positive.length > 0) {
    for (let power = low; power <= high; power++) {
      const x = place(10 ** power);
      parts.push(`<path class="grid" d="M${x} ${HEAD}V${bottom}"/>`);
      parts.push(`<text class="tick" x="${x}" y="${bottom + 13}">${escape(format(10 ** power))}</text>`);
    }
  }
  if (mark) {
    const x = place(mark.value);
    parts.push(`<path class="mark" d="M${x} ${HEAD}V${bottom}"><title>${escape(mark.label)}</title></path>`);
  }
  rows.forEach(({ label, own, values, said }, index) => {
    const y = HEAD + index * ROW + ROW / 2;
    const row = [`<text x="0" y="${y + 4}">${escape(label)}</text>`];
    if (values === null) {
      row.push(`<text class="none" x="${LABELS + 4}" y="${y + 4}">not measured</text>`);
    } else {
      const ends = values.map(place);
      if (ends.length > 1) row.push(`<path class="range" d="M${ends[0]} ${y}H${ends.at(-1)}"/>`);
      row.push(...ends.map((x) => `<circle class="dot" cx="${x}" cy="${y}" r="4"/>`));
      const text = said ?? values.map(format).join(" – ");
      row.push(`<text x="${LABELS + PLOT + 12}" y="${y + 4}">${escape(text)}</text>`);
    }
    parts.push(`<g${own ? ' class="own"' : ""}>${row.join("")}</g>`);
  });
  return parts.join("\n");
}

const round = (number) => Math.round(number * 10) / 10;

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escape = (text) => text.replace(/[&<>]/g, (character) => ESCAPES[character]);
