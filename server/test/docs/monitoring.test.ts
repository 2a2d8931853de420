/** Alerts that name a metric or a label that does not exist would never fire. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METRICS, type Metric } from '../../src/telemetry/metrics.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/monitoring.md'), 'utf8');
const ROWS: readonly Metric[] = Object.values(METRICS);
const NAMED = /(conveyance_[a-z_]+)(?:\{([^}]*)\})?(?:\[\w+\])?(?:\)+ by \(([^)]*)\))?/g;

function rowOf(name: string): Metric | undefined {
  return ROWS.find((row) => row.name === name || (row.type === 'histogram' && `${row.name}_count` === name));
}

const mentions = [...PAGE.matchAll(NAMED)].map(([, name = '', labels = '', by = '']) => ({ name, labels, by }));

describe('docs/monitoring.md', () => {
  it('names metrics that exist', () => {
    expect(mentions.length).toBeGreaterThan(12);
    expect(mentions.filter(({ name }) => rowOf(name) === undefined)).toEqual([]);
  });

  it('chooses and groups by labels and values that they have', () => {
    let checked = 0;
    for (const { name, labels, by } of mentions) {
      const declared = rowOf(name)?.labels ?? {};
      for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
        expect(declared[label], `${name} ${label}`).toContain(value);
        checked += 1;
      }
      const grouped = by.split(',').flatMap((label) => label.trim() || []);
      expect(Object.keys(declared), name).toEqual(expect.arrayContaining(grouped));
      checked += grouped.length;
    }
    expect(checked).toBeGreaterThan(5);
  });
});
