/** Every legal way to write one and the same form. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentOf, type IntakeWorld, inPieces, intakeWorld, latin1 } from './forms.ts';

const CSV = 'a,b\r\n1,"x\r\ny"\r\n';
const METADATA = '{"headers":["a","b"]}';
const FILE = `Content-Disposition: form-data; name="file"; filename="rows.csv"\r\nContent-Type: text/csv\r\n\r\n${CSV}`;
const JOB_TYPE = 'Content-Disposition: form-data; name="job_type"\r\n\r\nmatch';
const META = `Content-Disposition: form-data; name="metadata"\r\n\r\n${METADATA}`;

interface Spelling {
  readonly boundary?: string;
  readonly contentType?: string;
  readonly preamble?: string;
  readonly epilogue?: string;
  /** Behind each boundary. */
  readonly padding?: string;
}

interface Form {
  readonly contentType: string;
  readonly body: string;
}

function form(parts: readonly string[], spelling: Spelling = {}): Form {
  const { boundary = 'b0undary', preamble = '', epilogue = '\r\n', padding = '' } = spelling;
  const { contentType = `multipart/form-data; boundary=${boundary}` } = spelling;
  const lines = parts.map((part) => `--${boundary}${padding}\r\n${part}\r\n`);
  return { contentType, body: `${preamble}${lines.join('')}--${boundary}--${padding}${epilogue}` };
}

const USUAL = [JOB_TYPE, META, FILE];
const file = (headers: string, content = CSV) => form([JOB_TYPE, META, `${headers}\r\n\r\n${content}`]);

const LEGAL: readonly (readonly [what: string, form: Form, filename?: string | null, type?: string | null])[] = [
  ['fields before the file', form(USUAL)],
  ['the file first', form([FILE, META, JOB_TYPE])],
  ['the file between the fields', form([META, FILE, JOB_TYPE])],
  ['a part that nobody asked for', form([...USUAL, 'Content-Disposition: form-data; name="other"\r\n\r\nx'])],
  ['a second file under another name', form([...USUAL, FILE.replace('name="file"', 'name="more"')])],
  ['a file without a name', file('Content-Disposition: form-data; name="file"'), null, null],
  [
    'a file without a name, with a type',
    file('Content-Disposition: form-data; name="file"\r\nContent-Type: a/b'),
    null,
    'a/b',
  ],
  ['an empty file name', file('Content-Disposition: form-data; name="file"; filename=""'), null, null],
  [
    'a file name before the part’s name',
    file('Content-Disposition: form-data; filename="x.csv"; name="file"'),
    'x.csv',
    null,
  ],
  ['names without quotes', file('Content-Disposition: form-data; name=file; filename=rows.csv'), 'rows.csv', null],
  [
    'headers in other cases',
    file('CONTENT-DISPOSITION: Form-Data; NAME="file"; FileName="rows.csv"'),
    'rows.csv',
    null,
  ],
  ['headers without spaces', file('Content-Disposition:form-data;name="file";filename="rows.csv"'), 'rows.csv', null],
  [
    'headers with many spaces',
    file('Content-Disposition:  form-data ;  name = "file" ; filename = "rows.csv"  '),
    'rows.csv',
    null,
  ],
  [
    'a folded header',
    file('Content-Disposition: form-data;\r\n name="file";\r\n\tfilename="rows.csv"'),
    'rows.csv',
    null,
  ],
  [
    'the type before the disposition',
    file('Content-Type: text/csv\r\nContent-Disposition: form-data; name="file"'),
    null,
    'text/csv',
  ],
  [
    'a type with a charset',
    file('Content-Disposition: form-data; name="file"\r\nContent-Type: text/csv; charset="utf-8"; header=present'),
    null,
    'text/csv',
  ],
  [
    'a file name in UTF-8',
    file('Content-Disposition: form-data; name="file"; filename="B\xc3\xbcro.csv"'),
    'Büro.csv',
    null,
  ],
  [
    'a file name in Latin-1',
    file('Content-Disposition: form-data; name="file"; filename="B\xfcro.csv"'),
    'Büro.csv',
    null,
  ],
  [
    'filename*',
    file("Content-Disposition: form-data; name=file; filename=B_ro.csv; filename*=UTF-8''B%C3%BCro.csv"),
    'Büro.csv',
    null,
  ],
  [
    'filename* alone, in Latin-1',
    file("Content-Disposition: form-data; name=file; filename*=iso-8859-1'de'B%FCro.csv"),
    'Büro.csv',
    null,
  ],
  [
    'filename* that is none',
    file("Content-Disposition: form-data; name=file; filename=x.csv; filename*=UTF-8''%FF"),
    'x.csv',
    null,
  ],
  [
    'quotes and semicolons in a file name',
    file('Content-Disposition: form-data; name="file"; filename="a;\\"b\\"\\\\;.csv"'),
    ';.csv',
    null,
  ],
  [
    'a path of Windows',
    file('Content-Disposition: form-data; name="file"; filename="C:\\data\\rows.csv"'),
    'rows.csv',
    null,
  ],
  ['a path', file('Content-Disposition: form-data; name="file"; filename="../../etc/rows.csv"'), 'rows.csv', null],
  [
    'further headers',
    file('X-Thing: 1\r\nContent-Disposition: form-data; name="file"\r\nContent-Length: 17'),
    null,
    null,
  ],
  [
    'transfer encoding binary',
    file('Content-Disposition: form-data; name="file"\r\nContent-Transfer-Encoding: binary'),
    null,
    null,
  ],
  [
    'transfer encoding 8BIT',
    file('Content-Disposition: form-data; name="file"\r\nContent-Transfer-Encoding: 8BIT'),
    null,
    null,
  ],
  [
    'transfer encoding base64',
    file(
      'Content-Disposition: form-data; name="file"\r\nContent-Transfer-Encoding: base64',
      latin1(CSV).toString('base64').replace(/.{5}/g, '$&\r\n'),
    ),
    null,
    null,
  ],
  [
    'fields with types',
    form([
      JOB_TYPE.replace('\r\n\r\n', '\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'),
      META.replace('\r\n\r\n', '\r\nContent-Type: application/json\r\n\r\n'),
      FILE,
    ]),
  ],
  [
    'fields as files',
    form([
      JOB_TYPE.replace('"job_type"', '"job_type"; filename="type.txt"'),
      META.replace('"metadata"', '"metadata"; filename="blob"'),
      FILE,
    ]),
  ],
  ['a line end behind the type', form([`${JOB_TYPE}\n`, META, FILE])],
  [
    'a field in UTF-16',
    form([
      `${JOB_TYPE.replace(/\r\n\r\nmatch$/, '\r\nContent-Type: text/plain; charset=utf-16le\r\n\r\n')}m\0a\0t\0c\0h\0`,
      META,
      FILE,
    ]),
  ],
  ['a preamble', form(USUAL, { preamble: 'This is a message in several parts.\r\n' })],
  ['an empty line before', form(USUAL, { preamble: '\r\n' })],
  ['an epilogue', form(USUAL, { epilogue: '\r\nThat was it.\r\n--b0undary\r\n' })],
  ['no line end at the end', form(USUAL, { epilogue: '' })],
  ['white space behind boundaries', form(USUAL, { padding: ' \t ' })],
  ['a quoted boundary', form(USUAL, { contentType: 'multipart/form-data; boundary="b0undary"' })],
  [
    'a boundary in quotes with spaces',
    form(USUAL, { boundary: 'a b:c', contentType: 'multipart/form-data; boundary="a b:c"' }),
  ],
  ['a boundary with escapes', form(USUAL, { contentType: 'multipart/form-data; boundary="b\\\\0"', boundary: 'b\\0' })],
  ['a boundary without the quotes that it needs', form(USUAL, { boundary: '==a/b:c?==' })],
  ['a boundary of hyphens', form(USUAL, { boundary: '----' })],
  ['the longest boundary', form(USUAL, { boundary: 'x'.repeat(70) })],
  ['a boundary of one character', form(USUAL, { boundary: '0' })],
  ['a media type in other cases', form(USUAL, { contentType: 'MultiPart/Form-Data;Boundary=b0undary' })],
  ['further parameters', form(USUAL, { contentType: 'multipart/form-data; charset=utf-8; boundary=b0undary; a=b;' })],
];

let world: IntakeWorld;
beforeAll(async () => {
  world = await intakeWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const receive = async ({ contentType, body }: Form, pieceBytes: number) =>
  contentOf(
    await world.intake.receiveForm({ contentType, contentLength: undefined, body: inPieces(latin1(body), pieceBytes) }),
  );

describe('a form is read however it is written:', () => {
  for (const [what, spelled, filename = 'rows.csv', contentType = 'text/csv'] of LEGAL) {
    test(what, async () => {
      for (const pieceBytes of [1, 2, 7, 64, 100_000]) {
        expect(await receive(spelled, pieceBytes)).toEqual({
          jobType: 'match',
          metadata: METADATA,
          file: { bytes: CSV.length, filename, contentType, content: latin1(CSV) },
        });
      }
      expect(await world.scratch()).toEqual([]);
    });
  }

  test('without fields', async () => {
    expect(await receive(form([FILE]), 10)).toMatchObject({ jobType: null, metadata: null });
  });

  test('with empty fields', async () => {
    const empty = (name: string) => `Content-Disposition: form-data; name="${name}"\r\n\r\n`;
    expect(await receive(form([empty('job_type'), empty('metadata'), FILE]), 10)).toMatchObject({
      jobType: '',
      metadata: '',
    });
  });

  test('with a field that has no body at all', async () => {
    const { contentType, body } = form([META, FILE]);
    const bare = `--b0undary\r\nContent-Disposition: form-data; name="job_type"\r\n\r\n${body}`;
    expect(await receive({ contentType, body: bare }, 3)).toMatchObject({ jobType: '', metadata: METADATA });
  });

  test('in the charset that _charset_ names', async () => {
    const charset = 'Content-Disposition: form-data; name="_charset_"\r\n\r\niso-8859-1';
    const metadata = 'Content-Disposition: form-data; name="metadata"\r\n\r\n\xe9t\xe9';
    for (const parts of [
      [charset, metadata, FILE],
      [FILE, metadata, charset],
    ]) {
      expect(await receive(form(parts), 5)).toMatchObject({ metadata: 'été' });
    }
  });

  test('a byte order mark before a field’s text is not part of it', async () => {
    const marked = `Content-Disposition: form-data; name="metadata"\r\n\r\n\xef\xbb\xbf${METADATA}`;
    expect(await receive(form([JOB_TYPE, marked, FILE]), 5)).toMatchObject({ metadata: METADATA });
  });

  test.each([
    ['lines that begin like the boundary', '\r\n--b0undaryX\r\n--b0undary-\r\n--b0undary--x\r\n--b0undar\r\n\r\n--'],
    ['line ends', '\r\n\r\n\n\r\r\n'],
    ['the boundary elsewhere than at the beginning of a line', 'x--b0undary\r\n --b0undary--\n--b0undary--'],
    ['what begins like the boundary at once', '--b0undaryX\r\n'],
    ['what looks like headers', 'Content-Disposition: form-data; name="file"\r\n\r\n'],
  ])('a file may hold %s', async (_what, content) => {
    const spelled = file('Content-Disposition: form-data; name="file"', content);
    for (const pieceBytes of [1, 2, 3, 5, 11, 1000]) {
      const { file: received } = await receive(spelled, pieceBytes);
      expect(received.content.toString('latin1')).toBe(content);
    }
  });
});
