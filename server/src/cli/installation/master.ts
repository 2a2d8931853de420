/** `conveyance master`: the master key, and the keys that it seals. */
import { flag, formatCount, formatCounted, formatTable, type Output, text, usage } from '@conveyance/cli/terminal';
import {
  isPurpose,
  NEW_KEY_WAITS_SECONDS,
  PURPOSE_NAMES,
  type Purpose,
  type Renewal,
  rowOf,
  UNNOTICED,
} from '../../core/keyring/purposes.ts';
import type { KeyKeeper, KeyringState, KeyState, MasterKeyChange, PurposeState } from '../../core/ports/key-keeper.ts';
import { DATA_DIR, dataDirSettings } from '../operator/operator.ts';
import { defineCommand } from '../world/command.ts';
import { confirmed, YES } from '../world/confirm.ts';
import type { World } from '../world/world.ts';

async function withKeys<Result>(
  world: World,
  { dataDir }: { readonly dataDir: string | undefined },
  work: (keys: KeyKeeper) => Promise<Result>,
): Promise<Result> {
  const { value, close } = await world.openKeys(dataDirSettings(dataDir));
  try {
    return await work(value);
  } finally {
    await close();
  }
}

function stateJson({ masterKey, others, purposes }: KeyringState) {
  return {
    master_key: { id: masterKey.id, place: masterKey.place, since: masterKey.since.toISOString() },
    other_master_keys: others,
    purposes: purposes.map(({ purpose, of, keys }) => ({
      ...{ purpose, of },
      keys: keys.map(({ version, madeAt, isDerived, state, endsAt, uses }) => ({
        ...{ version, state, uses },
        made_at: madeAt?.toISOString() ?? null,
        ends_at: endsAt?.toISOString() ?? null,
        of_first_master_key: isDerived,
      })),
    })),
  };
}

/** What an old key waits for. */
function endOf(purpose: Purpose, { state, endsAt, uses }: KeyState, out: Output): string {
  if (state === 'in use') return '';
  if (state === 'waiting') return `signs within ${NEW_KEY_WAITS_SECONDS} s`;
  if (endsAt !== null) return `counts until ${out.instant(endsAt.toISOString())}`;
  const { renewal } = rowOf(purpose);
  if (uses === null || uses === 0) return 'goes within a minute or two';
  return renewal === 'use'
    ? `${formatCounted(uses, 'secret')} not shown since`
    : `${formatCount(uses)} to be sealed anew`;
}

function rowsOf({ purpose, of, keys }: PurposeState, out: Output): string[][] {
  return keys.map((key, index) => [
    ...(index === 0 ? [purpose, of] : ['', '']),
    rowOf(purpose).renewal === 'file' ? '' : String(key.version),
    out.instant(key.madeAt?.toISOString()),
    key.isDerived ? 'yes' : 'no',
    key.state,
    endOf(purpose, key, out),
  ]);
}

/** Those whose key in use somebody could compute who has the master key of the first start. */
function derivedOf({ purposes }: KeyringState): readonly Purpose[] {
  return purposes.filter(({ keys }) => keys[0]?.isDerived).map(({ purpose }) => purpose);
}

/** What to do about derived keys. */
function advice(derived: readonly Purpose[]): string {
  const told = derived.filter((purpose) => !UNNOTICED.includes(purpose));
  const command = 'conveyance master rotate --purpose';
  const apart = told.length === 0 ? '' : `\`${command} ${told.join(',')}\`, when customers were told`;
  if (derived.length === told.length) return apart;
  return `\`${command} all\`${apart === '' ? '' : `, and ${apart}`}`;
}

function stateTable(state: KeyringState, out: Output): string {
  const { masterKey, others, purposes } = state;
  const derived = derivedOf(state);
  return [
    `Master key ${masterKey.id}, in ${masterKey.place}, since ${out.instant(masterKey.since.toISOString())}`,
    ...others.map(({ id, place }) => `At hand besides: ${id}, in ${place}`),
    '',
    formatTable([
      ['PURPOSE', 'OF', 'KEY', 'MADE', 'DERIVED', 'STATE', ''],
      ...purposes.flatMap((purpose) => rowsOf(purpose, out)),
    ]).trimEnd(),
    '',
    derived.length === 0
      ? 'No key in use is derived from a master key.'
      : `Derived: whoever has the master key of the first start can compute it. Keys of chance are made by ${advice(derived)}.`,
  ].join('\n');
}

export const masterShow = defineCommand({
  name: 'master show',
  alone: true,
  summary: 'Show which master key is in use, and the keys that it seals',
  details:
    'Of the keys, everything but the keys. The id of a master key tells it from others and nothing of it. A key that is no more in use counts until ' +
    'what was made under it has ended: the last column says what it waits for.',
  arguments: {},
  options: DATA_DIR,
  examples: [{ line: 'conveyance master', meaning: 'Which one, since when, and what is left of the keys before' }],
  async run({ options, out, world }) {
    const state = await withKeys(world, options, (keys) => keys.state());
    out.data(stateJson(state), stateTable(state, out));
  },
});

function purposesOf(list: string): readonly Purpose[] {
  const words = list.split(',').map((word) => word.trim());
  const unknown = words.find((word) => word !== 'all' && !isPurpose(word));
  if (unknown !== undefined) {
    throw usage(`--purpose: there is no purpose “${unknown}”; there are all, ${PURPOSE_NAMES.join(', ')}`);
  }
  const lasting = words.find((word) => isPurpose(word) && rowOf(word).renewal === 'never');
  if (lasting !== undefined) {
    throw usage(`--purpose: ${lasting} has one key for ever: of what was hashed under it nobody has the text any more`);
  }
  const named = words.flatMap((word) => (word === 'all' ? UNNOTICED : isPurpose(word) ? [word] : []));
  return PURPOSE_NAMES.filter((purpose) => named.includes(purpose));
}

/** A database of the operator’s own has a password of the operator’s own. */
async function thoseThere(keys: KeyKeeper, purposes: readonly Purpose[]): Promise<readonly Purpose[]> {
  const there = (await keys.state()).purposes.map(({ purpose }) => purpose);
  const found = purposes.filter((purpose) => there.includes(purpose));
  if (found.length > 0) return found;
  throw usage(`--purpose: this server has no key for ${purposes.join(', ')}: its database is that of DATABASE_URL`);
}

function changeText({ from, to, keptAt, place }: MasterKeyChange, state: KeyringState): string {
  const derived = derivedOf(state);
  return [
    `The keyring is sealed by master key ${to}; ${from} opens nothing of it any more.`,
    keptAt === null
      ? `It is in ${place}. Put it in the place of the one before on every node, and take the _NEXT setting away; until then both are taken.`
      : `It is in ${place}. Copy it to where you keep such keys. The one before is ${keptAt}: backups of before need it. Keep it with them, and delete it with the last.`,
    ...(derived.length === 0
      ? []
      : [
          `Still derived from the first master key: ${derived.join(', ')}. If somebody else has that key, renew them: ${advice(derived)}.`,
        ]),
  ].join('\n');
}

const NOTES: Readonly<Record<Exclude<Renewal, 'never'>, string>> = {
  overlap: 'what was signed counts to its end',
  use: 'each secret is hashed anew when it is next shown; those that are not shown keep the old key',
  seal: 'the workers seal anew what is sealed, within a minute or two',
  known: 'tell customers the new fingerprints (`doctor` has them): their programs refuse an unknown host key',
  file: 'changed',
};

function renewedText(purposes: readonly Purpose[], atOnce: boolean): string {
  const notes = purposes.map((purpose) => {
    const { renewal } = rowOf(purpose);
    if (renewal === 'never') return '';
    return `  ${purpose}: ${atOnce && renewal === 'overlap' ? 'what was signed before counts no more' : NOTES[renewal]}`;
  });
  const left = PURPOSE_NAMES.filter((purpose) => rowOf(purpose).renewal === 'known' && !purposes.includes(purpose));
  return [
    `New keys, which sign within ${NEW_KEY_WAITS_SECONDS} seconds:`,
    ...notes,
    ...(left.length === 0 ? [] : [`Not renewed, since customers have to be told first: ${left.join(', ')}.`]),
    '`conveyance master show` tells what is left.',
  ].join('\n');
}

export const masterRotate = defineCommand({
  name: 'master rotate',
  summary: 'Change the master key, or the keys that it seals, while the servers work',
  details:
    'Without --purpose: seals the keyring by another master key. Nothing that was made under the keys changes: links, credentials, secrets and host keys go ' +
    'on. The new master key is CONVEYANCE_MASTER_KEY_NEXT, or that of CONVEYANCE_MASTER_KEY_NEXT_FILE or …_NEXT_COMMAND, which every node must have ' +
    'already; where the one in use is master.key in the data directory, and none of these is set, the command makes one, and running servers read it. With --purpose: ' +
    `makes new keys for these purposes (all, or a list of ${PURPOSE_NAMES.join(', ')}); those before count until what was made under them has ended. ` +
    `“all” is every purpose but ${PURPOSE_NAMES.filter((name) => !UNNOTICED.includes(name)).join(', ')}, of which customers have to be told. Killed at any step, it is finished by being run again.`,
  arguments: {},
  options: {
    purpose: text('<list>', { description: 'Make new keys for these purposes, separated by commas, or all.' }),
    atOnce: flag({
      description: 'With --purpose: links and tokens that were handed out end now, for a key that somebody has stolen.',
    }),
    anyway: flag({ description: 'Go on although nodes do not have the master key: they learn of no new keys.' }),
    ...YES,
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance master rotate', meaning: 'On one machine: a new master.key, while the server works' },
    {
      line: 'conveyance master rotate --purpose all',
      meaning: 'Afterwards, if somebody else may have had the old one',
    },
  ],
  async run({ options, out, world }) {
    if (options.atOnce && options.purpose === undefined) throw usage('--at-once is of --purpose');
    const purposes = options.purpose === undefined ? null : purposesOf(options.purpose);
    const question =
      purposes === null
        ? 'The master key in use will open nothing any more.'
        : `New keys for ${purposes.join(', ')}${options.atOnce ? '; links and tokens that were handed out end now' : ''}.`;
    if (!(await confirmed(question, options, { out, world }))) return;
    const { anyway, atOnce } = options;
    await withKeys(world, options, async (keys) => {
      if (purposes !== null) {
        const there = await thoseThere(keys, purposes);
        await out.stages.run('Make new keys', () => keys.renew(there, { anyway, atOnce }));
        out.data(stateJson(await keys.state()), renewedText(there, atOnce));
        return;
      }
      const change = await out.stages.run('Change the master key', () =>
        keys.changeMasterKey({ anyway, signal: world.interrupt }),
      );
      const state = await keys.state();
      out.data({ from: change.from, kept_at: change.keptAt, ...stateJson(state) }, changeText(change, state));
    });
  },
});
