/** The engine's child process: started by `duckdb/engine.ts` with an empty environment, its settings as the only argument. */

import type { Procedures } from './core/ports/procedure.ts';
import { serveOrders } from './duckdb/child/serve-orders.ts';
import type { ChildSettings, ToChild } from './duckdb/protocol.ts';
import { writeExport } from './export/export.ts';
import { matchAddressTable, matchPointTable } from './matching/decide/match-tables.ts';
import { buildMatchIndex } from './matching/index/build-index.ts';
import { RowReader } from './matching/read/row.ts';

/** What programs may call beside SQL. */
const PROCEDURES: Procedures = {
  'match-index': buildMatchIndex,
  'match-addresses': matchAddressTable(new RowReader()),
  'match-points': matchPointTable,
};

const [, , argument] = process.argv;
if (argument === undefined || process.send === undefined) {
  throw new Error('this is the engine’s child process: it is started by the server and does nothing by itself');
}

// A Ctrl-C at the terminal or a stop of the service reaches the whole group: the parent decides when its children end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

const settings: ChildSettings = JSON.parse(argument);
await serveOrders(
  settings,
  { procedures: PROCEDURES, exporter: writeExport },
  {
    send: (message) => process.send?.(message),
    onMessage: (listener) => process.on('message', (message: ToChild) => listener(message)),
    // The event comes once, and may have come before anybody listened.
    onDisconnect: (listener) => (process.connected ? process.once('disconnect', listener) : listener()),
  },
);
