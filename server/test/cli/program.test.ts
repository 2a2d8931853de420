import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { cliMarkdown } from '../../src/cli/reference.ts';
import { cli } from './cli-world.ts';

describe('the program', () => {
  it('shows every command under --help, on standard output', async () => {
    const { code, stdout, stderr } = await cli(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const { name, audience } of COMMANDS) expect(stdout, audience).toContain(name.split(' ')[0]);
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
    [['keys', 'create'], /required option '--account <id>' not specified/],
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
  it('holds what the contract of the command line names', () => {
    expect(COMMANDS.map(({ name }) => name).toSorted()).toEqual(
      [
        'serve',
        'details',
        'search',
        'match',
        'schedules create',
        'schedules delete',
        'schedules list',
        'schedules pause',
        'schedules resume',
        'schedules runs',
        'schedules show',
        'load',
        'generate',
        'demo',
        'doctor',
        'export',
        ...['create', 'list', 'grant', 'revoke'].map((verb) => `accounts ${verb}`),
        ...['create', 'list', 'revoke'].map((verb) => `keys ${verb}`),
        ...['set', 'show'].map((verb) => `accounts quota ${verb}`),
        'tokens create',
        ...['tail', 'export'].map((verb) => `audit ${verb}`),
        ...['list', 'show', 'watch', 'cancel'].map((verb) => `jobs ${verb}`),
        'usage',
        ...['list', 'redeliver', 'test', 'secret', 'listen'].map((verb) => `webhooks ${verb}`),
      ].toSorted(),
    );
  });

  it('gives every exit code one meaning', () => {
    expect(Object.values(EXIT_CODES).map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130]);
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
