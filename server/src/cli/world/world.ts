/** What the command line needs from the program around it. The composition implements it; tests supply their own. */
import type { World as Terminal } from '@conveyance/cli/terminal';
import type { Deps } from '../../core/ports/deps.ts';

/** Settings by the names of their environment variables; they win over the environment. */
export type SettingOverrides = Readonly<Record<string, string>>;

/** Direct access to the data, for operator commands. Works with and without a running server. */
export interface Operator {
  readonly deps: Deps;
  /** What `doctor` reports about this installation beyond what the ports can say: where the database is, which versions run. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  close(): Promise<void>;
}

/** The query engine alone: for commands that touch files and no database. */
export interface EngineRoom {
  readonly deps: Pick<Deps, 'engine' | 'clock'>;
  close(): Promise<void>;
}

export interface RunningServer {
  /** Its public URL. */
  readonly url: string;
  /** Where it answers SFTP, and its key as clients show it; null where it does not. */
  readonly sftp: { readonly host: string; readonly port: number; readonly fingerprint: string } | null;
  /** The server's own view of its data, so that its starter needs no second one. */
  readonly deps: Deps;
  /** Rejects when the server fails; never resolves before `stop`. */
  readonly failed: Promise<never>;
  /** Drains and stops. Everything a temporary server has written is deleted. */
  stop(): Promise<void>;
}

export interface ServeRequest {
  readonly settings: SettingOverrides;
  /** True keeps all data in a new temporary directory, which `stop` removes. */
  readonly temporary: boolean;
}

export interface World extends Terminal {
  openOperator(settings: SettingOverrides): Promise<Operator>;
  openEngine(): Promise<EngineRoom>;
  /** Resolves when the server answers requests. */
  serve(request: ServeRequest): Promise<RunningServer>;
}
