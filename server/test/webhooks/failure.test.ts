import { errors } from 'undici';
import { describe, expect, test } from 'vitest';
import { EgressRefusal } from '../../src/webhooks/connect.ts';
import { describeError, describeStatus, describeTimeout } from '../../src/webhooks/failure.ts';

function coded(code: string, text = 'connect ECONNREFUSED 10.9.8.7:443'): Error {
  return Object.assign(new Error(text), { code });
}

describe('the text of a failure', () => {
  test.each([
    ['ECONNREFUSED', 'nothing listens'],
    ['ECONNRESET', 'closed the connection'],
    ['UND_ERR_SOCKET', 'closed the connection'],
    ['EHOSTUNREACH', 'cannot be reached'],
    ['ETIMEDOUT', 'cannot be reached'],
    ['CERT_HAS_EXPIRED', 'expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host name'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'No TLS connection'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'not trusted'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'not readable as HTTP/1.1'],
    ['ESOMETHING', 'The request failed (ESOMETHING).'],
  ])('for %s tells what to look at and no address', (code, part) => {
    const text = describeError(coded(code));
    expect(text).toContain(part);
    expect(text).not.toContain('10.9.8.7');
  });

  test('keeps an inner address of a refusal to itself', () => {
    const text = describeError(new EgressRefusal('hooks.example.com leads to 10.9.8.7, which is no public address'));
    expect(text).toContain('public address');
    expect(text).not.toContain('10.9.8.7');
  });

  test('does not exist for mistakes of our own', () => {
    expect(describeError(new RangeError('property ids are not readable'))).toBeNull();
    expect(describeError(new errors.InvalidArgumentError('invalid webhook-id header'))).toBeNull();
    expect(describeError(new errors.RequestContentLengthMismatchError())).toBeNull();
    expect(describeError('text')).toBeNull();
  });

  test('exists for every status but 2xx', () => {
    for (let status = 100; status < 600; status++) {
      expect(describeStatus(status) === null, String(status)).toBe(status >= 200 && status <= 299);
    }
    expect(describeStatus(302)).toContain('redirects are not followed');
  });

  test('says how long was waited', () => {
    expect(describeTimeout(15_000)).toBe('No answer came within 15 s.');
  });
});
