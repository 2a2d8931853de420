/** Alerts that name a metric or a label that does not exist would never fire. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { METRICS, type Metric } from '../../src/telemetry/metrics.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const RULES = join(ROOT, 'deploy/prometheus/conveyance-rules.yaml');
const DASHBOARD = readFileSync(join(ROOT, 'deploy/grafana/conveyance.json'), 'utf8');
const read = (page: string) => readFileSync(join(ROOT, 'docs', page), 'utf8');
const ROWS: readonly Metric[] = Object.values(METRICS);
const NAMED = /(conveyance_[a-z_]+)(?:\{([^}]*)\})?(?:\[\w+\])?(?:\)+ by \(([^)]*)\))?/g;

function rowOf(name: string): Metric | undefined {
  return ROWS.find((row) => row.name === name || (row.type === 'histogram' && `${row.name}_count` === name));
}

function mentionsIn(text: string) {
  return [...text.matchAll(NAMED)].map(([, name = '', labels = '', by = '']) => ({ name, labels, by }));
}

const mentions = ['monitoring.md', 'alerts.md'].flatMap((page) => mentionsIn(read(page)));

describe('docs/monitoring.md and docs/alerts.md', () => {
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

describe('the rules for Prometheus', () => {
  const hasPromtool = spawnSync('which', ['promtool']).status === 0;

  it.skipIf(!hasPromtool)('are taken by promtool (skipped where prometheus is not installed)', () => {
    const judged = spawnSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' });
    expect([judged.status, judged.stdout]).toEqual([0, expect.stringMatching(/SUCCESS: 1\d rules found/)]);
  });

  it.skipIf(!hasPromtool)('fire when they should, and not before (skipped where prometheus is not installed)', () => {
    const directory = mkdtempSync(join(tmpdir(), 'conveyance-rules-'));
    try {
      const file = join(directory, 'test.yaml');
      // JSON is YAML.
      const ask = (last: boolean) =>
        JSON.stringify({
          rule_files: [RULES],
          tests: [
            {
              interval: '30s',
              input_series: [{ series: 'conveyance_database_up{instance="a"}', values: '1x4 0x8' }],
              promql_expr_test: [
                { expr: 'ALERTS{alertstate="firing"}', eval_time: '2m', exp_samples: [] },
                {
                  expr: 'count(ALERTS{alertname="ConveyanceDatabaseDown", alertstate="firing"})',
                  eval_time: '5m',
                  exp_samples: last ? [{ labels: '{}', value: 1 }] : [],
                },
              ],
            },
          ],
        });
      writeFileSync(file, ask(true));
      const judged = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
      expect([judged.status, judged.stderr]).toEqual([0, expect.any(String)]);
      writeFileSync(file, ask(false));
      expect(spawnSync('promtool', ['test', 'rules', file]).status).not.toBe(0);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe('the dashboard', () => {
  const panel = z.object({
    id: z.int(),
    type: z.string(),
    gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
    targets: z.array(z.object({ expr: z.string() })).default([]),
  });
  const { panels } = z.object({ panels: z.array(panel) }).parse(JSON.parse(DASHBOARD));
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

  it('has every metric', () => {
    const shown = expressions.join('\n');
    expect(
      ROWS.filter(({ name }) => !new RegExp(`\\b${name}(?:_bucket)?\\b`).test(shown)).map(({ name }) => name),
    ).toEqual([]);
  });

  it('groups by labels that they have', () => {
    for (const { name, by } of expressions.flatMap((expr) => mentionsIn(expr.replaceAll('$__rate_interval', '5m')))) {
      const row = rowOf(name.replace(/_bucket$/, '_count')) ?? rowOf(name);
      expect(row, name).toBeDefined();
      const grouped = by.split(',').flatMap((label) => label.trim() || []);
      expect([...Object.keys(row?.labels ?? {}), 'le'], name).toEqual(expect.arrayContaining(grouped));
    }
  });

  it('puts no panel on another', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});
