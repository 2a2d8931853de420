/** A table of commands as a commander program. */
import { Argument as CommanderArgument, Command as CommanderCommand, Option as CommanderOption } from 'commander';
import { argumentSyntax, type Command, flagName, flagSyntax, JSON_OPTION, type Typed } from './command.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { Argument, Option } from './options.ts';
import { hasColours } from './styles.ts';
import { formatTable } from './table.ts';
import type { World } from './world.ts';

/** Commands that are listed together under `--help` and in the reference. */
export interface Section<W extends World> {
  readonly title: string;
  readonly commands: readonly Command<W>[];
}

export interface Programme<W extends World> {
  readonly name: string;
  readonly description: string;
  /** In the order in which they are shown. */
  readonly sections: readonly Section<W>[];
  /** What `jobs list`, `accounts quota set` and the like are about, by the words before the last. */
  readonly groups: Readonly<Record<string, string>>;
  /** Lines below the commands. */
  readonly firstSteps: string;
}

type Started<W extends World> = (command: Command<W>, typed: Typed) => Promise<void>;

/** Ready to parse; errors are thrown as `CommanderError`, nothing ends the process. */
export function buildProgram<W extends World>(
  { name, description, sections, groups: abouts, firstSteps }: Programme<W>,
  world: W,
  onStart: Started<W>,
): CommanderCommand {
  const { stdout, stderr, env } = world;
  const program = new CommanderCommand(name)
    .description(description)
    .version(world.version, '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print this help.')
    .helpCommand(false)
    // Else it takes the words before the options for itself, and the first command the options of those below it.
    .enablePositionalOptions()
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
    .addHelpText('after', () => `\n${firstSteps}\n\n${exitCodesText()}`);
  const all = sections.flatMap(({ commands }) => commands);
  const groups = new Map<string, CommanderCommand>();
  for (const { title, commands } of sections) {
    program.commandsGroup(title);
    for (const command of commands) {
      const words = command.name.split(' ');
      const word = words.pop() ?? '';
      let parent = program;
      for (const [depth] of words.entries()) {
        const path = words.slice(0, depth + 1).join(' ');
        parent = groups.get(path) ?? addGroup(parent, path, abouts[path] ?? path, all);
        groups.set(path, parent);
      }
      // Others may follow under its name: `load`, `load history`.
      groups.set(command.name, addCommand(parent, word, command, onStart));
    }
  }
  return program;
}

/** @param path the words that call the group: `accounts quota`. */
function addGroup(
  parent: CommanderCommand,
  path: string,
  about: string,
  commands: readonly Pick<Command, 'name'>[],
): CommanderCommand {
  const depth = path.split(' ').length;
  const members = commands.filter((each) => each.name.startsWith(`${path} `));
  const verbs = new Set(members.map((each) => each.name.split(' ')[depth]));
  return parent
    .command(path.split(' ').at(-1) ?? path)
    .summary(`${about}: ${[...verbs].join(', ')}`)
    .description(`${about}.`)
    .helpCommand(false);
}

function exitCodesText(): string {
  return `Exit codes:\n${formatTable(Object.values(EXIT_CODES).map(({ code, meaning }) => [`  ${code}`, meaning]))}\n`;
}

function addCommand<W extends World>(
  parent: CommanderCommand,
  word: string,
  command: Command<W>,
  onStart: Started<W>,
): CommanderCommand {
  const child = parent
    .command(word, { isDefault: command.alone ?? false })
    .summary(command.summary)
    .description(describe(command));
  for (const [name, argument] of Object.entries(command.arguments)) child.addArgument(toArgument(name, argument));
  for (const [name, option] of Object.entries({ ...command.options, ...JSON_OPTION }))
    child.addOption(toOption(name, option));
  const examples = command.examples.map(({ line, meaning }) => `  # ${meaning}\n  ${line}`).join('\n\n');
  if (examples !== '') child.addHelpText('after', `\nExamples:\n${examples}`);
  child.action(() => onStart(command, readTyped(child, command)));
  // Of commands below it the options are their own.
  return child.helpCommand(false).enablePositionalOptions();
}

function describe({ summary, details }: Pick<Command, 'summary' | 'details'>): string {
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

function readTyped(child: CommanderCommand, command: Pick<Command, 'arguments' | 'options'>): Typed {
  const args = Object.keys(command.arguments).map((name, at) => [name, asTexts(child.processedArgs[at])] as const);
  const given = child.opts();
  const options = Object.keys({ ...command.options, ...JSON_OPTION }).map((name) => {
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
