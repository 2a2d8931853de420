/** What a row of the access matrix says. */
import type { InjectOptions } from 'fastify';
import type { Scope } from '../../src/core/access.ts';
import type { Credential, Scheme } from './access-credentials.ts';
import type { OpenCells } from './access-open.ts';
import type { Listen, Subject, Told } from './access-subjects.ts';
import type { Customer, World } from './access-world.ts';

/** What a refused caller must get, whole. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
  /** The header `WWW-Authenticate`. */
  readonly challenge: string | undefined;
}

interface RowDetails {
  /** Of a permitted answer; 200 where nothing is said. */
  readonly status: number;
  /** What the request names that can be another account's. */
  readonly names: Subject;
  /** What is asked beside the path, in which the subject takes the place of the parameter. */
  readonly asks: (subject: string) => InjectOptions;
  /** The answer is a stream of events, of which so much is read. */
  readonly events: Listen;
  /** What must be so before a permitted request, each time. */
  readonly before: (world: World, customer: Customer, credential: Credential) => Promise<void>;
  /** What is wrong with a permitted answer. */
  readonly told: Told;
}

/** A route that asks for a credential. A route may have several rows, for several ways to ask. */
export interface ProtectedRow extends Partial<RowDetails> {
  readonly method: string;
  /** In the router's form, without the door's base. */
  readonly path: string;
  /** The only scope that opens it; null where every good credential does. */
  readonly scope: Scope | null;
  /** What a credential without the scope is told. */
  readonly refusal: string;
}

/** A route that asks for none: it says itself who must get what. */
export interface OpenRow {
  readonly method: string;
  readonly path: string;
  readonly cells: OpenCells;
}

/** Routes that have in common how a caller proves itself, and in which words it is refused. */
export interface ProtectedDoor {
  readonly bases: readonly string[];
  readonly scheme: Scheme;
  readonly unauthorized: (authorization: string | undefined) => Refusal;
  /** In the place of `unauthorized` and its challenge, which would make a browser ask for a password. */
  readonly sessionRefused: (fault: 'over' | 'foreign', address: string) => Refusal;
  readonly forbidden: (scope: Scope, sentence: string) => Refusal;
  readonly rows: readonly ProtectedRow[];
}

export function row(route: string, scope: Scope, refusal: string, details: Partial<RowDetails> = {}): ProtectedRow {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, scope, refusal, ...details };
}

export function anyCredential(route: string, details: Partial<RowDetails> = {}): ProtectedRow {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, scope: null, refusal: '', ...details };
}

/** What both contracts say to a browser; the short word is each one's own. @param address of the server. */
export function sessionRefusal(
  fault: 'over' | 'foreign',
  address: string,
  words: Readonly<Record<'over' | 'foreign', string>>,
): Refusal {
  const message =
    fault === 'over'
      ? 'Your session is over; sign in again'
      : `This request does not come from the console’s own page; open the console at ${address}/console/`;
  return { status: fault === 'over' ? 401 : 403, body: { error: words[fault], message }, challenge: undefined };
}
