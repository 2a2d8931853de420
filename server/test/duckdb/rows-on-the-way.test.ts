/** Progress of an order that writes text: rows are counted as they come, before their part is written. */
import { describe, expect, it } from 'vitest';
import type { EngineProgress } from '../../src/core/ports/engine.ts';
import { RowsOnTheWay } from '../../src/duckdb/parent/rows-on-the-way.ts';
import { rowCounter } from '../../src/duckdb/row-counter.ts';

describe('rows of a text', () => {
  it.each([
    ['csv', [2, 0, 1]],
    ['jsonl', [3, 0, 1]],
  ] as const)('of %s are its lines, in whichever pieces they come, without a header', (format, expected) => {
    const count = rowCounter(format);
    expect(['a,b\n1,2\n3,4\n5', ',6', '\n'].map((piece) => count(Buffer.from(piece)))).toEqual(expected);
  });

  it('has a header that comes in pieces, or by itself', () => {
    const count = rowCounter('csv');
    expect(['a,', 'b', '\n', '1,2\n'].map((piece) => count(Buffer.from(piece)))).toEqual([0, 0, 0, 1]);
  });
});

describe('progress', () => {
  function watched() {
    const seen: EngineProgress[] = [];
    const rows = new RowsOnTheWay({
      signal: new AbortController().signal,
      onProgress: (progress) => void seen.push(progress),
    });
    return { rows, written: () => seen.map(({ rowsWritten }) => rowsWritten) };
  }

  it('is what has come, or what the child says where that is more, and never more than there is', () => {
    const { rows, written } = watched();
    rows.told({ phase: 'running', rowsWritten: 0, rowsTotal: 100 });
    rows.come(30);
    rows.come(0);
    rows.told({ phase: 'running', rowsWritten: 50, rowsTotal: 100 });
    rows.come(40);
    rows.come(900);
    rows.told({ phase: 'finalizing', rowsWritten: 100, rowsTotal: 100 });
    expect(written()).toEqual([0, 30, 50, 70, 100, 100]);
  });

  it('of rows that nobody has counted is what the child says', () => {
    const { rows, written } = watched();
    rows.come(3);
    rows.told({ phase: 'running', rowsWritten: 0, rowsTotal: null });
    rows.come(5);
    rows.told({ phase: 'finalizing', rowsWritten: 8, rowsTotal: 8 });
    expect(written()).toEqual([0, 0, 8]);
  });
});
