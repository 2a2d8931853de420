/** The composition of what reads addresses: their guard, their bounds, and who speaks which protocol. */
import { readFile } from 'node:fs/promises';
import { isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { presetVariable, processEnvironment, type Settings, VERSION } from './config.ts';
import { ConveyanceError } from './core/errors.ts';
import type { Egress } from './core/sources/egress.ts';
import type { LoadSources, SourceReader } from './core/sources/load-sources.ts';
import { SDK_SILENCE } from './objects.ts';
import type { Environment } from './postgres/source/login.ts';
import { openDatabaseSource } from './postgres/source/source.ts';

import { createLoadSources } from './sources/sources.ts';
import { bucketAddress } from './storage/bucket-address.ts';
import type { BucketReading } from './storage/s3/bucket-source.ts';
import { connect, EgressRefusal } from './webhooks/connect.ts';
import { createEgressGuard } from './webhooks/egress.ts';
import { isLoopback } from './webhooks/public-address.ts';
import { createDnsLookup, systemLookup } from './webhooks/resolve.ts';

const FIRST_PAUSE_MS = 500;
const POSTGRES_PORT = 5432;

type SourceSettings = Pick<
  Settings,
  | 'loadAllow'
  | 'loadLimitBytes'
  | 'loadSeconds'
  | 'loadUnpackRatio'
  | 'loadCa'
  | 'loadS3Endpoint'
  | 'loadS3Region'
  | 'loadS3KeyId'
  | 'loadS3Secret'
  | 'loadS3Token'
  | 'databaseUrl'
  | 'sftpHost'
  | 'sftpPort'
  | 'metricsHost'
  | 'metricsPort'
>;

interface Place {
  readonly host: string;
  readonly port: number;
}

/** What of this installation listens for itself alone, as far as settings say. The embedded database has no port. */
function ownPlaces(settings: SourceSettings): readonly Place[] {
  const { databaseUrl, sftpHost, sftpPort, metricsHost, metricsPort } = settings;
  const url = databaseUrl !== undefined && URL.canParse(databaseUrl) ? new URL(databaseUrl) : null;
  const host = url?.hostname.replace(/[[\]]/g, '') ?? '';
  return [
    // One with a path in it is a socket.
    ...(host === '' || host.includes('%2F') ? [] : [{ host, port: Number(url?.port || POSTGRES_PORT) }]),
    ...(sftpPort ? [{ host: sftpHost, port: sftpPort }] : []),
    ...(metricsPort ? [{ host: metricsHost, port: metricsPort }] : []),
  ];
}

function isThisMachine(address: string): boolean {
  if (isLoopback(address)) return true;
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return own.some((each) => each.address === address);
}

async function isAt({ host }: Place, address: string): Promise<boolean> {
  const never = new AbortController().signal;
  const addresses = isIP(host) === 0 ? await systemLookup(host, never).catch(() => []) : [host];
  return addresses.some(
    (each) =>
      each === address || (isThisMachine(address) && (isThisMachine(each) || each === '0.0.0.0' || each === '::')),
  );
}

function egressOf(settings: SourceSettings, certificateAuthorities: readonly string[]): Egress<Socket> {
  const guard = createEgressGuard({ allow: settings.loadAllow, variable: 'CONVEYANCE_LOAD_ALLOW' });
  const places = ownPlaces(settings);
  async function isOwn(address: string, port: number): Promise<boolean> {
    for (const place of places) if (place.port === port && (await isAt(place, address))) return true;
    return false;
  }
  const connecting = {
    guard,
    lookup: createDnsLookup(),
    trustedLookup: systemLookup,
    certificateAuthorities,
    isOwn,
  };
  return {
    refusalOf(url) {
      const verdict = guard.judgeUrl(url.href);
      return verdict.allowed
        ? null
        : `${verdict.reason}: CONVEYANCE_LOAD_ALLOW has what may be read besides public addresses`;
    },
    isNamed: (hostname, port) => guard.lists(hostname, port),
    async dial(target, signal) {
      try {
        return await connect(connecting, { ...target, hostname: target.hostname.replace(/[[\]]/g, '') }, signal);
      } catch (error) {
        if (!(error instanceof EgressRefusal)) throw error;
        const what = `${error.message}; CONVEYANCE_LOAD_ALLOW has what may be read besides public addresses`;
        // A name server that does not answer may do so later.
        throw error.cause === undefined ? new ConveyanceError('load_refused', what, { cause: error }) : error;
      }
    },
  };
}

async function authoritiesOf({ loadCa }: SourceSettings): Promise<readonly string[]> {
  if (loadCa === undefined) return [];
  try {
    return [await readFile(loadCa, 'utf8')];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConveyanceError('bad_setting', `CONVEYANCE_LOAD_CA: ${loadCa} cannot be read: ${reason}`, {
      cause: error,
    });
  }
}

interface Surroundings {
  /** Before the second try. */
  readonly firstPauseMs: number;
  /** Where credentials for databases are, under the names that PostgreSQL’s own programs have for them. */
  readonly environment: Environment;
}

/** The reader of a kind of address that few installations use: it is loaded with the first. */
function lazily(address: string, load: () => Promise<SourceReader>): SourceReader {
  return {
    address,
    read: async (staging) => (await load()).read(staging),
    complete: async () => (await load()).complete(),
  };
}

function bucketReading(settings: SourceSettings, egress: Egress<Socket>): BucketReading {
  const { loadS3Endpoint, loadS3Region, loadS3KeyId, loadS3Secret, loadS3Token } = settings;
  const isKnown = loadS3KeyId !== undefined && loadS3Secret !== undefined;
  const token = loadS3Token === undefined ? {} : { sessionToken: loadS3Token };
  return {
    egress,
    endpoint: loadS3Endpoint,
    region: loadS3Region,
    credentials: isKnown ? { accessKeyId: loadS3KeyId, secretAccessKey: loadS3Secret, ...token } : null,
  };
}

/** Throws `bad_setting`. */
export async function openLoadSources(
  settings: SourceSettings,
  { firstPauseMs, environment }: Surroundings = { firstPauseMs: FIRST_PAUSE_MS, environment: processEnvironment() },
): Promise<LoadSources> {
  const authorities = await authoritiesOf(settings);
  const egress = egressOf(settings, authorities);
  const database = { egress, authorities, environment, firstPauseMs };
  const bucket = bucketReading(settings, egress);
  return createLoadSources({
    egress,
    userAgent: `Conveyance/${VERSION}`,
    firstPauseMs,
    limits: {
      maxBytes: settings.loadLimitBytes,
      maxSeconds: settings.loadSeconds,
      maxUnpackRatio: settings.loadUnpackRatio,
    },
    readers: {
      'postgres:': (request, url) => openDatabaseSource(request, url, database),
      'postgresql:': (request, url) => openDatabaseSource(request, url, database),
      's3:': (request, url) => {
        const address = bucketAddress(url);
        return lazily(address.shown, async () => {
          presetVariable(...SDK_SILENCE);
          const { openBucketSource } = await import('./storage/s3/bucket-source.ts');
          return openBucketSource(address, request, bucket);
        });
      },
    },
  });
}
