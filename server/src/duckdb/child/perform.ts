import type { EngineProgress, Parameters } from '../../core/ports/engine.ts';
import type { Exporter } from '../../core/ports/engine-session.ts';
import type { DataSession, ProcedureCall, ProcedureName, Procedures } from '../../core/ports/procedure.ts';
import type { Value } from '../../core/rows.ts';
import { printQuestion } from '../print/question.ts';
import { printStoredFile } from '../print/stored-file.ts';
import {
  type ChildSettings,
  fetchedDirectory,
  framePath,
  type Order,
  type OrderResult,
  type PackedBatch,
  type PackedRows,
  pipePaths,
  type Step,
} from '../protocol.ts';
import type { Cage, Reach } from './cage.ts';
import type { Held } from './cages.ts';
import { dataSession } from './data-session.ts';
import { exportSession } from './export-session.ts';
import { FilesInTurn, type FileTalk } from './files-in-turn.ts';
import { type FetchTalk, foundSession } from './found-session.ts';
import { createInputTable } from './inputs.ts';
import type { Session } from './session.ts';
import { plainValue } from './values.ts';
import { createSourceView, type FileShapes } from './views.ts';

/** What an order needs from the parent while it runs. */
export interface Conversation extends FileTalk, FetchTalk {
  nextBatch(table: string): Promise<PackedBatch | null>;
  /** Resolves when the parent reads the next part of the file through this pipe. */
  openPart(file: number, pipe: number): Promise<void>;
  onProgress(progress: EngineProgress): void;
}

/** An order reaches only its own files: not the other files of the warehouse, nor those of other orders. */
function reachOf(order: Order, settings: ChildSettings): Reach {
  const sources = Object.values(order.sources.tables).flatMap(({ paths }) => paths);
  if (order.kind === 'run') return { files: sources, directories: order.directories };
  const directories = order.found === null ? [] : [fetchedDirectory(settings)];
  return { files: [...sources, ...pipePaths(settings), framePath(settings)], directories };
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
  step: Step | ProcedureCall,
  procedures: Procedures,
  { nextBatch }: Conversation,
): Promise<PackedRows> {
  if ('sql' in step) return rows(cage.session, step.sql, step.parameters);
  if ('question' in step) {
    const { sql, parameters } = printQuestion(step.question);
    return rows(cage.session, sql, { ...step.parameters, ...parameters });
  }
  if ('stored' in step) {
    const [written, measured] = printStoredFile(step.stored);
    await cage.session.execute(written.sql, { ...step.parameters, ...written.parameters });
    return rows(cage.session, measured.sql, measured.parameters);
  }
  const { input } = step;
  const session = input === undefined ? dataSession(cage) : dataSession(cage, () => nextBatch(input));
  await call(procedures, session, step);
  return NO_ROWS;
}

/** Inputs that a procedure is given, and counts, are not tables. */
function handedOver(order: Order): ReadonlySet<string | undefined> {
  if (order.kind === 'write' && order.found !== null) return new Set(Object.keys(order.sources.inputs));
  return new Set(order.kind === 'run' ? order.steps.map((step) => ('procedure' in step ? step.input : undefined)) : []);
}

/** What a child can do besides SQL. */
export interface Skills {
  readonly procedures: Procedures;
  readonly exporter: Exporter;
}

/** What a child has for an order. */
export interface Equipment {
  readonly held: Held;
  readonly settings: ChildSettings;
  readonly shapes: FileShapes;
  readonly skills: Skills;
}

/** Locks a new cage for the order, and shows it the order's files. */
async function furnish(cage: Cage, order: Order, { settings, shapes }: Equipment): Promise<void> {
  await cage.lock(settings, reachOf(order, settings));
  if (order.kind === 'write' && order.turns !== null) return;
  for (const [name, table] of Object.entries(order.sources.tables)) {
    await createSourceView(cage.session, shapes, name, table);
  }
}

/** Does one order in a cage that has nothing of any other, except the views of the same files. */
export async function perform(order: Order, equipment: Equipment, conversation: Conversation): Promise<OrderResult> {
  const { held, settings, skills } = equipment;
  const { cage } = held;
  const { session } = cage;
  if (!held.isFurnished) await furnish(cage, order, equipment);
  const handed = handedOver(order);
  for (const [name, columns] of Object.entries(order.sources.inputs)) {
    if (handed.has(name)) continue;
    await createInputTable(session, name, columns, () => conversation.nextBatch(name));
  }
  if (order.kind === 'write') {
    const { parameters, sources, turns, found } = order;
    const { openPart } = conversation;
    if (found !== null) {
      const session = foundSession({ cage, settings, parameters, openPart, found, conversation });
      return { rows: await skills.exporter(session, order, conversation.onProgress), answers: [] };
    }
    const inTurn = turns === null ? null : new FilesInTurn(turns, sources.tables, equipment.shapes, conversation);
    const exporting = exportSession({ cage, settings, parameters, openPart, inTurn });
    return { rows: await skills.exporter(exporting, order, conversation.onProgress), answers: [] };
  }
  const answers: PackedRows[] = [];
  for (const step of order.steps) answers.push(await runStep(cage, step, skills.procedures, conversation));
  return { rows: [], answers };
}
