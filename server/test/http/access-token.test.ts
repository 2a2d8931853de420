/** For how long a caller is believed without being looked up. */
import { beforeEach, expect, it } from 'vitest';
import type { Topic } from '../../src/core/ports/database/events.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { oneKey } from '../../src/core/ports/keys.ts';
import { createAccessTokens } from '../../src/http/server/access-token.ts';

const TOKEN = 'cvt_of-the-test';
const STORED = {
  id: 'c0ffee00-0000-4000-8000-000000000002',
  accountId: 'c0ffee00-0000-4000-8000-000000000001',
  kind: 'token' as const,
  accessKey: null,
  scopes: [],
  createdAt: new Date(0),
  secretHash: new Uint8Array(),
};

let revokedAt: Date | null;
let lookUps: number;
let now: number;
let tell: (topic: Topic) => void;
let tokens: ReturnType<typeof createAccessTokens>;

beforeEach(() => {
  revokedAt = null;
  lookUps = 0;
  now = 0;
  const listeners = new Map<Topic, Set<() => void>>();
  tell = (topic) => {
    for (const listener of listeners.get(topic) ?? []) listener();
  };
  const db = {
    credentials: {
      byTokenHash: async () => {
        lookUps += 1;
        return { ...STORED, revokedAt };
      },
    },
    audit: { append: async () => undefined },
    subscribe: (topic: Topic, listener: () => void) => {
      listeners.set(topic, (listeners.get(topic) ?? new Set()).add(listener));
      return () => undefined;
    },
  };
  const deps = {
    db,
    secrets: { hash: () => new Uint8Array(), hashes: () => [new Uint8Array()], equal: () => true },
    clock: () => new Date(now),
  } as unknown as Deps;
  tokens = createAccessTokens(deps, {
    rateLimitPerMinute: 0,
    reonomyRateLimitPerSecond: 0,
    publicUrl: 'http://127.0.0.1',
    tokenKeys: oneKey(new Uint8Array(32)),
  });
});

const isKnown = async () => (await tokens.recognise(TOKEN)) !== null;

it('a personal token is looked up once for all requests of three seconds', async () => {
  expect(await Promise.all([isKnown(), isKnown()])).toEqual([true, true]);
  now = 2_999;
  expect(await isKnown()).toBe(true);
  expect(lookUps).toBe(1);
  now = 3_000;
  expect(await isKnown()).toBe(true);
  expect(lookUps).toBe(2);
});

it('is worth nothing five seconds after a revocation of which this process was not told', async () => {
  expect(await isKnown()).toBe(true);
  revokedAt = new Date(1);
  now = 4_999;
  expect(await isKnown()).toBe(false);
});

it('is worth nothing from the moment at which this process is told', async () => {
  expect(await isKnown()).toBe(true);
  revokedAt = new Date(1);
  tell('credential-revoked');
  expect(await isKnown()).toBe(false);
});

it('a refused one is looked up, and written down, each time', async () => {
  revokedAt = new Date(1);
  for (let request = 1; request <= 3; request++) {
    expect(await isKnown()).toBe(false);
    expect(lookUps).toBe(request);
  }
});
