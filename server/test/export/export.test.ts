/** The exporter over sessions that are object literals: what it asks of an engine, and what it refuses to believe. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputFormat } from '../../src/core/job.ts';
import type { PlaceRange, Rows } from '../../src/core/plan/rows.ts';
import type { EngineProgress, FileForm } from '../../src/core/ports/engine.ts';
import type { EngineSession, PartSizes, PlaceCount } from '../../src/core/ports/engine-session.ts';
import { writeExport } from '../../src/export/export.ts';
import { PartCutter } from '../../src/export/parts.ts';

const ROWS: Rows = {
  requested: null,
  table: 't',
  as: 't',
  rowsPerProperty: 'many',
  bound: null,
  joins: [],
  where: [],
  order: [],
  columns: [],
};

/** @param name tells one file from another. */
function form(name: string, format: OutputFormat = 'csv'): FileForm {
  return { format, compression: 'none', csvProfile: 'standard', metadata: { name } };
}

/** Parts of one size. */
function all(rows: number): PartSizes {
  return { first: rows, others: rows };
}

interface Written {
  readonly name: string;
  readonly file: number;
  readonly ranges: readonly PlaceRange[];
}

/** A session whose files have these rows at these places. @param writes what it says that it wrote of a range. */
function sessionOf(
  files: readonly (readonly (readonly [place: number, rows: number])[])[],
  writes: (counted: number) => number = (counted) => counted,
) {
  const calls: string[] = [];
  const written: Written[] = [];
  const session: EngineSession = {
    rowsPerPart: (_rows, format) => all(format === 'parquet' ? 100 : 10),
    async prepare() {
      calls.push('prepare');
    },
    async *rows({ file }) {
      calls.push(`count ${file}`);
      const counts = (files[file] ?? []).map(([place, rows]): PlaceCount => ({ place: BigInt(place), rows }));
      for (let start = 0; start < counts.length; start += 2) yield counts.slice(start, start + 2);
    },
    async stream({ file }, ranges, { metadata }, { onWritten }) {
      calls.push(`write ${file}`);
      written.push({ name: metadata['name'] ?? '', file, ranges });
      for (const [index, { from, to }] of ranges.entries()) {
        const within = (files[file] ?? []).filter(([place]) => place >= from && place <= to);
        onWritten(index, writes(within.reduce((sum, [, rows]) => sum + rows, 0)));
      }
    },
  };
  return { session, calls, written };
}

async function run(session: EngineSession, files: readonly FileForm[], bound: Rows['bound'] = null) {
  const seen: EngineProgress[] = [];
  const counts = await writeExport(session, { rows: { ...ROWS, bound }, files }, (progress) => seen.push(progress));
  return { counts, seen };
}

describe('an export', () => {
  it('prepares once, counts every file, and only then writes the first', async () => {
    const { session, calls, written } = sessionOf([
      [
        [1, 6],
        [2, 6],
        [5, 3],
      ],
      [],
      [[1, 1]],
    ]);
    const { counts } = await run(session, [form('a'), form('b'), form('c')]);
    expect(counts).toEqual([15, 0, 1]);
    expect(calls).toEqual(['prepare', 'count 0', 'count 1', 'count 2', 'write 0', 'write 1', 'write 2']);
    expect(written).toEqual([
      {
        name: 'a',
        file: 0,
        ranges: [
          { from: 1, to: 1 },
          { from: 2, to: 5 },
        ],
      },
      { name: 'b', file: 1, ranges: [{ from: 1, to: 0 }] },
      { name: 'c', file: 2, ranges: [{ from: 1, to: 1 }] },
    ]);
  });

  it('cuts by the size of the format', async () => {
    const { session, written } = sessionOf([
      [
        [1, 6],
        [2, 6],
      ],
    ]);
    await run(session, [form('a', 'parquet')]);
    expect(written.map(({ ranges }) => ranges)).toEqual([[{ from: 1, to: 2 }]]);
  });

  it('tells its progress over all files, and once that it finishes', async () => {
    const { session } = sessionOf([
      [
        [1, 6],
        [2, 6],
      ],
      [[7, 4]],
    ]);
    const { seen } = await run(session, [form('a'), form('b')]);
    expect(seen.map(({ phase, rowsWritten }) => [phase, rowsWritten])).toEqual([
      ['running', 0],
      ['running', 6],
      ['running', 12],
      ['running', 16],
      ['finalizing', 16],
    ]);
    expect(seen.every(({ rowsTotal }) => rowsTotal === 16)).toBe(true);
  });

  it('counts what is written in any order, and finishes only when all is', async () => {
    const { session } = sessionOf([
      [
        [1, 6],
        [2, 7],
      ],
    ]);
    const stream: EngineSession['stream'] = async (_file, _ranges, _form, { onWritten }) => {
      onWritten(1, 7);
      onWritten(0, 6);
    };
    const { seen } = await run({ ...session, stream }, [form('a')]);
    expect(seen.map(({ phase, rowsWritten }) => [phase, rowsWritten])).toEqual([
      ['running', 0],
      ['running', 7],
      ['running', 13],
      ['finalizing', 13],
    ]);
  });

  it('counts what comes before its part is written, and never more than there is in the file', async () => {
    const { session } = sessionOf([[[1, 12]], [[7, 4]]]);
    const stream: EngineSession['stream'] = async ({ file }, _ranges, _form, { onWritten, onCome }) => {
      onCome(3);
      onCome(0);
      // Values with line breaks.
      onCome(20);
      onWritten(0, file === 0 ? 12 : 4);
    };
    const { seen, counts } = await run({ ...session, stream }, [form('a'), form('b')]);
    expect(seen.map(({ phase, rowsWritten }) => [phase, rowsWritten])).toEqual([
      ['running', 0],
      ['running', 3],
      ['running', 12],
      ['running', 12],
      ['running', 15],
      ['running', 16],
      ['running', 16],
      ['finalizing', 16],
    ]);
    expect(counts).toEqual([12, 4]);
  });

  it.each([
    ['fewer', (counted: number) => counted - 1],
    ['more', (counted: number) => counted + 1],
    ['no', () => 0],
  ])('refuses a part of %s rows than were counted', async (_, writes) => {
    const { session } = sessionOf(
      [
        [
          [3, 4],
          [8, 4],
        ],
      ],
      writes,
    );
    await expect(run(session, [form('a')])).rejects.toThrow('where the census counted 8');
  });

  it('counts nothing that is sure to fit into a first part, and says how much it is when it is written', async () => {
    const places = { from: 3, to: 8 };
    const { session, calls, written } = sessionOf([
      [
        [3, 4],
        [8, 4],
      ],
    ]);
    const { counts, seen } = await run(session, [form('a')], { places, mostRows: 10 });
    expect(counts).toEqual([8]);
    expect(calls).toEqual(['prepare', 'write 0']);
    expect(written.map(({ ranges }) => ranges)).toEqual([[places]]);
    expect(seen).toEqual([
      { phase: 'running', rowsWritten: 0, rowsTotal: null },
      { phase: 'running', rowsWritten: 8, rowsTotal: null },
      { phase: 'finalizing', rowsWritten: 8, rowsTotal: 8 },
    ]);
  });

  it('counts what may not fit', async () => {
    const { session, calls } = sessionOf([[[3, 4]]]);
    await run(session, [form('a')], { places: { from: 3, to: 3 }, mostRows: 11 });
    expect(calls).toEqual(['prepare', 'count 0', 'write 0']);
  });

  it('refuses more rows than there can be', async () => {
    const { session } = sessionOf([[[3, 4]]]);
    const bound = { places: { from: 3, to: 3 }, mostRows: 3 };
    await expect(run(session, [form('a')], bound)).rejects.toThrow('gave 4 rows where there can be 3 at most');
  });
});

describe('PartCutter', () => {
  it('covers every property once, in order, in parts that are neither too large nor needlessly small', () => {
    const census = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 40 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        census,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        (steps, first, others) => {
          const cutter = new PartCutter({ first, others });
          let id = 0n;
          const properties = steps.map(([step, rows]) => {
            id += BigInt(step);
            return { id, rows };
          });
          for (const property of properties) cutter.add(property.id, property.rows);
          const parts = cutter.finish();
          if (properties.length === 0) {
            expect(parts).toEqual([{ from: 1n, to: 0n, rows: 0 }]);
            return;
          }
          for (const [index, part] of parts.entries()) {
            const within = properties.filter((property) => property.id >= part.from && property.id <= part.to);
            expect(within.reduce((sum, { rows }) => sum + rows, 0)).toBe(part.rows);
            const rowsPerPart = index === 0 ? first : others;
            if (within.length > 1) expect(part.rows).toBeLessThanOrEqual(rowsPerPart);
            const next = properties.find((property) => property.id > part.to);
            if (next) expect(part.rows + next.rows).toBeGreaterThan(rowsPerPart);
            expect(part.from > (parts[index - 1]?.to ?? 0n)).toBe(true);
          }
          expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(
            properties.reduce((sum, { rows }) => sum + rows, 0),
          );
        },
      ),
    );
  });

  it('refuses a census that is out of order', () => {
    const cutter = new PartCutter(all(10));
    cutter.add(2n, 1);
    expect(() => cutter.add(2n, 1)).toThrow('not in order');
  });
});
