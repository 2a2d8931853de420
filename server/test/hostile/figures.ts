/** What an attack of one shape came to, and what is wrong with it. */
import { MIB } from '../../src/core/size.ts';
import type { ProbeAnswer, Taken } from './probe.ts';
import type { RawAnswer } from './raw-request.ts';
import type { Shape } from './shapes.ts';
import type { Struck } from './strike.ts';
import type { Tier } from './tiers.ts';

export interface Times {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Without an attack. */
export interface Idle {
  readonly livez: Times;
  readonly neighbour: Times;
  readonly bytes: number;
}

/** Of one shape, as the report has it. */
export interface Figures {
  readonly shape: Shape;
  readonly requests: number;
  /** Of the attacker, by status: how many. */
  readonly answers: Readonly<Record<string, number>>;
  readonly livez: Times;
  /** During which route's attack it was slowest. */
  readonly slowestAt: string;
  readonly neighbour: Times;
  /** Of the second tenant's p95. */
  readonly timesIdle: number;
  /** Above what it was without an attack. */
  readonly peakMib: number;
  readonly afterMib: number;
  readonly faults: readonly string[];
}

const LIVEZ_P99_MS = 200;
const NEIGHBOUR_TIMES_IDLE = 3;
const MOST_MIB = 1024;
/** What the process keeps of what it had: a heap shrinks late. */
export const MOST_LEFT_MIB = 256;
const MOST_FAULTS = 12;

export function timesOf(answers: readonly ProbeAnswer[], kind: string): Times {
  const sorted = answers
    .filter((answer) => answer.kind === kind)
    .map(({ ms }) => ms)
    .toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

export function idleOf({ answers, peakBytes }: Taken): Idle {
  return { livez: timesOf(answers, 'livez'), neighbour: timesOf(answers, 'neighbour'), bytes: peakBytes };
}

/** The route whose attack the slowest answer falls into. */
function slowestAt(answers: readonly ProbeAnswer[], struck: readonly Struck[]): string {
  const slowest = answers.reduce<ProbeAnswer | null>(
    (worst, each) => (each.kind === 'livez' && (worst === null || each.ms > worst.ms) ? each : worst),
    null,
  );
  if (slowest === null) return '';
  const endedAt = slowest.at + slowest.ms;
  const during = struck.filter((each) => each.startedAt <= endedAt && each.endedAt >= slowest.at);
  return during.length > 3 ? 'all at once' : during.map(({ route }) => route).join(', ');
}

function counted(answers: readonly RawAnswer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome, status } of answers) {
    const name = outcome === 'held' ? 'held' : String(status ?? outcome);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function isServersFault({ status, hasRetryAfter }: RawAnswer): boolean {
  return status !== null && status >= 500 && !(status === 503 && hasRetryAfter);
}

/** No tenant's access key opens them: what can be sent there with one is refused at the door, and that is what is attacked. */
const OF_OTHERS = / \/(?:console\/sessions?|admin\/v1)(?:\/|$)/;

/** Of a file job that waits there is no summary. A job that was to be cancelled may have ended by then. A share that others of the account have used up is looked at last: the request was good. */
function wasLetIn(route: string, { status, outcome }: RawAnswer): boolean {
  if (status === null) return outcome === 'held';
  if (OF_OTHERS.test(route)) return status === 401 || status === 403;
  return (
    status < 400 ||
    status === 429 ||
    (status === 400 && (route.startsWith('DELETE ') || route.endsWith('/file/:job_id/summary')))
  );
}

/** What no client may be told, and that each route lets good requests in: else nothing was attacked. */
function faultsOfAnswers(shape: Shape, struck: readonly Struck[]): readonly string[] {
  return struck.flatMap(({ route, answers, unread }) => {
    const failed = answers.filter(isServersFault);
    const isIn = answers.some((answer) => wasLetIn(route, answer));
    const statuses = JSON.stringify(counted(answers));
    return [
      ...(failed.length > 0 ? [`${route} was answered ${statuses}: a fault of the server`] : []),
      ...(unread > 0 && shape !== 'parallel'
        ? [`${route} read nothing of ${unread} of its requests: ${statuses}`]
        : []),
      ...(shape === 'parallel' && !isIn ? [`${route} let no good request in: ${statuses}`] : []),
    ];
  });
}

function faultsOfNeighbour({ answers, jobs }: Taken): readonly string[] {
  const refused = answers.filter(({ status }) => status === 0 || status >= 500);
  const told = refused.map(({ what, status, text }) => `${what} was answered ${status} ${text}`);
  return [
    ...[...new Set(told)].map((text) => `the second tenant’s ${text}`),
    ...jobs.failed.map((text) => `the second tenant’s job ${text}`),
  ];
}

/** Judged by command alone: what others run on the machine is in every time. */
function faultsOfTimes(shape: Shape, { unanswered }: Taken, figures: Omit<Figures, 'faults'>): readonly string[] {
  const { livez, slowestAt: route, neighbour, timesIdle, answers } = figures;
  const held = answers['held'] ?? 0;
  return [
    ...(unanswered > 100 ? [`${unanswered} requests of others wait for an answer`] : []),
    ...(shape === 'half-sent' && held > 0 ? [`${held} half-sent requests were waited for`] : []),
    ...(livez.p99 > LIVEZ_P99_MS ? [`/livez has a p99 of ${livez.p99.toFixed()} ms (slowest with ${route})`] : []),
    ...(timesIdle > NEIGHBOUR_TIMES_IDLE
      ? [`the second tenant’s p95 is ${neighbour.p95.toFixed()} ms, ${timesIdle.toFixed(1)} times what it is without`]
      : []),
  ];
}

export interface Observed {
  readonly struck: readonly Struck[];
  readonly during: Taken;
  /** Once nothing comes any more. */
  readonly afterBytes: number;
  readonly idle: Idle;
  /** What else was seen. */
  readonly faults: readonly string[];
}

export function figuresOf(shape: Shape, tier: Tier, { struck, during, afterBytes, idle, faults }: Observed): Figures {
  const all = struck.flatMap(({ answers }) => answers);
  const neighbour = timesOf(during.answers, 'neighbour');
  const figures = {
    shape,
    requests: all.length,
    answers: counted(all),
    livez: timesOf(during.answers, 'livez'),
    slowestAt: slowestAt(during.answers, struck),
    neighbour,
    timesIdle: neighbour.p95 / Math.max(1, idle.neighbour.p95),
    peakMib: Math.round((during.peakBytes - idle.bytes) / MIB),
    afterMib: Math.round((afterBytes - idle.bytes) / MIB),
  };
  const found = [
    ...faultsOfAnswers(shape, struck),
    ...faultsOfNeighbour(during),
    ...(figures.peakMib > MOST_MIB ? [`the processes took ${figures.peakMib} MiB more than without`] : []),
    ...(figures.afterMib > MOST_LEFT_MIB ? [`the processes keep ${figures.afterMib} MiB more than before`] : []),
    ...faults,
    ...(tier.name === 'long' ? faultsOfTimes(shape, during, figures) : []),
  ];
  const more = found.length - MOST_FAULTS;
  return { ...figures, faults: more > 0 ? [...found.slice(0, MOST_FAULTS), `and ${more} more`] : found };
}
