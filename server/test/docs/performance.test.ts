/** docs/performance.md: what it says of figures, whatever they are. That the committed page is what the kept results give, `generate:check` tells. */
import { describe, expect, it } from 'vitest';
import { alone, beside } from '../../../bench/frame/figures.ts';
import { isMet, number } from '../../../bench/frame/judge.ts';
import { type KeptResult, keptResults } from '../../../bench/frame/results.ts';
import { exponent, takeTurns } from '../../../bench/frame/turns.ts';
import { WHY_MISSED } from '../../../bench/why-missed.ts';
import { NOT_SAID, performanceMarkdown, performancePictures } from '../../../scripts/performance-markdown.ts';

const atMost = (limit: number) => ({ of: 'ratio', is: 'at most', limit }) as const;

function result(rows: KeptResult['figures']['rows']): KeptResult {
  return {
    case: 'made-up',
    title: 'Made up',
    about: 'Nothing.',
    date: '2026-01-31',
    commit: 'abc',
    machine: { cores: 2, processor: 'x', memoryGib: 8, system: 'Linux' },
    versions: { Node: '20.19.0' },
    figures: { rows, peakBytes: 3 * 1024 * 1024, skipped: ['no <peer> | here'] },
  };
}

const ROWS = [
  beside({ subject: 'quick & small', unit: 's', goal: atMost(1.2) }, [1, 1.1, 5], { name: 'peer', values: [1, 1, 5] }),
  beside({ subject: 'slow', unit: 's', goal: atMost(1.2) }, [3, 2, 4], { name: 'peer', values: [1, 1, 1] }),
  alone({ subject: 'by itself', unit: 'ms' }, [12.345]),
];

describe('a figure', () => {
  it('is the median of its rounds, and the multiple that of its pairs', () => {
    expect(ROWS[0]).toMatchObject({ value: { median: 1.1, low: 1, high: 5 }, ratio: { median: 1, low: 1, high: 1.1 } });
    expect(alone({ subject: 'even', unit: 's' }, [4, 1, 2, 3]).value.median).toBe(2.5);
  });

  it('that was not measured is none', () => {
    for (const values of [[], [1, Number.NaN], [Number.POSITIVE_INFINITY]]) {
      expect(() => alone({ subject: 'none', unit: 's' }, values)).toThrow('no figure');
    }
    expect(() => beside({ subject: 'x', unit: 's' }, [1, 2], { name: 'peer', values: [1] })).toThrow('as often');
    expect(() => beside({ subject: 'x', unit: 's' }, [1], { name: 'peer', values: [0] })).toThrow('no figure');
  });

  it('is as wanted, or not, or nothing is wanted of it', () => {
    expect(ROWS.map(isMet)).toEqual([true, false, null]);
    const value = (is: 'less than' | 'at least') =>
      isMet(alone({ subject: 'x', unit: 's', goal: { of: 'value', is, limit: 2 } }, [2]));
    expect([value('less than'), value('at least')]).toEqual([false, true]);
  });

  it.each([
    [0, '0'],
    [0.12345, '0.123'],
    [1.005, '1.00'],
    [99.9, '99.9'],
    [12_345.6, '12,346'],
  ])('%d is written as %s', (value, text) => {
    expect(number(value)).toBe(text);
  });
});

describe('rounds', () => {
  it('are taken in turns, every other one backwards', async () => {
    const order: string[] = [];
    const subject = (name: string) => async () => order.push(name);
    const taken = await takeTurns(3, { a: subject('a'), b: subject('b') });
    expect(order.join('')).toBe('abbaab');
    expect(taken).toEqual({ a: [1, 4, 5], b: [2, 3, 6] });
  });

  it('fit the exponent of a power law', () => {
    expect(exponent([1, 10, 100].map((size) => [size, 3 * size ** 1.5]))).toBeCloseTo(1.5);
  });
});

describe('the page', () => {
  const WHY = { 'made-up': ['it is slow.'] };
  const page = performanceMarkdown([result(ROWS)], WHY);

  it('says of each goal whether it is met', () => {
    expect(page).toContain('| [Made up](#made-up) | quick & small, beside peer | at most 1.2 × | 1.00 × | met |');
    expect(page).toContain('| [Made up](#made-up) | slow, beside peer | at most 1.2 × | 3.00 × | **missed** |');
  });

  it('says why a goal is missed, or that nobody has said it', () => {
    expect(page).toContain('Missed: it is slow.');
    expect(performanceMarkdown([result(ROWS)])).toContain(`Missed: ${NOT_SAID}`);
  });

  it('that is kept says why of every case that misses a goal, and of no other', async () => {
    const missed = (await keptResults()).filter(({ figures }) => figures.rows.some((row) => isMet(row) === false));
    expect(Object.keys(WHY_MISSED).toSorted()).toEqual(missed.map((each) => each.case).toSorted());
    expect(Object.values(WHY_MISSED).filter((reasons) => reasons.length === 0)).toEqual([]);
  });

  it('says so plainly when nothing is kept, and has no empty table', () => {
    const empty = performanceMarkdown([]);
    expect(empty).toContain('so this page says nothing about speed');
    expect(empty).not.toContain('|');
  });

  it('says on what, when and at which commit it was measured, and what was left out', () => {
    expect(page).toContain('Measured on 2026-01-31 at abc: 2 × x, 8 GiB, Linux; Node 20.19.0.');
    expect(page).toContain('Peak memory: 3 MiB.');
    expect(page).toContain('Left out: no <peer> | here.');
  });

  it('has a picture of what has a reference, with a title and the same in words', () => {
    const [picture] = performancePictures([result(ROWS)]);
    expect(picture?.path).toBe('performance/made-up.svg');
    expect(page).toContain('](performance/made-up.svg)');
    expect(picture?.content).toContain('<title id="title">Made up: multiples of the reference</title>');
    expect(picture?.content).toContain('quick &amp; small, peer: 1.00 times; slow, peer: 3.00 times</desc>');
    expect(picture?.content).not.toMatch(/NaN|undefined|Infinity/);
    expect(performancePictures([result(ROWS.slice(2))])).toEqual([]);
  });
});
