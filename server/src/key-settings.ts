/** Settings of the master key, and of the one that takes its place. Part of the table in `config.ts`. */
import { optionalText, setting } from './setting.ts';

const COMMANDS_OUTPUT = 'A command of the shell that prints it, such as one of a key manager';

export const KEY_SETTINGS = {
  masterKey: setting({
    variable: 'CONVEYANCE_MASTER_KEY',
    schema: optionalText,
    defaultText: 'the file `master.key` in the data directory, made at first start',
    description:
      'The secret that seals all other keys (at least 32 bytes; `openssl rand -base64 32` makes one). With DATABASE_URL it is required, here, in a file or by a command, the same on every node.',
    secret: true,
  }),
  masterKeyFile: setting({
    variable: 'CONVEYANCE_MASTER_KEY_FILE',
    schema: optionalText,
    defaultText: 'none',
    description: 'A file with the master key, in the place of CONVEYANCE_MASTER_KEY. Only its owner may read it.',
  }),
  masterKeyCommand: setting({
    variable: 'CONVEYANCE_MASTER_KEY_COMMAND',
    schema: optionalText,
    defaultText: 'none',
    description: `${COMMANDS_OUTPUT}, in the place of CONVEYANCE_MASTER_KEY. It has 30 seconds.`,
    secret: true,
  }),
  nextMasterKey: setting({
    variable: 'CONVEYANCE_MASTER_KEY_NEXT',
    schema: optionalText,
    defaultText: 'none',
    description:
      'The master key that is to take the place of the present one: nodes that have both work before and after `conveyance master rotate` ([operate.md](operate.md#change-the-master-key)).',
    secret: true,
  }),
  nextMasterKeyFile: setting({
    variable: 'CONVEYANCE_MASTER_KEY_NEXT_FILE',
    schema: optionalText,
    defaultText: 'none',
    description: 'A file with it, in the place of CONVEYANCE_MASTER_KEY_NEXT.',
  }),
  nextMasterKeyCommand: setting({
    variable: 'CONVEYANCE_MASTER_KEY_NEXT_COMMAND',
    schema: optionalText,
    defaultText: 'none',
    description: `${COMMANDS_OUTPUT}, in the place of CONVEYANCE_MASTER_KEY_NEXT.`,
    secret: true,
  }),
} as const;

interface GivenKeys {
  readonly masterKey: string | undefined;
  readonly masterKeyFile: string | undefined;
  readonly masterKeyCommand: string | undefined;
  readonly nextMasterKey: string | undefined;
  readonly nextMasterKeyFile: string | undefined;
  readonly nextMasterKeyCommand: string | undefined;
  readonly databaseUrl: string | undefined;
}

/** What settings say of the two keys: each as text, by a file or by a command. */
export function keysOf(given: Omit<GivenKeys, 'databaseUrl'>) {
  const { masterKey, masterKeyFile, masterKeyCommand, nextMasterKey, nextMasterKeyFile, nextMasterKeyCommand } = given;
  return {
    current: {
      ...{ text: masterKey, file: masterKeyFile, command: masterKeyCommand },
      variable: KEY_SETTINGS.masterKey.variable,
    },
    next: {
      ...{ text: nextMasterKey, file: nextMasterKeyFile, command: nextMasterKeyCommand },
      variable: KEY_SETTINGS.nextMasterKey.variable,
    },
  };
}

/** What is wrong with them together. */
export function judgeKeys(given: GivenKeys): readonly string[] {
  const { current, next } = keysOf(given);
  const faults = [current, next].flatMap(({ text, file, command, variable }) =>
    [text, file, command].filter((value) => value !== undefined).length > 1
      ? [`Only one of ${variable}, ${variable}_FILE and ${variable}_COMMAND can be set`]
      : [],
  );
  const { text, file, command, variable } = current;
  const isMissing = text === undefined && file === undefined && command === undefined;
  if (given.databaseUrl !== undefined && isMissing) {
    const ways = `${variable}, or ${variable}_FILE or ${variable}_COMMAND,`;
    return [...faults, `${ways} is required where DATABASE_URL is set: every node must have the same key`];
  }
  return faults;
}
