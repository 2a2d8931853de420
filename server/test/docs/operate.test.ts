/** The incident list of docs/operate.md: ten questions at least, each answered by commands that there are, run here on data. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECTIONS } from '../../src/cli/commands.ts';
import { cli } from '../cli/cli-world.ts';
import { newJob } from '../security/access-world.ts';
import { type TestApp, testApp } from '../support/app.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/operate.md'), 'utf8');
const [, SECTION = ''] = /^## When something is wrong$([\s\S]*?)^## /m.exec(PAGE) ?? [];
const ROWS = [...SECTION.matchAll(/^\| (.+\?) \| (.+) \|$/gm)].map(([, question = '', answer = '']) => ({
  question,
  commands: [...answer.matchAll(/`conveyance ([^`]+)`/g)].map(([, words = '']) => words),
}));
const NAMES = SECTIONS.flatMap(({ commands }) => commands.map(({ name }) => name));

function nameOf(words: string): string | undefined {
  return NAMES.filter((name) => `${words} `.startsWith(`${name} `)).sort((a, b) => b.length - a.length)[0];
}

describe('the incident list', () => {
  it('has ten questions, each with a command', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(10);
    for (const { question, commands } of ROWS) expect([question, commands.length > 0]).toEqual([question, true]);
  });

  it.each(ROWS.flatMap(({ commands }) => commands))('conveyance %s is a command', (words) => {
    expect(nameOf(words)).toBeDefined();
  });
});

describe('on an installation', () => {
  let app: TestApp;
  let known: Readonly<Record<string, string>>;
  let directory: string;
  beforeAll(async () => {
    app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
    const acme = await app.account({ name: 'Acme' });
    const job = await newJob(app, acme);
    directory = await mkdtemp(join(tmpdir(), 'conveyance-operate-'));
    const { deliveries } = app.app.deps.db;
    const delivery = await deliveries.enqueue({
      ...{ accountId: acme.id, id: randomUUID(), jobId: job.id, url: 'https://acme.example/hook' },
      ...{ host: 'acme.example', delaySeconds: 0 },
    });
    known = {
      ...{ JOB_ID: job.id, KEY: acme.key.accessKey, DELIVERY_ID: delivery.id },
      'rejects.csv': join(directory, 'rejects.csv'),
    };
    const feed = join(directory, 'properties.csv');
    await writeFile(feed, 'property_id,year_built\n99001416,soon\n');
    await cli(['load', feed], { deps: app.app.deps });
    // Data versions as the page names them: what is meant is one of before, and the current one.
    await cli(['warehouse', 'delete', 'properties', '--where', 'property_id = 99001416', '--yes'], {
      deps: app.app.deps,
    });
  });
  afterAll(async () => {
    await app?.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Of what is typed on the page, with what there is here: a place of backups is another installation's. */
  const typed = ROWS.flatMap(({ commands }) => commands).filter((words) => !words.startsWith('restore '));

  it.each(typed)('conveyance %s answers', async (words) => {
    const argv = words.split(' ').map((word) => known[word] ?? word.replace(/^41$/, '1').replace(/^42$/, '2'));
    const { code, stdout, stderr } = await cli(argv, { deps: app.app.deps });
    expect([words, code], stderr).toEqual([words, 0]);
    expect(stdout).not.toBe('');
  });
});
