/** The connection to the bucket. Nothing of the SDK is loaded before a setting names a bucket: this room is imported dynamically. */
import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

export interface Bucket {
  readonly bucket: string;
  /** In front of every key; empty, or ending with a slash. */
  readonly prefix: string;
}

export interface S3Options extends Bucket {
  /** Absent for AWS itself. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** The bucket in the path instead of in the host name. */
  readonly pathStyle: boolean;
  /** Of a bucket that is not the server’s own. Otherwise they come from the standard chain of the SDK. */
  readonly credentials?: S3ClientConfig['credentials'];
  /** Connections that somebody else makes, and judges. */
  readonly agents?: { readonly http: HttpAgent; readonly https: HttpsAgent };
}

export interface S3Connection extends Bucket {
  readonly client: S3Client;
}

/** An address that takes no connection in this time is away. */
const CONNECTION_MS = 3_000;
/** Between two bytes, either way. A slow part still moves. */
const SILENCE_MS = 20_000;
/** To the headers of the answer. Whoever asked waits for that, three times. */
const ANSWER_MS = 8_000;
/** The same where bytes are sent first, or where an upload of thousands of parts is put together. */
export const LONG_ANSWER = { requestTimeout: 120_000 } as const;
/** A download that this server passes on has one for as long as its customer takes: few of them would keep all others from the store. */
const MOST_SOCKETS = 1024;
/** What is repeated beyond that is ours: parts are kept, reading goes on where it broke, jobs are put back. */
const TRIES = 3;

/** Requests that carry bytes of objects. */
const CARRYING = ['PutObjectCommand', 'UploadPartCommand'];

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}

/** Hashing the bytes for the signature too took as long as hashing them for the manifest; their MD5 stands in a header that is signed. */
function signWithoutBody(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        const { request } = args;
        if (CARRYING.includes(commandName) && hasHeaders(request)) {
          request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
        }
        return next(args);
      },
    { step: 'build', name: 'signWithoutBody' },
  );
}

export function connect({ bucket, prefix, endpoint, region, pathStyle, credentials, agents }: S3Options): S3Connection {
  const client = new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: TRIES,
    // By default the SDK sends its checksums as trailers of a chunked body, which Ceph (411) and Swift (501) refuse.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECTION_MS,
      socketTimeout: SILENCE_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      httpAgent: agents?.http ?? { keepAlive: true, maxSockets: MOST_SOCKETS },
      httpsAgent: agents?.https ?? { keepAlive: true, maxSockets: MOST_SOCKETS },
    },
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
  });
  signWithoutBody(client);
  return { client, bucket, prefix };
}
