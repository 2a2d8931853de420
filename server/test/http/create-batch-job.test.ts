/** Creating a job: the answer, and a test for each row of the validation table. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchJobSchema } from '../../src/wire/apartmentiq/batch-job.ts';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from './door.ts';

let door: TestDoor;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor();
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

describe('creating', () => {
  test('answers with the job as the contract shows it', async () => {
    const answer = await door.as(customer).create({ ...REQUEST, property_ids: [99004737, 99001416, 99004737] });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const job = answer.json();
    expect(batchJobSchema.strict().parse(job)).toEqual(job);
    expect(job).toMatchObject({
      status: 'submitted',
      report_type: 'property',
      output_format: 'csv',
      start_date: '2025-12-01',
      end_date: '2025-12-31',
      property_ids: [99004737, 99001416],
      progress: { phase: 'queued', percent: 0, rows_written: 0, rows_total: null },
      data_version: 1,
      result: null,
      expires_at: null,
      error_code: null,
    });
    expect(job).not.toHaveProperty('callback_url');
    expect(job).not.toHaveProperty('error_message');
  });

  test('repeats the callback URL as it was sent, and ignores what it does not know', async () => {
    const answer = await door
      .as(customer)
      .create({ ...REQUEST, callback_url: 'https://example.com/webhook?a=b', colour: 'red' });
    expect(answer.json()).toMatchObject({ callback_url: 'https://example.com/webhook?a=b' });
  });

  test('works under the short alias too', async () => {
    const answer = await door.app.inject({
      method: 'POST',
      url: '/api/v1/bulk_api/jobs',
      headers: { authorization: customer.authorization },
      payload: REQUEST,
    });
    expect(answer.statusCode).toBe(200);
    expect((await door.as(customer).get(`${JOBS}/${answer.json().job_id}`)).statusCode).toBe(200);
  });

  test('repeats what was chosen about the file', async () => {
    const chosen = { columns: ['avg_rent', 'id'], compression: 'gzip', csv_profile: 'excel', name: 'Q4 portfolio' };
    const job = (await door.as(customer).create({ ...REQUEST, ...chosen })).json();
    expect(job).toMatchObject(chosen);
    expect((await door.as(customer).get(`${JOBS}/${job.job_id}`)).json()).toMatchObject(chosen);
    expect(batchJobSchema.strict().parse(job)).toEqual(job);
  });

  const DAY = 'must be in YYYY-MM-DD format';
  const CALLBACK = 'callback_url must be a public http or https URL';
  const IDS_MISSING = 'property_ids is required and must be a non-empty array';
  const IDS_FORM = 'property_ids must contain only positive integers';
  const REPORT = 'report_type must be one of: floorplans, property, units';
  const FORMAT = 'output_format must be one of: csv, jsonl, parquet';

  test.each<[string, object, string]>([
    ['report_type missing', { report_type: undefined }, REPORT],
    ['report_type of another value', { report_type: 'Property' }, REPORT],
    ['report_type null', { report_type: null }, REPORT],
    ['output_format missing', { output_format: undefined }, FORMAT],
    ['output_format of another value', { output_format: 'xlsx' }, FORMAT],
    ['start_date missing', { start_date: undefined }, `start_date ${DAY}`],
    ['start_date of another form', { start_date: '12/01/2025' }, `start_date ${DAY}`],
    ['start_date with a time', { start_date: '2025-12-01T00:00:00Z' }, `start_date ${DAY}`],
    ['start_date no such day', { start_date: '2025-02-30' }, `start_date ${DAY}`],
    ['start_date a number', { start_date: 20251201 }, `start_date ${DAY}`],
    ['end_date missing', { end_date: undefined }, `end_date ${DAY}`],
    ['end_date no such day', { end_date: '2025-13-01' }, `end_date ${DAY}`],
    ['end_date before start_date', { end_date: '2025-11-30' }, 'end_date must be on or after start_date'],
    ['property_ids missing', { property_ids: undefined }, IDS_MISSING],
    ['property_ids null', { property_ids: null }, IDS_MISSING],
    ['property_ids no array', { property_ids: '99001416' }, IDS_MISSING],
    ['property_ids empty', { property_ids: [] }, IDS_MISSING],
    ['property_ids a string within', { property_ids: ['99001416'] }, IDS_FORM],
    ['property_ids a fraction', { property_ids: [1.5] }, IDS_FORM],
    ['property_ids zero', { property_ids: [0] }, IDS_FORM],
    ['property_ids negative', { property_ids: [-99001416] }, IDS_FORM],
    ['property_ids null within', { property_ids: [null] }, IDS_FORM],
    [
      'property_ids too many',
      { property_ids: new Array(1_000_001).fill(1) },
      'property_ids must contain at most 1000000 IDs',
    ],
    ['property_ids unknown', { property_ids: [99001416, 5, 6] }, 'property_ids contains 2 unknown IDs: 5, 6'],
    ['callback_url relative', { callback_url: '/webhook' }, CALLBACK],
    ['callback_url of another scheme', { callback_url: 'ftp://example.com/' }, CALLBACK],
    ['callback_url with userinfo', { callback_url: 'https://user:password@example.com/' }, CALLBACK],
    ['callback_url a loopback literal', { callback_url: 'http://127.0.0.1/webhook' }, CALLBACK],
    ['callback_url a mapped literal', { callback_url: 'http://[::ffff:10.0.0.1]/' }, CALLBACK],
    ['callback_url with a NUL', { callback_url: 'https://example.com/\u0000' }, CALLBACK],
    ['callback_url too long', { callback_url: `https://example.com/${'x'.repeat(2029)}` }, CALLBACK],
    ['columns empty', { columns: [] }, 'columns must be a non-empty array of column names'],
    [
      'columns unknown',
      { columns: ['id', 'avg_rents'] },
      'columns contains unknown column avg_rents (nearest: avg_rent)',
    ],
    ['columns of another report', { columns: ['unit_id'] }, 'columns contains unknown column unit_id'],
    ['columns twice', { columns: ['id', 'id'] }, 'columns contains column id more than once'],
    ['compression of another value', { compression: 'br' }, 'compression must be one of: none, gzip, zstd'],
    [
      'compression of Parquet',
      { output_format: 'parquet', compression: 'gzip' },
      'compression must be none for output_format parquet, which is compressed within',
    ],
    ['csv_profile of another value', { csv_profile: 'tsv' }, 'csv_profile must be one of: standard, excel'],
    [
      'csv_profile of JSONL',
      { output_format: 'jsonl', csv_profile: 'excel' },
      'csv_profile must be standard for any output_format but csv',
    ],
    [
      'name too long',
      { name: 'x'.repeat(256) },
      'name must be text of at most 255 characters, none of them a control character',
    ],
    ['callback_url a number', { callback_url: 5 }, CALLBACK],
  ])('%s', async (_fault, change, message) => {
    const answer = await door.as(customer).create({ ...REQUEST, ...change });
    expect(answer.statusCode).toBe(400);
    const { errors, ...body } = answer.json();
    expect(body).toEqual({ error: 'Invalid parameter', message });
    // Only of elements of a list there is more to say.
    expect(errors !== undefined).toBe(message === IDS_FORM);
  });

  test('elements that are no ids are named, the first of them, with their places', async () => {
    const bad = ['99001416', 1.5, 0, -7, null, true, { id: 1 }, [1], 'x'.repeat(100)];
    const answer = await door.as(customer).create({ ...REQUEST, property_ids: [99001416, ...bad] });
    const shown = [
      '[1] "99001416"',
      '[2] 1.5',
      '[3] 0',
      '[4] -7',
      '[5] null',
      '[6] true',
      '[7] an object',
      '[8] an array',
    ];
    expect(answer.json()).toEqual({
      error: 'Invalid parameter',
      message: IDS_FORM,
      errors: [`${IDS_FORM}; 9 are not, counted from 0: ${shown.join(', ')}, [9] "${'x'.repeat(59)}…`],
    });
    const many = await door.as(customer).create({ ...REQUEST, property_ids: new Array(30).fill('x') });
    expect(many.json().errors[0]).toMatch(/; 30 are not, counted from 0: \[0\] "x", .*, \[19\] "x" and 10 more$/);
  });

  test('an id beyond 2^53, which JSON would round', async () => {
    const answer = await door
      .as(customer)
      .post(JSON.stringify({ ...REQUEST, property_ids: ['#'] }).replace('"#"', '9007199254740993'));
    expect(answer.json()).toMatchObject({ error: 'Invalid parameter', message: IDS_FORM });
  });

  test('no field that nobody reads: it is ignored, and the job says so as long as it lives', async () => {
    const foreign = { callback_ulr: 'https://example.com/', xq: 1, filter_pii: true };
    const created = (await door.as(customer).create({ ...REQUEST, ...foreign })).json();
    const warnings = [
      'the request body has unknown field callback_ulr (nearest: callback_url); it was ignored',
      'the request body has unknown field xq; it was ignored',
      'the request body has unknown field filter_pii; it was ignored',
    ];
    const told = (given: unknown) => expect.arrayContaining([given]);
    for (const warning of warnings) expect(created.warnings).toEqual(told(warning));
    expect((await door.as(customer).get(`${JOBS}/${created.job_id}`)).json().warnings).toEqual(created.warnings);
    // Control: the request without them.
    const plain = (await door.as(customer).create(REQUEST)).json();
    expect(plain.warnings.filter((text: string) => text.includes('ignored'))).toEqual([]);
  });

  test('of very many such fields names the first twenty', async () => {
    const foreign = Object.fromEntries(Array.from({ length: 1_900 }, (_, index) => [`x${index}`, 1]));
    const { warnings } = (await door.as(customer).create({ ...REQUEST, ...foreign })).json();
    expect(warnings.filter((text: string) => text.includes('ignored'))).toHaveLength(21);
    expect(warnings[20]).toBe('and 1880 more unknown fields were ignored');
  });

  test('more unknown ids than anybody wants to read: the first twenty', async () => {
    const unknown = Array.from({ length: 30 }, (_, index) => index + 1);
    const answer = await door.as(customer).create({ ...REQUEST, property_ids: unknown });
    const { message } = answer.json();
    expect(message).toBe(`property_ids contains 30 unknown IDs: ${unknown.slice(0, 20).join(', ')}, …`);
  });

  test('several faults at once: all of them, in the order of the fields', async () => {
    const answer = await door.as(customer).create({ ...REQUEST, report_type: 'x', start_date: 'x', property_ids: [] });
    const errors = [REPORT, `start_date ${DAY}`, IDS_MISSING];
    expect(answer.json()).toEqual({ error: 'Invalid parameter', message: REPORT, errors });
  });

  test.each(['', '{', '[]', 'null', '5', '"text"', '{"report_type":', `{"a":"${'\u0000'}"}`])(
    'a body that is no JSON object: %j',
    async (payload) => {
      const answer = await door.as(customer).post(payload);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toEqual({ error: 'Invalid parameter', message: 'request body must be a JSON object' });
    },
  );

  test('no body and no content type', async () => {
    const { authorization } = customer;
    const answer = await door.app.inject({ method: 'POST', url: JOBS, headers: { authorization } });
    expect(answer.json()).toEqual({ error: 'Invalid parameter', message: 'request body must be a JSON object' });
  });

  test.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ' Multipart/Mixed'])(
    'a body of the form type %s',
    async (type) => {
      const answer = await door.as(customer).post(JSON.stringify(REQUEST), type);
      expect(answer.statusCode).toBe(415);
      expect(answer.json()).toEqual({
        error: 'Unsupported Media Type',
        message: `the Content-Type is ${type.trim().split(';')[0]}; this call takes application/json`,
      });
    },
  );

  test.each(['text/plain', 'application/xml', 'application/octet-stream', 'application/vnd.api+json', 'json', 'x'])(
    'a body of type %s that is no JSON; one that is JSON is read',
    async (type) => {
      expect((await door.as(customer).post(JSON.stringify(REQUEST), type)).statusCode).toBe(200);
      expect((await door.as(customer).post(`\ufeff ${JSON.stringify(REQUEST)}`, type)).statusCode).toBe(200);
      for (const body of ['<job/>', '{"report_type":', 'null', '5', '']) {
        const answer = await door.as(customer).post(body, type);
        expect([answer.statusCode, answer.json()], body).toEqual(
          body === ''
            ? [expect.any(Number), expect.anything()]
            : [
                415,
                {
                  error: 'Unsupported Media Type',
                  message: `the Content-Type is ${type}; this call takes application/json`,
                },
              ],
        );
      }
    },
  );

  test('a body without a type is read if it is JSON', async () => {
    const { authorization } = customer;
    const post = (payload: string) =>
      door.app.inject({ method: 'POST', url: JOBS, headers: { authorization }, payload: Buffer.from(payload) });
    expect((await post(JSON.stringify(REQUEST))).statusCode).toBe(200);
    expect((await post('hello')).json().message).toBe('the body has no Content-Type; this call takes application/json');
  });

  test.each([
    [
      'application/json',
      Buffer.from(`\ufeff${JSON.stringify(REQUEST)}`, 'utf16le'),
      'The request body is UTF-16; send JSON as UTF-8',
    ],
    [
      'application/json; charset=utf-16',
      Buffer.from(JSON.stringify(REQUEST), 'utf16le').swap16(),
      'The request body is UTF-16 (the Content-Type says charset=utf-16); send JSON as UTF-8',
    ],
    ['text/plain', Buffer.from(JSON.stringify(REQUEST), 'utf16le'), 'The request body is UTF-16; send JSON as UTF-8'],
    [
      'application/json; charset=iso-8859-1',
      Buffer.from('{"name":"Caf\u00e9"}', 'latin1'),
      'The request body is not UTF-8 (the Content-Type says charset=iso-8859-1); send JSON as UTF-8',
    ],
  ])('a body of type %s that is no UTF-8', async (type, body, message) => {
    const answer = await door.as(customer).post(body, type);
    expect([answer.statusCode, answer.json().message]).toEqual([415, message]);
  });

  test('a compressed body, whose header is named', async () => {
    for (const [encoding, status] of [
      ['gzip', 415],
      ['br', 415],
      ['identity', 200],
    ] as const) {
      const answer = await door.app.inject({
        method: 'POST',
        url: JOBS,
        headers: {
          authorization: customer.authorization,
          'content-type': 'application/json',
          'content-encoding': encoding,
        },
        payload: encoding === 'gzip' ? gzipSync(JSON.stringify(REQUEST)) : JSON.stringify(REQUEST),
      });
      expect(answer.statusCode, encoding).toBe(status);
      if (status === 415) {
        expect(answer.json().message).toBe(
          `The request body is compressed (Content-Encoding: ${encoding}); send it without Content-Encoding`,
        );
      }
    }
  });

  test('a body over 24 MiB is refused by its length alone; one of 24 MiB is read', async () => {
    const room = 24 * 1024 * 1024;
    const fits = `${JSON.stringify(REQUEST)}${' '.repeat(room)}`.slice(0, room);
    expect((await door.as(customer).post(fits)).statusCode).toBe(200);
    const answer = await door.as(customer).post(`${fits} `);
    expect(answer.statusCode).toBe(413);
    expect(answer.json()).toMatchObject({ error: 'Payload Too Large' });
  });
});
