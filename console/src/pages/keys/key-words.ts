/** What a key may do and when it ends, in words. */
import type { Key, KeyScope } from '@conveyance/sdk';

export const SCOPE_WORDS: Readonly<Record<KeyScope, string>> = {
  'exports:read': 'see exports and fetch files',
  'exports:write': 'make and cancel exports',
  'data:read': 'look properties up',
  keys: 'look after keys',
};

function isKnown(scope: string): scope is KeyScope {
  return Object.hasOwn(SCOPE_WORDS, scope);
}

/** A scope of a newer server by its own name. */
export function scopeWords(scopes: readonly string[]): string {
  if (scopes.length === 0) return 'nothing';
  return scopes.map((scope) => (isKnown(scope) ? SCOPE_WORDS[scope] : scope)).join(', ');
}

export interface KeyEnd {
  readonly isOver: boolean;
  /** ISO 8601; null for one that works until it is revoked. */
  readonly at: string | null;
  readonly word: 'revoked' | 'ended' | 'by itself';
}

export function endOf({ revoked_at: revoked, expires_at: expires }: Key, now: number): KeyEnd {
  if (revoked !== null) return { isOver: true, at: revoked, word: 'revoked' };
  const isOver = expires !== null && Date.parse(expires) <= now;
  return { isOver, at: expires, word: isOver ? 'ended' : 'by itself' };
}
