import { expect, test } from 'vitest';
import { requestIdOf } from '../../src/http/server/request-id.ts';

const fresh = () => 'fresh';

test.each(['a', 'trace-1_2.3', 'x'.repeat(64)])('keeps the client’s id %s', (id) => {
  expect(requestIdOf({ headers: { 'x-request-id': id } }, fresh)).toBe(id);
});

test.each([undefined, '', 'x'.repeat(65), 'a b', 'a\r\nSet-Cookie: b', 'ä', '{"a":1}', ['a', 'b']])(
  'makes its own instead of %j',
  (id) => {
    expect(requestIdOf({ headers: id === undefined ? {} : { 'x-request-id': id } }, fresh)).toBe('fresh');
  },
);
