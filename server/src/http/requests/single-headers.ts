/** Headers that decide what an answer is, and that a request may have once: of two, a proxy may have read the one and we the other. */
import type { IncomingMessage } from 'node:http';
import { ConveyanceError } from '../../core/errors.ts';

const SINGLE: ReadonlyMap<string, string> = new Map(
  ['Authorization', 'Content-Type', 'Idempotency-Key'].map((name) => [name.toLowerCase(), name]),
);

/** Throws `invalid_parameter`. Node keeps the first of some and joins others, so that only the raw list tells. */
export function refuseRepeatedHeaders({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): void {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = SINGLE.get((rawHeaders[at] ?? '').toLowerCase());
    if (name === undefined) continue;
    if (seen.has(name)) {
      throw new ConveyanceError('invalid_parameter', `The request has the header ${name} more than once; send it once`);
    }
    seen.add(name);
  }
}
