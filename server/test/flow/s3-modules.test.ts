/** One machine with a disk carries nothing of what talks to buckets or to clusters. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerProcess } from '../crash/server-process.ts';

const NOTING = pathToFileURL(join(import.meta.dirname, 'note-modules.mjs')).href;
const OF_BUCKETS = /@aws-sdk|@smithy|\/storage\/s3\//;
const OF_CLUSTERS = /@clickhouse|\/dist\/clickhouse\//;

let server: ServerProcess;
let noted: string;
let settings: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = await ServerProcess.beside({}, { demo: false });
  noted = join(server.directory, 'modules');
  settings = { NODE_OPTIONS: `--import=${NOTING}`, NOTED_MODULES: noted };
});
afterAll(() => server.close());

async function loaded(): Promise<readonly string[]> {
  return (await readFile(noted, 'utf8')).split('\n');
}

describe('a server', () => {
  it('whose objects lie on its disk has loaded no module that talks to buckets or clusters', async () => {
    await server.serve({ settings });
    const modules = await loaded();
    expect(modules.some((url) => url.endsWith('/storage/disk/disk.js'))).toBe(true);
    expect(modules.filter((url) => OF_BUCKETS.test(url) || OF_CLUSTERS.test(url))).toEqual([]);
    await server.kill();
  });

  it('with a bucket and a cluster loads them, and does not start where the bucket cannot be reached', async () => {
    const bucket = {
      CONVEYANCE_STORAGE: 's3://there-is-none/prefix',
      CONVEYANCE_S3_ENDPOINT: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_EC2_METADATA_DISABLED: 'true',
      CONVEYANCE_CLICKHOUSE_URL: 'http://127.0.0.1:9',
    };
    await expect(server.serve({ settings: { ...settings, ...bucket } })).rejects.toThrow('ended before it listened');
    const modules = await loaded();
    expect(modules.some((url) => OF_BUCKETS.test(url))).toBe(true);
    expect(modules.some((url) => OF_CLUSTERS.test(url))).toBe(true);
  });
});
