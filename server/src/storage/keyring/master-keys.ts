/** Where master keys come from: settings, files and commands, of the one in use and of the next. */
import { exec } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConveyanceError } from '../../core/errors.ts';
import { deriveKey, FILE_NAME, NEXT_FILE_NAME, parseKey, readKeyFile, readMasterKey, tooShort } from '../master-key.ts';

const run = promisify(exec);

/** A key manager on the network, with its retries. */
const COMMAND_TIMEOUT_MS = 30_000;
const MOST_OUTPUT_BYTES = 64 * 1024;
const SAID_CHARACTERS = 200;
const ID_BYTES = 8;

/** What settings say of one key; at most one of them. */
export interface KeySetting {
  readonly text: string | undefined;
  readonly file: string | undefined;
  readonly command: string | undefined;
  /** The variable of the text; those of the others end in `_FILE` and `_COMMAND`. */
  readonly variable: string;
}

export interface MasterKeySettings {
  readonly current: KeySetting;
  readonly next: KeySetting;
  readonly dataDir: string;
  /** False if several machines must have the same key, so that a file would be wrong. */
  readonly allowFile: boolean;
}

export interface MasterKey {
  readonly bytes: Uint8Array;
  /** Tells it from others, and nothing of it. */
  readonly id: string;
  /** Where it is, as a message names it. */
  readonly place: string;
}

export function masterKeyOf(bytes: Uint8Array, place: string): MasterKey {
  const id = Buffer.from(deriveKey(bytes, 'master key id')).subarray(0, ID_BYTES).toString('hex');
  return { bytes, id, place };
}

/** The beginning of what a program says on its error stream: it is not asked for the key there. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  const code = 'code' in error && error.code !== null ? `it ended with ${String(error.code)}` : 'it took too long';
  return said === '' ? code : `${code} and said: ${said.slice(0, SAID_CHARACTERS)}`;
}

async function outputOf(command: string, variable: string): Promise<string> {
  try {
    const { stdout } = await run(command, { timeout: COMMAND_TIMEOUT_MS, maxBuffer: MOST_OUTPUT_BYTES });
    return stdout;
  } catch (error) {
    // Without its cause, which has the output.
    throw new ConveyanceError('bad_setting', `The command of ${variable} gave no master key: ${failureOf(error)}`);
  }
}

function decoded(text: string, place: string): MasterKey {
  const bytes = parseKey(text);
  if (bytes === null) throw tooShort(place);
  return masterKeyOf(bytes, place);
}

async function ofFile(path: string, variable: string): Promise<MasterKey> {
  const text = await readKeyFile(path);
  if (text === null) throw new ConveyanceError('bad_setting', `${variable} names ${path}, and there is no such file`);
  return decoded(text, path);
}

/** Null if no setting names one. */
async function ofSetting({ text, file, command, variable }: KeySetting): Promise<MasterKey | null> {
  if (text !== undefined) return decoded(text, variable);
  if (file !== undefined) return ofFile(file, `${variable}_FILE`);
  if (command === undefined) return null;
  return decoded(await outputOf(command, `${variable}_COMMAND`), `${variable}_COMMAND`);
}

function isSet({ text, file, command }: KeySetting): boolean {
  return text !== undefined || file !== undefined || command !== undefined;
}

/** Those at hand: what opens the keyring is among them, or the server does not start. */
export class MasterKeys {
  readonly #settings: MasterKeySettings;
  #keys: readonly MasterKey[] = [];

  private constructor(settings: MasterKeySettings) {
    this.#settings = settings;
  }

  /** Makes the file in a new data directory, where no setting names a key. Throws `bad_setting`. */
  static async open(settings: MasterKeySettings): Promise<MasterKeys> {
    const keys = new MasterKeys(settings);
    const { dataDir, allowFile } = settings;
    if (keys.areFiles) await readMasterKey({ setting: undefined, dataDir, allowFile });
    await keys.reread();
    return keys;
  }

  /** The same, and makes nothing: there may be none. */
  static async find(settings: MasterKeySettings): Promise<MasterKeys> {
    const keys = new MasterKeys(settings);
    await keys.reread();
    return keys;
  }

  /** The one in use first. */
  get all(): readonly MasterKey[] {
    return this.#keys;
  }

  get ids(): readonly string[] {
    return this.#keys.map(({ id }) => id);
  }

  byId(id: string): MasterKey | null {
    return this.#keys.find((key) => key.id === id) ?? null;
  }

  /** True if the one in use is a file of the data directory, which the program itself changes. */
  get areFiles(): boolean {
    return !isSet(this.#settings.current);
  }

  /** True if no program is to be asked for them. */
  get areAtHand(): boolean {
    const { current, next } = this.#settings;
    return current.command === undefined && next.command === undefined;
  }

  get dataDir(): string {
    return this.#settings.dataDir;
  }

  /** Of the setting that names the next one. */
  get nextVariable(): string {
    return this.#settings.next.variable;
  }

  /** Files and commands may say something else than before. */
  async reread(): Promise<void> {
    const { current, next } = this.#settings;
    const found = [
      await (isSet(current) ? ofSetting(current) : this.#ofDirectory(FILE_NAME)),
      ...(isSet(current) ? [] : [await this.#ofDirectory(NEXT_FILE_NAME)]),
      await ofSetting(next),
    ].filter((key) => key !== null);
    this.#keys = found.filter(({ id }, index) => found.findIndex((other) => other.id === id) === index);
  }

  async #ofDirectory(name: string): Promise<MasterKey | null> {
    const path = join(this.#settings.dataDir, name);
    const text = await readKeyFile(path);
    return text === null ? null : decoded(text, path);
  }
}
