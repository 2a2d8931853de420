/** The header as this program reads it is the one that the server reads: its own reader judges. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_BYTES } from '../../cli/src/customer/files/csv-input.ts';
import { UPLOAD_LIMIT_BYTES } from '../../server/src/core/ports/intake.ts';
import { readRows } from '../../server/src/intake/csv/rows.ts';
import { readCsvHeader } from '../src/tables/csv-header.ts';

async function serversColumns(bytes: Uint8Array): Promise<readonly string[] | string> {
  const file = (async function* () {
    yield bytes;
  })();
  return readRows(file).then(
    async ({ columns, close }) => {
      await close();
      return columns;
    },
    (error: Error) => error.message,
  );
}

function ownColumns(bytes: Uint8Array): readonly string[] | string {
  try {
    return readCsvHeader(bytes);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('the header of a CSV file', () => {
  it.each([
    ['plain', 'a,b,c\n1,2,3\n'],
    ['with semicolons', 'a;b;"c,d"\r\n'],
    ['with tabs', 'a\tb\n'],
    ['of old', 'a,b\r1,2\r'],
    ['without an end', 'a,b'],
    ['marked', '\u{FEFF}a,b\n'],
    ['quoted', '"a ""x""","b\nc",d\n'],
    ['with text beside quotes', '"a"x,b "c",d\n'],
    ['with two quotes in plain text', 'a""b,c\n'],
    ['with empty names', ',,\n'],
    ['of one column', 'address\n'],
    ['that is none', ''],
  ])('%s', async (_what, text) => {
    const bytes = Buffer.from(text);
    expect(ownColumns(bytes)).toEqual(await serversColumns(bytes));
  });

  it.each([
    ['UTF-16', Buffer.from([0xff, 0xfe, 0x61, 0x00])],
    ['Latin-1', Buffer.from('a,Stra\u00dfe\n', 'latin1')],
  ])('in %s is refused in the server’s words', async (_what, bytes) => {
    expect(ownColumns(bytes)).toBe(await serversColumns(bytes));
  });

  it('of any well-formed file', async () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ',', ';', '"', '\n', '.') });
    const cell = name.map((text) => `"${text.replaceAll('"', '""')}"`);
    const line = fc.tuple(fc.array(cell, { minLength: 1, maxLength: 6 }), fc.constantFrom(',', ';', '\t'));
    await fc.assert(
      fc.asyncProperty(line, fc.constantFrom('\n', '\r\n'), async ([cells, delimiter], end) => {
        const bytes = Buffer.from(`${cells.join(delimiter)}${end}1${end}`);
        expect(ownColumns(bytes)).toEqual(await serversColumns(bytes));
      }),
    );
  });

  it('is read of files that the server takes', () => {
    expect(MOST_BYTES).toBe(UPLOAD_LIMIT_BYTES.match);
  });
});
