/** A backup in a bucket, of a server whose objects lie in one, and restored into a third: a real S3 server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../cli/cli-world.ts';
import { MASTER_KEY } from '../support/app.ts';
import { emptyDatabase } from '../support/postgres.ts';
import { type S3App, s3App } from '../support/s3-app.ts';
import { bucketSettings, swiftBucket, swiftMissing } from '../support/swift.ts';

const TIMEOUT_MS = 200_000;

describe.skipIf(swiftMissing !== null)(`backups in a bucket${swiftMissing ? ` (${swiftMissing})` : ''}`, () => {
  let server: S3App;
  let directory: string;
  let restored: Awaited<ReturnType<typeof emptyDatabase>>;
  beforeAll(async () => {
    server = await s3App();
    directory = await mkdtemp(join(tmpdir(), 'conveyance-s3-restored-'));
    restored = await emptyDatabase();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await server?.close();
    await restored?.close();
    await rm(directory, { recursive: true, force: true });
  }, TIMEOUT_MS);

  const settingsOf = (url: string, dataDir: string, store: Readonly<Record<string, string>>) => ({
    DATABASE_URL: url,
    CONVEYANCE_MASTER_KEY: MASTER_KEY,
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_LOG_LEVEL: 'silent',
    ...store,
  });

  it(
    'are made while the server works, refused where they would mix with its own objects, and restored into another bucket',
    async () => {
      const own = bucketSettings(server.store.url, server.bucket);
      const settings = settingsOf(server.databaseUrl, server.dataDir, own);
      const inside = await cli(['backup', `s3://${server.bucket}/conveyance/backup`], { settings });
      expect([inside.code, inside.stderr]).toEqual([2, expect.stringContaining('overlaps')]);

      const place = `s3://${server.bucket}/backups`;
      const made = await cli(['backup', place, '--json'], { settings });
      expect(made.code, made.stderr).toBe(0);
      expect(JSON.parse(made.stdout).missing).toEqual([]);
      expect(JSON.parse(made.stdout).copied_objects).toBeGreaterThan(10);
      expect((await cli(['restore', place, '--check'], { settings })).stdout).toContain('is whole');

      const { bucket } = await swiftBucket();
      const elsewhere = settingsOf(restored.url, directory, bucketSettings(server.store.url, bucket));
      const back = await cli(['restore', place], { settings: elsewhere });
      expect(back.code, back.stderr).toBe(0);
      const checked = await cli(['warehouse', 'check', '--json'], { settings: elsewhere });
      expect([checked.code, JSON.parse(checked.stdout)]).toMatchObject([0, { faults: [] }]);
      const show = async (each: Readonly<Record<string, string>>) =>
        JSON.parse((await cli(['warehouse', 'show', '--json'], { settings: each })).stdout);
      expect(await show(elsewhere)).toEqual(await show(settings));
    },
    TIMEOUT_MS,
  );
});
