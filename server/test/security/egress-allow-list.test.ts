/** What CONVEYANCE_CALLBACK_ALLOW opens, what it leaves closed, and which entries it refuses. */
import { describe, expect, test } from 'vitest';
import { createEgressGuard } from '../../src/webhooks/egress.ts';

describe('the operator’s allow-list', () => {
  const opened = createEgressGuard({
    allow: [
      '10.0.0.0/8',
      ' 127.0.0.1:9000 ',
      '192.168.1.7',
      'fd00::/8',
      '[::1]:9000',
      '[fc00::5]',
      '::172.16.0.1',
      'Hooks.Internal.',
      'localhost:9000',
      'bücher.internal',
    ],
  });

  test.each([
    ['http://10.200.3.4/', true],
    ['http://10.200.3.4:81/', true],
    ['http://[::ffff:10.1.2.3]/', true],
    ['http://0x0a000001/', true],
    ['http://11.0.0.1/', true],
    ['http://9.255.255.255/', true],
    ['http://127.0.0.1:9000/', true],
    ['http://127.0.0.1:9001/', false],
    ['http://127.0.0.1/', false],
    ['http://127.0.0.2:9000/', false],
    ['http://192.168.1.7:5/', true],
    ['http://10.200.3.4:25/', false],
    ['http://192.168.1.8/', false],
    ['http://[::172.16.0.1]/', true],
    ['http://172.16.0.1/', false],
    ['http://[fd12::1]/', true],
    ['http://[fc00::5]/', true],
    ['http://[fc00::6]/', false],
    ['http://[::1]:9000/', true],
    ['http://[::1]/', false],
    ['http://localhost:9000/', true],
    ['http://LOCALHOST.:9000/', true],
    ['http://localhost/', false],
    ['http://x.localhost:9000/', false],
    ['http://[64:ff9b::10.0.0.1]/', false],
    ['ftp://10.0.0.1/', false],
    ['http://user@10.0.0.1/', false],
  ])('%s: %s', (url, allowed) => {
    expect(opened.judgeUrl(url).allowed).toBe(allowed);
  });

  test('trusts a listed name, and no other, on the ports that it is listed with', () => {
    expect(opened.trustsName('hooks.internal', 1)).toBe(true);
    expect(opened.trustsName('HOOKS.internal.', 443)).toBe(true);
    expect(opened.trustsName('xn--bcher-kva.internal', 443)).toBe(true);
    expect(opened.trustsName('a.hooks.internal', 443)).toBe(false);
    expect(opened.trustsName('internal', 443)).toBe(false);
    expect(opened.trustsName('localhost', 9000)).toBe(true);
    expect(opened.trustsName('localhost', 9001)).toBe(false);
  });

  test.each([
    '',
    ' ',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '10.1.2.3/8',
    '10.1/16',
    '10.1',
    '010.0.0.1',
    '256.0.0.1',
    '0x7f000001',
    'fd00::1/8',
    '::ffff:10.0.0.0/104',
    'fd00::/129',
    'fe80::1%eth0',
    '[10.0.0.1]',
    '[fd00::1',
    '[fd00::1]:0',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:x',
    'hooks.internal:',
    '*.internal',
    'http://hooks.internal',
    'user@hooks.internal',
    'two names',
    'a..b',
  ])('%j is a bad setting', (entry) => {
    const make = () => createEgressGuard({ allow: ['10.0.0.0/8', entry] });
    expect(make).toThrow(expect.objectContaining({ code: 'bad_setting' }));
    expect(make).toThrow(`CONVEYANCE_CALLBACK_ALLOW: "${entry.trim()}"`);
  });

  test('a slip in a range is answered with what was probably meant', () => {
    expect(() => createEgressGuard({ allow: ['10.1.2.3/8'] })).toThrow('did you mean 10.0.0.0/8?');
  });
});
