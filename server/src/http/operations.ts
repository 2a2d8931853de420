/** Everything that the door serves: what is not in it exists neither as a route nor in one of the two OpenAPI documents. */
import { ADMIN } from './admin/dialect.ts';
import { getAdminOpenApi } from './admin/open-api.ts';
import { CONSOLE_OPERATIONS } from './console/operations.ts';
import { APARTMENTIQ } from './dialects/apartmentiq/dialect.ts';
import { REONOMY } from './dialects/reonomy/dialect.ts';
import { PAGE_OPERATIONS } from './pages/operations.ts';
import type { Dialect } from './server/dialect.ts';
import type { OpenOperation } from './server/operation.ts';
import { SERVICE_OPERATIONS } from './service/operations.ts';

export interface Operations {
  /** The first is the document's own: its paths name no server, and its credential is the default. */
  readonly dialects: readonly [Dialect, ...Dialect[]];
  /** At the root, for anyone. */
  readonly service: readonly OpenOperation[];
}

export const OPERATIONS: Operations = {
  dialects: [APARTMENTIQ, REONOMY],
  service: [...SERVICE_OPERATIONS, ...PAGE_OPERATIONS, ...CONSOLE_OPERATIONS],
};

/** For operators, in a document beside the customers'. */
export const ADMIN_OPERATIONS: Operations = { dialects: [ADMIN], service: [getAdminOpenApi] };

export const ADMIN_DOCUMENT = {
  title: 'Conveyance operators’ API',
  description:
    'What operators do with a server: accounts, quotas, jobs and webhooks of all accounts, data versions, the audit log, nodes and settings.',
};
