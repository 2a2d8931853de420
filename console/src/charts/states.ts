/** The outlines of the states (U.S. Census Bureau, by us-atlas), drawn so that Alaska and Hawaii stand below the others. */
import { geoAlbersUsa, geoPath } from 'd3-geo';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** Of the projection’s own drawing; a little smaller, so that the islands of Alaska are on it. */
const WIDTH = 975;
const HEIGHT = 610;
const SCALE = 1200;

type States = Topology<{ readonly states: GeometryCollection }>;

export interface StatesMap {
  readonly height: number;
  readonly outlines: readonly { readonly id: string; readonly path: string }[];
  /** Null for what does not lie in the states. */
  readonly place: (longitude: number, latitude: number) => readonly [x: number, y: number] | null;
}

export async function readStates(): Promise<States> {
  const { default: atlas } = await import('us-atlas/states-10m.json');
  return atlas as unknown as States;
}

export function drawStates(states: States, width: number): StatesMap {
  const share = width / WIDTH;
  const height = HEIGHT * share;
  const projection = geoAlbersUsa()
    .scale(SCALE * share)
    .translate([width / 2, height / 2]);
  const path = geoPath(projection).digits(1);
  const outlines = feature(states, states.objects.states).features.flatMap((state) => {
    const drawn = path(state);
    return drawn === null ? [] : [{ id: String(state.id), path: drawn }];
  });
  return { height, outlines, place: (longitude, latitude) => projection([longitude, latitude]) };
}
