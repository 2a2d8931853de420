/** The server's errors in the words that were typed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedServer } from '../../sdk/test/scripted-server.ts';
import { CUSTOMER_COMMANDS } from '../src/customer/commands.ts';
import { flagName } from '../src/terminal/command.ts';
import { inFlagWords } from '../src/terminal/flag-words.ts';
import { cli } from './cli-world.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

describe('an error of the server', () => {
  it('is told with flags, in its further faults too', async () => {
    const errors = ['end_date must be on or after start_date', 'property_ids contains 1 unknown IDs: 7'];
    const body = { error: 'Invalid parameter', message: errors[0], errors };
    server.on('POST /api/v1/bulk_api/jobs', { status: 400, body });
    const words = ['export', '--from', '2026-02', '--to', '2026-01', '--ids', '7'];
    const { code, stderr } = await cli(words, { env: { CONVEYANCE_URL: server.url, CONVEYANCE_TOKEN: 't' } });
    expect(code).toBe(2);
    expect(stderr).toBe('error: --to must be on or after --from\n  --ids contains 1 unknown IDs: 7\n');
  });
});

describe('words', () => {
  const fields = { start_date: '--from', name: '--name', columns: '--columns' };
  it.each([
    ['start_date must be in YYYY-MM-DD format', '--from must be in YYYY-MM-DD format'],
    ['columns contains unknown column name', '--columns contains unknown column name'],
    ['name must have at most 200 characters', '--name must have at most 200 characters'],
    ['the name of the first columns', 'the name of the first columns'],
    ['my_start_date must not change', 'my_start_date must not change'],
  ])('in "%s"', (sentence, told) => expect(inFlagWords(sentence, fields)).toBe(told));
});

it('names flags that the command has', () => {
  for (const { name, fields = {}, options, arguments: args } of CUSTOMER_COMMANDS) {
    const known = [...Object.keys(options).map(flagName), ...Object.keys(args)];
    for (const flag of Object.values(fields)) expect(known, name).toContain(flag);
  }
});
