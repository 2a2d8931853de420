/** Forms of every shape: uploads in parts, and the parameters of the token endpoint. */
import {
  MAX_COLUMNS,
  MAX_FIELD_BYTES,
  MAX_OBJECT_BYTES,
  MAX_ROW_BYTES,
  MAX_UPLOADED_IDS,
  UPLOAD_LIMIT_BYTES,
} from '../../src/core/ports/intake.ts';
import { jsonBodies } from './json-shapes.ts';
import { filled, listed, type Shape } from './shapes.ts';

export interface FormBody {
  readonly contentType: string;
  readonly bytes: Buffer;
}

const BOUNDARY = 'hostile-boundary';
const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;
/** Of a part, by `MAX_PART_HEADER_BYTES` of `intake/multipart/form-reader.ts`, less what must be in them. */
const PART_HEADER_BYTES = 16 * 1024 - 200;
/** By `MAX_PARTS` of `intake/multipart/receive-form.ts`. */
const MOST_PARTS = 100;
const POINTS = JSON.stringify({ headers: ['lat', 'lon'], mapping: { latitude: 'lat', longitude: 'lon' } });
const SPECIFICATION = { detail_type: ['basic'], property_ids: ['ed49987b-6539-4e9e-8a63-2bcd811ef0ec'] };

interface Part {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** Behind the name. */
  readonly headers?: string;
}

function multipart(parts: readonly Part[]): FormBody {
  const pieces = parts.flatMap(({ name, content, headers = '' }) => {
    const file = name === 'file' ? '; filename="a"' : '';
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}${headers}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')];
  });
  return { contentType: MULTIPART, bytes: Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]) };
}

function upload(jobType: string, file: Uint8Array | string, metadata?: Uint8Array | string): FormBody {
  return multipart([
    { name: 'job_type', content: jobType },
    ...(metadata === undefined ? [] : [{ name: 'metadata', content: metadata }]),
    { name: 'file', content: file },
  ]);
}

/** A file of points, each row as wide as a file may be. */
function wideRows(limit: number): Buffer {
  const more = Array.from({ length: MAX_COLUMNS - 2 }, (_, index) => `c${index}`);
  const row = `40.7,-73.9,${more.map(() => '1').join()}\n`;
  return filled(limit, `lat,lon,${more.join()}\n`, () => row, '');
}

function manyIds(limit: number): Buffer {
  const id = (index: number) =>
    index < MAX_UPLOADED_IDS
      ? listed(() => `"${index.toString(16).padStart(8, '0')}-6539-4e9e-8a63-2bcd811ef0ec"`)(index)
      : '';
  return filled(limit, '{"detail_type":["basic"],"property_ids":[', id, ']}');
}

/** A search or a specification with something else in it, as large as such an object may be. */
function objects(shape: Shape, limit: number): readonly FormBody[] {
  const bytes = Math.min(limit, MAX_OBJECT_BYTES);
  const settings = { settings: { city: ['New York'] } };
  return [
    ...jsonBodies(shape, SPECIFICATION, bytes).map((file) => upload('property-details', file)),
    ...jsonBodies(shape, settings, bytes).map((file) => upload('search', file)),
    ...jsonBodies(shape, JSON.parse(POINTS), Math.min(limit, MAX_FIELD_BYTES)).map((metadata) =>
      upload('match', 'lat,lon\n40.7,-73.9\n', metadata),
    ),
  ];
}

/** A file whose first line is as long as a line may be. */
function header(name: (index: number) => string, limit: number): FormBody {
  const line = filled(Math.min(limit, MAX_ROW_BYTES), 'lat', (index) => `,${name(index)}`, '\n');
  return upload('match', Buffer.concat([line, Buffer.from('40.7\n')]), POINTS);
}

function inEachHeader(text: (index: number) => string): FormBody {
  const parts = Array.from({ length: MOST_PARTS - 2 }, (_, index) => ({
    name: `n${index}`,
    content: '',
    headers: text(index),
  }));
  return multipart([{ name: 'job_type', content: 'search' }, ...parts, { name: 'file', content: '{"settings":{}}' }]);
}

/** Uploads of the shape, in parts. */
export function uploads(shape: Shape, cap: number): readonly FormBody[] {
  const limit = Math.min(cap, UPLOAD_LIMIT_BYTES.match);
  switch (shape) {
    case 'deep':
      return objects(shape, limit);
    case 'wide':
      return [
        upload('match', wideRows(limit), POINTS),
        upload('property-details', manyIds(Math.min(cap, UPLOAD_LIMIT_BYTES['property-details']))),
      ];
    case 'long-names':
      return [
        ...objects(shape, limit),
        header((index) => `${index}${'a'.repeat(30_000)}`, limit),
        inEachHeader((index) => `; x${index}="${'a'.repeat(PART_HEADER_BYTES)}"`),
      ];
    case 'many-names':
      return [
        ...objects(shape, limit),
        header((index) => `n${index}`, limit),
        inEachHeader((index) => filled(PART_HEADER_BYTES, '', (each) => `; p${index}${each}=1`, '').toString()),
      ];
    case 'many-parts': {
      const part = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n`;
      const bytes = filled(limit, '', () => part, `--${BOUNDARY}--\r\n`);
      const lines = (index: number) =>
        filled(PART_HEADER_BYTES, '', (each) => `\r\nX-${index}-${each}: 1`, '').toString();
      return [...objects(shape, limit), { contentType: MULTIPART, bytes }, inEachHeader(lines)];
    }
    case 'blanks': {
      const blanks = ' '.repeat(PART_HEADER_BYTES);
      return [
        ...objects(shape, limit),
        inEachHeader(() => `\r\nX:${blanks}b`),
        inEachHeader(() => `\r\nX: a${blanks.slice(2)}b`),
        upload(
          'match',
          filled(limit, 'lat,lon\n', () => ' , \n'.repeat(256), ''),
          POINTS,
        ),
      ];
    }
    case 'half-sent':
    case 'slow':
      return [upload('match', wideRows(limit), POINTS)];
    case 'parallel':
      return [upload('search', '{"settings":{}}')];
  }
}

const PAIRS = 'application/x-www-form-urlencoded';

/** Parameters of the shape, as a page would send them. */
export function parameters(shape: Shape, good: Readonly<Record<string, string>>, limit: number): readonly FormBody[] {
  const text = new URLSearchParams(good).toString();
  const padded = (piece: (index: number) => string): readonly FormBody[] => [
    { contentType: PAIRS, bytes: filled(limit, text, piece, '') },
  ];
  switch (shape) {
    case 'deep':
      return padded((index) => (index === 0 ? `&a${'[a]'.repeat(Math.floor((limit - text.length) / 3) - 2)}=1` : ''));
    case 'wide':
      return padded((index) => `&a=${index}`);
    case 'long-names':
      return padded((index) => (index === 0 ? `&${'a'.repeat(limit - text.length - 10)}=1` : ''));
    case 'many-names':
      return padded((index) => `&n${index}=1`);
    case 'many-parts':
      return padded(() => '&');
    case 'blanks':
      return padded((index) => (index === 0 ? '&scope=' : '+'));
    case 'half-sent':
    case 'slow':
      return padded((index) => `&n${index}=1`);
    case 'parallel':
      return [{ contentType: PAIRS, bytes: Buffer.from(text) }];
  }
}
