/** docs/cli.md, from the table of commands. */
import { AUDIENCES, argumentSyntax, type Command, flagSyntax } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { AUDIENCE_TITLES } from './program.ts';

const PREFACE = `# The command line

Data goes to standard output, progress and messages to standard error. \`--json\`, on every command, prints one line of JSON
instead of text. \`NO_COLOR\` switches colours off; without a terminal, progress comes in plain lines.

Commands of customers read \`CONVEYANCE_URL\` and \`CONVEYANCE_TOKEN\`, or \`CONVEYANCE_ACCESS_KEY\` and \`CONVEYANCE_SECRET\`;
\`details\`, \`search\` and \`match\` take the latter only.
All others work on the server's data itself, beside a running server or without one; their settings are in
[configuration.md](configuration.md).
`;

export function cliMarkdown(commands: readonly Command[] = COMMANDS): string {
  const parts = AUDIENCES.map((audience) => {
    const title = AUDIENCE_TITLES[audience].replace(/:$/, '');
    const members = commands.filter((command) => command.audience === audience);
    return `## ${title}\n\n${members.map(commandMarkdown).join('\n')}`;
  });
  return [PREFACE, exitCodesMarkdown(), ...parts].join('\n');
}

function exitCodesMarkdown(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return `## Exit codes\n\n| code | meaning |\n|---|---|\n${rows.join('\n')}\n`;
}

function commandMarkdown(command: Command): string {
  const { name, summary, details, examples } = command;
  const syntax = Object.entries(command.arguments).map(([word, argument]) => ` ${argumentSyntax(word, argument)}`);
  const parts = [`### ${name}`, `\`conveyance ${name}${syntax.join('')} [options]\``, `${summary}.`];
  if (details !== undefined) parts.push(details);
  parts.push(optionsMarkdown(command));
  const lines = examples.map(({ line, meaning }) => `# ${meaning}\n${line}`);
  if (lines.length > 0) parts.push(`\`\`\`sh\n${lines.join('\n\n')}\n\`\`\``);
  return `${parts.join('\n\n')}\n`;
}

function optionsMarkdown({ arguments: args, options }: Command): string {
  const rows = [
    ...Object.entries(args).map(([word, argument]) => [argumentSyntax(word, argument), argument.description]),
    ...Object.entries(options).map(([word, option]) => [
      flagSyntax(word, option),
      option.required ? `${option.description} Required.` : option.description,
    ]),
  ];
  // A pipe would end the cell.
  const cells = rows.map(
    ([syntax = '', meaning = '']) => `| \`${syntax.replaceAll('|', '\\|')}\` | ${meaning.replaceAll('|', '\\|')} |`,
  );
  return ['| option | meaning |', '|---|---|', ...cells].join('\n');
}
