/** The secrets that sign an account's webhooks, in the form of Standard Webhooks. */
import { type Caller, requirePermission } from '../../core/access.ts';
import { entryBy } from '../../core/audit.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import { SECONDS_PER_DAY } from '../../core/time.ts';
import type { WebhookSecret } from '../../core/webhooks/secret.ts';

/** Receivers take over a new secret within this time; until then messages carry signatures of both. */
const ROTATION_GRACE_SECONDS = SECONDS_PER_DAY;

type Needs = Pick<Deps, 'db' | 'secrets' | 'vault'>;

/** `whsec_` and 256 bits in standard base64: what receivers' libraries read. */
function newWebhookSecret(secrets: Pick<Secrets, 'generate'>): string {
  const base64 = secrets.generate().replaceAll('-', '+').replaceAll('_', '/');
  return `whsec_${base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')}`;
}

/** The account's live secrets, newest first; at least one: the first is created on demand. */
export async function liveWebhookSecrets(
  { db, secrets, vault }: Needs,
  accountId: string,
): Promise<readonly WebhookSecret[]> {
  let stored = await db.webhookSecrets.live(accountId);
  if (stored.length === 0) {
    await db.webhookSecrets.insertFirst(accountId, vault.seal(newWebhookSecret(secrets), accountId));
    stored = await db.webhookSecrets.live(accountId);
  }
  return stored.map(({ sealed, createdAt, expiresAt }) => ({
    secret: vault.open(sealed, accountId),
    createdAt,
    expiresAt,
  }));
}

export function readWebhookSecrets(deps: Needs, caller: Caller): Promise<readonly WebhookSecret[]> {
  requirePermission(caller, 'view webhook secrets');
  return liveWebhookSecrets(deps, caller.accountId);
}

/** Creates a new secret. The previous one also signs for a day, so that receivers can switch without losing a message. */
export async function rotateWebhookSecret(deps: Needs, caller: Caller): Promise<readonly WebhookSecret[]> {
  requirePermission(caller, 'rotate webhook secrets');
  const { db, secrets, vault } = deps;
  const { accountId } = caller;
  const sealed = vault.seal(newWebhookSecret(secrets), accountId);
  await db.transaction(async ({ webhookSecrets, audit }) => {
    await webhookSecrets.rotate(accountId, sealed, ROTATION_GRACE_SECONDS);
    await audit.append(entryBy(caller, 'webhook-secret-rotated', null));
  });
  return liveWebhookSecrets(deps, accountId);
}
