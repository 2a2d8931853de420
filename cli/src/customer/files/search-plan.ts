/** From the options of `search` to its settings, before anything is sent. */

import { createReadStream } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { SETTING_KINDS, type SearchSettings } from '@conveyance/sdk';
import { usage } from '../../terminal/errors.ts';
import { requireFile } from '../../terminal/files.ts';
import { STANDARD_INPUT } from '../../terminal/standard-streams.ts';
import type { World } from '../../terminal/world.ts';

export interface SearchOptions {
  /** `NAME=VALUE`, for ranges `NAME.min=VALUE` or `NAME.max=VALUE`. */
  readonly set: readonly string[];
  /** JSON as the API takes it: `{"settings": {…}}`. */
  readonly file: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readFileSettings(file: string, { stdin }: Pick<World, 'stdin'>): Promise<Fields> {
  const source = file === STANDARD_INPUT ? 'standard input' : file;
  if (file !== STANDARD_INPUT) await requireFile(file);
  const chunks = file === STANDARD_INPUT ? stdin : createReadStream(file);
  let body: unknown;
  try {
    body = JSON.parse(await textOf(chunks));
  } catch (error) {
    throw usage(`${source} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (isObject(body) && isObject(body['settings'])) return body['settings'];
  throw usage(`${source} must be a JSON object with settings, such as {"settings": {"city": ["New York"]}}`);
}

/** Adds the value of one `--set` to what the others have set. */
function withSetting(settings: Fields, word: string): Fields {
  const [, path = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  const [name = '', bound] = path.split('.', 2);
  if (name === '') throw usage(`--set takes NAME=VALUE; got "${word}"`);
  const kind = Object.hasOwn(SETTING_KINDS, name) ? SETTING_KINDS[name] : undefined;
  const before = settings[name];
  switch (kind) {
    case 'flag':
      return { ...settings, [name]: value === 'true' ? true : value === 'false' ? false : value };
    case 'numbers':
    case 'days': {
      if (bound !== 'min' && bound !== 'max') throw usage(`--set: ${name} is a range: ${name}.min=… or ${name}.max=…`);
      // What is not a number is sent as typed: JSON would turn it into null, which sets no bound.
      const isNumber = kind === 'numbers' && value.trim() !== '' && Number.isFinite(Number(value));
      const limit = isNumber ? Number(value) : value;
      return { ...settings, [name]: { ...(isObject(before) ? before : {}), [bound]: limit } };
    }
    // For an unknown setting the server names the nearest.
    case 'texts':
    case undefined:
      return { ...settings, [name]: [...(Array.isArray(before) ? before : []), value] };
  }
}

/** The settings of the file, then those of `--set`. The server checks their values. */
export async function readSearchSettings(
  { set, file }: SearchOptions,
  world: Pick<World, 'stdin'>,
): Promise<SearchSettings> {
  const settings = set.reduce(withSetting, file === undefined ? {} : await readFileSettings(file, world));
  // What a file says is sent unchanged.
  return settings as SearchSettings;
}
