/** However many faults a request has, few are put in words: whoever sends 40,000 names must not have each compared with all known ones. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ConveyanceError, isConveyanceError, refuseFaults } from '../../src/core/errors.ts';
import type { Fault } from '../../src/core/faults.ts';
import { likely, likelyHint } from '../../src/core/input/nearest.ts';
import { parseSearchSettings } from '../../src/reports/details/search-settings.ts';
import { detailsRequestFaults, mistakenNames, parseDetailsRequest } from '../../src/wire/reonomy/details-request.ts';
import { parseMatchRequest } from '../../src/wire/reonomy/match-request.ts';
import { parseResolveRequest } from '../../src/wire/reonomy/resolve.ts';
import { parseSearchRequest } from '../../src/wire/reonomy/search.ts';

vi.mock('../../src/core/input/nearest.ts', { spy: true });

const MANY = 40_000;
const SHOWN = 20;
const PARAMETERS = { of: 'the query', kind: 'parameter', known: ['filter_pii'] } as const;

function errorOf(refused: () => unknown): ConveyanceError {
  try {
    refused();
  } catch (error) {
    if (isConveyanceError(error, 'invalid_parameter')) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `fault ${index}`);
}

function manyNames(start: string): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: MANY }, (_, index) => [`${start}${index}`, null]));
}

beforeEach(() => {
  vi.mocked(likely).mockClear();
  vi.mocked(likelyHint).mockClear();
});

describe('an error', () => {
  it.each([1, 2, SHOWN])('has all of %i faults, as they are', (count) => {
    const { message, errors } = errorOf(() => refuseFaults(numbered(count)));
    expect([message, errors]).toEqual(['fault 0', numbered(count)]);
  });

  it.each([
    [SHOWN + 1, 'and 1 more fault'],
    [MANY, 'and 39980 more faults'],
  ])('of %i has the first twenty, and says how many more there are', (count, more) => {
    const { message, errors } = errorOf(() => refuseFaults(numbered(count)));
    expect([message, errors]).toEqual(['fault 0', [...numbered(SHOWN), more]]);
  });

  it('puts no fault in words that it does not show, and each that it does once', () => {
    const word = vi.fn((fault: string) => fault);
    const faults: readonly Fault[] = numbered(MANY).map((fault) => () => word(fault));
    expect(errorOf(() => refuseFaults(faults)).errors).toHaveLength(SHOWN + 1);
    expect(word).toHaveBeenCalledTimes(SHOWN);
    word.mockClear();
    expect(new ConveyanceError('load_refused', 'The rows are wrong', { errors: faults }).errors).toHaveLength(
      SHOWN + 1,
    );
    expect(word).toHaveBeenCalledTimes(SHOWN);
  });

  it('repeats of what was sent no more than a person reads', () => {
    const long = 'x'.repeat(1_000_000);
    const { message, errors = [] } = errorOf(() => refuseFaults([long, () => long]));
    expect([message, ...errors].map(({ length }) => length)).toEqual([2_001, 2_001, 2_001]);
    expect(new ConveyanceError('invalid_parameter', long).message).toHaveLength(2_001);
  });

  it('is none where there is no fault', () => {
    expect(() => refuseFaults([])).not.toThrow();
  });
});

describe('of 40,000 unknown names, no more than twenty are compared with the known ones:', () => {
  const columns = ['Street', 'City'];
  const details = { detail_type: ['basic'] };

  it.each<[string, () => unknown]>([
    ['settings of a search', () => parseSearchSettings(manyNames('x'))],
    ['settings beside known ones', () => parseSearchRequest({ settings: { city: 1, ...manyNames('x') } })],
    ['fields of a search', () => parseSearchRequest({ settings: {}, ...manyNames('settings') })],
    ['fields of an address', () => parseResolveRequest(manyNames('x'))],
    ['filters of details', () => parseDetailsRequest({ ...details, filters: manyNames('x') })],
    ['fields of details', () => parseDetailsRequest({ ...details, ...manyNames('filters') })],
    ['fields of details that speak of the filter', () => parseDetailsRequest({ ...details, ...manyNames('pii') })],
    ['parameters of a property', () => refuseFaults(mistakenNames(Object.keys(manyNames('pii')), PARAMETERS))],
    ['fields of a match', () => parseMatchRequest({ headers: columns, ...manyNames('mapping') }, columns)],
    ['parameters of a mapping', () => parseMatchRequest({ headers: columns, mapping: manyNames('x') }, columns)],
  ])('%s', (_what, refused) => {
    const { message, errors = [] } = errorOf(refused);
    expect(errors).toHaveLength(SHOWN + 1);
    expect(message).toBe(errors[0]);
    expect(errors.at(-1)).toMatch(/^and (39980|39981) more faults$/);
    const compared = vi.mocked(likely).mock.calls.length + vi.mocked(likelyHint).mock.calls.length;
    expect(compared).toBeGreaterThan(0);
    expect(compared).toBeLessThanOrEqual(SHOWN);
  });

  it('none of the types of an update, which are counted like every other fault', () => {
    const { errors = [] } = errorOf(() => parseDetailsRequest({ ...details, updated: manyNames('x') }));
    expect(errors).toHaveLength(SHOWN + 1);
    expect(errors.at(-1)).toBe('and 79980 more faults');
    expect(likelyHint).not.toHaveBeenCalled();
  });

  it('none at all while a specification is judged beside its ids', () => {
    expect(detailsRequestFaults({ ...details, filters: manyNames('x') })).toHaveLength(MANY);
    expect(likelyHint).not.toHaveBeenCalled();
  });
});
