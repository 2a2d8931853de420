/** Wherever a command takes an account or a key it takes the name as well as the id: held for the table of all commands. */
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECTIONS } from '../../src/cli/commands.ts';
import { newJob } from '../security/access-world.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { cli, type Ran } from './cli-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
});
afterAll(() => app?.close());

interface Subject {
  readonly id: string;
  readonly name: string;
  readonly keyId: string;
  readonly keyName: string;
  readonly jobId: string;
}

let made = 0;

/** An account of its own for each try: some commands end it. */
async function subject(): Promise<Subject> {
  const name = `Acme ${++made}`;
  const keyName = `nightly ${made}`;
  const account = await app.account({ name });
  const key = JSON.parse((await run('keys', 'create', '--account', account.id, '--name', keyName, '--json')).stdout);
  const credential = await app.app.deps.db.credentials.byAccessKey(key.access_key);
  const job = await newJob(app, account);
  return { id: account.id, name, keyId: credential?.id ?? '', keyName, jobId: job.id };
}

/** What watches is interrupted when it has said something. */
async function run(...argv: readonly string[]): Promise<Ran> {
  const { deps } = app.app;
  if (argv[1] !== 'watch') return cli(argv, { deps });
  const stop = new AbortController();
  const lines: string[] = [];
  const write = (text: string) => {
    lines.push(text);
    stop.abort();
    return true;
  };
  const stdout = Object.assign(new PassThrough(), { write });
  return { ...(await cli(argv, { deps, interrupt: stop.signal, stdout })), stdout: lines.join('') };
}

type Words = (of: Subject, word: string) => readonly string[];

/** What each needs besides the account. `--account WORD` is put behind those that have the option. */
const BY_ARGUMENT: Readonly<Record<string, Words>> = {
  'accounts show': (_of, word) => [word],
  'accounts rename': (_of, word) => [word, `Renamed ${made}`],
  'accounts grant': (_of, word) => [word, '--properties', 'all'],
  'accounts revoke': (_of, word) => [word, '--properties', 'all'],
  'accounts revoke-links': (_of, word) => [word],
  'accounts quota set': (_of, word) => [word, '7'],
  'accounts quota show': (_of, word) => [word],
  'accounts suspend': (_of, word) => [word, '--yes'],
  'accounts resume': (_of, word) => [word],
  'accounts delete': (_of, word) => [word, '--yes'],
  'grants show': (_of, word) => [word],
  'grants replace': (_of, word) => [word, '--properties', 'all', '--yes'],
  'grants diff': (_of, word) => [word, '--properties', 'all'],
};
const BY_OPTION: Readonly<Record<string, Words>> = {
  'jobs list': () => [],
  'jobs show': ({ jobId }) => [jobId],
  'jobs watch': () => [],
  'jobs cancel': ({ jobId }) => [jobId],
  'webhooks list': () => [],
  'keys create': () => [],
  'keys list': () => [],
  'tokens create': () => [],
  invite: () => [],
  'audit tail': () => [],
  'audit export': () => [],
};
const BY_KEY: readonly string[] = ['keys rotate', 'keys revoke'];

const COMMANDS = SECTIONS.flatMap(({ commands }) => commands);

describe('the table of commands', () => {
  it('has no other command that takes an account or a key', () => {
    const withOption = COMMANDS.filter(({ options }) => options['account'] !== undefined).map(({ name }) => name);
    expect(withOption.sort()).toEqual(Object.keys(BY_OPTION).sort());
    const describes = (word: string) =>
      COMMANDS.filter((command) =>
        Object.values(command.arguments).some(({ description }) => description.startsWith(word)),
      ).map(({ name }) => name);
    expect(describes('The account: its id or its name').sort()).toEqual(Object.keys(BY_ARGUMENT).sort());
    expect(describes('The access key, or the id or the name').sort()).toEqual([...BY_KEY].sort());
  });
});

/** An id that differs from try to try, and instants. */
function withoutOwn(text: string, { id, name }: Subject): string {
  return text
    .replaceAll(id, 'ID')
    .replaceAll(name, 'NAME')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'AT')
    .replaceAll(/(?:cvk|cvs|cvt|cvi)_[\w-]+/g, 'SECRET')
    .replaceAll(/"(?:secret|token|sha256|property_ids_sha256)":"[^"]*"/g, '"HIDDEN"')
    .replaceAll(/"id":\d+/g, '"id":N')
    .replaceAll(/(?:nightly|Renamed) \d+/g, 'THEIRS');
}

async function ran(name: string, words: readonly string[], of: Subject): Promise<string> {
  const { code, stdout, stderr } = await run(...name.split(' '), ...words, '--json');
  expect([name, code], stderr).toEqual([name, 0]);
  expect([name, stdout === '']).toEqual([name, false]);
  return withoutOwn(stdout, of);
}

describe('by id and by name', () => {
  it.each(Object.entries(BY_ARGUMENT))('%s says the same', async (name, words) => {
    const [one, other] = [await subject(), await subject()];
    expect(await ran(name, words(other, other.name), other)).toBe(await ran(name, words(one, one.id), one));
  });

  it.each(Object.entries(BY_OPTION))('%s --account says the same', async (name, words) => {
    const [one, other] = [await subject(), await subject()];
    const byId = await ran(name, [...words(one, one.id), '--account', one.id], one);
    expect(await ran(name, [...words(other, other.name), '--account', other.name], other)).toBe(byId);
  });

  it.each(BY_KEY)('%s takes the name of a key', async (name) => {
    const [one, other] = [await subject(), await subject()];
    expect(await ran(name, [other.keyName], other)).toBe(await ran(name, [one.keyId], one));
  });

  it('asks which, where two are called so', async () => {
    const { id } = await subject();
    for (const _time of [1, 2]) await run('keys', 'create', '--account', id, '--name', 'twice');
    const refused = await run('keys', 'revoke', 'twice');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('2 credentials are called twice')]);
    for (const _time of [1, 2]) await app.account({ name: 'Twins' });
    expect((await run('accounts', 'show', 'Twins')).stderr).toContain(
      '2 accounts are called Twins; say which by its id',
    );
  });
});
