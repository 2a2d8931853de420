/** Warnings of the server, on standard error. */
import type { Output } from '../../terminal/output.ts';

/** What the server does otherwise than the request may have meant. A server of an earlier release tells none. */
export function sayWarnings(out: Output, warnings: readonly string[] | undefined): void {
  for (const warning of warnings ?? []) out.say(`Warning: ${warning}`);
}
