/** All ports together: what the inside needs from the world. */

import type { LoadSources } from '../sources/load-sources.ts';
import type { Clock, Ids } from './clock.ts';
import type { Database } from './database/database.ts';
import type { Engine } from './engine.ts';
import type { Intake } from './intake.ts';
import type { LinkSigner } from './links.ts';
import type { LocalFiles } from './local-files.ts';
import type { Logger } from './logger.ts';
import type { Policy } from './policy.ts';
import type { Secrets, Signer } from './secrets.ts';
import type { ObjectStore } from './store.ts';
import type { Meter, Tracer } from './telemetry.ts';
import type { Vault } from './vault.ts';
import type { WebhookSender } from './webhooks.ts';

/** Everything a verb can use. A verb names its share with `Pick<Deps, …>`. */
export interface Deps {
  readonly db: Database;
  readonly engine: Engine;
  readonly store: ObjectStore;
  readonly intake: Intake;
  readonly files: LocalFiles;
  readonly sources: LoadSources;
  readonly links: LinkSigner;
  readonly webhooks: WebhookSender;
  readonly secrets: Secrets;
  /** Proves that a search token is ours. */
  readonly searchSigner: Signer;
  /** For the list of values that may not come back. */
  readonly erasureSigner: Signer;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly meter: Meter;
  readonly tracer: Tracer;
  readonly policy: Policy;
}
