/** How a command is declared, and what the table of commands holds. */
import type { Argument, Option } from './options.ts';
import { flag } from './options.ts';
import type { Output } from './output.ts';
import type { World } from './world.ts';

export interface Example {
  readonly line: string;
  readonly meaning: string;
}

interface About {
  /** `jobs list`: the words that call it. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** More lines for `--help` and the reference. */
  readonly details?: string;
  readonly examples: readonly Example[];
  /** The words of its group alone call it too: `nodes` is `nodes list`. */
  readonly alone?: boolean;
  /** What the server calls that which an option says, by the option's flag: its errors are told in the words that were typed. */
  readonly fields?: Readonly<Record<string, string>>;
}

type Arguments = Readonly<Record<string, Argument<unknown>>>;
type Options = Readonly<Record<string, Option<unknown>>>;
type ValuesOf<Declared extends Readonly<Record<string, { read(typed: readonly string[], flag: string): unknown }>>> = {
  readonly [Name in keyof Declared]: ReturnType<Declared[Name]['read']>;
};

export interface Call<A extends Arguments, O extends Options, W extends World> {
  readonly args: ValuesOf<A>;
  readonly options: ValuesOf<O>;
  readonly out: Output;
  readonly world: W;
}

export interface CommandDeclaration<A extends Arguments, O extends Options, W extends World> extends About {
  readonly arguments: A;
  readonly options: O;
  /** Throws on failure; a number is an exit code other than 0. */
  run(call: Call<A, O, W>): Promise<number | undefined>;
}

/** What was typed, by the names of the declarations. */
export interface Typed {
  readonly args: Readonly<Record<string, readonly string[]>>;
  readonly options: Readonly<Record<string, readonly string[]>>;
}

/** A command in the table: its declaration without its types. Its options are those declared, and `JSON_OPTION`. */
export interface Command<W extends World = World> extends About {
  readonly arguments: Arguments;
  readonly options: Options;
  start(typed: Typed, out: Output, world: W): Promise<number>;
}

export const JSON_OPTION = { json: flag({ description: 'Print JSON on standard output.' }) };

export function defineCommand<A extends Arguments, O extends Options, W extends World = World>(
  declared: CommandDeclaration<A, O, W>,
): Command<W> {
  return {
    ...declared,
    async start(typed, out, world) {
      const args = mapValues(declared.arguments, (argument, name) => argument.read(typed.args[name] ?? []));
      const options = mapValues(declared.options, (option, name) =>
        option.read(typed.options[name] ?? [], flagName(name)),
      );
      // Made key by key of the declarations, which TypeScript cannot follow through a loop.
      const call = { args, options, out, world } as Call<A, O, W>;
      return (await declared.run(call)) ?? 0;
    },
  };
}

function mapValues<From, To>(values: Readonly<Record<string, From>>, map: (value: From, name: string) => To) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value, name)]));
}

/** `dataDir` → `--data-dir` */
export function flagName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `-o, --output <path>` */
export function flagSyntax(name: string, { short, placeholder }: Option<unknown>): string {
  const long = placeholder === null ? flagName(name) : `${flagName(name)} ${placeholder}`;
  return short === undefined ? long : `-${short}, ${long}`;
}

/** `<paths...>`, `[ids...]` */
export function argumentSyntax(name: string, { variadic, optional }: Argument<unknown>): string {
  const word = variadic ? `${name}...` : name;
  return optional ? `[${word}]` : `<${word}>`;
}
