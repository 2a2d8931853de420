/** What the command line needs from the program around it. The composition implements it; tests supply their own. */
import type { World as Terminal } from '@conveyance/cli/terminal';
import type { BackupDeps } from '../../backup/make.ts';
import type { BackupHeader } from '../../backup/place.ts';
import type { RestoreDeps } from '../../backup/restore.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { KeyKeeper } from '../../core/ports/key-keeper.ts';
import type { ObjectStore } from '../../core/ports/store.ts';

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

/** What a backup or a restore works with, opened. */
export interface Opened<Value> {
  readonly value: Value;
  close(): Promise<void>;
}

export interface RestoreRequest {
  readonly settings: SettingOverrides;
  readonly place: ObjectStore;
  readonly header: BackupHeader;
  /** Goes on without the backup's master key, under another one. */
  readonly allowNewMasterKey: boolean;
}

/** Whether the key at hand is the backup's. */
export type RestoreRoom = RestoreDeps & { readonly hasMasterKey: boolean };

/** What nobody but the server's own user is meant to get at. */
export interface PrivatePlace {
  readonly path: string;
  /** Of the permissions, those that it must not have. */
  readonly others: number;
}

export interface World extends Terminal {
  /** Those of an installation with these settings, whether they are there or not. Throws `bad_setting`. */
  privatePlaces(settings: SettingOverrides): readonly PrivatePlace[];
  openOperator(settings: SettingOverrides): Promise<Operator>;
  /** The master key and the keyring. */
  openKeys(settings: SettingOverrides): Promise<Opened<KeyKeeper>>;
  /** To make a backup at the place: a folder, or `s3://bucket/prefix`. */
  openBackup(settings: SettingOverrides, place: string): Promise<Opened<BackupDeps>>;
  /** To read the backups of a place. */
  openBackups(settings: SettingOverrides, place: string): Promise<Opened<ObjectStore>>;
  openRestore(request: RestoreRequest): Promise<Opened<RestoreRoom>>;
  openEngine(): Promise<EngineRoom>;
  /** Resolves when the server answers requests. */
  serve(request: ServeRequest): Promise<RunningServer>;
}
