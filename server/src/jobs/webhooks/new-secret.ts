/** The secrets that sign an account's webhooks, in the form of Standard Webhooks. */
import type { Secrets } from '../../core/ports/secrets.ts';

/** Receivers take over a new secret within this time; until then messages carry signatures of both. */
export const ROTATION_GRACE_SECONDS = 86_400;

/** `whsec_` and 256 bits in standard base64: what receivers' libraries read. */
export function newWebhookSecret(secrets: Pick<Secrets, 'generate'>): string {
  const base64 = secrets.generate().replaceAll('-', '+').replaceAll('_', '/');
  return `whsec_${base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')}`;
}
