import { describe, expect, it } from 'vitest';
import { oneKey } from '../../src/core/ports/keys.ts';
import { createSecrets } from '../../src/storage/secrets.ts';

const secrets = createSecrets(oneKey(Buffer.alloc(32, 1)));

describe('secrets', () => {
  it('have 256 bits and never repeat', () => {
    const made = Array.from({ length: 1000 }, () => secrets.generate());
    expect(new Set(made).size).toBe(1000);
    for (const secret of made) expect(Buffer.from(secret, 'base64url').length).toBe(32);
  });

  it('are hashed with the key', () => {
    const hash = secrets.hash('secret');
    expect(hash.length).toBe(32);
    expect(secrets.hash('secret')).toEqual(hash);
    expect(secrets.hash('Secret')).not.toEqual(hash);
    expect(createSecrets(oneKey(Buffer.alloc(32, 2))).hash('secret')).not.toEqual(hash);
    expect(Buffer.from(hash).includes('secret')).toBe(false);
  });

  it('are compared, also when their lengths differ', () => {
    const bytes = (...values: number[]) => Uint8Array.from(values);
    expect(secrets.equal(bytes(1, 2), bytes(1, 2))).toBe(true);
    expect(secrets.equal(bytes(), bytes())).toBe(true);
    for (const [left, right] of [
      [bytes(1, 2), bytes(1, 3)],
      [bytes(1, 2), bytes(1)],
      [bytes(), bytes(0)],
      [bytes(1), bytes(1, 0)],
    ] as const) {
      expect(secrets.equal(left, right)).toBe(false);
      expect(secrets.equal(right, left)).toBe(false);
    }
  });
});
