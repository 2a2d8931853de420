/** How hard the suite strikes: in every run of the tests a little, by command as hard as one credential may. */
import { MIB } from '../../src/core/size.ts';

export interface Tier {
  readonly name: 'short' | 'long';
  /** Of a body, where the server would take more. */
  readonly bodyBytes: number;
  /** Routes that are attacked at a time. Where times are judged, one: a slow answer tells whose attack it was. */
  readonly routesAtOnce: number;
  /** Requests of one shape that are sent to a route at once. */
  readonly burst: number;
  /** The same of good requests. */
  readonly parallel: number;
  /** Connections that hold half a request, or send slowly: to each route that takes large bodies, and to each other. */
  readonly heldLarge: number;
  readonly held: number;
  /** How long a client waits that half-sent or sends slowly, and one that is answered without an end. */
  readonly holdMs: number;
  /** Without an attack, for what is compared with it. */
  readonly idleMs: number;
  /** From one look at the memory that is left to the next. */
  readonly pollMs: number;
  /** Of the server; absent where it is as it comes. */
  readonly settings: Readonly<Record<string, string>>;
  /** What one credential may send: so many at once, and then so many in a second. */
  readonly rates: Readonly<
    Record<'bulk' | 'reonomy' | 'open', { readonly atOnce: number; readonly perSecond: number }>
  >;
  /** Properties beside those of the demo. */
  readonly parcels: number;
}

const UNLIMITED = { atOnce: 100_000, perSecond: 100_000 };

/** Every route and every shape, in seconds: small enough for every run of the tests. It judges statuses, memory and attempts, no times. */
export const SHORT: Tier = {
  name: 'short',
  bodyBytes: 2 * MIB,
  routesAtOnce: 8,
  burst: 2,
  parallel: 20,
  heldLarge: 4,
  held: 1,
  holdMs: 1_500,
  idleMs: 2_000,
  pollMs: 250,
  // The rate of the Reonomy dialect would let a handful through.
  settings: { CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0', CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0' },
  rates: { bulk: UNLIMITED, reonomy: UNLIMITED, open: UNLIMITED },
  parcels: 0,
};

/** As hard as one credential may, at the default settings, for some minutes. */
export const LONG: Tier = {
  name: 'long',
  bodyBytes: 105 * MIB,
  routesAtOnce: 1,
  burst: 8,
  parallel: 200,
  heldLarge: 16,
  held: 2,
  holdMs: 25_000,
  idleMs: 15_000,
  pollMs: 1_000,
  settings: {},
  rates: {
    bulk: { atOnce: 400, perSecond: 190 },
    reonomy: { atOnce: 5, perSecond: 4.5 },
    // Nobody is counted there.
    open: { atOnce: 400, perSecond: 1_000 },
  },
  parcels: 5_000,
};
