/** docs/exports.md in order, as a newcomer types it: every example against the whole program, but those that the page marks. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../src/http/server/listening.ts';
import { pythonWith, WITHOUT_PYTHON } from '../clients/python.ts';
import { ROOT, repositoryFile } from '../clients/repository.ts';
import { hasProgram } from '../sftp/open-ssh.ts';
import { type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { emptyDatabase, withClient } from '../support/postgres.ts';
import { message } from '../webhooks/receiver.ts';

const PATIENCE_MS = 240_000;
const ROWS = 62;
const PROGRAM = repositoryFile('server/bin/conveyance.js');
const WITHOUT_JQ = !hasProgram('jq');
const WITHOUT_PSQL = !hasProgram('psql');
const PANDAS = await pythonWith('pandas');
for (const [isMissing, name] of [
  [WITHOUT_JQ, 'jq'],
  [WITHOUT_PSQL, 'psql (package postgresql-client)'],
  [PANDAS === null, 'pandas (package python3-pandas)'],
] as const) {
  if (isMissing) console.warn(`skipped: there is no ${name} on this machine`);
}

let app: TestApp;
let account: TestAccount;
let page: string;
let directory: string;
let env: Readonly<Record<string, string>>;

interface Block {
  /** Language, and what it is for if that is not plain. */
  readonly kind: string;
  readonly text: string;
}

function allBlocks(): Block[] {
  return [...page.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({ kind, text }));
}

/** The blocks of one kind, one after the other. */
function joined(kind: string): string {
  const texts = allBlocks().filter((block) => block.kind === kind);
  if (texts.length === 0) throw new Error(`docs/exports.md has no example of the kind ${kind}`);
  return texts.map(({ text }) => text).join('\n');
}

function run(program: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  return promisify(execFile)(program, args, { cwd: directory, env: { ...env, ...more }, timeout: PATIENCE_MS });
}

function shell(script: string) {
  const command = `conveyance() { "${process.execPath}" "${PROGRAM}" "$@"; }`;
  return run('bash', ['-c', ['set -euo pipefail', command, script].join('\n')]);
}

function sha256Of(name: string): Promise<string> {
  return readFile(join(directory, name)).then((bytes) => createHash('sha256').update(bytes).digest('hex'));
}

/** The faults that the compiler finds under the settings of this repository, the strictest that there are. */
function compile(name: string): string[] {
  const { config } = ts.readConfigFile(repositoryFile('tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram([join(directory, name)], {
    ...options,
    strict: true,
    composite: false,
    incremental: false,
    noEmit: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    allowImportingTsExtensions: false,
    rewriteRelativeImportExtensions: false,
    types: ['node'],
    outDir: directory,
  });
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

/** A receiver of the page: what the server sends it is taken, what a stranger sends is refused. */
async function receives(program: string, args: readonly string[]): Promise<void> {
  const answer = await app.as(account, { url: '/api/v1/webhooks/secret' });
  const [{ secret }] = answer.json().secrets;
  const port = await freePort('127.0.0.1');
  const receiver = spawn(program, args, { cwd: directory, env: { ...env, WEBHOOK_SECRET: secret, PORT: `${port}` } });
  const gone = new Promise((resolve) => receiver.once('close', resolve));
  onTestFinished(async () => {
    receiver.kill('SIGKILL');
    await gone;
  });
  let said = '';
  receiver.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const url = `http://127.0.0.1:${port}/`;
  await until(
    () =>
      fetch(url, { method: 'POST', body: '{}', headers: { 'webhook-signature': 'v1,AAAA' } }).then(
        ({ status }) => status,
        () => 0,
      ),
    (status) => status === 400,
  );
  const payload = { report_type: 'property', output_format: 'csv', property_ids: [99001416], callback_url: url };
  const job = { ...payload, start_date: '2025-12-01', end_date: '2025-12-01' };
  const made = await app.as(account, { method: 'POST', url: '/api/v1/bulk_api/jobs', payload: job });
  const { job_id: jobId } = made.json();
  await until(
    async () => said,
    (text) => text.includes(`${jobId} succeeded`),
    PATIENCE_MS / 2,
  );
  // Signed by the server, but not with this account's secret.
  const other = await fetch(url, {
    method: 'POST',
    body: '{"job_id":"x"}',
    headers: {
      'webhook-id': message(url).id,
      'webhook-timestamp': `${Math.floor(Date.now() / 1000)}`,
      'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
    },
  });
  expect(other.status).toBe(400);
  expect(said.trim().split('\n')).toHaveLength(1);
}

describe('docs/exports.md', { timeout: PATIENCE_MS }, () => {
  beforeAll(async () => {
    page = await readFile(repositoryFile('docs/exports.md'), 'utf8');
    app = await testApp({ settings: { CONVEYANCE_CALLBACK_ALLOW: '127.0.0.1' } });
    account = await app.account();
    // Within the workspace, so that it finds the client as built.
    directory = await mkdtemp(repositoryFile('server/.example-'));
    await writeFile(join(directory, 'package.json'), '{"type": "module"}');
    env = {
      PATH: process.env['PATH'] ?? '',
      PYTHONPATH: repositoryFile('clients/python'),
      PYTHONDONTWRITEBYTECODE: '1',
      CONVEYANCE_URL: app.url,
      CONVEYANCE_TOKEN: account.token,
    };
    await shell(joined('sh cli'));
  }, PATIENCE_MS);
  afterAll(async () => {
    await app?.close();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  it('marks each example that is not run, with a date and its source', () => {
    const ran = ['sh curl', 'sh cli', 'ts', 'ts receiver', 'py', 'py receiver', 'py verify', 'py pandas', 'sql duckdb'];
    const known = new Set([...ran, 'sh postgres-export', 'sql postgres', 'sh install', 'sh settings', 'sql not-run']);
    for (const { kind } of allBlocks()) expect([...known, 'py not-run', 'sh not-run'], kind).toContain(kind);
    const marks =
      page.match(/^.*\*Not run here \(\d{4}-\d\d-\d\d\); source: <https:[^>]+>\*\n\n```\w+ not-run$/gm) ?? [];
    expect(marks.length).toBe(page.match(/ not-run$/gm)?.length);
    expect(marks.length).toBeGreaterThanOrEqual(4);
    // What is set and installed is set and installed by the tests of the clients' packages; their addresses stand on the home page too.
    for (const name of ['conveyance-cli.tgz', 'conveyance-sdk.tgz', 'conveyance.py'])
      expect(joined('sh install')).toContain(`http://HOST/client/${name}`);
  });

  it.skipIf(WITHOUT_JQ)('has calls of curl that work in their order', async () => {
    const { stdout } = await shell(joined('sh curl'));
    expect(stdout).toContain('"status":"succeeded"');
    expect(stdout).toContain('rents.csv: OK\n');
    expect(stdout).toMatch(/^whsec_\S+$/m);
    expect(stdout).toMatch(/^\d{4}-\d\d-01T1[01]:00:00\.000Z$/m);
    expect(await sha256Of('rents.csv')).toBe(await sha256Of('rents-cli.csv'));
  });

  it('has a program in TypeScript that the strictest compiler takes, and that works', async () => {
    await writeFile(join(directory, 'guide.ts'), joined('ts'));
    expect(compile('guide.ts')).toEqual([]);
    const { stdout } = await run(process.execPath, ['guide.js']);
    expect(stdout).toContain(`rents-ts.csv ${ROWS} ${await sha256Of('rents-cli.csv')}`);
    expect(await sha256Of('rents-ts.csv')).toBe(await sha256Of('rents-cli.csv'));
    // Control: a fault would be found.
    await writeFile(join(directory, 'wrong.ts'), joined('ts').replace("output_format: 'csv'", "output_format: 'xls'"));
    expect(compile('wrong.ts')[0]).toContain('xls');
  });

  it.skipIf(WITHOUT_PYTHON)('has a program in Python that works', async () => {
    await writeFile(join(directory, 'guide.py'), joined('py'));
    const { stdout } = await run('python3', ['-S', 'guide.py']);
    expect(stdout).toContain('100 %\n');
    expect(stdout).toContain(`rents-py.csv ${ROWS} ${await sha256Of('rents-cli.csv')}`);
    expect(await sha256Of('rents-py.csv')).toBe(await sha256Of('rents-cli.csv'));
  });

  it.skipIf(WITHOUT_PYTHON)('has a receiver in Python, of 20 lines without our module', async () => {
    const lines = joined('py receiver')
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(20);
    expect(joined('py receiver')).not.toContain('conveyance');
    await writeFile(join(directory, 'receiver.py'), joined('py receiver'));
    await receives('python3', ['-S', 'receiver.py']);
  });

  it('has a receiver in TypeScript', async () => {
    await writeFile(join(directory, 'receiver.ts'), joined('ts receiver'));
    expect(compile('receiver.ts')).toEqual([]);
    await receives(process.execPath, ['receiver.js']);
  });

  it('has questions that DuckDB answers', async () => {
    await writeFile(join(directory, 'rents.csv'), await readFile(join(directory, 'rents-cli.csv')));
    const duckdb = await DuckDBInstance.create();
    const connection = await duckdb.connect();
    const answers: unknown[][][] = [];
    for (const statement of joined('sql duckdb')
      .split(';')
      .map((text) => text.trim())
      .filter(Boolean)) {
      // It looks for files where it was started.
      const reader = await connection.runAndReadAll(statement.replaceAll("'rents.", `'${directory}/rents.`));
      answers.push(reader.getRowsJson());
    }
    connection.closeSync();
    duckdb.closeSync();
    expect(answers[0]).toHaveLength(2);
    for (const [name, zip] of answers[0] ?? [])
      expect([name, zip]).toEqual([expect.any(String), expect.stringMatching(/^\d{5}$/)]);
    expect(answers.slice(1)).toEqual([[[`${ROWS}`]], [[`${ROWS}`]]]);
  });

  it.skipIf(PANDAS === null)('has lines that pandas takes', async () => {
    await writeFile(join(directory, 'rents.csv'), await readFile(join(directory, 'rents-cli.csv')));
    await writeFile(join(directory, 'read.py'), joined('py pandas'));
    const { stdout } = await run(PANDAS ?? '', ['read.py']);
    expect(stdout).toMatch(new RegExp(`^${ROWS} ${ROWS} property_name\\n`));
  });

  it.skipIf(WITHOUT_PSQL)('loads a file into PostgreSQL, and once more', async () => {
    const database = await emptyDatabase();
    onTestFinished(() => database.close());
    await shell(joined('sh postgres-export'));
    await writeFile(join(directory, 'load.sql'), joined('sql postgres'));
    for (let time = 0; time < 2; time++) {
      await run('psql', ['-X', '-v', 'ON_ERROR_STOP=1', '-f', 'load.sql', database.url]);
    }
    await withClient(database.url, async (client) => {
      const { rows } = await client.query(
        'select count(*)::int as days, count(distinct id)::int as ids, min(avg_rent) > 0 as paid from rents',
      );
      expect(rows).toEqual([{ days: ROWS, ids: 2, paid: true }]);
    });
  });
});
