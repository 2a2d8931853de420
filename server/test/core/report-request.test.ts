import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { parseReportRequest } from '../../src/core/report-request.ts';

const VALID = {
  report_type: 'property',
  output_format: 'jsonl',
  start_date: '2025-01-01',
  end_date: '2025-12-31',
  property_ids: [99001416, 99001470, 99004737],
};

function faultsOf(body: unknown): readonly string[] {
  try {
    parseReportRequest(body, (url) => !url.includes('127.0.0.1'));
  } catch (error) {
    if (!isConveyanceError(error, 'invalid_parameter')) throw error;
    expect(error.message).toBe(error.errors?.[0]);
    return error.errors ?? [];
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
    const request = parseReportRequest({ ...VALID, callback_url: 'https://example.com/hook', unknown: 1 }, () => true);
    expect(request).toEqual({
      spec: { reportType: 'property', outputFormat: 'jsonl', startDate: '2025-01-01', endDate: '2025-12-31' },
      propertyIds: new Set([99001416, 99001470, 99004737]),
      callbackUrl: 'https://example.com/hook',
    });
  });

  it('counts duplicate ids once', () => {
    expect(parseReportRequest({ ...VALID, property_ids: [3, 1, 3] }, () => true).propertyIds).toEqual(new Set([3, 1]));
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
    ['callback_url', 5, CALLBACK],
  ])('is refused for %s = %j', (field, value, message) => {
    expect(faultsOf({ ...VALID, [field]: value })).toEqual([message]);
  });

  it('tells all faults, in the order of the fields', () => {
    expect(faultsOf({ start_date: '2025-06-01', end_date: '2025-05-01', callback_url: 'x' })).toEqual([
      REPORT_TYPE,
      FORMAT,
      'end_date must be on or after start_date',
      NO_IDS,
      CALLBACK,
    ]);
  });

  it('never fails with anything but its own errors', () => {
    fc.assert(
      fc.property(fc.record(Object.fromEntries(Object.keys(VALID).map((key) => [key, fc.anything()]))), (body) => {
        faultsOf(body);
      }),
    );
  });
});
