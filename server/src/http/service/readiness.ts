/** Whether the server can take work, looked at rarely: anyone may ask, as often as he likes. */
import type { Readiness } from '../server/operation.ts';

/** Load balancers ask every few seconds. */
const BELIEVED_MS = 1_000;

/** Looks at most once a second, and once for all who ask meanwhile. */
export function rememberReadiness(look: () => Promise<Readiness>): () => Promise<Readiness> {
  let seen: { readonly readiness: Promise<Readiness>; readonly until: number } | undefined;
  return () => {
    const now = performance.now();
    if (seen !== undefined && now < seen.until) return seen.readiness;
    const readiness = look();
    seen = { readiness, until: now + BELIEVED_MS };
    readiness.catch(() => {
      seen = undefined;
    });
    return readiness;
  };
}
