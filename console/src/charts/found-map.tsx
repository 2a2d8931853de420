/** Where the properties are that a look-up shows. */
import type { PropertySummary, SummaryMap } from '@conveyance/sdk';
import { Text } from '@mantine/core';
import { counted } from '../text/units.ts';
import { mapFinding } from './findings.ts';
import { MapChart } from './map-chart.tsx';

const PER_DEGREE = 10;

/** Places of a tenth of a degree, as those of results. */
function mapOf(properties: readonly PropertySummary[]): SummaryMap {
  const counts = new Map<string, number>();
  for (const { latitude, longitude } of properties) {
    if (latitude === null || longitude === null) continue;
    const place = [latitude, longitude].map((each) => Math.round(each * PER_DEGREE) / PER_DEGREE).join(' ');
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const places = [...counts].map(([place, count]) => {
    const [latitude = 0, longitude = 0] = place.split(' ').map(Number);
    return { latitude, longitude, values: [count] };
  });
  return {
    title: 'The properties that are shown',
    measures: [{ label: 'Properties', unit: 'properties' }],
    places: places.toSorted((left, right) => (right.values[0] ?? 0) - (left.values[0] ?? 0)),
    places_left_out: 0,
  };
}

export function FoundMap({ properties }: { readonly properties: readonly PropertySummary[] }) {
  const map = mapOf(properties);
  const without = properties.filter(({ latitude, longitude }) => latitude === null || longitude === null).length;
  if (map.places.length === 0) return <Text size="sm">It is not known where they are.</Text>;
  return (
    <div className="found-map">
      <Text size="sm" mb="xs">
        {mapFinding(map)}
        {without > 0 && ` Of ${counted(without, 'property', 'properties')} it is not known.`}
      </Text>
      <MapChart map={map} />
    </div>
  );
}
