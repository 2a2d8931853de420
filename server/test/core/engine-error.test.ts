/** What a failure of the engine means to whom. */
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../src/core/ports/engine-error.ts';
import { toCustomerError } from '../../src/http/server/errors.ts';

describe('a failure of the engine', () => {
  it.each(['memory', 'disk', 'died'] as const)('of kind %s is the server’s to bear: worth another try', (kind) => {
    const { code, message, retryAfterSeconds } = toCustomerError(new EngineError(kind, '/srv/secret.parquet'));
    expect([code, retryAfterSeconds]).toEqual(['unavailable', 5]);
    expect(message).toMatch(/^The query engine.*try again/);
    expect(message).not.toContain('/srv');
  });

  it('of a statement is a fault of the server, and says nothing of the statement', () => {
    const error = new EngineError('statement', 'SELECT secret');
    expect(error.isFinal).toBe(true);
    expect(toCustomerError(error)).toMatchObject({ code: 'internal' });
    expect(toCustomerError(error).message).toBe(toCustomerError(new Error('anything')).message);
  });

  it.each([
    ['statement', 'export_failed'],
    ['memory', 'export_failed'],
    ['disk', 'out_of_disk'],
    ['died', 'attempts_exhausted'],
  ] as const)('of kind %s ends a job as %s', (kind, failure) => {
    expect(new EngineError(kind, 'x').jobFailure).toBe(failure);
  });

  it('keeps the engine’s own words for the log', () => {
    expect(new EngineError('disk', 'No space left on device').cause).toMatchObject({
      message: 'No space left on device',
    });
  });
});
