import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentOf, type IntakeWorld, intakeWorld } from './forms.ts';

const BOUNDARY = '-x';
/** What boundaries are made of, in any order: the hardest bytes to tell from one. */
const NEARLY_BOUNDARY = fc
  .array(fc.constantFrom('\r\n--', '\r\n--x', '\r', '\n', '-', '--', '-x', '\r\n', ' ', 'y'), { maxLength: 30 })
  .map((pieces) => Buffer.from(pieces.join('')));
const BYTES = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
  NEARLY_BOUNDARY,
);
const CUTS = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });

/** A delimiter that the content itself has cannot announce its end: no client writes such a form. */
function isWritable(content: Uint8Array): boolean {
  return content.length > 0 && !Buffer.concat([Buffer.from('\r\n'), content]).includes(`\r\n--${BOUNDARY}`);
}

async function* cutAs(body: Buffer, lengths: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0, turn = 0; at < body.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield body.subarray(at, at + length);
    at += length;
  }
}

let world: IntakeWorld;
beforeAll(async () => {
  world = await intakeWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test('a file comes out byte for byte as it went in, however it is cut on the way', async () => {
  await fc.assert(
    fc.asyncProperty(BYTES.filter(isWritable), CUTS, async (content, lengths) => {
      const body = Buffer.concat([
        Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"\r\n\r\n`),
        content,
        Buffer.from(`\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="job_type"\r\n\r\nx\r\n--${BOUNDARY}--`),
      ]);
      const contentType = `multipart/form-data; boundary=${BOUNDARY}`;
      const form = { contentType, contentLength: body.length, body: cutAs(body, lengths) };
      const { file, jobType } = await contentOf(await world.intake.receiveForm(form));
      expect(file.content.equals(content)).toBe(true);
      expect(jobType).toBe('x');
    }),
    { numRuns: 1000 },
  );
});

test('bytes that are no form are refused, and never anything else', async () => {
  const noise = fc.oneof(
    BYTES,
    fc
      .array(
        fc.constantFrom(
          '--b',
          '\r\n',
          '\r\n\r\n',
          '--',
          'Content-Disposition: form-data; name="file"',
          ': ',
          '"',
          ';',
          'x',
        ),
        { maxLength: 40 },
      )
      .map((pieces) => Buffer.from(`--b\r\n${pieces.join('')}`)),
  );
  await fc.assert(
    fc.asyncProperty(noise, CUTS, async (body, lengths) => {
      const form = {
        contentType: 'multipart/form-data; boundary=b',
        contentLength: undefined,
        body: cutAs(body, lengths),
      };
      const outcome = await world.intake.receiveForm(form).then(
        (upload) => upload.dispose().then(() => 'received'),
        (error: { code: unknown }) => error.code,
      );
      expect(['received', 'invalid_parameter', 'file_part_missing']).toContain(outcome);
      expect(await world.scratch()).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
