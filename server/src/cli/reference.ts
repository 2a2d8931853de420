/** docs/cli.md, from the table of commands. */
import { argumentSyntax, type Command, EXIT_CODES, flagSyntax, JSON_OPTION } from '@conveyance/cli/terminal';
import { SECTIONS } from './commands.ts';

type Described = Omit<Command, 'start'>;

const PREFACE = `# The command line

A server hands its command line out, in its own version; it needs Node 20.19 or later and nothing else:

\`\`\`sh
npm i -g http://HOST/client/conveyance-cli.tgz
export CONVEYANCE_URL=http://HOST CONVEYANCE_TOKEN=…
\`\`\`

It has the commands of customers ([Export data](#export-data-over-http)). Those of operators are the server's: in a clone,
\`npx conveyance\` after \`npm run build\`.

Data goes to standard output, progress and messages to standard error. \`--json\`, on every command, prints one line of JSON
instead of text. \`NO_COLOR\` turns colours off; without a terminal, progress is printed as plain lines.

Commands of customers read \`CONVEYANCE_URL\` and \`CONVEYANCE_TOKEN\`, or \`CONVEYANCE_ACCESS_KEY\` and \`CONVEYANCE_SECRET\`;
\`details\`, \`search\` and \`match\` take only the latter.
All other commands work on the server's data directly, with or without a running server; their settings are in
[configuration.md](configuration.md).
`;

export function cliMarkdown(): string {
  const parts = SECTIONS.map(({ title, commands }) => {
    return `## ${title.replace(/:$/, '')}\n\n${commands.map(commandMarkdown).join('\n')}`;
  });
  return [PREFACE, exitCodesMarkdown(), ...parts].join('\n');
}

function exitCodesMarkdown(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return `## Exit codes\n\n| code | meaning |\n|---|---|\n${rows.join('\n')}\n`;
}

function commandMarkdown(command: Described): string {
  const { name, summary, details, examples } = command;
  const syntax = Object.entries(command.arguments).map(([word, argument]) => ` ${argumentSyntax(word, argument)}`);
  const parts = [`### ${name}`, `\`conveyance ${name}${syntax.join('')} [options]\``, `${summary}.`];
  if (details !== undefined) parts.push(details);
  parts.push(optionsMarkdown(command));
  const lines = examples.map(({ line, meaning }) => `# ${meaning}\n${line}`);
  if (lines.length > 0) parts.push(`\`\`\`sh\n${lines.join('\n\n')}\n\`\`\``);
  return `${parts.join('\n\n')}\n`;
}

function optionsMarkdown({ arguments: args, options }: Described): string {
  const rows = [
    ...Object.entries(args).map(([word, argument]) => [argumentSyntax(word, argument), argument.description]),
    ...Object.entries({ ...options, ...JSON_OPTION }).map(([word, option]) => [
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
