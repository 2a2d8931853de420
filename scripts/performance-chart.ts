/** A case's rows as bars: each figure as a multiple of its reference. Plain SVG with a title and a description, for light and dark pages. */
import type { Row } from '../.bench/frame/figures.js';
import { isMet, number } from '../.bench/frame/judge.js';

const WIDTH = 760;
const LABELS = 380;
const VALUES = 110;
const ROW = 26;
const BAR = 14;
const TOP = 30;
const BOTTOM = 12;
/** Room to the right of the longest bar. */
const ROOM = 1.08;

const STYLE = `text { font: 13px system-ui, sans-serif; fill: #1f2328 } .small { font-size: 12px; fill: #59636e } .bar { fill: #2563a8 }
    .missed { fill: #b35900 } .spread { stroke: #1f2328; stroke-width: 1.5 } .one { stroke: #59636e } .goal { stroke: #1f2328; stroke-width: 2; stroke-dasharray: 3 2 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .small { fill: #9198a1 } .bar { fill: #6aaef2 } .missed { fill: #f0a04b }
    .spread, .goal { stroke: #e6edf3 } .one { stroke: #9198a1 } }`;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

interface Bar {
  readonly label: string;
  readonly ratio: NonNullable<Row['ratio']>;
  readonly limit: number | null;
  readonly isMissed: boolean;
}

export function barsOf(rows: readonly Row[]): readonly Bar[] {
  return rows.flatMap((row) => {
    const { subject, reference, ratio, goal } = row;
    if (ratio === null || reference === null) return [];
    const limit = goal?.of === 'ratio' ? goal.limit : null;
    return [{ label: `${subject}, ${reference.name}`, ratio, limit, isMissed: isMet(row) === false }];
  });
}

/** What the picture shows, in words. */
export function chartText(bars: readonly Bar[]): string {
  return bars.map(({ label, ratio }) => `${label}: ${number(ratio.median)} times`).join('; ');
}

function vertical(name: string, x: number, top: number, bottom: number): string {
  return `<line class="${name}" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/>`;
}

function drawn({ label, ratio, limit, isMissed }: Bar, top: number, at: (value: number) => number): string {
  const middle = top + BAR / 2;
  const parts = [
    `<text x="${LABELS - 8}" y="${top + BAR - 3}" text-anchor="end">${escaped(label)}</text>`,
    `<rect class="${isMissed ? 'missed' : 'bar'}" x="${LABELS}" y="${top}" width="${at(ratio.median) - LABELS}" height="${BAR}"/>`,
    `<line class="spread" x1="${at(ratio.low)}" x2="${at(ratio.high)}" y1="${middle}" y2="${middle}"/>`,
  ];
  if (limit !== null) parts.push(vertical('goal', at(limit), top - 4, top + BAR + 4));
  parts.push(
    `<text x="${WIDTH - VALUES + 8}" y="${top + BAR - 3}">${number(ratio.median)} ×${isMissed ? ' missed' : ''}</text>`,
  );
  return parts.join('\n  ');
}

export function chartSvg(title: string, bars: readonly Bar[]): string {
  const longest = Math.max(1, ...bars.map(({ ratio, limit }) => Math.max(ratio.high, limit ?? 0))) * ROOM;
  const at = (value: number) => Math.round(LABELS + ((WIDTH - VALUES - LABELS) * value) / longest);
  const height = TOP + bars.length * ROW + BOTTOM;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description">
  <title id="title">${escaped(title)}: multiples of the reference</title>
  <desc id="description">${escaped(chartText(bars))}</desc>
  <style>${STYLE}</style>
  <text class="small" x="${at(1)}" y="16" text-anchor="middle">1 = the reference</text>
  ${vertical('one', at(1), TOP - 8, height - BOTTOM + 4)}
  ${bars.map((bar, index) => drawn(bar, TOP + index * ROW, at)).join('\n  ')}
</svg>
`;
}
