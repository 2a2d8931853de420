/** Addresses that operators name over HTTP: with the logins that they send, and with none of this machine. */
import { z } from 'zod';
import { ConveyanceError, isConveyanceError, refuseFaults } from '../../core/errors.ts';
import { isStorable } from '../../core/input/storable-text.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { SourceRequest } from '../../core/sources/load-sources.ts';

const LONGEST_ADDRESS = 4_000;
const LONGEST_QUERY = 100_000;
const LONGEST_WORD = 1_000;
const MOST_TABLES = 100;
const MOST_ADDRESSES = 100;

const word = (longest: number) =>
  z.string({ error: 'must be a text' }).min(1).max(longest).refine(isStorable, 'must be a text without NUL');

/** As it is asked for. */
const ADDRESSES = z
  .array(
    z.strictObject({
      address: word(LONGEST_ADDRESS),
      query: word(LONGEST_QUERY).optional(),
      tables: z.array(word(LONGEST_WORD)).max(MOST_TABLES).optional(),
      cursor: word(LONGEST_WORD).optional(),
      user: word(LONGEST_WORD).optional(),
      secret: word(LONGEST_WORD).optional(),
    }),
  )
  .max(MOST_ADDRESSES);

type Asked = z.infer<typeof ADDRESSES>[number];

/** Who logs in is said here or by the address: what the environment of a worker says is for others. */
function requestOf({ address, query, tables, cursor, user, secret }: Asked): SourceRequest {
  return {
    address,
    ...(query !== undefined && { query }),
    ...(tables !== undefined && { tables }),
    ...(cursor !== undefined && { cursor }),
    secret: { user: user ?? null, secret: secret ?? null },
  };
}

export interface RemoteAddresses {
  readonly requests: readonly SourceRequest[];
  /** As people may read them. */
  readonly shown: readonly string[];
}

/** Throws `invalid_parameter` with what is wrong; never with a secret. */
export function readAddresses({ sources }: Pick<Deps, 'sources'>, value: unknown): RemoteAddresses {
  const read = ADDRESSES.safeParse(value);
  if (!read.success) {
    refuseFaults(read.error.issues.map(({ path, message }) => `addresses.${path.join('.')}: ${message}`));
    throw new ConveyanceError('invalid_parameter', 'the addresses cannot be read');
  }
  const requests = read.data.map(requestOf);
  try {
    return { requests, shown: requests.map((request) => sources.open(request).address) };
  } catch (error) {
    if (!isConveyanceError(error, 'load_refused')) throw error;
    throw new ConveyanceError('invalid_parameter', error.message, { cause: error });
  }
}
