import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { presetVariable } from '../../server/dist/config.js';
import { SDK_SILENCE } from '../../server/dist/objects.js';
import { connect } from '../../server/dist/storage/s3/client.js';
import { numberFlag } from '../flags.ts';
import { alone, type BenchCase, beside, type Figures, type How } from '../frame/figures.ts';
import { type Served, startServed } from '../frame/served.ts';
import { seconds, takeTurns } from '../frame/turns.ts';
import { SWIFT_KEYS, SWIFT_REGION, startSwift, stopSwift, swiftMissing } from '../peers/swift.ts';
import { END, propertyIds, type ReportRequest, runJob } from '../server.ts';

interface Extent {
  readonly properties: number;
  readonly pairs: number;
}

const WHOLE: Extent = { properties: 400, pairs: 5 };
const QUICK: Extent = { properties: 12, pairs: 1 };
const MOST_OF_DISK_AND_UPLOAD = 1.15;
const MOST_MIB = 1024;
const MIB = 1_048_576;
/** As the store's own writer begins. */
const PART_BYTES = 8 * MIB;
const PARTS_UNDER_WAY = 4;

interface Bucket {
  readonly client: S3Client;
  readonly name: string;
}

/** By parts, several at a time, and nothing else: what the store itself takes for the bytes. */
async function upload({ client, name }: Bucket, bytes: Buffer): Promise<void> {
  const target = { Bucket: name, Key: `plain/${randomUUID()}` };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let next = 0;
  async function send(): Promise<void> {
    for (let start = next; start < bytes.length; start = next) {
      next += PART_BYTES;
      const PartNumber = start / PART_BYTES + 1;
      const Body = bytes.subarray(start, start + PART_BYTES);
      const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
      parts.push({ PartNumber, ETag });
    }
  }
  await Promise.all(Array.from({ length: PARTS_UNDER_WAY }, send));
  const Parts = parts.sort((left, right) => left.PartNumber - right.PartNumber);
  await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
}

interface Stores {
  readonly disk: Served;
  readonly s3: Served;
  readonly bucket: Bucket;
}

async function measure({ disk, s3, bucket }: Stores, { pairs, properties }: Extent): Promise<Figures> {
  const year = END.slice(0, 4);
  const request: ReportRequest = {
    report_type: 'property',
    output_format: 'csv',
    start_date: `${year}-01-01`,
    end_date: `${year}-12-31`,
    property_ids: (await propertyIds(disk)).slice(0, properties),
  };
  // What was made on the disk is what is uploaded: the two give the same bytes.
  const first = await runJob(disk, request);
  const { body } = await disk.client.exports.open(first.job_id);
  const bytes = Buffer.from(await new Response(body).arrayBuffer());
  const peakBytes = await s3.peakOf(() => runJob(s3, request));
  const taken = await takeTurns(pairs, {
    s3: () => seconds(() => runJob(s3, request)),
    disk: () => seconds(() => runJob(disk, request)),
    upload: () => seconds(() => upload(bucket, bytes)),
  });
  const rows = first.result?.rows.toLocaleString('en') ?? '';
  return {
    rows: [
      beside(
        {
          subject: `property, ${rows} rows, CSV, ${Math.round(bytes.length / MIB)} MiB`,
          unit: 's',
          goal: { of: 'ratio', is: 'at most', limit: MOST_OF_DISK_AND_UPLOAD },
        },
        taken.s3,
        {
          name: 'to disk, and the file uploaded',
          values: taken.disk.map((each, round) => each + (taken.upload[round] ?? Number.NaN)),
        },
      ),
      alone(
        { subject: 'peak memory, one worker', unit: 'MiB', goal: { of: 'value', is: 'less than', limit: MOST_MIB } },
        [peakBytes / MIB],
      ),
    ],
    peakBytes,
    skipped: [],
  };
}

async function run({ quick }: How): Promise<Figures> {
  if (swiftMissing !== null) return { rows: [], peakBytes: null, skipped: [swiftMissing] };
  presetVariable(...SDK_SILENCE);
  const whole = quick ? QUICK : WHOLE;
  const extent = { ...whole, pairs: numberFlag('pairs', whole.pairs) };
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-bench-s3-'));
  const closing: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
  try {
    const endpoint = await startSwift(directory);
    closing.push(() => stopSwift(directory));
    const name = `bench-${randomUUID()}`;
    const credentials = { ...SWIFT_KEYS };
    const { client } = connect({
      bucket: name,
      prefix: '',
      endpoint,
      region: SWIFT_REGION,
      pathStyle: true,
      credentials,
    });
    closing.push(async () => client.destroy());
    await client.send(new CreateBucketCommand({ Bucket: name }));
    presetVariable('AWS_ACCESS_KEY_ID', SWIFT_KEYS.accessKeyId);
    presetVariable('AWS_SECRET_ACCESS_KEY', SWIFT_KEYS.secretAccessKey);
    presetVariable('AWS_EC2_METADATA_DISABLED', 'true');
    const size = { size: quick ? 'tiny' : 'bench', properties: extent.properties, parcels: 0 } as const;
    const worker = { CONVEYANCE_WORKERS: '1' };
    const disk = await startServed(size, worker);
    closing.push(() => disk.close());
    const stored = { CONVEYANCE_STORAGE: `s3://${name}/conveyance`, CONVEYANCE_S3_ENDPOINT: endpoint };
    const s3 = await startServed(size, { ...worker, ...stored });
    closing.push(() => s3.close());
    return await measure({ disk, s3, bucket: { client, name } }, extent);
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

export const largeExportS3: BenchCase = {
  name: 'large-export-s3',
  title: 'A large export to S3',
  about:
    'A year of four hundred properties as CSV, from the POST to `succeeded`, with the warehouse and the result in a bucket of a real S3 server (OpenStack Swift, on the same machine). Beside it, in the same rounds: the same export to disk, plus a plain multipart upload of the finished file, eight MiB a part and four at a time, which is what the store itself takes for those bytes.',
  run,
};
