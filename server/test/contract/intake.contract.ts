import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FileSource, IncomingForm, Intake, ResultCells, SourceRow } from '../../src/core/ports/intake.ts';
import type { ObjectStore } from '../../src/core/ports/store.ts';
import { uploadKey } from '../../src/jobs/upload-key.ts';

/** An intake and the store whose scratch it uses. */
export interface IntakeParts {
  readonly intake: Intake;
  readonly store: ObjectStore;
}

const JOB = { accountId: randomUUID(), id: randomUUID() };
const IDS = ['51e2200a-5160-5ab1-8f98-20a17fedbb87', '60a041c1-06e9-5b56-9468-2d398b07de75'];

async function* once(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(text);
}

function form(file: string, fields: Readonly<Record<string, string>> = {}): IncomingForm {
  const part = (name: string, more: string, content: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`;
  const parts = Object.entries(fields).map(([name, value]) => part(name, '', value));
  const body = `${parts.join('')}${part('file', '; filename="a.csv"', file)}--b--\r\n`;
  return { contentType: 'multipart/form-data; boundary=b', contentLength: body.length, body: once(body) };
}

/** What every Intake must do. */
export function intakeContract(open: () => Promise<IntakeParts>): void {
  let intake: Intake;
  let store: ObjectStore;
  beforeEach(async () => {
    ({ intake, store } = await open());
  });

  async function cellsOf(file: FileSource): Promise<SourceRow['cells'][]> {
    const cells: SourceRow['cells'][] = [];
    for await (const batch of (await intake.readRows(file)).batches) cells.push(...batch.map((row) => row.cells));
    return cells;
  }

  describe('an upload', () => {
    it('can be sealed under its job’s key, and read from there by anybody', async () => {
      const upload = await intake.receiveForm(form('a,b\n1,2\n', { job_type: 'match', metadata: '{}' }));
      expect(upload).toMatchObject({ jobType: 'match', metadata: '{}', file: { bytes: 8, filename: 'a.csv' } });
      expect(await store.put(uploadKey(JOB), upload.file.path)).toMatchObject({ bytes: 8 });
      await upload.dispose();
      expect(await cellsOf(await store.open(uploadKey(JOB)))).toEqual([['1', '2']]);
    });

    it('is gone once it is disposed of, however often', async () => {
      const upload = await intake.receiveForm(form('a,b\n'));
      await upload.dispose();
      await upload.dispose();
      await expect(store.put(uploadKey(JOB), upload.file.path)).rejects.toThrow();
      expect(await store.stat(uploadKey(JOB))).toBeNull();
    });

    it('does not get into another’s way', async () => {
      const [first, second] = await Promise.all([
        intake.receiveForm(form('a\n1\n')),
        intake.receiveForm(form('a\n2\n')),
      ]);
      await first.dispose();
      expect(await cellsOf(second.file.path)).toEqual([['2']]);
      await second.dispose();
    });

    it('without its file is refused', async () => {
      await expect(
        intake.receiveForm({ contentType: 'text/plain', contentLength: 1, body: once('x') }),
      ).rejects.toMatchObject({ code: 'file_part_missing' });
    });

    it('with a name that leads elsewhere stays where it is', async () => {
      const escaping = form('a\n').body;
      async function* body() {
        for await (const chunk of escaping)
          yield Buffer.from(Buffer.from(chunk).toString().replace('a.csv', '../../../etc/x'));
      }
      const upload = await intake.receiveForm({
        contentType: 'multipart/form-data; boundary=b',
        contentLength: undefined,
        body: body(),
      });
      expect(upload.file.filename).toBe('x');
      expect(upload.file.path).not.toContain('etc');
      await upload.dispose();
    });
  });

  describe('a file is the same from a path and from the store:', () => {
    /** The text as a local file, and as an object. */
    async function sources(text: string): Promise<readonly FileSource[]> {
      const path = await store.scratch('local');
      await writeFile(path, text);
      const sealed = await store.scratch('sealed');
      await writeFile(sealed, text);
      await store.put(uploadKey(JOB), sealed);
      return [path, await store.open(uploadKey(JOB))];
    }

    it('a specification of property details', async () => {
      const text = JSON.stringify({ property_ids: IDS, detail_type: ['basic'] });
      for (const source of await sources(text)) {
        const { propertyIds, fields } = await intake.readDetailsSpec(source);
        expect([...propertyIds]).toEqual(IDS);
        expect(fields).toEqual({ detail_type: ['basic'] });
      }
    });

    it('an object', async () => {
      const settings = { settings: { city: ['New York'], building_area: { min: 100_000 } } };
      for (const source of await sources(JSON.stringify(settings))) {
        expect(await intake.readObject(source, 'the search')).toEqual(settings);
      }
      await expect(intake.parseObject('{"a"', 'metadata')).rejects.toMatchObject({
        code: 'invalid_parameter',
        message: 'metadata is not valid JSON: line 1, column 5: expected ":" behind a field name, found the end',
      });
    });

    it('a header', async () => {
      for (const source of await sources('a;b\r\n1;2\r\n')) {
        const dialect = { delimiter: ';', lineEnd: '\r\n', bom: false };
        const rows = await intake.readRows(source);
        expect(rows).toMatchObject({ columns: ['a', 'b'], dialect });
        await rows.close();
      }
    });

    it('rows', async () => {
      for (const source of await sources('a,b\n"1\n",2\n3,4\n')) {
        expect(await cellsOf(source)).toEqual([
          ['1\n', '2'],
          ['3', '4'],
        ]);
      }
    });
  });

  it('writes what it has read', async () => {
    const file = '\uFEFFname;zip\r\n"Doe; Jane";10017\r\nJohn;\r\n';
    const { dialect, columns, batches } = await intake.readRows(once(file));
    async function* rows(): AsyncGenerator<readonly ResultCells[], void, undefined> {
      for await (const batch of batches) yield batch.map(({ cells }) => ({ before: [], source: cells, after: [] }));
    }
    const target = await store.create('results/x');
    expect(await intake.writeRows({ target, dialect, before: [], source: columns, after: [] }, rows())).toEqual({
      rows: 2,
    });
    await target.finish();
    const pieces: Uint8Array[] = [];
    for await (const piece of await store.open('results/x')) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe(file);
  });
}
