/** Everything that the door serves: what is not in it exists neither as a route nor in the OpenAPI document. */
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
