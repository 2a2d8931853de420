/** Starts `probe.mjs`, which measures what others notice of an attack. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface ProbeRequest {
  readonly port: number;
  readonly from: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ProbePlan {
  /** Of the server, for its memory and that of all it started. */
  readonly pid: number;
  readonly databaseUrl: string;
  readonly kinds: readonly {
    readonly kind: string;
    readonly everyMs: number;
    readonly requests: readonly ProbeRequest[];
  }[];
  readonly jobs: { readonly create: ProbeRequest; readonly read: ProbeRequest };
}

export interface ProbeAnswer {
  readonly kind: string;
  /** `GET /livez` */
  readonly what: string;
  /** When it was sent, on the clock that all processes share. */
  readonly at: number;
  /** 0 where none came. */
  readonly status: number;
  readonly ms: number;
  /** Of a refusal. */
  readonly text: string;
}

/** Since the last time. */
export interface Taken {
  readonly answers: readonly ProbeAnswer[];
  readonly unanswered: number;
  readonly peakBytes: number;
  /** Now. */
  readonly bytes: number;
  /** Those that succeeded, from the start; those that did not, since the last time. */
  readonly jobs: { readonly succeeded: number; readonly failed: readonly string[] };
}

export class Probe {
  readonly #child: ChildProcess;

  constructor(plan: ProbePlan) {
    this.#child = fork(join(import.meta.dirname, 'probe.mjs'), { execArgv: [] });
    this.#child.send({ start: plan });
  }

  async take(): Promise<Taken> {
    this.#child.send({ take: true });
    const [message]: { readonly taken?: Taken; readonly failed?: string }[] = await once(this.#child, 'message');
    if (message?.taken === undefined) throw new Error(`the probe failed: ${message?.failed ?? 'no word'}`);
    return message.taken;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
