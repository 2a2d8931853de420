/** What `npm run test:fleet` consists of, and what it says in the end. */

export interface FleetPart {
  readonly name: string;
  readonly files: readonly string[];
  /** It may take no longer. */
  readonly minutes: number;
  /** Every run of the tests has it too. */
  readonly tier: 'short' | 'long';
}

const FLEET = 'server/test/fleet';

export const FLEET_PARTS: readonly FleetPart[] = [
  {
    name: 's3',
    files: [
      'server/test/contract/store-s3.test.ts',
      'server/test/storage/s3-faults.test.ts',
      'server/test/storage/s3-links.test.ts',
      'server/test/storage/s3-parts.test.ts',
      'server/test/storage/s3-versions.test.ts',
      'server/test/flow/s3.test.ts',
      'server/test/flow/s3-backup.test.ts',
      'server/test/flow/s3-erase.test.ts',
      'server/test/flow/s3-modules.test.ts',
    ],
    minutes: 10,
    tier: 'short',
  },
  {
    name: 'cache',
    files: ['server/test/storage/cache.test.ts', 'server/test/duckdb/files-in-turn.test.ts'],
    minutes: 6,
    tier: 'short',
  },
  {
    name: 'cluster',
    files: ['conformance', 'random-plans', 'controls', 'probe', 'faults'].map(
      (name) => `server/test/clickhouse/${name}.test.ts`,
    ),
    minutes: 20,
    tier: 'short',
  },
  { name: 'ceph', files: ['server/test/contract/store-ceph.test.ts'], minutes: 6, tier: 'long' },
  { name: 'features', files: [`${FLEET}/features.test.ts`], minutes: 10, tier: 'short' },
  { name: 'held', files: [`${FLEET}/held.test.ts`], minutes: 15, tier: 'long' },
  { name: 'partition', files: [`${FLEET}/partition.test.ts`], minutes: 10, tier: 'long' },
  { name: 'skew', files: [`${FLEET}/skew.test.ts`], minutes: 10, tier: 'long' },
  // Three runs of at most half an hour, the control, and what comes before.
  { name: 'kills', files: [`${FLEET}/kills.test.ts`], minutes: 105, tier: 'long' },
  { name: 'restarts', files: [`${FLEET}/restarts.test.ts`], minutes: 40, tier: 'long' },
  { name: 'upgrade', files: [`${FLEET}/upgrade.test.ts`], minutes: 30, tier: 'long' },
];

/** What became of a part. */
export interface PartOutcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** In the words of the first test that was skipped. */
  readonly why: string | null;
  /** What else went wrong: its time was over, or a test file could not be loaded. */
  readonly fault: string | null;
  /** Asked for by name, and not run for it. */
  readonly isLeftOut: boolean;
}

export type PartVerdict = 'run' | 'failed' | 'skipped' | 'left out';

export function verdictOf({ passed, failed, skipped, fault, isLeftOut }: PartOutcome): PartVerdict {
  if (isLeftOut) return 'left out';
  if (failed > 0 || fault !== null) return 'failed';
  // A part of which nothing ran has shown nothing.
  return skipped > 0 || passed === 0 ? 'skipped' : 'run';
}

/** The report's lines; the last one counts. */
export function reportOf(outcomes: readonly PartOutcome[]): {
  readonly lines: readonly string[];
  readonly isGood: boolean;
} {
  const verdicts = outcomes.map((outcome) => ({ outcome, verdict: verdictOf(outcome) }));
  const of = (wanted: PartVerdict) => verdicts.filter(({ verdict }) => verdict === wanted);
  const sum = (key: 'passed' | 'failed' | 'skipped') => outcomes.reduce((total, each) => total + each[key], 0);
  const lines = verdicts.map(({ outcome, verdict }) => {
    const { name, passed, failed, skipped, why, fault } = outcome;
    const because = fault ?? why;
    return `${name}: ${verdict}, ${passed} passed, ${failed} failed, ${skipped} skipped${because === null ? '' : `: ${because}`}`;
  });
  const counts = (['run', 'failed', 'skipped', 'left out'] as const).map(
    (verdict) => `${of(verdict).length} ${verdict}`,
  );
  const tests = `tests: ${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`;
  return {
    lines: [...lines, `fleet, ${outcomes.length} parts: ${counts.join(', ')}; ${tests}`],
    isGood: of('failed').length === 0 && of('skipped').length === 0,
  };
}
