/** The charts of a result, and its map, each with its figures as a table. */
import type { SummaryChart, SummaryMap } from '@conveyance/sdk';
import { SimpleGrid, Text } from '@mantine/core';
import { counted, formatFigure } from '../text/units.ts';
import { BarChart } from './bar-chart.tsx';
import { ChartCard, type ChartTable } from './chart-card.tsx';
import { findingOf, groupName, mapFinding, placeName } from './findings.ts';
import { LineChart } from './line-chart.tsx';
import { MapChart } from './map-chart.tsx';

function tableOf({ axis, measures, groups }: SummaryChart): ChartTable {
  return {
    heads: [axis, ...measures.map(({ label }) => label)],
    shown: groups.map(({ label, values }) => [
      groupName(label),
      ...measures.map(({ unit }, at) => formatFigure(values[at] ?? null, unit)),
    ]),
    values: groups.map(({ label, values }) => [label, ...measures.map((_, at) => values[at] ?? null)]),
  };
}

function noteOf({ every_days: days, groups_left_out: leftOut }: SummaryChart): string | undefined {
  if (days !== null && days > 1) return `Every ${days} days, counted back from the last one.`;
  return leftOut > 0 ? `${counted(leftOut, 'smaller group is', 'smaller groups are')} not shown.` : undefined;
}

interface ChartsProps {
  readonly charts: readonly SummaryChart[];
  /** Before the names of files that are saved. */
  readonly name: string;
}

export function Charts({ charts, name }: ChartsProps) {
  if (charts.length === 0) return <Text>Nothing to draw: the file lacks the columns, or the rows.</Text>;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      {charts.map((chart) => (
        <ChartCard
          key={chart.name}
          name={`${name}-${chart.name}`}
          title={chart.title}
          finding={findingOf(chart)}
          table={tableOf(chart)}
          note={noteOf(chart)}
        >
          {chart.kind === 'line' ? <LineChart chart={chart} /> : <BarChart chart={chart} />}
        </ChartCard>
      ))}
    </SimpleGrid>
  );
}

function placesTable({ measures, places }: SummaryMap): ChartTable {
  return {
    heads: ['Place', ...measures.map(({ label }) => label)],
    shown: places.map((place) => [
      placeName(place),
      ...measures.map(({ unit }, at) => formatFigure(place.values[at] ?? null, unit)),
    ]),
    names: ['Latitude', 'Longitude', ...measures.map(({ label }) => label)],
    values: places.map(({ latitude, longitude, values }) => [
      ...[latitude, longitude],
      ...measures.map((_, at) => values[at] ?? null),
    ]),
  };
}

interface PlacesProps {
  readonly map: SummaryMap | null;
  readonly name: string;
}

export function Places({ map, name }: PlacesProps) {
  if (map === null) return <Text>No map: the file does not say where its properties are.</Text>;
  const leftOut = map.places_left_out;
  return (
    <ChartCard
      name={`${name}-map`}
      title={map.title}
      finding={mapFinding(map)}
      table={placesTable(map)}
      note={leftOut > 0 ? `${counted(leftOut, 'place', 'places')} with fewer properties are not shown.` : undefined}
    >
      <MapChart map={map} />
    </ChartCard>
  );
}
