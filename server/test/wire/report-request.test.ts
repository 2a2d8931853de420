import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isConveyanceError } from '../../src/core/errors.ts';
import type { ReportType } from '../../src/core/job.ts';
import { parseReportRequest, reportRequestSchema } from '../../src/wire/apartmentiq/report-request.ts';

const VALID = {
  report_type: 'property',
  output_format: 'jsonl',
  start_date: '2025-01-01',
  end_date: '2025-12-31',
  property_ids: [99001416, 99001470, 99004737],
};

const FIELDS = [...Object.keys(VALID), 'callback_url', 'columns', 'compression', 'csv_profile', 'name'];

/** The rule knows reports by the names of their columns only. */
const COLUMNS: Readonly<Record<ReportType, readonly string[]>> = {
  property: ['id', 'avg_rent', 'avg_rent_psf'],
  units: ['unit_id', 'rent'],
  floorplans: ['floorplan_id'],
};
const columnNames = (type: ReportType) => COLUMNS[type];

function faultsOf(body: unknown): readonly string[] {
  try {
    parseReportRequest(body, (url) => !url.includes('127.0.0.1'), columnNames);
  } catch (error) {
    if (!isConveyanceError(error, 'invalid_parameter')) throw error;
    const [first = '', ...others] = error.errors ?? [];
    // What the contract's sentence leaves out comes behind it.
    expect(first.startsWith(error.message)).toBe(true);
    return [error.message, ...others];
  }
  return [];
}

const REPORT_TYPE = 'report_type must be one of: floorplans, property, units';
const FORMAT = 'output_format must be one of: csv, jsonl, parquet';
const START = 'start_date must be in YYYY-MM-DD format';
const END = 'end_date must be in YYYY-MM-DD format';
const NO_IDS = 'property_ids is required and must be a non-empty array';
const BAD_IDS = 'property_ids must contain only positive integers';
const CALLBACK = 'callback_url must be a public http or https URL';

describe('a bulk export request', () => {
  it('is read', () => {
    const body = { ...VALID, callback_url: 'https://example.com/hook', unknown: 1 };
    const request = parseReportRequest(body, () => true, columnNames);
    expect(request).toEqual({
      spec: {
        reportType: 'property',
        outputFormat: 'jsonl',
        startDate: '2025-01-01',
        endDate: '2025-12-31',
        columns: null,
        compression: 'none',
        csvProfile: 'standard',
        name: null,
      },
      propertyIds: new Set([99001416, 99001470, 99004737]),
      callbackUrl: 'https://example.com/hook',
      warnings: ['the request body has unknown field unknown; it was ignored'],
    });
  });

  it.each(['x', 'é', '😀'])('may have a callback URL of 2,048 characters such as %s', (character) => {
    const longest = `https://example.com/${character.repeat(2028)}`;
    expect(faultsOf({ ...VALID, callback_url: longest })).toEqual([]);
    expect(faultsOf({ ...VALID, callback_url: `${longest}${character}` })).toEqual([CALLBACK]);
  });

  it.each([25, 22, 6667])('has no callback URL at port %i, which is another protocol’s', (port) => {
    const said = `callback_url names port ${port}, which belongs to another protocol than HTTP; use a port such as 443 or 8443`;
    expect(faultsOf({ ...VALID, callback_url: `http://example.com:${port}/hook` })).toEqual([said]);
    // A URL that is none at all is not told about its port.
    expect(faultsOf({ ...VALID, callback_url: `ftp://example.com:${port}/hook` })).toEqual([CALLBACK]);
  });

  it('counts duplicate ids once', () => {
    const { propertyIds } = parseReportRequest({ ...VALID, property_ids: [3, 1, 3] }, () => true, columnNames);
    expect(propertyIds).toEqual(new Set([3, 1]));
  });

  it.each([null, [], 'text', 7, undefined])('is an object, not %j', (body) => {
    expect(faultsOf(body)).toEqual(['request body must be a JSON object']);
  });

  it.each([
    ['report_type', undefined, REPORT_TYPE],
    ['report_type', 'unit', REPORT_TYPE],
    ['report_type', 1, REPORT_TYPE],
    ['output_format', undefined, FORMAT],
    ['output_format', 'xlsx', FORMAT],
    ['start_date', undefined, START],
    ['start_date', '2025-1-1', START],
    ['start_date', '2025-02-30', START],
    ['start_date', 20250101, START],
    ['end_date', undefined, END],
    ['end_date', '31.12.2025', END],
    ['end_date', '2024-12-31', 'end_date must be on or after start_date'],
    ['property_ids', undefined, NO_IDS],
    ['property_ids', null, NO_IDS],
    ['property_ids', '99001416', NO_IDS],
    ['property_ids', [], NO_IDS],
    ['property_ids', [0], BAD_IDS],
    ['property_ids', [-5], BAD_IDS],
    ['property_ids', [1.5], BAD_IDS],
    ['property_ids', ['99001416'], BAD_IDS],
    ['property_ids', [Number('9007199254740993')], BAD_IDS],
    ['property_ids', Array.from({ length: 1_000_001 }, () => 1), 'property_ids must contain at most 1000000 IDs'],
    ['callback_url', 'ftp://example.com/', CALLBACK],
    ['callback_url', '/webhook', CALLBACK],
    ['callback_url', 'https://user:secret@example.com/', CALLBACK],
    ['callback_url', 'http://127.0.0.1/', CALLBACK],
    ['callback_url', 'http:///x', CALLBACK],
    ['callback_url', 'http:example.com/x', CALLBACK],
    ['callback_url', 'https://example.com\\x', CALLBACK],
    ['callback_url', 'https://example.com/a b', CALLBACK],
    ['callback_url', 'https://example.com/\ud800', CALLBACK],
    ['callback_url', 5, CALLBACK],
  ])('is refused for %s = %j', (field, value, message) => {
    expect(faultsOf({ ...VALID, [field]: value })).toEqual([message]);
  });

  const COLUMN_LIST = 'columns must be a non-empty array of column names';
  const COMPRESSION = 'compression must be one of: none, gzip, zstd';
  const PROFILE = 'csv_profile must be one of: standard, excel';
  const NAME = 'name must be text of at most 255 characters, none of them a control character';

  it.each([
    ['columns', [], COLUMN_LIST],
    ['columns', 'id', COLUMN_LIST],
    ['columns', { id: true }, COLUMN_LIST],
    ['columns', ['id', 1], COLUMN_LIST],
    ['columns', ['id', null], COLUMN_LIST],
    ['columns', ['avg_rnt'], 'columns contains unknown column avg_rnt (nearest: avg_rent)'],
    ['columns', ['ID'], 'columns contains unknown column ID (nearest: id)'],
    ['columns', ['rent_psf'], 'columns contains unknown column rent_psf (nearest: avg_rent_psf)'],
    ['columns', ['id', 'avg_rent', 'id'], 'columns contains column id more than once'],
    ['compression', 'zip', COMPRESSION],
    ['compression', 1, COMPRESSION],
    ['csv_profile', 'Excel', PROFILE],
    ['csv_profile', 'excel', 'csv_profile must be standard for any output_format but csv'],
    ['name', 7, NAME],
    ['name', 'x'.repeat(256), NAME],
    ['name', 'a\u0000b', NAME],
    ['name', 'two\nlines', NAME],
    ['name', 'half \ud83d', NAME],
  ])('is refused for %s = %j', (field, value, message) => {
    expect(faultsOf({ ...VALID, [field]: value })).toEqual([message]);
  });

  it('reads the options of the file, and null as if it were absent', () => {
    const chosen = {
      columns: ['avg_rent', 'id'],
      compression: 'zstd',
      csv_profile: 'excel',
      name: `Q4 ${'😀'.repeat(252)}`,
    };
    const { spec } = parseReportRequest({ ...VALID, output_format: 'csv', ...chosen }, () => true, columnNames);
    expect(spec).toMatchObject({
      columns: ['avg_rent', 'id'],
      compression: 'zstd',
      csvProfile: 'excel',
      name: chosen.name,
    });
    const nothing = { columns: null, compression: null, csv_profile: null, name: null };
    expect(parseReportRequest({ ...VALID, ...nothing }, () => true, columnNames)).toEqual(
      parseReportRequest(VALID, () => true, columnNames),
    );
  });

  it.each(['gzip', 'zstd'])('refuses %s for Parquet, and takes none', (compression) => {
    const parquet = { ...VALID, output_format: 'parquet', csv_profile: 'standard' };
    expect(faultsOf({ ...parquet, compression })).toEqual([
      'compression must be none for output_format parquet, which is compressed within',
    ]);
    expect(faultsOf({ ...parquet, compression: 'none' })).toEqual([]);
    expect(faultsOf({ ...parquet, output_format: 'csv', compression })).toEqual([]);
  });

  it('judges column names only when it knows of which report', () => {
    expect(faultsOf({ ...VALID, report_type: 'unit', columns: ['rent', 'rent'] })).toEqual([
      REPORT_TYPE,
      'columns contains column rent more than once',
    ]);
    expect(faultsOf({ ...VALID, report_type: 'unit', columns: ['rent'] })).toEqual([REPORT_TYPE]);
  });

  it('quotes no more of a name than a person reads', () => {
    const named = faultsOf({ ...VALID, columns: ['x'.repeat(1_000_000)] });
    expect(named).toEqual([`columns contains unknown column ${'x'.repeat(64)}…`]);
  });

  it('looks at as many columns as there can be in a body without an issue for each', () => {
    expect(faultsOf({ ...VALID, columns: new Array(1_000_000).fill(1) })).toEqual([COLUMN_LIST]);
  });

  it('tells all faults, in the order of the fields', () => {
    const options = { name: 5, compression: 'zip', columns: [] };
    expect(faultsOf({ ...options, start_date: '2025-06-01', end_date: '2025-05-01', callback_url: 'x' })).toEqual([
      REPORT_TYPE,
      FORMAT,
      'end_date must be on or after start_date',
      NO_IDS,
      CALLBACK,
      COLUMN_LIST,
      COMPRESSION,
      NAME,
    ]);
  });

  it('never fails with anything but its own errors', () => {
    fc.assert(
      fc.property(fc.record(Object.fromEntries(FIELDS.map((key) => [key, fc.anything()]))), (body) => {
        faultsOf(body);
      }),
    );
  });
});

describe('what the documents say of lists, which are read as a whole', () => {
  const printed = z.toJSONSchema(reportRequestSchema, { io: 'input', unrepresentable: 'any' });
  const documented = z.fromJSONSchema(printed);

  it.each([
    {},
    { property_ids: [1] },
    { property_ids: 'all' },
    { property_ids: ['1'] },
    { property_ids: [1.5] },
    { columns: ['avg_rent', 'id'] },
    { columns: [] },
    { columns: ['id', 1] },
  ])('is how they are read: %j', (change) => {
    const body = { ...VALID, ...change };
    expect(documented.safeParse(body).success).toBe(faultsOf(body).length === 0);
  });
});
