import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { ConveyanceError, ERRORS, type ErrorCode } from '../../src/core/errors.ts';
import { NO_METER } from '../../src/core/ports/telemetry.ts';
import { sendError, toErrorAnswer, withRequest } from '../../src/http/server/errors.ts';
import { apartmentiqError } from '../../src/wire/apartmentiq/errors.ts';
import { silentLog } from '../support/postgres.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];

describe('toErrorAnswer', () => {
  test.each(CODES.filter((code) => code !== 'internal' && ERRORS[code].status !== null))(
    '%s has the status of the catalogue and the word of the contract',
    (code) => {
      const { status, body } = toErrorAnswer(new ConveyanceError(code, 'What, where, what to do'));
      expect(status).toBe(ERRORS[code].status);
      expect(body).toEqual({ error: apartmentiqError(code), message: 'What, where, what to do' });
    },
  );

  test.each(CODES.filter((code) => code === 'internal' || ERRORS[code].status === null))(
    '%s comes out as internal, without its words: they were not written for a customer',
    (code) => {
      const { status, body } = toErrorAnswer(new ConveyanceError(code, 'a path, a statement'));
      expect(status).toBe(500);
      expect(JSON.stringify(body)).not.toContain('a path, a statement');
    },
  );

  test('a single fault is told by the message alone, several by `errors` too', () => {
    const of = (errors: readonly string[]) =>
      toErrorAnswer(new ConveyanceError('invalid_parameter', errors[0] ?? '', { errors })).body;
    expect(of(['one'])).toEqual({ error: 'Invalid parameter', message: 'one' });
    expect(of(['one', 'two'])).toEqual({ error: 'Invalid parameter', message: 'one', errors: ['one', 'two'] });
  });

  test.each([
    new Error('select * from credentials'),
    Object.assign(new Error('/var/lib/conveyance'), { code: 'ENOENT' }),
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' }),
    Object.assign(new Error('toString'), { code: 'toString' }),
    Object.assign(new Error('coerced by somebody'), { statusCode: 418 }),
    'a string',
    null,
    undefined,
    { code: 'FST_ERR_BAD_URL' },
  ])('whatever nobody wrote for a customer is internal: %s', (thrown) => {
    const { status, body } = toErrorAnswer(thrown);
    expect(status).toBe(500);
    expect(body).toEqual({
      error: 'Internal Server Error',
      message: 'The server failed; give the operator the X-Request-Id of this answer',
    });
  });

  test('a body that its sender breaks off is the sender’s', () => {
    // As Node's HTTP server says it; an error of a connection of ours names the call to the system.
    const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    expect(toErrorAnswer(aborted)).toMatchObject({ status: 400, body: { message: 'The request body ended early' } });
  });

  test('a connection of ours that is reset is not', async () => {
    const app = Fastify();
    const deps = { log: silentLog, meter: NO_METER, clock: () => new Date() };
    app.setErrorHandler((error, request, reply) => sendError(deps, error, request, reply));
    app.post('/', () => {
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    });
    const answer = await app.inject({ method: 'POST', url: '/', payload: { whole: true } });
    expect(answer.statusCode).toBe(500);
    await app.close();
  });

  test('says when to try again where the error does', () => {
    const error = new ConveyanceError('unavailable', 'Later', { retryAfterSeconds: 30 });
    expect(toErrorAnswer(error).error.retryAfterSeconds).toBe(30);
  });
});

describe('a body of a type that the call does not take', () => {
  const thrown = Object.assign(new Error('of the framework'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' });

  test.each([
    ['text/xml; charset=utf-8', ['application/json'], 'the Content-Type is text/xml; this call takes application/json'],
    ['a/b', ['a/c', 'a/d'], 'the Content-Type is a/b; this call takes a/c or a/d'],
    ['text/xml', [], 'the Content-Type is text/xml; this call takes no body'],
    [undefined, ['application/json'], 'the body has no Content-Type; this call takes application/json'],
    ['t\u0007\u00fc', ['a/c'], 'the Content-Type is t??; this call takes a/c'],
    ['x'.repeat(5000), ['a/c'], `the Content-Type is ${'x'.repeat(60)}…; this call takes a/c`],
  ])('%s is told beside %j', (contentType, taken, message) => {
    expect(toErrorAnswer(withRequest(thrown, contentType, taken))).toMatchObject({ status: 415, body: { message } });
  });

  test('is the only thing that the request is asked about', () => {
    const other = new Error('another');
    expect(withRequest(other, 'text/xml', [])).toBe(other);
  });
});
