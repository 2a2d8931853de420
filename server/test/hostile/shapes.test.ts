/** The shapes are what they say: as large as they may be, and well formed where a server would look at them. */
import { describe, expect, test } from 'vitest';
import { parameters, uploads } from './form-shapes.ts';
import { headsOf } from './head-shapes.ts';
import { jsonBodies } from './json-shapes.ts';
import { SHAPE_NAMES } from './shapes.ts';

const LIMIT = 200_000;
/** Sent as they are. */
const GOOD = { report_type: 'units', property_ids: [1, 2], settings: { city: ['New York'] } };
const LARGE = SHAPE_NAMES.filter((shape) => shape !== 'parallel');

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

describe('a JSON body that is', () => {
  test.each(LARGE)('%s fills what it may, with the fields of a good one', (shape) => {
    const bodies = jsonBodies(shape, GOOD, LIMIT);
    for (const body of bodies) {
      expect(body.length).toBeLessThanOrEqual(LIMIT);
      expect(body.length).toBeGreaterThan(0.8 * LIMIT);
    }
    // The last of the deep ones has no bottom.
    const wellFormed = shape === 'deep' ? bodies.slice(0, -1) : bodies;
    for (const body of wellFormed) expect(parsed(body)).toMatchObject({ report_type: 'units' });
  });

  test('of many names has them in the inner object too', () => {
    const inner = jsonBodies('many-names', GOOD, LIMIT).map(
      (body) => Object.keys(JSON.parse(body.toString()).settings).length,
    );
    expect(inner.some((count) => count > 10_000)).toBe(true);
  });
});

describe('a form that is', () => {
  test.each(LARGE)('%s is no larger than it may be', (shape) => {
    for (const { bytes } of uploads(shape, LIMIT)) expect(bytes.length).toBeGreaterThan(1_000);
    for (const { bytes } of parameters(shape, { grant_type: 'client_credentials' }, 65_536)) {
      expect(bytes.length).toBeLessThanOrEqual(65_536);
      expect(bytes.length).toBeGreaterThan(50_000);
    }
  });
});

describe('a head that is', () => {
  test.each(LARGE)('%s fits into what a server reads', (shape) => {
    for (const { query = '', headers = [] } of headsOf(shape, ['ids', 'page'], 400)) {
      const bytes = query.length + headers.reduce((sum, header) => sum + header.length + 2, 0);
      expect(bytes).toBeLessThan(15_500);
      expect(bytes).toBeGreaterThan(10_000);
    }
  });
});
