import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { partsAtATime, readSettings, renamedSettings, SETTINGS } from '../src/config.ts';
import { CHILDREN_BESIDE_EXPORTS } from '../src/core/ports/engine.ts';
import { type Setting, shownOf } from '../src/setting.ts';

const RENAMED = Object.entries<Setting<unknown>>(SETTINGS).flatMap(([name, { variable, formerly }]) =>
  formerly === undefined ? [] : [{ name, variable, formerly }],
);

describe('the memory of the engine’s children', () => {
  const HALF_MIB = totalmem() / 2 ** 20 / 2;
  const memoryMib = (environment: Record<string, string>) =>
    Number(/^(\d+)MiB$/.exec(readSettings(environment).memoryLimit)?.[1]);

  it.each(['1', '2', '7', '64', '256'])('is no more than half of the machine with %s workers', (workers) => {
    const children = Number(workers) + Object.values(CHILDREN_BESIDE_EXPORTS).reduce((sum, count) => sum + count, 0);
    const each = memoryMib({ CONVEYANCE_WORKERS: workers });
    // Below 256 MiB a child could not work: only a machine that is far too small for its workers is promised more than it has.
    if (each > 256) expect(each * children).toBeLessThanOrEqual(HALF_MIB);
    expect(each).toBeGreaterThanOrEqual(256);
    expect(each).toBeLessThanOrEqual(4096);
  });

  it('is what the operator says, whatever the workers', () => {
    expect(readSettings({ CONVEYANCE_WORKERS: '4', CONVEYANCE_MEMORY_LIMIT: '3GB' }).memoryLimit).toBe('3GB');
  });

  it.each([
    ['256MiB', 1],
    ['1023MiB', 1],
    ['1GB', 1],
    ['1GiB', 2],
    ['4096MiB', 2],
  ])('of %s has room for %d parts of a file', (limit, parts) => {
    expect(partsAtATime(readSettings({ CONVEYANCE_MEMORY_LIMIT: limit }))).toBe(parts);
  });

  it('counts the children that the engine may have', () => {
    expect(Object.keys(CHILDREN_BESIDE_EXPORTS)).toEqual(['reads', 'programs', 'spare']);
    const description = SETTINGS.memoryLimit.description;
    expect(description).toContain('and three more');
    expect(description).toContain('(workers + 3)');
  });
});

describe('where objects are kept', () => {
  const storage = (text: string) => readSettings({ CONVEYANCE_STORAGE: text }).storage;

  it('is a disk, or a bucket with or without a prefix', () => {
    expect(readSettings({}).storage).toBe('disk');
    expect(storage('disk')).toBe('disk');
    expect(storage('s3://exports')).toEqual({ bucket: 'exports', prefix: '' });
    expect(storage('s3://my.exports-1/a/b')).toEqual({ bucket: 'my.exports-1', prefix: 'a/b/' });
    expect(storage('s3://exports/a/')).toEqual({ bucket: 'exports', prefix: 'a/' });
  });

  it.each([
    's3',
    's3:exports',
    's3://',
    's3://ab',
    's3://Exports',
    's3://exports//a',
    's3://exports/../a',
    's3://exports/a//b',
    's3://exports/.a',
    'S3://exports',
    's3://key:secret@exports',
    'https://exports.s3.amazonaws.com',
  ])('%s is refused, and what would do is told', (text) => {
    expect(() => storage(text)).toThrow('CONVEYANCE_STORAGE must be disk, or s3://bucket or s3://bucket/prefix');
  });

  it.each(['CONVEYANCE_LINK_TTL_SECONDS', 'CONVEYANCE_REONOMY_LINK_TTL_SECONDS'])(
    'S3 honours no link for more than a week: %s',
    (variable) => {
      const bucket = { CONVEYANCE_STORAGE: 's3://exports' };
      readSettings({ ...bucket, [variable]: '604800' });
      readSettings({ [variable]: '604801' });
      readSettings({ ...bucket, CONVEYANCE_LINKS: 'server', [variable]: '604801' });
      expect(() => readSettings({ ...bucket, [variable]: '604801' })).toThrow(
        `${variable} must be at most 604800 with links that S3 has to honour; set CONVEYANCE_LINKS=server for longer ones`,
      );
    },
  );
});

describe('a cluster', () => {
  const cluster = { CONVEYANCE_CLICKHOUSE_URL: 'https://ch1.example.com:8443, http://127.0.0.1:8123' };

  it('is none by default; its machines are named one by one', () => {
    expect(readSettings({}).clickhouseUrls).toEqual([]);
    expect(readSettings({ CONVEYANCE_STORAGE: 's3://exports', ...cluster }).clickhouseUrls).toEqual([
      'https://ch1.example.com:8443',
      'http://127.0.0.1:8123',
    ]);
  });

  it('is refused where the warehouse lies on the disk of a node, and where an address is none', () => {
    expect(() => readSettings(cluster)).toThrow('CONVEYANCE_CLICKHOUSE_URL needs a warehouse on S3');
    expect(() => readSettings({ CONVEYANCE_CLICKHOUSE_URL: 'ch1:8123' })).toThrow(
      'CONVEYANCE_CLICKHOUSE_URL must be absolute http or https URLs, separated by commas',
    );
  });
});

describe('settings that have a new name', () => {
  it('exist', () => {
    expect(RENAMED.map(({ formerly }) => formerly)).toEqual([
      'CONVEYANCE_BATCH_LINK_TTL_SECONDS',
      'CONVEYANCE_BATCH_RATE_LIMIT_PER_SECOND',
    ]);
  });

  it.each(RENAMED)('$variable is read under $formerly too, and that is told', ({ name, variable, formerly }) => {
    const environment = { [formerly]: '77' };
    expect(readSettings(environment)).toMatchObject({ [name]: 77 });
    expect(renamedSettings(environment)).toEqual([{ variable: formerly, instead: variable }]);
  });

  it.each(RENAMED)('$variable may stand beside $formerly when both say the same', ({ name, variable, formerly }) => {
    expect(readSettings({ [formerly]: '77', [variable]: '77' })).toMatchObject({ [name]: 77 });
    expect(readSettings({ [formerly]: '', [variable]: '78' })).toMatchObject({ [name]: 78 });
  });

  it.each(RENAMED)('$variable that differs from $formerly is refused', ({ variable, formerly }) => {
    expect(() => readSettings({ [formerly]: '77', [variable]: '78' })).toThrow(
      `${variable} and ${formerly}, its former name, are set to different values: remove ${formerly}`,
    );
  });

  it('are not told of where only the new name is used', () => {
    expect(renamedSettings(Object.fromEntries(RENAMED.map(({ variable }) => [variable, '77'])))).toEqual([]);
  });

  it('do not take the name of another setting', () => {
    const variables = Object.values<Setting<unknown>>(SETTINGS).map(({ variable }) => variable);
    expect(RENAMED.filter(({ formerly }) => variables.includes(formerly))).toEqual([]);
  });
});

describe('what operators are shown', () => {
  const rows = Object.values<Setting<unknown>>(SETTINGS);
  const shown = (environment: Record<string, string>, overrides: Record<string, string> = {}) =>
    Object.fromEntries(shownOf(rows, environment, overrides).map((each) => [each.variable, each]));

  it('is every setting, with where its value comes from', () => {
    const all = shown({ CONVEYANCE_PORT: '9000', CONVEYANCE_HOST: '127.0.0.2' }, { CONVEYANCE_PORT: '9001' });
    expect(Object.keys(all)).toEqual(rows.map(({ variable }) => variable));
    expect(all['CONVEYANCE_PORT']).toMatchObject({ value: '9001', origin: 'command line', defaultText: '8080' });
    expect(all['CONVEYANCE_HOST']).toMatchObject({ value: '127.0.0.2', origin: 'environment' });
    expect(all['CONVEYANCE_ROLE']).toMatchObject({ value: null, origin: 'default' });
  });

  it('has no secret, nor the password of an address', () => {
    const secrets = rows.filter(({ secret }) => secret === true).map(({ variable }) => variable);
    const canaries = Object.fromEntries(rows.map(({ variable }) => [variable, `http://user:canary@host/${variable}`]));
    const all = shown(canaries);
    expect(JSON.stringify(all)).not.toContain('canary');
    expect(secrets).toEqual(expect.arrayContaining(['CONVEYANCE_MASTER_KEY', 'DATABASE_URL']));
    for (const variable of secrets) expect(all[variable]).toMatchObject({ value: null, isSecret: true });
    // Control: what is no secret is shown.
    expect(all['CONVEYANCE_PUBLIC_URL']?.value).toBe('http://…@host/CONVEYANCE_PUBLIC_URL');
  });
});
