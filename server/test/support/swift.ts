/** The S3 server of a run of the tests: the first test that asks starts it, the run's end ends it. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import {
  SWIFT_KEYS,
  SWIFT_REGION,
  SWIFT_START_MS,
  startSwift,
  swiftMissing as swiftMissingHere,
} from '../../../bench/peers/swift.ts';
import { presetVariable } from '../../src/config.ts';
import { SDK_SILENCE } from '../../src/objects.ts';
import { connect } from '../../src/storage/s3/client.ts';

export { SWIFT_KEYS };

/** What to say where it is not installed; null where it is. With CONVEYANCE_TEST_S3=required, tests then fail instead of being skipped. */
export const swiftMissing = swiftMissingHere;

if (swiftMissing !== null && process.env['CONVEYANCE_TEST_S3'] === 'required') throw new Error(swiftMissing);

/** Of the run's Swift. */
export async function swiftUrl(): Promise<string> {
  const directory = join(inject('runDirectory'), 'swift');
  const made = await mkdir(directory).then(
    () => true,
    () => false,
  );
  if (made) return startSwift(directory);
  const url = join(directory, 'url');
  const deadline = Date.now() + SWIFT_START_MS;
  while (!existsSync(url)) {
    if (Date.now() > deadline) throw new Error('the test that starts Swift did not end with it');
    await delay(200);
  }
  return readFile(url, 'utf8');
}

const BUCKET_TRIES = 10;
const BUSY_MS = 1000;

/** A bucket of the test's own, by the endpoint that the test talks to. */
export async function swiftBucket(): Promise<{ readonly endpoint: string; readonly bucket: string }> {
  const endpoint = await swiftUrl();
  const bucket = `test-${randomUUID()}`;
  const { client } = connectTo(endpoint, bucket);
  // A server that is busy with others' requests asks for fewer, more often than the client tries again by itself.
  for (let tries = 1; ; tries++) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      break;
    } catch (error) {
      if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 503 || tries === BUCKET_TRIES)
        throw error;
      await delay(BUSY_MS);
    }
  }
  client.destroy();
  return { endpoint, bucket };
}

export function connectTo(
  endpoint: string,
  bucket: string,
  prefix = '',
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string } = SWIFT_KEYS,
) {
  presetVariable(...SDK_SILENCE);
  const credentials = { ...keys };
  return connect({ endpoint, bucket, prefix, region: SWIFT_REGION, pathStyle: true, credentials });
}

/** The settings of a server on that bucket. */
export function bucketSettings(endpoint: string, bucket: string): Readonly<Record<string, string>> {
  return { CONVEYANCE_STORAGE: `s3://${bucket}/conveyance`, CONVEYANCE_S3_ENDPOINT: endpoint };
}
