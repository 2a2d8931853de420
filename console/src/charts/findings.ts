/** One sentence about a chart: what somebody would say who has looked at it. */
import type { SummaryChart, SummaryMap } from '@conveyance/sdk';
import { formatNumber, PERCENT } from '../text/format.ts';
import { counted, formatFigure, formatWithUnit } from '../text/units.ts';

/** Below, nobody would call it a change. */
export const STEADY = 0.005;

function change(label: string, unit: string, first: number, last: number): string {
  const ends = `from ${formatFigure(first, unit)} to ${formatFigure(last, unit)}`;
  const relative = first === 0 ? 0 : (last - first) / Math.abs(first);
  if (first !== 0 && Math.abs(relative) < STEADY) return `${label} stayed at about ${formatFigure(last, unit)}`;
  const verb = last >= first ? 'rose' : 'fell';
  const share = unit === 'fraction' || first === 0 ? '' : ` by ${(Math.abs(relative) * PERCENT).toFixed(1)} %,`;
  return `${label} ${verb}${share} ${ends}`;
}

/** A day stays on its line. */
function unbroken(day: string | null): string {
  return (day ?? '').replaceAll('-', '\u2011');
}

function aboutLine({ measures, groups }: SummaryChart): string {
  const [measure] = measures;
  const known = groups.filter(({ values }) => values[0] !== null && values[0] !== undefined);
  const [first, last] = [known[0], known.at(-1)];
  if (measure === undefined || first === undefined || last === undefined) return 'There are no values.';
  if (first === last)
    return `${measure.label}: ${formatFigure(first.values[0] ?? null, measure.unit)} on ${unbroken(first.label)}.`;
  const between = change(measure.label, measure.unit, first.values[0] ?? 0, last.values[0] ?? 0);
  return `${between}, between ${unbroken(first.label)} and ${unbroken(last.label)}.`;
}

export function groupName(label: string | null): string {
  return label ?? 'not known';
}

/** A number alone says nothing. */
function nameIn(axis: string, label: string | null): string {
  return label !== null && /^\d/.test(label) ? `${axis} ${label}` : groupName(label);
}

function aboutBars({ axis, measures, groups, groups_left_out: leftOut }: SummaryChart): string {
  const [measure] = measures;
  if (measure === undefined || groups.length === 0) return 'There are no values.';
  const ordered = groups.toSorted((left, right) => (right.values[0] ?? 0) - (left.values[0] ?? 0));
  const [top] = ordered;
  const figure = formatWithUnit(top?.values[0] ?? null, measure.unit);
  const isCount = !measure.unit.startsWith('usd') && measure.unit !== 'fraction';
  const total = groups.reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
  const share = isCount && leftOut === 0 && total > 0 ? `, of ${formatNumber(total)}` : '';
  return `${nameIn(axis, top?.label ?? null)} has the ${isCount ? 'most' : 'highest'}: ${figure}${share}.`;
}

export function findingOf(chart: SummaryChart): string {
  return chart.kind === 'line' ? aboutLine(chart) : aboutBars(chart);
}

/** A place, as precise as its dot. */
export function placeName({ latitude, longitude }: { readonly latitude: number; readonly longitude: number }): string {
  const north = `${Math.abs(latitude).toFixed(2)}° ${latitude < 0 ? 'S' : 'N'}`;
  return `${north}, ${Math.abs(longitude).toFixed(2)}° ${longitude < 0 ? 'W' : 'E'}`;
}

export function mapFinding({ places }: SummaryMap): string {
  const properties = places.reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
  const where = counted(places.length, 'place', 'places');
  const [largest] = places;
  const most =
    largest === undefined || places.length === 1 ? '' : `; the most, ${largest.values[0]}, near ${placeName(largest)}`;
  return `${counted(properties, 'property', 'properties')} at ${where}${most}.`;
}
