/** Forms that are none, that lack their file, or are too large: each refused with what is wrong, and nothing left behind. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { MAX_FIELD_BYTES, UPLOAD_LIMIT_BYTES } from '../../src/core/ports/intake.ts';
import type { ObjectStore } from '../../src/core/ports/store.ts';
import { createIntake } from '../../src/intake/intake.ts';
import { type IntakeWorld, inPieces, intakeWorld, latin1 } from './forms.ts';

const TYPE = 'multipart/form-data; boundary=b';
const JOB_TYPE = '--b\r\nContent-Disposition: form-data; name="job_type"\r\n\r\nmatch\r\n';
const FILE = '--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\na,b\r\n';
const END = '--b--\r\n';
const headers = (text: string) => `--b\r\n${text}\r\n\r\na,b\r\n${END}`;

let world: IntakeWorld;
beforeAll(async () => {
  world = await intakeWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

interface Refusal {
  readonly code: string;
  readonly message: string;
}

async function refusal(
  contentType: string | undefined,
  body: AsyncIterable<Uint8Array>,
  contentLength?: number,
): Promise<Refusal> {
  const received = world.intake.receiveForm({ contentType, contentLength, body });
  const error: unknown = await received.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(await world.scratch()).toEqual([]);
  if (!isConveyanceError(error)) throw new Error(`not refused as it should be: ${error}`);
  return { code: error.code, message: error.message };
}

const MALFORMED: readonly (readonly [what: string, body: string, says: string, contentType?: string])[] = [
  ['nothing', '', 'the form ends before its first part'],
  ['no boundary', 'job_type=match&file=x', 'the line "--b" that Content-Type announces is missing'],
  ['another boundary', `${JOB_TYPE}${FILE}${END}`, 'the line "--c"', 'multipart/form-data; boundary=c'],
  ['no end', `${JOB_TYPE}${FILE}`, 'the form ends in part 2'],
  ['an end without its hyphens', `${JOB_TYPE}${FILE}--b\r\n`, 'the form ends in part 3'],
  ['an end within headers', `${JOB_TYPE}--b\r\nContent-Disp`, 'the form ends in part 2'],
  ['lines that end with LF only', `${JOB_TYPE}${FILE}${END}`.replaceAll('\r\n', '\n'), 'Lines end with CRLF'],
  [
    'headers whose lines end with LF only',
    headers('Content-Type: text/csv\nContent-Disposition: form-data; name="file"'),
    'a header line that is none',
  ],
  ['no empty line behind headers', `--b\r\nContent-Disposition: form-data; name="file"\r\n${END}`, 'part 1'],
  [
    'a header without a colon',
    headers('Content-Disposition form-data'),
    'a header line that is none: "Content-Disposition form-data"',
  ],
  ['a header without a name', headers(': form-data; name="file"'), 'a header line that is none'],
  ['a NUL in a header', headers('Content-Disposition: form-data; name="fi\0le"'), 'a header line that is none'],
  [
    'a header twice',
    headers('Content-Disposition: form-data; name="file"\r\nContent-Disposition: form-data; name="x"'),
    'has the header Content-Disposition twice',
  ],
  ['a part without headers', '--b\r\n\r\na,b\r\n--b--', 'part 1 of the form has no Content-Disposition header'],
  [
    'a part without a name',
    headers('Content-Disposition: form-data; filename="x.csv"'),
    'part 1 of the form has no name',
  ],
  ['another disposition', headers('Content-Disposition: attachment; name="file"'), 'it must be form-data'],
  [
    'a name in quotes that are not closed',
    headers('Content-Disposition: form-data; name="file'),
    'is not readable from',
  ],
  [
    'a name that is given twice',
    headers('Content-Disposition: form-data; name="file"; name="x"'),
    'repeats a parameter',
  ],
  ['headers without end', `--b\r\nX: ${'y'.repeat(20_000)}`, 'headers of more than 16384 bytes'],
  ['the file twice', `${FILE}${FILE}${END}`, 'has the part file twice; send it once'],
  ['the job type twice', `${JOB_TYPE}${JOB_TYPE}${FILE}${END}`, 'has the part job_type twice'],
  [
    'too many parts',
    `${'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n'.repeat(101)}${END}`,
    'more than 100 parts',
  ],
  [
    'several files in one part',
    headers('Content-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=c'),
    'the part file holds several files',
  ],
  [
    'an encoding that is not read',
    headers('Content-Disposition: form-data; name="file"\r\nContent-Transfer-Encoding: quoted-printable'),
    'send its bytes as they are',
  ],
  [
    'base64 that is none',
    headers('Content-Disposition: form-data; name="file"\r\nContent-Transfer-Encoding: base64'),
    'is not valid base64',
  ],
  [
    'a field that is no UTF-8',
    `${FILE}${JOB_TYPE.replace('match', '\xff')}${END}`,
    'the part job_type of the form is not text in the charset utf-8',
  ],
  [
    'a field in a charset that nobody knows',
    `${JOB_TYPE.replace('\r\n\r\n', '\r\nContent-Type: text/plain; charset=klingon\r\n\r\n')}${FILE}${END}`,
    'in the charset klingon',
  ],
  ['a boundary that is empty', '', '1 to 70 printable ASCII characters', 'multipart/form-data; boundary=""'],
  [
    'a boundary that is too long',
    '',
    '1 to 70 printable ASCII characters',
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
  ],
  [
    'a boundary with a space at its end',
    '',
    '1 to 70 printable ASCII characters',
    'multipart/form-data; boundary="b "',
  ],
  ['a Content-Type that is not readable', '', 'is not readable from', 'multipart/form-data; boundary="b'],
];

describe('a form is refused that has', () => {
  for (const [what, body, says, contentType = TYPE] of MALFORMED) {
    test(what, async () => {
      for (const pieceBytes of [1, 13, 100_000]) {
        const { code, message } = await refusal(contentType, inPieces(latin1(body), pieceBytes));
        expect(code).toBe('invalid_parameter');
        expect(message).toContain(says);
      }
    });
  }
});

describe('the headers of a form have one budget, over all of its parts:', () => {
  const part = (header: string) => `--b\r\nContent-Disposition: form-data; name="x"\r\n${header}\r\n\r\n\r\n`;
  const formOf = (parts: number, header: string) => `${part(header).repeat(parts)}${FILE}${END}`;

  test.each([
    ['bytes', `X-Filler: ${'y'.repeat(8_000)}`, 7, 'more than 65536 bytes in all'],
    ['lines', Array.from({ length: 30 }, (_, at) => `X${at}: y`).join('\r\n'), 30, 'more than 1000 lines in all'],
  ])('%s', async (_what, header, most, says) => {
    const body = (parts: number) => inPieces(latin1(formOf(parts, header)), 1_000);
    const upload = await world.intake.receiveForm({ contentType: TYPE, contentLength: undefined, body: body(most) });
    await upload.dispose();
    expect((await refusal(TYPE, body(most + 5))).message).toContain(says);
  });
});

test('content of nothing but beginnings of boundaries is taken as it comes', async () => {
  // Each is undecided where a piece ends, so that the next piece has to be read before it is known to be content.
  const line = `\r\n--b${' '.repeat(200)}x`;
  const content = line.repeat(40_000);
  const body = inPieces(latin1(`${FILE}${content}\r\n${END}`), line.length);
  const upload = await world.intake.receiveForm({ contentType: TYPE, contentLength: undefined, body });
  expect(upload.file.bytes).toBe('a,b\r\n'.length + content.length);
  await upload.dispose();
});

describe('where there is no file, the message says what came and what to do:', () => {
  const ADVICE =
    "Send multipart/form-data with the file in a part named 'file' and let the client library set Content-Type, as in: " +
    'curl -F job_type=property-details -F file=@details.json';
  const OTHER =
    '--b\r\nContent-Disposition: form-data; name="upload"; filename="x.json"\r\nContent-Type: application/json\r\n\r\n{}\r\n';

  test.each([
    [
      'a file under another name',
      `${JOB_TYPE}${OTHER}${END}`,
      "expected a part named 'file'; got: job_type (field, 5 bytes), upload (file 'x.json', application/json, 2 bytes)",
    ],
    ['fields alone', `${JOB_TYPE}${END}`, "expected a part named 'file'; got: job_type (field, 5 bytes)"],
    ['no parts', END, "expected a part named 'file'; got: no parts"],
    [
      'an empty file',
      `${JOB_TYPE}${FILE.replace('a,b', '')}${END}`,
      "the part named 'file' is empty; got: job_type (field, 5 bytes), file (file 'x.csv', 0 bytes)",
    ],
  ])('%s', async (_what, body, says) => {
    expect(await refusal(TYPE, inPieces(latin1(body), 10))).toEqual({
      code: 'file_part_missing',
      message: `${says}. ${ADVICE}`,
    });
  });

  test.each([
    [undefined, 'the request has no Content-Type'],
    ['application/json', 'the request is application/json, which holds no files'],
    ['application/x-www-form-urlencoded', 'the request is application/x-www-form-urlencoded, which holds no files'],
    ['multipart/mixed; boundary=b', 'the request is multipart/mixed, which holds no files'],
    ['multipart/form-data', 'the Content-Type multipart/form-data of the request has no boundary'],
  ])('Content-Type %s', async (contentType, says) => {
    expect(await refusal(contentType, inPieces(latin1('{}'), 10))).toEqual({
      code: 'file_part_missing',
      message: `${says}. ${ADVICE}`,
    });
  });

  test('names of parts are shown as text that harms no terminal, and not without end', async () => {
    const part = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n\r\n`;
    const names = ['\x1b[31mred', 'x'.repeat(200), ...Array.from({ length: 30 }, (_, index) => `p${index}`)];
    const { message } = await refusal(TYPE, inPieces(latin1(`${names.map(part).join('')}${END}`), 100));
    expect(message).toContain(`got: ?[31mred (field, 0 bytes), ${'x'.repeat(60)}… (field, 0 bytes), p0 `);
    expect(message).toContain('p17 (field, 0 bytes), 12 more. ');
  });
});

const MIB = 1024 * 1024;

/** A form that goes on until its reader has had enough, counting how much that took. */
function endless(beginning: string) {
  const produced = { bytes: 0 };
  async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
    yield latin1(beginning);
    const piece = new Uint8Array(MIB).fill(0x78);
    for (;;) {
      produced.bytes += piece.length;
      yield piece;
    }
  }
  return { produced, body: body() };
}

describe('what is too large is refused as soon as that is known:', () => {
  test.each([
    ['property-details', UPLOAD_LIMIT_BYTES['property-details']],
    ['search', UPLOAD_LIMIT_BYTES.search],
    ['match', UPLOAD_LIMIT_BYTES.match],
  ])('the file of a %s job', async (jobType, limit) => {
    const { body, produced } = endless(JOB_TYPE.replace('match', jobType) + FILE);
    expect(await refusal(TYPE, body)).toEqual({
      code: 'payload_too_large',
      message: `the file of a ${jobType} job is larger than ${limit} bytes`,
    });
    expect(produced.bytes).toBeLessThanOrEqual(limit + MIB);
  });

  test('a file before its job type, by the largest limit and then by its own', async () => {
    const { body, produced } = endless(FILE);
    expect((await refusal(TYPE, body)).message).toBe('the file is larger than 104857600 bytes');
    expect(produced.bytes).toBeLessThanOrEqual(101 * MIB);

    async function* searchLast(): AsyncGenerator<Uint8Array, void, undefined> {
      yield latin1(FILE.replace(/a,b\r\n$/, ''));
      for (let count = 0; count < 65; count++) yield new Uint8Array(MIB);
      yield latin1(`\r\n${JOB_TYPE.replace('match', 'search')}${END}`);
    }
    expect((await refusal(TYPE, searchLast())).message).toBe('the file of a search job is larger than 67108864 bytes');
  });

  test('a field', async () => {
    const { body, produced } = endless('--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n');
    expect(await refusal(TYPE, body)).toEqual({
      code: 'payload_too_large',
      message: `the part metadata of the form is larger than ${MAX_FIELD_BYTES} bytes`,
    });
    expect(produced.bytes).toBeLessThanOrEqual(2 * MAX_FIELD_BYTES);
  });

  test.each([
    ['a part that nobody asked for', '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n'],
    ['a preamble', 'hello'],
    ['an epilogue', `${FILE}${END}`],
  ])('%s', async (_what, beginning) => {
    const { body, produced } = endless(beginning);
    expect((await refusal(TYPE, body)).code).toBe('payload_too_large');
    expect(produced.bytes).toBeLessThanOrEqual(105 * MIB);
  });

  test('a request that announces it, before anything is read', async () => {
    const { body, produced } = endless(FILE);
    expect((await refusal(TYPE, body, 200 * MIB)).code).toBe('payload_too_large');
    expect(produced.bytes).toBe(0);
  });
});

test.runIf(existsSync('/dev/full'))('a full disk is the server’s fault, and passes', async () => {
  const store: ObjectStore = { ...world.store, scratch: async () => '/dev/full', discard: async () => undefined };
  const full = createIntake({ store, ids: () => 'x' });
  const form = { contentType: TYPE, contentLength: undefined, body: inPieces(latin1(FILE + END), 1000) };
  await expect(full.receiveForm(form)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 30 });
});

test('a body that breaks off is let go, and nothing of it is kept', async () => {
  let isClosed = false;
  async function* broken(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield latin1(`${FILE}${'x'.repeat(100_000)}`);
      expect((await world.scratch()).length).toBe(1);
      throw new Error('connection reset');
    } finally {
      isClosed = true;
    }
  }
  await expect(
    world.intake.receiveForm({ contentType: TYPE, contentLength: undefined, body: broken() }),
  ).rejects.toThrow('connection reset');
  expect(isClosed).toBe(true);
  expect(await world.scratch()).toEqual([]);
});
