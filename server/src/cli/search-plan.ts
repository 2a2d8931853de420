/** From the options of `search` to its settings, before anything is sent. */

import { createReadStream } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import type { SearchSettings } from '@conveyance/sdk';
import { nearest } from '../core/input/nearest.ts';
import { type Fields, isObject } from '../core/input/objects.ts';
import { parseSearchSettings, SEARCH_SETTINGS } from '../reports/details/search-settings.ts';
import { requireFile } from './files.ts';
import { usage } from './options.ts';
import { STANDARD_INPUT } from './uuid-input.ts';
import type { World } from './world.ts';

export interface SearchOptions {
  /** `NAME=VALUE`, for ranges `NAME.min=VALUE` or `NAME.max=VALUE`. */
  readonly set: readonly string[];
  /** JSON as the API takes it: `{"settings": {…}}`. */
  readonly file: string | undefined;
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

/** The value of one `--set`, put to what the others have set. */
function withSetting(settings: Fields, word: string): Fields {
  const [, path = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  const [name = '', bound] = path.split('.', 2);
  const setting = SEARCH_SETTINGS.find((each) => each.name === name);
  if (setting === undefined) {
    const known = SEARCH_SETTINGS.map((each) => each.name);
    if (name === '') throw usage(`--set takes NAME=VALUE; got "${word}"`);
    throw usage(`--set: there is no setting ${name} (nearest: ${nearest(name, known)})`);
  }
  const before = settings[name];
  switch (setting.kind) {
    case 'texts':
      return { ...settings, [name]: [...(Array.isArray(before) ? before : []), value] };
    case 'flag':
      return { ...settings, [name]: value === 'true' ? true : value === 'false' ? false : value };
    case 'numbers':
    case 'days': {
      if (bound !== 'min' && bound !== 'max') throw usage(`--set: ${name} is a range: ${name}.min=… or ${name}.max=…`);
      const limit = setting.kind === 'numbers' && value.trim() !== '' ? Number(value) : value;
      return { ...settings, [name]: { ...(isObject(before) ? before : {}), [bound]: limit } };
    }
  }
}

/** The settings of the file, then those of `--set`. Throws with every fault, as the server would. */
export async function readSearchSettings(
  { set, file }: SearchOptions,
  world: Pick<World, 'stdin'>,
): Promise<SearchSettings> {
  const settings = set.reduce(withSetting, file === undefined ? {} : await readFileSettings(file, world));
  parseSearchSettings(settings);
  // Read and judged by the table that the server reads them by.
  return settings as SearchSettings;
}
