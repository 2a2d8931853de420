/** What it means that the engine could not do something: for jobs, for customers who wait, and for whoever reads the log. */
import { ConveyanceError, type ErrorCode } from '../errors.ts';

interface Meaning {
  /** What a customer who waits is answered: what is the server’s to bear is worth another try. */
  readonly code: ErrorCode;
  /** Why a job ends whose last attempt it was. */
  readonly jobFailure: Extract<ErrorCode, 'export_failed' | 'out_of_disk' | 'attempts_exhausted'>;
  /** For customers too: it names no file and no statement. */
  readonly message: string;
}

const MEANINGS = {
  /** Refused or failed. */
  statement: {
    code: 'internal',
    jobFailure: 'export_failed',
    message: 'The query engine refused or failed a statement.',
  },
  /** Over its limit. */
  memory: {
    code: 'unavailable',
    jobFailure: 'export_failed',
    message: 'The query engine reached its memory limit; try again later.',
  },
  disk: {
    code: 'unavailable',
    jobFailure: 'out_of_disk',
    message: 'The query engine has no room left on disk; try again later.',
  },
  /** Its process ended. */
  died: {
    code: 'unavailable',
    jobFailure: 'attempts_exhausted',
    message: 'The query engine’s process ended in the middle of its work; try again.',
  },
} as const satisfies Readonly<Record<string, Meaning>>;

export type EngineFailure = keyof typeof MEANINGS;

const ENGINE_RETRY_SECONDS = 5;

/** The engine could not do it. Adapters say which of the four it was; nobody else needs to ask. */
export class EngineError extends ConveyanceError {
  override readonly name = 'EngineError';
  readonly kind: EngineFailure;

  /** @param detail the engine's own words, which may name files and statements: for operators and the log, as the cause. */
  constructor(kind: EngineFailure, detail: string) {
    const { code, message } = MEANINGS[kind];
    const cause = new Error(detail);
    super(code, message, { cause, ...(code === 'unavailable' && { retryAfterSeconds: ENGINE_RETRY_SECONDS }) });
    this.kind = kind;
  }

  get jobFailure(): Meaning['jobFailure'] {
    return MEANINGS[this.kind].jobFailure;
  }

  /** The fault lies in what was asked or in the file that was read, so that trying again cannot help. */
  get isFinal(): boolean {
    return this.kind === 'statement';
  }
}
