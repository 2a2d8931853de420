/** What the engine is asked to do for a match, and that it cannot be asked with the wrong parameters. */
import { describe, expect, test } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import type { DataFile, DataVersion } from '../../src/core/ports/database/warehouse.ts';
import type { ProcedureCall } from '../../src/core/ports/procedure.ts';
import { matchIndexOf } from '../../src/warehouse/match-index.ts';
import { matchProgram } from '../../src/warehouse/match-query.ts';
import { keysOf } from '../support/source-files.ts';

function file(key: string): DataFile {
  const span = { minPropertyId: 0, maxPropertyId: 1, minDate: null, maxDate: null };
  return { key, rows: 1, bytes: 1, sha256: '', ...span };
}

function version(...tables: readonly string[]): DataVersion {
  return {
    version: 1,
    committedAt: new Date(0),
    changesKnownSince: '2026-01-01',
    tables: Object.fromEntries(tables.map((table) => [table, [file(`warehouse/${table}`)]])),
  };
}

const INDEX = matchIndexOf(version('properties', 'match_rows', 'match_keys', 'match_known'));

function stepsOf(mode: 'address' | 'coordinates', grants: Grants) {
  const { program, question } = matchProgram({ mode, explain: true }, INDEX, grants, 75);
  return program({ columns: question.columns, batches: [] }).steps;
}

describe('a match', () => {
  test('of addresses', () => {
    const parameters = { grantedOnly: false, explain: true };
    expect(stepsOf('address', 'all')[0]).toEqual({ procedure: 'match-addresses', input: 'asked', parameters });
  });

  test('of points, of which an account sees some', () => {
    const parameters = { grantedOnly: true, explain: true, radiusMeters: 75 };
    expect(stepsOf('coordinates', PropertyIdSet.of([7]))[0]).toEqual({
      procedure: 'match-points',
      input: 'asked',
      parameters,
    });
  });

  test('reads the files of its index and no others', () => {
    expect(Object.entries(INDEX.tables).map(([name, table]) => [name, keysOf(table)])).toEqual([
      ['match_rows', ['warehouse/match_rows']],
      ['match_keys', ['warehouse/match_keys']],
      ['match_known', ['warehouse/match_known']],
    ]);
  });

  test('needs all of the index', () => {
    expect(() => matchIndexOf(version('properties', 'match_rows', 'match_keys'))).toThrow('could not match');
  });
});

// Checked by the compiler: an expected error that is none fails `npm run types`.
test('a procedure is called with its own parameters', () => {
  const calls: readonly ProcedureCall[] = [
    { procedure: 'match-index', parameters: {} },
    // @ts-expect-error: a point is looked up within a radius
    { procedure: 'match-points', parameters: { grantedOnly: false, explain: true } },
    // @ts-expect-error: of its own, not of another procedure
    { procedure: 'match-addresses', parameters: { grantedOnly: false, explain: true, radiusMeters: 75 } },
    // @ts-expect-error: there is no such procedure
    { procedure: 'match-names', parameters: {} },
  ];
  expect(calls).toHaveLength(4);
});
