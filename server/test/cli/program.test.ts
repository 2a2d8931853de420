import { EXIT_CODES } from '@conveyance/cli/terminal';
import { describe, expect, it } from 'vitest';
import { SECTIONS } from '../../src/cli/commands.ts';
import { cliMarkdown } from '../../src/cli/reference.ts';
import { cli } from './cli-world.ts';

const COMMANDS = SECTIONS.flatMap(({ commands }) => commands);

describe('the program', () => {
  it('shows every command under --help, on standard output', async () => {
    const { code, stdout, stderr } = await cli(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const { title, commands } of SECTIONS) {
      const [, shown = ''] = stdout.split(title);
      for (const { name } of commands) expect(shown).toMatch(new RegExp(`^ +${name.split(' ')[0]}\\b`, 'm'));
    }
    expect(stdout).toContain('Exit codes:');
  });

  it.each(COMMANDS.map(({ name }) => name))('explains %s with its options and examples', async (name) => {
    const { code, stdout } = await cli([...name.split(' '), '--help']);
    const command = COMMANDS.find((each) => each.name === name);
    expect(code).toBe(0);
    expect(stdout).toContain(command?.summary);
    expect(stdout).toContain('--json');
    expect(stdout).toContain(command?.examples[0]?.line);
  });

  it('tells its version', async () => {
    expect(await cli(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });

  it.each([
    [['exprot'], /unknown command 'exprot'[\s\S]*Did you mean export\?/],
    [['accounts', 'mkae'], /unknown command 'mkae'/],
    [['export', '--formt', 'csv'], /unknown option '--formt'[\s\S]*Did you mean --format\?/],
    [['keys', 'create'], /--account <id\|name> is required; for an operator, --operator/],
    [['keys', 'create', '--operator', '--account', 'a'], /give one of them/],
    [['keys', 'create', '--account', 'a', '--scopes', 'admin'], /admin is for operators/],
    [['keys', 'create', '--operator', '--scopes', 'data:read'], /an operator has the scope admin, and no other/],
    [['invite', '--operator', '--role', 'viewer'], /--role is of an account/],
    [['jobs', 'show'], /missing required argument 'job'/],
    [['jobs', 'show', 'a', 'b'], /too many arguments/],
    [['serve', '--port', 'http'], /--port must be a whole number from 0; got "http"/],
    [['serve', '--role', 'boss'], /--role must be one of: all, api, worker; got "boss"/],
  ])('answers %j with 2 and says what is wrong, on standard error', async (argv, message) => {
    const { code, stdout, stderr } = await cli(argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
  });

  it.each([[[]], [['jobs']], [['accounts', 'quota']]])('answers %j with help and 2', async (argv) => {
    const { code, stderr } = await cli(argv);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: conveyance');
  });

  it('colours help on a terminal, and not where NO_COLOR is set or nobody looks', async () => {
    const colour = '\u001B[';
    expect((await cli(['--help'], { terminal: true })).stdout).toContain(colour);
    expect((await cli(['--help'], { terminal: true, env: { NO_COLOR: '1' } })).stdout).not.toContain(colour);
    expect((await cli(['--help'], { terminal: true, env: { TERM: 'dumb' } })).stdout).not.toContain(colour);
    expect((await cli(['--help'])).stdout).not.toContain(colour);
  });
});

describe('the table of commands', () => {
  it('has no two commands of one name, and none that is taken for what another is to read', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    // Files may be called anything; `./history` is one in any case. Other commands read names of things that people chose.
    const besides = (name: string) => names.filter((other) => other.startsWith(`${name} `));
    for (const name of names) expect(besides(name)).toEqual(name === 'load' ? ['load history', 'load show'] : []);
  });

  it('gives every exit code one meaning', () => {
    expect(Object.values(EXIT_CODES).map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 130]);
  });

  it('becomes a reference that leaves nothing out', () => {
    const markdown = cliMarkdown();
    for (const { name, summary, options } of COMMANDS) {
      expect(markdown).toContain(`### ${name}\n`);
      expect(markdown).toContain(summary);
      for (const { description } of Object.values(options))
        expect(markdown).toContain(description.replaceAll('|', '\\|'));
    }
  });
});
