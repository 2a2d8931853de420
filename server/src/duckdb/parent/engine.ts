import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Turns } from '../../core/plan/files-in-turn.ts';
import type { Rows } from '../../core/plan/rows.ts';
import {
  CHILDREN_BESIDE_EXPORTS as BESIDE,
  type ChildCounts,
  type Engine,
  type InputTable,
  type Lane,
  type LookUpSize,
  type Program,
  type SourceTable,
  type Watch,
} from '../../core/ports/engine.ts';
import type { CellMaker } from '../../core/ports/engine-session.ts';
import type { Logger } from '../../core/ports/logger.ts';
import { type ObjectStore, PRIVATE_DIRECTORY_MODE } from '../../core/ports/store.ts';
import { withinTime } from '../../core/turns/time-limit.ts';
import { requirePipeMaker } from '../make-pipes.ts';
import { unpackRows } from '../pack.ts';
import {
  type ChildSettings,
  type LocalTable,
  MOST_PARTS_AT_A_TIME,
  type OrderResult,
  type OrderSources,
  type WriteOrder,
} from '../protocol.ts';
import { ChildPool } from './child-pool.ts';
import { EngineChild } from './engine-child.ts';
import { HeldTurns, openTurns } from './files-in-turn.ts';
import { formsOf, writeFound } from './found-rows.ts';
import { LookUpShares } from './look-ups.ts';

export interface EngineOptions {
  /** How many exports run at a time, each in its own child. `CHILDREN_BESIDE_EXPORTS` come in addition. */
  readonly exportChildren: number;
  /** Of each child, as the engine spells it: `2GB`. What does not fit spills to disk. */
  readonly memoryLimit: string;
  /** Of each child. */
  readonly threads: number;
  /** How many parts of a file a child has under way. Each takes its share of the memory. */
  readonly partsAtATime?: number;
  /** Where children spill. Created if absent; each child has a directory in it that is removed with the child. */
  readonly spillDirectory: string;
  /** Of each child; null leaves it to the engine, which takes 90 % of the free disk. */
  readonly maxSpillBytes?: number | null;
  /** The child's program; only tests name another. */
  readonly childPath?: string;
  /** Where children come from and go to; only tests, whose engines follow each other, name another place than this process. */
  readonly children?: ChildSource;
  /** The folders of the system's programs; only tests name others. */
  readonly programFolders?: readonly string[];
  /** A local path of a stored object. */
  readonly localize: (key: string) => Promise<string>;
  /** Brings stored objects to where `localize` finds them, until the returned function is called. Absent where they always are. */
  readonly hold?: ObjectStore['hold'];
  /** What it brings; absent or null with it. */
  readonly copies?: ObjectStore['copies'];
  readonly log: Logger;
}

export interface ChildSource {
  /** With the engine’s settings, and a spill directory of its own. */
  start(settings: Omit<ChildSettings, 'spillDirectory'>): EngineChild;
  /** Of one that has nothing to do and whose engine closes. False leaves it to be killed. */
  keep(child: EngineChild): boolean;
}

const NEVER = new AbortController().signal;

/** Long enough for a load's next program to find the child of the last one. */
const RUN_LINGER_MS = 10_000;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Spill directories are named by the process that made them: those of dead ones were left by a power cut or by a kill of all processes. */
function sweepSpill(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = /^(\d+)\./.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

async function localTables(
  tables: Readonly<Record<string, SourceTable>>,
  localize: EngineOptions['localize'],
): Promise<Readonly<Record<string, LocalTable>>> {
  const local = Object.entries(tables).map(async ([name, { columns, files, form }]) => {
    const declared = columns.map((column) => ({ name: column.name, type: column.type }));
    const paths = await Promise.all(files.map(({ key }) => localize(key)));
    return [name, { columns: declared, paths, ...(form && { form }) }] as const;
  });
  return Object.fromEntries(await Promise.all(local));
}

type Files = Pick<EngineOptions, 'localize' | 'hold'>;

/** Has the tables' files at hand while the work is done. */
async function withTables<Result>(
  { localize, hold }: Files,
  tables: Readonly<Record<string, SourceTable>>,
  signal: AbortSignal,
  work: (local: OrderSources['tables']) => Promise<Result>,
): Promise<Result> {
  const release = await hold?.(
    Object.values(tables).flatMap(({ files }) => files),
    signal,
  );
  try {
    return await work(await localTables(tables, localize));
  } finally {
    release?.();
  }
}

function inputColumns(inputs: Readonly<Record<string, InputTable>>): OrderSources['inputs'] {
  return Object.fromEntries(
    Object.entries(inputs).map(([table, { columns }]) => [table, columns.map(({ name, type }) => ({ name, type }))]),
  );
}

/** Rows in the order of a request, whose ids come in any, are laid out first: else each part of them would need nearly all files. */
function readInTurns(rows: Rows, turns: Turns | null): Rows {
  if (turns === null || rows.requested?.order !== 'as-asked') return rows;
  return { ...rows, requested: { ...rows.requested, inFiles: true } };
}

export interface OpenEngine extends Engine, CellMaker {
  /** By what the children are for: jobs, look-ups, loads, a second program of the same job. */
  children(): Readonly<Record<'exports' | 'reads' | 'programs' | 'spare', ChildCounts>>;
  close(): Promise<void>;
}

function openPools(options: EngineOptions) {
  const { spillDirectory, log, exportChildren } = options;
  // Each child would end as it starts, and only its last words in the log would say why.
  requirePipeMaker(options.programFolders);
  // What spills are customers' rows.
  mkdirSync(spillDirectory, { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
  sweepSpill(spillDirectory);
  const childPath = options.childPath ?? createRequire(import.meta.url).resolve('#engine-child');
  const start = () => {
    const settings = {
      memoryLimit: options.memoryLimit,
      threads: options.threads,
      partsAtATime: Math.min(options.partsAtATime ?? MOST_PARTS_AT_A_TIME, MOST_PARTS_AT_A_TIME),
      maxSpillBytes: options.maxSpillBytes ?? null,
    };
    if (options.children !== undefined) return options.children.start(settings);
    const ownDirectory = join(spillDirectory, `${process.pid}.${randomUUID()}`);
    return new EngineChild({ childPath, settings: { ...settings, spillDirectory: ownDirectory }, log });
  };
  const keep = (child: EngineChild) => options.children?.keep(child) ?? false;
  // As warm as the exports: a spare child that a match's second half had to start came 0.8 s later, and read its first rows slowly each
  // time. A process that exports nothing, such as an operator's load, starts no child that it may not need.
  const lingerMs = exportChildren > 0 ? null : RUN_LINGER_MS;
  return {
    exports: new ChildPool({ size: exportChildren, lingerMs: null, start, keep }),
    reads: new ChildPool({ size: BESIDE.reads, lingerMs, start, keep }),
    programs: new ChildPool({ size: BESIDE.programs, lingerMs: RUN_LINGER_MS, start, keep }),
    spare: new ChildPool({ size: BESIDE.spare, lingerMs, start, keep }),
  };
}

interface PooledProgram {
  /** Chosen when the program is ready for it. */
  readonly pool: () => ChildPool;
  readonly program: Program;
  readonly files: Files;
}

/** What is put around the work of a child, and not around the wait for one. */
type During = (perform: (watch: Watch) => Promise<OrderResult>) => Promise<OrderResult>;

async function runProgram({ pool, program, files }: PooledProgram, signal: AbortSignal, during: During) {
  const { inputs, directories } = program;
  const steps = program.steps.map((step) => ('procedure' in step ? step : { parameters: {}, ...step }));
  return withTables(files, program.tables, signal, async (tables) => {
    const order = { kind: 'run', sources: { tables, inputs: inputColumns(inputs) }, directories, steps } as const;
    const { answers } = await pool().use(signal, (child) =>
      during(async (watch) => (await child.perform(order, inputs, watch)).result),
    );
    return answers.map(unpackRows);
  });
}

/**
 * The query engine: exports and the work of jobs in a warm pool, with a spare child for what a job does in addition; look-ups in
 * children of their own, and programs of loads in one that is started on demand.
 */
export function createEngine(options: EngineOptions): OpenEngine {
  const files: Files = options;
  const { exports, reads, programs, spare } = openPools(options);

  function poolOf(lane: Lane): ChildPool {
    switch (lane) {
      case 'export':
        // A job never waits long for the exports if both are busy: one of their children is its own.
        return exports.counts.idle === 0 && spare.counts.busy === 0 ? spare : exports;
      case 'load':
        return programs;
    }
  }

  const shares = new LookUpShares();
  const poolOfSize: Readonly<Record<LookUpSize, ChildPool>> = { small: reads, large: programs };

  return {
    async write(plan, sinks, watch) {
      if (sinks.length === 0) throw new Error('there is no sink to write to');
      const { rows, parameters } = plan;
      const order = (tables: OrderSources['tables'], turns: Turns | null): WriteOrder => {
        const sources = { tables, inputs: inputColumns(plan.inputs) };
        return {
          kind: 'write',
          sources,
          rows: readInTurns(rows, turns),
          parameters,
          files: formsOf(sinks),
          turns,
          found: null,
        };
      };
      const inTurns = openTurns(options, plan);
      const { result, end } = await (inTurns === null
        ? withTables(files, plan.tables, watch.signal, (tables) =>
            exports.use(watch.signal, (child) => child.perform(order(tables, null), plan.inputs, watch, sinks)),
          )
        : exports.use(watch.signal, (child) => {
            const { tables, turns, hold } = inTurns;
            return child.perform(order(tables, turns), plan.inputs, watch, sinks, new HeldTurns(plan.tables, hold));
          }));
      watch.signal.throwIfAborted();
      await end();
      return result.rows;
    },

    writeFound: (plan, found, sinks, watch) => writeFound(exports, { plan, found, sinks }, watch),

    run: (program, { lane }, watch) =>
      runProgram({ pool: () => poolOf(lane), program, files }, watch.signal, (perform) => perform(watch)),

    lookUp: (turn, work) =>
      shares.work(turn, () =>
        work((program, limit) =>
          shares.ask(turn, () =>
            runProgram({ pool: () => poolOfSize[turn.size], program, files }, NEVER, (perform) =>
              withinTime(limit, (signal) => perform({ signal })),
            ),
          ),
        ),
      ),

    children: () => ({ exports: exports.counts, reads: reads.counts, programs: programs.counts, spare: spare.counts }),

    async close() {
      await Promise.all([exports, reads, programs, spare].map((pool) => pool.close()));
    },
  };
}

const NO_CHILDREN: ChildCounts = { busy: 0, idle: 0, waiting: 0, replaced: 0 };

/** An engine whose children are started on first use: most operators' commands do not need them. */
export function createLazyEngine(options: EngineOptions): OpenEngine {
  let opened: OpenEngine | undefined;
  const engine = () => {
    opened ??= createEngine(options);
    return opened;
  };
  return {
    write: (plan, sinks, watch) => engine().write(plan, sinks, watch),
    writeFound: (plan, found, sinks, watch) => engine().writeFound(plan, found, sinks, watch),
    run: (program, how, watch) => engine().run(program, how, watch),
    lookUp: (turn, work) => engine().lookUp(turn, work),
    children: () =>
      opened?.children() ?? { exports: NO_CHILDREN, reads: NO_CHILDREN, programs: NO_CHILDREN, spare: NO_CHILDREN },
    close: async () => opened?.close(),
  };
}
