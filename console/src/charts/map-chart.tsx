/** Where properties are: a dot for each place, as large as what is there, in the colour of how rents have changed. */
import type { SummaryMap } from '@conveyance/sdk';
import { Skeleton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { memo, useCallback, useMemo } from 'react';
import { ErrorNote } from '../parts/error-note.tsx';
import { formatFigure } from '../text/units.ts';
import { placeName, STEADY } from './findings.ts';
import { Readable } from './readable.tsx';
import { drawStates, readStates, type StatesMap } from './states.ts';

const HEIGHT = 320;
const LEAST_RADIUS = 3;
/** A dot of the place with the most. */
const GREATEST_RADIUS = 14;
const NARROW = 600;

type Place = SummaryMap['places'][number];
type Change = 'falling' | 'steady' | 'rising' | 'unknown';

const CHANGES: readonly (readonly [Change, string])[] = [
  ['rising', 'rents have risen'],
  ['steady', 'have stayed'],
  ['falling', 'have fallen'],
  ['unknown', 'not known'],
];

function changeOf(map: SummaryMap, { values }: Place): Change | null {
  const measure = map.measures.findIndex(({ unit }) => unit === 'fraction');
  if (measure < 0) return null;
  const value = values[measure] ?? null;
  if (value === null) return 'unknown';
  if (Math.abs(value) < STEADY) return 'steady';
  return value > 0 ? 'rising' : 'falling';
}

function ChangesLegend() {
  return (
    <ul className="plain-list legend">
      {CHANGES.map(([change, words]) => (
        <li key={change}>
          <svg width={12} height={12} aria-hidden="true">
            <circle cx={6} cy={6} r={5} className={`place ${change}`} />
          </svg>{' '}
          {words}
        </li>
      ))}
    </ul>
  );
}

interface DotsProps {
  readonly map: SummaryMap;
  readonly drawn: StatesMap;
  readonly radius: (place: Place) => number;
  readonly point: (at: number) => void;
}

/** Drawn once, and not with each move of the pointer: there may be two thousand. */
const Dots = memo(function Dots({ map, drawn, radius, point }: DotsProps) {
  return (
    <>
      {drawn.outlines.map(({ id, path }) => (
        <path key={id} d={path} className="state" />
      ))}
      {map.places.map((place, index) => {
        const at = drawn.place(place.longitude, place.latitude);
        if (at === null) return null;
        return (
          <circle
            key={`${place.latitude} ${place.longitude}`}
            cx={at[0]}
            cy={at[1]}
            r={radius(place)}
            className={`place ${changeOf(map, place) ?? 'steady'}`}
            onPointerMove={() => point(index)}
          />
        );
      })}
    </>
  );
});

interface PointedProps {
  readonly place: Place | undefined;
  readonly drawn: StatesMap;
  readonly radius: (place: Place) => number;
}

function Pointed({ place, drawn, radius }: PointedProps) {
  const at = place === undefined ? null : drawn.place(place.longitude, place.latitude);
  return place === undefined || at === null ? null : (
    <circle cx={at[0]} cy={at[1]} r={radius(place) + 1} className="pointed-place" />
  );
}

export function MapChart({ map }: { readonly map: SummaryMap }) {
  const { ref, width } = useElementSize();
  const { data: states, error } = useQuery({ queryKey: ['states'], queryFn: readStates, staleTime: Infinity });
  const drawn = useMemo(
    () => (states === undefined || width === 0 ? null : drawStates(states, width)),
    [states, width],
  );
  const { places, measures, title } = map;
  const radius = useCallback(
    ({ values }: Place) => {
      const greatest = Math.max(1, places[0]?.values[0] ?? 0);
      const largest = width < NARROW ? GREATEST_RADIUS / 2 : GREATEST_RADIUS;
      return Math.max(LEAST_RADIUS, Math.sqrt((values[0] ?? 0) / greatest) * largest);
    },
    [places, width],
  );
  const say = (at: number) => {
    const place = places[at];
    if (place === undefined) return '';
    const figures = measures.map(
      ({ label, unit }, index) => `${label} ${formatFigure(place.values[index] ?? null, unit)}`,
    );
    return `${placeName(place)}: ${figures.join(', ')}`;
  };
  return (
    <>
      <ErrorNote error={error} />
      <div ref={ref}>
        {drawn === null ? (
          <Skeleton h={HEIGHT} />
        ) : (
          <Readable
            label={`${title}: a map of the United States with ${places.length} places.`}
            count={places.length}
            say={say}
          >
            {(at, point) => (
              <svg width="100%" height={drawn.height} aria-hidden="true">
                <Dots map={map} drawn={drawn} radius={radius} point={point} />
                <Pointed place={at === null ? undefined : places[at]} drawn={drawn} radius={radius} />
              </svg>
            )}
          </Readable>
        )}
      </div>
      {measures.some(({ unit }) => unit === 'fraction') && <ChangesLegend />}
    </>
  );
}
