/** The last days of an account: exports by day, and what each key, token or person asked for. */
import type { DailyUsage, DayUsage, SummaryChart } from '@conveyance/sdk';
import { SimpleGrid } from '@mantine/core';
import { formatBytes, formatNumber, MS_PER_DAY, shortId } from '../text/format.ts';
import { counted } from '../text/units.ts';
import { BarChart } from './bar-chart.tsx';
import { ChartCard } from './chart-card.tsx';
import { LineChart } from './line-chart.tsx';

const MOST_BARS = 15;
const KIND_WORDS: Readonly<Record<DayUsage['credential_kind'], string>> = {
  key: 'Access key',
  token: 'Token',
  person: 'Person',
};

function chart(changes: Pick<SummaryChart, 'name' | 'kind' | 'title' | 'axis' | 'measures' | 'groups'>): SummaryChart {
  return { ...changes, groups_left_out: 0, every_days: null };
}

/** Every day, also those without exports. */
function daysOf({ first_day: first, last_day: last }: DailyUsage): readonly string[] {
  const [from, to] = [Date.parse(first), Date.parse(last)];
  return Array.from({ length: Math.round((to - from) / MS_PER_DAY) + 1 }, (_, index) =>
    new Date(from + index * MS_PER_DAY).toISOString().slice(0, 10),
  );
}

type Figures = Pick<DayUsage, 'jobs' | 'succeeded' | 'failed' | 'properties' | 'rows' | 'bytes'>;

function summed(usage: readonly DayUsage[]): Figures {
  const sum = (field: keyof Figures) => usage.reduce((total, each) => total + each[field], 0);
  return {
    ...{ jobs: sum('jobs'), succeeded: sum('succeeded'), failed: sum('failed') },
    ...{ properties: sum('properties'), rows: sum('rows'), bytes: sum('bytes') },
  };
}

function groupedBy(usage: readonly DayUsage[], keyOf: (each: DayUsage) => string): ReadonlyMap<string, DayUsage[]> {
  const groups = new Map<string, DayUsage[]>();
  for (const each of usage) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

function ByDay({ daily }: { readonly daily: DailyUsage }) {
  const byDay = groupedBy(daily.usage, ({ day }) => day);
  const days = daysOf(daily).map((day) => ({ day, ...summed(byDay.get(day) ?? []) }));
  const total = summed(daily.usage);
  const title = 'Exports by day';
  const heads = ['Day', 'Succeeded', 'Failed', 'Rows'];
  return (
    <ChartCard
      name="exports-by-day"
      title={title}
      finding={`${counted(total.succeeded, 'export', 'exports')} succeeded in ${counted(days.length, 'day', 'days')}, with ${counted(total.rows, 'row', 'rows')} in ${formatBytes(total.bytes)}; ${formatNumber(total.failed)} failed.`}
      table={{
        heads,
        shown: days.map(({ day, succeeded, failed, rows }) => [day, ...[succeeded, failed, rows].map(formatNumber)]),
        values: days.map(({ day, succeeded, failed, rows }) => [day, succeeded, failed, rows]),
      }}
    >
      <LineChart
        chart={chart({
          ...{ name: 'days', kind: 'line', title, axis: 'Day' },
          measures: [
            { label: 'Succeeded', unit: 'exports' },
            { label: 'Failed', unit: 'exports' },
          ],
          groups: days.map(({ day, succeeded, failed }) => ({ label: day, values: [succeeded, failed] })),
        })}
      />
    </ChartCard>
  );
}

function nameOf({ credential_name: name, credential_kind: kind, credential_id: id }: DayUsage): string {
  return name ?? `${KIND_WORDS[kind]} ${shortId(id)}`;
}

function ByKey({ daily }: { readonly daily: DailyUsage }) {
  const keys = [...groupedBy(daily.usage, ({ credential_id: id }) => id).values()]
    .flatMap((usage) => (usage[0] === undefined ? [] : [{ name: nameOf(usage[0]), ...summed(usage) }]))
    .toSorted((left, right) => right.rows - left.rows);
  const [top] = keys;
  const title = 'Rows by key';
  const shown = keys.slice(0, MOST_BARS);
  return (
    <ChartCard
      name="usage-by-key"
      title={title}
      finding={`${counted(keys.length, 'key, token or person', 'keys, tokens and persons')} asked for exports${top === undefined ? '' : `; the most rows, ${formatNumber(top.rows)}, by ${top.name}`}.`}
      note={
        keys.length > shown.length
          ? `The table has the other ${formatNumber(keys.length - shown.length)} too.`
          : undefined
      }
      table={{
        heads: ['Key', 'Exports', 'Succeeded', 'Failed', 'Properties', 'Rows', 'Size'],
        names: ['Key', 'Exports', 'Succeeded', 'Failed', 'Properties', 'Rows', 'Bytes'],
        shown: keys.map((key) => [
          key.name,
          ...[key.jobs, key.succeeded, key.failed, key.properties, key.rows].map(formatNumber),
          formatBytes(key.bytes),
        ]),
        values: keys.map((key) => [
          key.name,
          ...[key.jobs, key.succeeded, key.failed, key.properties, key.rows, key.bytes],
        ]),
      }}
    >
      <BarChart
        chart={chart({
          ...{ name: 'keys', kind: 'bars', title, axis: 'Key' },
          measures: [{ label: 'Rows', unit: 'rows' }],
          groups: shown.map(({ name, rows }) => ({ label: name, values: [rows] })),
        })}
      />
    </ChartCard>
  );
}

export function UsageCharts({ daily }: { readonly daily: DailyUsage }) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <ByDay daily={daily} />
      <ByKey daily={daily} />
    </SimpleGrid>
  );
}
