import { describe, expect, it } from 'vitest';
import { PermissionDenied, requirePermission } from '../../src/core/access.ts';
import { jsonSchemaType, sqlType, tableSchemaType, typeName } from '../../src/core/column-types.ts';
import { ERRORS, isConveyanceError } from '../../src/core/errors.ts';
import { parseJobId } from '../../src/core/ids/job-id.ts';
import { percentDone } from '../../src/core/job.ts';
import { totalPages } from '../../src/core/pages.ts';
import { parsePageRequest } from '../../src/wire/apartmentiq/pages.ts';

const LEASE_TERMS = { list: { struct: { months: 'count', rent: 'money' } } } as const;

describe('column types', () => {
  it('are spelt in SQL, JSON Schema, Table Schema and words', () => {
    expect(sqlType(LEASE_TERMS)).toBe('STRUCT("months" INTEGER, "rent" DOUBLE)[]');
    expect(jsonSchemaType(LEASE_TERMS)).toEqual({
      type: 'array',
      items: { type: 'object', properties: { months: { type: 'integer' }, rent: { type: 'number' } } },
    });
    expect(tableSchemaType(LEASE_TERMS)).toBe('array');
    expect(typeName(LEASE_TERMS)).toBe('list<struct<months: count, rent: money>>');
  });
});

describe('progress', () => {
  it.each([
    [{ phase: 'queued', rowsWritten: 0, rowsTotal: null }, 0],
    [{ phase: 'running', rowsWritten: 0, rowsTotal: null }, 0],
    [{ phase: 'running', rowsWritten: 64, rowsTotal: 100 }, 64],
    [{ phase: 'finalizing', rowsWritten: 100, rowsTotal: 100 }, 99],
    [{ phase: 'running', rowsWritten: 0, rowsTotal: 0 }, 99],
    [{ phase: 'done', rowsWritten: 0, rowsTotal: 0 }, 100],
  ] as const)('%j is %i %%', (progress, percent) => {
    expect(percentDone(progress)).toBe(percent);
  });
});

describe('pages', () => {
  it('have presets', () => {
    expect(parsePageRequest({})).toEqual({ page: 1, perPage: 50 });
  });

  it.each(['0', '-1', '1.5', 'x', '', '101', '1e2', ' 5'])('refuse per_page=%j', (perPage) => {
    expect(() => parsePageRequest({ per_page: perPage })).toThrow('per_page must be an integer between 1 and 100');
  });

  it('tell both faults', () => {
    try {
      parsePageRequest({ page: '0', per_page: '0' });
      expect.unreachable();
    } catch (error) {
      expect(isConveyanceError(error) && error.errors).toEqual([
        'page must be a positive integer',
        'per_page must be an integer between 1 and 100',
      ]);
    }
  });

  it('count what is left over', () => {
    expect(totalPages({ totalCount: 101, request: { page: 1, perPage: 50 } })).toBe(3);
    expect(totalPages({ totalCount: 0, request: { page: 1, perPage: 50 } })).toBe(0);
  });
});

describe('job ids', () => {
  it('are UUIDs, in any case', () => {
    expect(parseJobId('ED49987B-6539-4E9E-8A63-2BCD811EF0EC')).toBe('ed49987b-6539-4e9e-8a63-2bcd811ef0ec');
    expect(() => parseJobId('42')).toThrow('job_id must be a valid UUID');
  });
});

describe('scopes', () => {
  it('are asked for by name', () => {
    const caller = { accountId: 'a', credentialId: 'c', scopes: ['exports:read'] } as const;
    expect(() => requirePermission(caller, 'view jobs')).not.toThrow();
    expect(() => requirePermission(caller, 'create jobs')).toThrow(
      new PermissionDenied('create jobs', 'This credential may not create jobs: it lacks the scope exports:write'),
    );
  });
});

describe('the error catalogue', () => {
  it.each(Object.entries(ERRORS))('%s says what it means and what to do', (_code, { meaning, remedy }) => {
    expect(meaning).toMatch(/\.$/);
    expect(remedy).toMatch(/\.$/);
  });
});
