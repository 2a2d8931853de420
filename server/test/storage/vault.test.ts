import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { oneKey } from '../../src/core/ports/keys.ts';
import { createVault } from '../../src/storage/vault.ts';

const KEY = randomBytes(32);
const TEXT = 'whsec_Zürich';

describe('the vault', () => {
  it('opens what it sealed, also by another instance of the same key', () => {
    const sealed = createVault(oneKey(KEY)).seal(TEXT, 'account-1');
    expect(createVault(oneKey(KEY)).open(sealed, 'account-1')).toBe(TEXT);
    expect(createVault(oneKey(KEY)).open(createVault(oneKey(KEY)).seal('', ''), '')).toBe('');
  });

  it('seals the same text to other bytes each time, none of which show it', () => {
    const vault = createVault(oneKey(KEY));
    const sealed = [vault.seal(TEXT, 'a'), vault.seal(TEXT, 'a')];
    expect(sealed[0]).not.toEqual(sealed[1]);
    for (const bytes of sealed) expect(Buffer.from(bytes).includes('whsec_')).toBe(false);
  });

  it('opens nothing of which one bit was changed, nor anything that was cut', () => {
    const vault = createVault(oneKey(KEY));
    const sealed = vault.seal(TEXT, 'a');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Uint8Array.from(sealed, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(() => vault.open(altered, 'a'), `bit ${bit}`).toThrow();
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(() => vault.open(sealed.slice(0, length), 'a'), `${length} bytes`).toThrow();
    }
  });

  it('opens nothing under another key or for another account', () => {
    const sealed = createVault(oneKey(KEY)).seal(TEXT, 'account-1');
    expect(() => createVault(oneKey(KEY)).open(sealed, 'account-2')).toThrow();
    expect(() => createVault(oneKey(randomBytes(32))).open(sealed, 'account-1')).toThrow();
  });
});
