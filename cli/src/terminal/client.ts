/** The client that the environment describes. */
import { Conveyance } from '@conveyance/sdk';
import { badSetting, CommandFault } from './errors.ts';
import type { World } from './world.ts';

function serverUrl({ env }: Pick<World, 'env'>): string {
  const url = env['CONVEYANCE_URL'];
  if (!url) {
    const message = 'CONVEYANCE_URL is not set: it says where the server is, e.g. https://exports.example.com';
    throw badSetting(message);
  }
  if (!URL.canParse(url)) throw badSetting(`CONVEYANCE_URL is not a URL: ${url}`);
  return url;
}

/** The client that the environment describes. Throws if it describes none. */
export function openClient({ env }: Pick<World, 'env'>): Conveyance {
  const url = serverUrl({ env });
  const token = env['CONVEYANCE_TOKEN'];
  if (token) return new Conveyance({ url, token });
  const accessKey = env['CONVEYANCE_ACCESS_KEY'];
  const secret = env['CONVEYANCE_SECRET'];
  if (accessKey && secret) return new Conveyance({ url, accessKey, secret });
  const message = 'no credentials: set CONVEYANCE_TOKEN, or CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET';
  throw new CommandFault('auth', message);
}

/** The client for file jobs and searches, which need an access key. Throws if the environment has none. */
export function openKeyClient({ env }: Pick<World, 'env'>): Conveyance {
  const url = serverUrl({ env });
  const accessKey = env['CONVEYANCE_ACCESS_KEY'];
  const secret = env['CONVEYANCE_SECRET'];
  if (accessKey && secret) return new Conveyance({ url, accessKey, secret });
  const message = 'this command takes an access key: set CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET';
  const token = env['CONVEYANCE_TOKEN'] ? '; the token in CONVEYANCE_TOKEN is for exports' : '';
  throw new CommandFault('auth', `${message}${token}`);
}
