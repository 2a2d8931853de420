/** The table of commands as a commander program. */
import { Argument as CommanderArgument, Command as CommanderCommand, Option as CommanderOption } from 'commander';
import { AUDIENCES, type Audience, argumentSyntax, type Command, flagName, flagSyntax, type Typed } from './command.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { Argument, Option } from './options.ts';
import { hasColours } from './styles.ts';
import { formatTable } from './table.ts';
import type { World } from './world.ts';

export const AUDIENCE_TITLES: Readonly<Record<Audience, string>> = {
  server: 'Run and fill a server:',
  operator: 'Look after accounts (next to the data):',
  customer: 'Export data (over HTTP):',
};

/** What `accounts create`, `keys list` and the like are about. */
const GROUPS: Readonly<Record<string, string>> = {
  accounts: 'Customers and what they may see',
  'accounts quota': 'How many properties an account may export in a month',
  keys: 'Access keys of an account',
  tokens: 'Personal tokens of an account',
  jobs: 'The account’s exports',
  schedules: 'Exports by the calendar',
  webhooks: 'Being called back when a job has ended',
  audit: 'What was done and by whom',
};

type Started = (command: Command, typed: Typed) => Promise<void>;

/** Ready to parse; errors come as `CommanderError`, nothing ends the process. */
export function buildProgram(commands: readonly Command[], world: World, onStart: Started): CommanderCommand {
  const { stdout, stderr, env } = world;
  const program = new CommanderCommand('conveyance')
    .description('Bulk exports of property data: run the server, look after its customers, be one.')
    .version(world.version, '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print this help.')
    .helpCommand(false)
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help to see how it is used)')
    .configureHelp({ styleTitle: (title) => `\u001B[1m${title}\u001B[22m` })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHasColors: () => hasColours(stdout, env),
      getErrHasColors: () => hasColours(stderr, env),
      getOutHelpWidth: () => stdout.columns ?? 100,
    })
    .addHelpText('after', () => `\n${FIRST_STEPS}\n\n${exitCodesText()}`);
  const groups = new Map<string, CommanderCommand>();
  for (const audience of AUDIENCES) {
    program.commandsGroup(AUDIENCE_TITLES[audience]);
    for (const command of commands.filter((each) => each.audience === audience)) {
      const words = command.name.split(' ');
      const word = words.pop() ?? '';
      let parent = program;
      for (const [depth] of words.entries()) {
        const path = words.slice(0, depth + 1).join(' ');
        parent = groups.get(path) ?? addGroup(parent, path, commands);
        groups.set(path, parent);
      }
      addCommand(parent, word, command, onStart);
    }
  }
  return program;
}

/** @param path the words that call the group: `accounts quota`. */
function addGroup(parent: CommanderCommand, path: string, commands: readonly Command[]): CommanderCommand {
  const depth = path.split(' ').length;
  const members = commands.filter((each) => each.name.startsWith(`${path} `));
  const verbs = new Set(members.map((each) => each.name.split(' ')[depth]));
  const about = GROUPS[path] ?? path;
  return parent
    .command(path.split(' ').at(-1) ?? path)
    .summary(`${about}: ${[...verbs].join(', ')}`)
    .description(`${about}.`)
    .helpCommand(false);
}

const FIRST_STEPS = `First steps:
  conveyance demo                     see all of it work, in a minute, leaving nothing behind
  conveyance serve                    run a server, data under ./data
  conveyance COMMAND --help           everything about one command, with examples`;

function exitCodesText(): string {
  return `Exit codes:\n${formatTable(Object.values(EXIT_CODES).map(({ code, meaning }) => [`  ${code}`, meaning]))}\n`;
}

function addCommand(parent: CommanderCommand, word: string, command: Command, onStart: Started): void {
  const child = parent.command(word).summary(command.summary).description(describe(command));
  for (const [name, argument] of Object.entries(command.arguments)) child.addArgument(toArgument(name, argument));
  for (const [name, option] of Object.entries(command.options)) child.addOption(toOption(name, option));
  const examples = command.examples.map(({ line, meaning }) => `  # ${meaning}\n  ${line}`).join('\n\n');
  if (examples !== '') child.addHelpText('after', `\nExamples:\n${examples}`);
  child.action(() => onStart(command, readTyped(child, command)));
}

function describe({ summary, details }: Command): string {
  return details === undefined ? `${summary}.` : `${summary}.\n\n${details}`;
}

function toArgument(name: string, argument: Argument<unknown>): CommanderArgument {
  return new CommanderArgument(argumentSyntax(name, argument), argument.description);
}

function toOption(name: string, option: Option<unknown>): CommanderOption {
  const added = new CommanderOption(flagSyntax(name, option), option.description);
  if (option.placeholder !== null) {
    added.argParser((typed: string, before: readonly string[] | undefined) => [...(before ?? []), typed]);
  }
  return added.makeOptionMandatory(option.required);
}

function readTyped(child: CommanderCommand, command: Command): Typed {
  const args = Object.keys(command.arguments).map((name, at) => [name, asTexts(child.processedArgs[at])] as const);
  const given = child.opts();
  const options = Object.keys(command.options).map((name) => {
    const option = child.options.find(({ long }) => long === flagName(name));
    const value = given[option?.attributeName() ?? name];
    // Commander reads `--no-pii` as a `pii` that is true until the switch is given.
    return [name, asTexts(option?.negate ? !value : value)] as const;
  });
  return { args: Object.fromEntries(args), options: Object.fromEntries(options) };
}

/** Commander gives a text, a list of texts, or true for a switch. */
function asTexts(given: unknown): readonly string[] {
  if (Array.isArray(given)) return given.map(String);
  if (given === undefined || given === false) return [];
  return [given === true ? '' : String(given)];
}
