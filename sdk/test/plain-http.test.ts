/** A secret over plain http: told once for each server, unless it does not leave the machine. */
import { afterEach, expect, test, vi } from 'vitest';
import { Conveyance } from '../src/index.ts';
import { warnOfPlainHttp } from '../src/transport/plain-http.ts';

afterEach(() => vi.restoreAllMocks());

test.each([
  'http://exports.one.example',
  'http://10.0.0.7:8080/api/v1',
  'http://localhost.one.example',
  'http://1270.0.0.1.one.example',
])('%s is warned of, once', (url) => {
  const warnings: string[] = [];
  for (let made = 0; made < 3; made++) {
    new Conveyance({ url, token: 'a secret', onWarning: (message) => warnings.push(message) });
  }
  expect(warnings).toEqual([
    `${new URL(url).origin} is not encrypted: whoever is on the way can read the secret and the data; use https`,
  ]);
});

test.each([
  'https://exports.two.example',
  'http://localhost:8080',
  'http://here.localhost',
  'http://127.0.0.1',
  'http://127.9.8.7:80',
  'http://[::1]:8080',
])('%s is not', (url) => {
  const warn = vi.fn();
  new Conveyance({ url, token: 'a secret', onWarning: warn });
  expect(warn).not.toHaveBeenCalled();
});

test('without a listener the warning goes to the console, and names no secret', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  new Conveyance({ url: 'http://name:word@exports.three.example', accessKey: 'key', secret: 'a secret' });
  expect(warn.mock.calls).toEqual([
    [expect.stringMatching(/^conveyance: http:\/\/exports\.three\.example is not encrypted/)],
  ]);
});

test('a link that leads to another server is warned of like the server', () => {
  const warn = vi.fn();
  warnOfPlainHttp('http://files.four.example/files/x?signature=abc', warn);
  expect(warn).toHaveBeenCalledWith(expect.not.stringContaining('signature'));
});
