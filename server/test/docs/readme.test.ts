/** What the hand-written pages tell a reader to type exists. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SECTIONS } from '../../src/cli/commands.ts';
import { cliMarkdown } from '../../src/cli/reference.ts';

const COMMANDS = SECTIONS.flatMap(({ commands }) => commands);
const ROOT = resolve(import.meta.dirname, '../../..');
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/adr/README.md',
  'docs/exports.md',
  'docs/reonomy.md',
  'docs/match.md',
  'docs/match-codes.md',
  'docs/schedules.md',
  'docs/sftp.md',
  'docs/fleet.md',
  'docs/cluster.md',
  'docs/monitoring.md',
  'docs/operate.md',
  'docs/security.md',
  'sdk/README.md',
];

function read(page: string): string {
  return readFileSync(resolve(ROOT, page), 'utf8');
}

/** `[command, its flags]` of every line that calls the command line. */
function calls(text: string): [string, string[]][] {
  const lines = text.replaceAll('\\\n', ' ').match(/(?<=npx conveyance |`conveyance )[a-z][^`\n]*/g) ?? [];
  return lines.map((line) => {
    const [words = ''] = line.split('#');
    const known = COMMANDS.map(({ name }) => name).filter((name) => `${words} `.startsWith(`${name} `));
    const command = known.toSorted((left, right) => right.length - left.length)[0] ?? words;
    return [command, words.match(/--[a-z-]+/g) ?? []];
  });
}

/** The reference's section of a command. */
function section(command: string): string {
  return (
    cliMarkdown()
      .split(/^### /m)
      .find((part) => part.startsWith(`${command}\n`)) ?? ''
  );
}

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('names commands and flags that exist', () => {
    for (const [command, flags] of calls(text)) {
      if (command === '--help' || command.startsWith('--')) continue;
      expect(COMMANDS.map(({ name }) => name)).toContain(command);
      for (const flag of flags) expect(section(command)).toContain(flag);
    }
  });

  it('names npm scripts that exist', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    for (const [, script = ''] of text.matchAll(/npm run ([a-z:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
  });

  it('links to files that exist', () => {
    const folder = resolve(ROOT, page, '..');
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)) {
      expect(existsSync(resolve(folder, target)), target).toBe(true);
    }
  });
});

describe('the README', () => {
  it('calls the command line often enough to be worth this test', () => {
    expect(calls(read('README.md')).length).toBeGreaterThan(5);
  });
});
