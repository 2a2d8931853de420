/** Objects of a provider’s bucket, brought to a load. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import { StoreAway } from '../../core/passing-fault.ts';
import type { Egress } from '../../core/sources/egress.ts';
import {
  type FetchedFile,
  SourceBroke,
  type SourceReader,
  type SourceRequest,
  type SourceStaging,
} from '../../core/sources/load-sources.ts';
import type { BucketAddress } from '../bucket-address.ts';
import { connect, type S3Connection } from './client.ts';
import { isAbsent, statusOf, told } from './faults.ts';
import { openPlace } from './object-reader.ts';

const MOST_OBJECTS = 1_000;
const MOST_SOCKETS_OF_A_LOAD = 4;

export interface BucketReading {
  readonly egress: Egress<Duplex>;
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Null where the request must bring them. */
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  } | null;
}

type Made = (error: Error | null, stream?: Duplex) => void;

/** Agents whose connections the guard makes. */
function agentsOf({ egress }: BucketReading, signal: AbortSignal) {
  const options = { keepAlive: true, maxSockets: MOST_SOCKETS_OF_A_LOAD };
  const dialing = (secure: boolean) => (asked: { host?: string | null; port?: string | number | null }, made: Made) => {
    const target = { hostname: asked.host ?? '', port: Number(asked.port ?? (secure ? 443 : 80)), secure };
    egress.dial(target, signal).then(
      (socket) => made(null, socket),
      (error: unknown) => made(error instanceof Error ? error : new Error(String(error))),
    );
  };
  return {
    http: Object.assign(new HttpAgent(options), { createConnection: dialing(false) }),
    https: Object.assign(new HttpsAgent(options), { createConnection: dialing(true) }),
  };
}

function refuse(message: string, cause?: unknown): never {
  throw new ConveyanceError('load_refused', message, { cause });
}

class BucketSource implements SourceReader {
  readonly address: string;
  readonly #request: SourceRequest;
  readonly #bucket: string;
  readonly #key: string;
  readonly #reading: BucketReading;

  constructor({ bucket, key, shown }: BucketAddress, request: SourceRequest, reading: BucketReading) {
    this.#request = request;
    this.#bucket = bucket;
    this.#key = key;
    this.#reading = reading;
    this.address = shown;
  }

  #credentials(): NonNullable<BucketReading['credentials']> {
    const { user = null, secret = null } = this.#request.secret ?? {};
    if (secret !== null && user !== null) return { accessKeyId: user, secretAccessKey: secret };
    return (
      this.#reading.credentials ??
      refuse(
        `${this.address}: no access key is set for it: CONVEYANCE_LOAD_S3_KEY_ID and CONVEYANCE_LOAD_S3_SECRET have it`,
      )
    );
  }

  #judge(): void {
    const { endpoint, egress } = this.#reading;
    if (endpoint === undefined) return;
    const url = new URL(endpoint);
    const refusal = egress.refusalOf(url);
    if (refusal !== null) refuse(`${this.address}: CONVEYANCE_LOAD_S3_ENDPOINT, ${url.origin}, ${refusal}`);
    if (url.protocol === 'https:' || egress.isNamed(url.hostname.replace(/[[\]]/g, ''), Number(url.port || 80))) return;
    refuse(`${this.address}: ${url.origin} is not encrypted: use https, or name ${url.host} in CONVEYANCE_LOAD_ALLOW`);
  }

  async #telling<Result>(address: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SourceBroke) throw error;
      if (isAbsent(error))
        refuse(`${address} is not there; an address that ends with / stands for all that begins with it`, error);
      const status = statusOf(error);
      if (status === 412) throw new SourceBroke(`${address} has changed while it was read`);
      if (status === 401 || status === 403)
        refuse(`${address} may not be read with this access key (${status})`, error);
      const fault = told(error);
      if (fault instanceof StoreAway) {
        const cause = fault.cause instanceof Error ? fault.cause.message : 'unknown reason';
        throw new SourceBroke(`${address} broke off or does not answer: ${cause}`, { cause: error });
      }
      if (isConveyanceError(error)) throw error;
      return refuse(`${address} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
    }
  }

  /** The keys of what the address stands for, in order. */
  async #keys(connection: S3Connection): Promise<readonly string[]> {
    if (this.#key !== '' && !this.#key.endsWith('/')) return [this.#key];
    const keys: string[] = [];
    for (let token: string | undefined; ; ) {
      const listed = await connection.client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: this.#key,
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      );
      keys.push(
        ...(listed.Contents ?? []).flatMap(({ Key: key }) => (key === undefined || key.endsWith('/') ? [] : [key])),
      );
      if (keys.length > MOST_OBJECTS)
        refuse(`${this.address} has more than ${MOST_OBJECTS} objects: name a narrower one`);
      token = listed.NextContinuationToken;
      if (token === undefined) break;
    }
    return keys.length > 0 ? keys : refuse(`${this.address}: nothing begins with that`);
  }

  async complete(): Promise<SourceRequest> {
    this.#judge();
    const { accessKeyId, secretAccessKey, sessionToken } = this.#credentials();
    if (sessionToken !== undefined)
      refuse(`${this.address}: CONVEYANCE_LOAD_S3_TOKEN is set: a key that ends soon is no use later`);
    return { ...this.#request, secret: { user: accessKeyId, secret: secretAccessKey } };
  }

  async read(staging: SourceStaging): Promise<readonly FetchedFile[]> {
    const { signal } = staging;
    this.#judge();
    const { endpoint, region } = this.#reading;
    const agents = agentsOf(this.#reading, signal);
    const connection = connect({
      bucket: this.#bucket,
      prefix: '',
      endpoint,
      region,
      pathStyle: endpoint !== undefined,
      credentials: this.#credentials(),
      agents,
    });
    try {
      const keys = await this.#telling(this.address, signal, () => this.#keys(connection));
      const files: FetchedFile[] = [];
      for (const key of keys) {
        const address = `s3://${this.#bucket}/${key}`;
        files.push(
          await this.#telling(address, signal, () => receive(connection, { key, address }, staging, keys.length === 1)),
        );
      }
      return files;
    } finally {
      connection.client.destroy();
      agents.http.destroy();
      agents.https.destroy();
    }
  }
}

async function receive(
  connection: S3Connection,
  { key, address }: { readonly key: string; readonly address: string },
  staging: SourceStaging,
  isAlone: boolean,
): Promise<FetchedFile> {
  const { first, bytes } = await openPlace({ connection, key, range: undefined });
  try {
    if (isAlone) staging.expect(first.ContentLength ?? null);
    const segments = key.split('/');
    const name = segments.pop() || 'data';
    const file = await staging.create(`${segments.join('_') || 'at'}/${segments.pop() ?? 'at'}/${name}`);
    try {
      for await (const piece of bytes) await file.write(piece);
      const path = await file.finish();
      const facts = { etag: first.ETag ?? null, version: first.VersionId ?? null, snapshot: null, isOneMoment: true };
      return { path, address, bytes: file.bytes, ...facts, layout: null };
    } catch (error) {
      await file.abandon();
      throw error;
    }
  } finally {
    await bytes.return();
  }
}

export function openBucketSource(address: BucketAddress, request: SourceRequest, reading: BucketReading): SourceReader {
  return new BucketSource(address, request, reading);
}
