/** The command line says when the server is newer, and how to update. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedServer } from '../../sdk/test/scripted-server.ts';
import { isNewer } from '../src/terminal/newer-server.ts';
import { cli } from './cli-world.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

const USAGE = { quota_limit: null, quota_usage: 3, period_start: '2026-01-01', period_end: '2026-01-31' };

/** The recorded command line is of version 1.2.3. */
function usage(serverVersion: string | null, words: readonly string[] = []) {
  const headers = serverVersion === null ? {} : { 'x-conveyance-version': serverVersion };
  server.on('GET /api/v1/usage', { status: 200, body: USAGE, headers });
  return cli(['usage', ...words], { env: { CONVEYANCE_URL: `${server.url}/api/v1`, CONVEYANCE_TOKEN: 'secret' } });
}

describe('a command', () => {
  it('names the newer server and the command that updates, and leaves the data alone', async () => {
    const { code, stdout, stderr } = await usage('1.10.0', ['--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, USAGE]);
    expect(stderr).toBe(
      `The server is of version 1.10.0, this command line of 1.2.3. To update it: npm i -g ${server.url}/client/conveyance-cli.tgz\n`,
    );
  });

  it.each(['1.2.3', '1.2.2', '0.9.9', 'nonsense', null])('says nothing of a server of version %s', async (version) => {
    expect((await usage(version)).stderr).toBe('');
  });

  it('says it of a server that refuses, too: that may be why', async () => {
    server.on('GET /api/v1/usage', {
      status: 404,
      body: { error: 'Not Found' },
      headers: { 'x-conveyance-version': '2.0.0' },
    });
    const { stderr } = await cli(['usage'], { env: { CONVEYANCE_URL: server.url, CONVEYANCE_TOKEN: 'secret' } });
    expect(stderr).toMatch(/^error: [\s\S]+\nThe server is of version 2\.0\.0/);
  });
});

describe('versions', () => {
  it.each([
    ['1.0.0', '0.9.9', true],
    ['0.10.0', '0.9.0', true],
    ['0.2.1', '0.2.0', true],
    ['0.2.0', '0.2.0', false],
    ['0.2.0', '0.10.0', false],
    ['1.0.0-rc.1', '0.2.0', false],
  ])('%s is newer than %s: %s', (version, than, newer) => expect(isNewer(version, than)).toBe(newer));
});
