/** The composition of what reads addresses: their guard, their bounds, and who speaks which protocol. */
import { readFile } from 'node:fs/promises';
import { isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Settings, VERSION } from './config.ts';
import { ConveyanceError } from './core/errors.ts';
import type { Egress } from './core/sources/egress.ts';
import type { LoadSources } from './core/sources/load-sources.ts';

import { createLoadSources } from './sources/sources.ts';
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

/** Throws `bad_setting`. @param firstPauseMs before the second try. */
export async function openLoadSources(settings: SourceSettings, firstPauseMs = FIRST_PAUSE_MS): Promise<LoadSources> {
  const egress = egressOf(settings, await authoritiesOf(settings));
  return createLoadSources({
    egress,
    userAgent: `Conveyance/${VERSION}`,
    firstPauseMs,
    limits: {
      maxBytes: settings.loadLimitBytes,
      maxSeconds: settings.loadSeconds,
      maxUnpackRatio: settings.loadUnpackRatio,
    },
    readers: {},
  });
}
