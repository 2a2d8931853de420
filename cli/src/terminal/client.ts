/** The client that the environment describes. */
import { Conveyance } from '@conveyance/sdk';
import { CommandFault } from './errors.ts';
import type { World } from './world.ts';

const NOTHING_SENT = 'Nothing was sent.';
const ACCESS_KEY = 'CONVEYANCE_ACCESS_KEY';
const SECRET = 'CONVEYANCE_SECRET';

type Surroundings = Pick<World, 'env' | 'onAnswer' | 'stderr'>;

function serverUrl({ env }: Surroundings): string {
  const url = env['CONVEYANCE_URL'];
  if (!url) {
    const message = 'CONVEYANCE_URL is not set: it says where the server is, e.g. https://exports.example.com';
    throw new CommandFault('usage', message, { hints: [NOTHING_SENT] });
  }
  if (!URL.canParse(url)) throw new CommandFault('usage', `CONVEYANCE_URL is not a URL: ${url}`);
  return url;
}

/** Null if it is not set, or set to nothing. */
function setting({ env }: Surroundings, name: string): string | null {
  return env[name]?.trim() || null;
}

/** Null if a half is missing. */
function keyPair(world: Surroundings): { readonly accessKey: string; readonly secret: string } | null {
  const [accessKey, secret] = [setting(world, ACCESS_KEY), setting(world, SECRET)];
  return accessKey === null || secret === null ? null : { accessKey, secret };
}

/** @param needed what to set, in words. */
function noCredentials(world: Surroundings, needed: string): CommandFault {
  const [given] = [ACCESS_KEY, SECRET].filter((name) => setting(world, name) !== null);
  const half = given === undefined ? '' : ` (${given} is set, but not ${given === SECRET ? ACCESS_KEY : SECRET})`;
  // Whoever has one kind knows where the other comes from.
  const isHelped = setting(world, 'CONVEYANCE_TOKEN') !== null;
  const hints = isHelped ? [] : [`${NOTHING_SENT} The operator of the server makes tokens and keys.`];
  return new CommandFault('auth', `${needed}${half}`, { hints });
}

/** `fetch` as ever; whoever wants to know sees the answers. */
function watchedFetch({ onAnswer }: Surroundings) {
  return async (input: string, init?: RequestInit): Promise<Response> => {
    const answer = await fetch(input, init);
    onAnswer?.(answer);
    return answer;
  };
}

/** What a client of a command has besides its credentials. */
function optionsIn(world: Surroundings) {
  return {
    url: serverUrl(world),
    fetch: watchedFetch(world),
    onWarning: (message: string) => void world.stderr.write(`warning: ${message}\n`),
  };
}

/** The client that the environment describes. Throws if it describes none, before anything is sent. */
export function openClient(world: Surroundings): Conveyance {
  const options = optionsIn(world);
  const token = setting(world, 'CONVEYANCE_TOKEN');
  const credentials = token === null ? keyPair(world) : { token };
  if (credentials !== null) return new Conveyance({ ...options, ...credentials });
  throw noCredentials(world, `no credentials: set CONVEYANCE_TOKEN, or ${ACCESS_KEY} and ${SECRET}`);
}

/** The client for file jobs and searches, which need an access key. Throws if the environment has none, before anything is sent. */
export function openKeyClient(world: Surroundings): Conveyance {
  const options = optionsIn(world);
  const pair = keyPair(world);
  if (pair !== null) return new Conveyance({ ...options, ...pair });
  const message = `this command takes an access key: set ${ACCESS_KEY} and ${SECRET}`;
  const token = setting(world, 'CONVEYANCE_TOKEN') === null ? '' : '; the token in CONVEYANCE_TOKEN is for exports';
  throw noCredentials(world, `${message}${token}`);
}
