/** What a match answered, counted from its file: a hundred thousand rows at most. */
import { VerdictReader } from '@conveyance/sdk';
import { freshLink } from './file-links.ts';

export interface VerdictCounts {
  readonly rows: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** The most frequent first. */
  readonly reasons: readonly (readonly [reason: string, count: number])[];
  /** The properties that were found for certain, each once, in the order of the rows. */
  readonly found: readonly string[];
}

export async function readVerdicts(jobId: string): Promise<VerdictCounts> {
  const response = await fetch(await freshLink(jobId, 0));
  if (!response.ok || response.body === null) throw new Error(`The server says HTTP ${response.status} of the file`);
  const statuses: Record<string, number> = {};
  const reasons = new Map<string, number>();
  const found = new Set<string>();
  let rows = 0;
  const reader = new VerdictReader(({ propertyId, status, missReason }) => {
    rows++;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (missReason !== '') reasons.set(missReason, (reasons.get(missReason) ?? 0) + 1);
    if (status === 'OK') found.add(propertyId);
  });
  const chunks = response.body.getReader();
  for (let next = await chunks.read(); !next.done; next = await chunks.read()) reader.add(next.value);
  return { rows, statuses, reasons: [...reasons].toSorted(([, a], [, b]) => b - a), found: [...found] };
}
