import { describe, expect, it } from 'vitest';
import { LoginThrottle } from '../../src/core/logins/login-throttle.ts';

function throttleAt(start = 0) {
  let now = start;
  const throttle = new LoginThrottle(() => new Date(now));
  const fail = (times: number, address: string, user: string) => {
    for (let time = 0; time < times; time++) throttle.failed(address, user);
  };
  return { throttle, fail, pass: (ms: number) => (now += ms) };
}

describe('the throttle of log-ins', () => {
  it('lets everybody mistype', () => {
    const { throttle, fail } = throttleAt();
    fail(2, '192.0.2.1', 'anna');
    expect(throttle.delayMs('anna')).toBe(0);
    expect(throttle.isLocked('192.0.2.1')).toBe(false);
  });

  it('delays a user longer with each failure, from wherever they come, and never for ever', () => {
    const { throttle, fail } = throttleAt();
    const delays = Array.from({ length: 8 }, (_, index) => {
      fail(1, `192.0.2.${index}`, 'anna');
      return throttle.delayMs('anna');
    });
    expect(delays).toEqual([0, 0, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(throttle.delayMs('bert')).toBe(0);
  });

  it('locks an address out for longer with each failure beyond ten, up to a quarter of an hour', () => {
    const { throttle, fail, pass } = throttleAt();
    fail(9, '192.0.2.1', 'anna');
    expect(throttle.isLocked('192.0.2.1')).toBe(false);
    fail(1, '192.0.2.1', 'bert');
    expect(throttle.isLocked('192.0.2.1')).toBe(true);
    expect(throttle.isLocked('192.0.2.2')).toBe(false);
    pass(14_999);
    expect(throttle.isLocked('192.0.2.1')).toBe(true);
    pass(1);
    expect(throttle.isLocked('192.0.2.1')).toBe(false);
    fail(1, '192.0.2.1', 'bert');
    pass(29_999);
    expect(throttle.isLocked('192.0.2.1')).toBe(true);
    fail(40, '192.0.2.1', 'bert');
    pass(899_999);
    expect(throttle.isLocked('192.0.2.1')).toBe(true);
    pass(1);
    expect(throttle.isLocked('192.0.2.1')).toBe(false);
  });

  it('forgets after an hour without a failure', () => {
    const { throttle, fail, pass } = throttleAt();
    fail(9, '192.0.2.1', 'anna');
    pass(3_600_000);
    expect(throttle.delayMs('anna')).toBe(0);
    fail(1, '192.0.2.1', 'anna');
    expect(throttle.isLocked('192.0.2.1')).toBe(false);
  });

  it('forgives the user that logs in, not the address: a guesser may have a key of its own', () => {
    const { throttle, fail } = throttleAt();
    fail(9, '192.0.2.1', 'anna');
    throttle.succeeded('anna');
    expect(throttle.delayMs('anna')).toBe(0);
    fail(1, '192.0.2.1', 'bert');
    expect(throttle.isLocked('192.0.2.1')).toBe(true);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8::1', '2001:db8:0:0:1::', true],
    ['::1', '::2', true],
    ['fe80::1%eth0', 'fe80::2', true],
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
  ])('counts %s and %s as one: %s', (failing, other, same) => {
    const { throttle, fail } = throttleAt();
    fail(10, failing, 'anna');
    expect(throttle.isLocked(other)).toBe(same);
  });

  it('tells an address to wait longer with each failure at one user beyond sixty, up to a minute', () => {
    const { throttle, fail, pass } = throttleAt();
    fail(59, '192.0.2.1', 'anna');
    expect(throttle.waitMs('192.0.2.1', 'anna')).toBe(0);
    fail(1, '192.0.2.1', 'anna');
    expect(throttle.waitMs('192.0.2.1', 'anna')).toBe(1000);
    expect(throttle.waitMs('192.0.2.1', 'bert')).toBe(0);
    expect(throttle.waitMs('192.0.2.2', 'anna')).toBe(0);
    pass(400);
    expect(throttle.waitMs('192.0.2.1', 'anna')).toBe(600);
    pass(600);
    expect(throttle.waitMs('192.0.2.1', 'anna')).toBe(0);
    fail(20, '192.0.2.1', 'anna');
    expect(throttle.waitMs('192.0.2.1', 'anna')).toBe(60_000);
  });

  it('keeps a bounded memory, whatever is tried', () => {
    const { throttle, fail, pass } = throttleAt();
    fail(10, '192.0.2.1', 'x'.repeat(1_000_000));
    expect(throttle.delayMs(`${'x'.repeat(64)}another end`)).toBe(8000);
    for (let index = 0; index < 10_000; index++)
      throttle.failed(`198.51.${index >> 8}.${index & 255}`, `user ${index}`);
    pass(1);
    // The oldest is what was forgotten.
    expect(throttle.isLocked('192.0.2.1')).toBe(false);
    expect(throttle.delayMs('x'.repeat(64))).toBe(0);
  });
});
