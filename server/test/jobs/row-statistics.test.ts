/** When statistics are made, of what, and what becomes of it when they cannot be. */
import { describe, expect, it } from 'vitest';
import type { DataFile, DataVersion } from '../../src/core/ports/database/warehouse.ts';
import type { Program } from '../../src/core/ports/engine.ts';
import { EngineError } from '../../src/core/ports/engine-error.ts';
import type { ResultRow } from '../../src/core/rows.ts';
import { RowStatistics } from '../../src/jobs/estimate/row-statistics.ts';

type Answer = readonly (readonly ResultRow[])[];
const EMPTY: Answer = [[{ ids: [], first_days: [], days: [], rows: [] }], [], []];

function file(key: string, rows = 100): DataFile {
  const days = { minDate: '2026-01-01', maxDate: '2026-01-31' };
  return { key, rows, bytes: 1, sha256: '', minPropertyId: 1, maxPropertyId: 40_000, ...days };
}

function versionOf(version: number, files: readonly DataFile[], joined = 'p1'): DataVersion {
  return {
    version,
    committedAt: new Date(0),
    changesKnownSince: '2026-01-01',
    tables: { property_days: files, properties: [file(joined)] },
  };
}

/** The ports that the statistics touch, with a record of the files that the engine was asked about. */
function stage(answer: (program: Program, signal: AbortSignal) => Promise<Answer> | Answer = () => EMPTY) {
  const asked: string[] = [];
  const everies: unknown[] = [];
  const warnings: string[] = [];
  let now = 0;
  const deps = {
    engine: {
      async run(program: Program, _how: unknown, { signal }: { signal: AbortSignal }) {
        asked.push(...(program.tables['property_days']?.files ?? []).map(({ key }) => key));
        const counting = program.steps[1];
        if (counting !== undefined && 'sql' in counting) everies.push(counting.parameters?.['every']);
        return answer(program, signal);
      },
    },
    clock: () => new Date(now),
    log: { warn: (event: string) => void warnings.push(event) },
  };
  // The literals implement what the statistics use of each port; the compiler wants whole ports.
  const statistics = new RowStatistics(deps as unknown as ConstructorParameters<typeof RowStatistics>[0]);
  const ask = (version: DataVersion) => statistics.of('property', version);
  return {
    statistics,
    ask,
    asked,
    everies,
    warnings,
    pass: (ms: number) => {
      now += ms;
    },
    async made(version: DataVersion) {
      ask(version);
      await statistics.made();
      return ask(version);
    },
  };
}

describe('statistics of the warehouse', () => {
  it('are made once, in the background, when somebody asks', async () => {
    const { statistics, ask, asked } = stage();
    const version = versionOf(1, [file('a'), file('b')]);
    expect([ask(version), ask(version)]).toEqual([null, null]);
    await statistics.made();
    expect(ask(version)).toHaveLength(2);
    expect(asked).toEqual(['a', 'b']);
  });

  it('are made anew only for files that are new', async () => {
    const { ask, made, asked } = stage();
    const [first, second] = await made(versionOf(1, [file('a'), file('b')])).then((files) => files ?? []);
    const next = versionOf(2, [file('b'), file('c')]);
    expect(ask(next)).toBeNull();
    const files = await made(next);
    expect(files).toHaveLength(2);
    expect(files?.[0]).toBe(second);
    expect(files).not.toContain(first);
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('are made anew when a table changed that a report joins: rows may be wider now', async () => {
    const { made, asked } = stage();
    await made(versionOf(1, [file('a')]));
    await made(versionOf(2, [file('a')], 'p2'));
    expect(asked).toEqual(['a', 'a']);
  });

  it('are not made of a table that is too large, which is not looked at again', async () => {
    const { ask, made, asked } = stage();
    const version = versionOf(1, [file('a', 20_000_000), file('b', 20_000_000)]);
    expect(await made(version)).toBeNull();
    expect(ask(version)).toBeNull();
    expect(asked).toEqual([]);
  });

  it('are given up when they take too much memory', async () => {
    const ids = Array.from({ length: 600_000 }, (_, at) => at);
    const { made, asked } = stage(() => [[{ ids, first_days: ids, days: ids, rows: ids }], [], []]);
    expect(await made(versionOf(1, [file('a'), file('b'), file('c')]))).toBeNull();
    expect(asked).toEqual(['a', 'b']);
  });

  it('measure fewer properties where files are larger', async () => {
    const { made, everies } = stage();
    await made(versionOf(1, [file('a', 80_000), file('b', 80_001), file('c', 800_000)]));
    expect(everies).toEqual([1, 2, 10]);
  });

  it('that fail are told to the log, and tried again a minute later', async () => {
    let fails = true;
    const { made, pass, asked, warnings } = stage(() => {
      if (fails) throw new EngineError('statement', 'no such file');
      return EMPTY;
    });
    const version = versionOf(1, [file('a')]);
    expect(await made(version)).toBeNull();
    fails = false;
    pass(59_999);
    expect(await made(version)).toBeNull();
    expect([asked, warnings]).toEqual([['a'], ['row-statistics-not-made']]);
    pass(1);
    expect(await made(version)).toHaveLength(1);
  });

  it('stop when the server does, and say nothing of it', async () => {
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const { statistics, ask, asked, warnings } = stage(
      (_program, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          begin();
        }),
    );
    ask(versionOf(1, [file('a'), file('b')]));
    await begun;
    await statistics.close();
    expect(ask(versionOf(2, [file('c')]))).toBeNull();
    await statistics.made();
    expect([asked, warnings]).toEqual([['a'], []]);
  });
});
