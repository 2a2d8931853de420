import type { EngineProgress } from '../../core/ports/engine.ts';
import type { DataSession, ProcedureCall, ProcedureName, Procedures } from '../../core/ports/procedure.ts';
import type { Value } from '../../core/rows.ts';
import {
  type ChildSettings,
  type Order,
  type OrderResult,
  type PackedBatch,
  type PackedRows,
  type Parameters,
  partPath,
  type Step,
} from '../protocol.ts';
import type { Cage, Reach } from './cage.ts';
import { dataSession } from './data-session.ts';
import { writeExport } from './export.ts';
import { createInputTable } from './inputs.ts';
import type { Session } from './session.ts';
import { plainValue } from './values.ts';
import { createSourceView, type FileShapes } from './views.ts';

/** What an order asks of the parent while it runs. */
export interface Conversation {
  nextBatch(table: string): Promise<PackedBatch | null>;
  onProgress(progress: EngineProgress): void;
}

/** An order reaches its own files and nothing else: not the other files of the warehouse, nor those of other orders. */
function reachOf(order: Order): Reach {
  const sources = Object.values(order.sources.tables).flatMap(({ paths }) => paths);
  if (order.kind === 'run') return { files: sources, directories: order.directories };
  const written = order.sinks.flatMap((sink) => [sink.path, partPath(sink)]);
  return { files: [...sources, ...written], directories: [] };
}

const NO_ROWS: PackedRows = { names: [], columns: [] };

async function rows(session: Session, sql: string, parameters: Parameters): Promise<PackedRows> {
  let names: readonly string[] = [];
  const columns: Value[][] = [];
  for await (const { names: found, chunk } of session.chunks(sql, parameters)) {
    names = found;
    for (const [index, values] of chunk.getColumns().entries()) {
      const column = columns[index] ?? [];
      columns[index] = column;
      for (const value of values) column.push(plainValue(value));
    }
  }
  return { names, columns };
}

/** Generic, so that the parameters are seen to be those of the procedure. */
function call<Name extends ProcedureName>(
  procedures: Procedures,
  session: DataSession,
  { procedure, parameters }: ProcedureCall<Name>,
): Promise<void> {
  return procedures[procedure](session, parameters);
}

async function runStep(
  cage: Cage,
  step: Step,
  procedures: Procedures,
  { nextBatch }: Conversation,
): Promise<PackedRows> {
  if ('sql' in step) return rows(cage.session, step.sql, step.parameters);
  const { input } = step;
  const session = input === undefined ? dataSession(cage) : dataSession(cage, () => nextBatch(input));
  await call(procedures, session, step);
  return NO_ROWS;
}

/** Inputs that a procedure is handed are no tables. */
function handedOver(order: Order): ReadonlySet<string | undefined> {
  return new Set(order.kind === 'run' ? order.steps.map((step) => ('sql' in step ? undefined : step.input)) : []);
}

/** What a child has for an order. */
export interface Equipment {
  readonly cage: Cage;
  readonly settings: ChildSettings;
  readonly shapes: FileShapes;
  readonly procedures: Procedures;
}

/** Does one order in a cage that nothing has used before, and that nothing must use afterwards. */
export async function perform(
  order: Order,
  { cage, settings, shapes, procedures }: Equipment,
  conversation: Conversation,
): Promise<OrderResult> {
  const { session } = cage;
  await cage.lock(settings, reachOf(order));
  for (const [name, table] of Object.entries(order.sources.tables))
    await createSourceView(session, shapes, name, table);
  const handed = handedOver(order);
  for (const [name, columns] of Object.entries(order.sources.inputs)) {
    if (handed.has(name)) continue;
    await createInputTable(session, name, columns, () => conversation.nextBatch(name));
  }
  if (order.kind === 'write') return { rows: await writeExport(session, order, conversation.onProgress), answers: [] };
  const answers: PackedRows[] = [];
  for (const step of order.steps) answers.push(await runStep(cage, step, procedures, conversation));
  return { rows: [], answers };
}
