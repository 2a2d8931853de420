/** What people paste as ids of properties. */
import { expect, test } from 'vitest';
import { idsIn } from '../src/text/ids-in.ts';

const UUID = '141cb585-8c43-5e8e-b4cc-d8b8b920492a';

test.each([
  ['a column', '1\n2\r\n3', [1, 2, 3]],
  ['a list', '[1, 2; 3]', [1, 2, 3]],
  ['repetitions', '1 2 1', [1, 2]],
  ['both kinds, in their order', `7,${UUID.toUpperCase()}\n8`, [7, UUID, 8]],
  ['a number that is none of ours', '0 99999999999999999999', []],
  ['words', 'none', []],
])('of %s', (_what, text, ids) => {
  expect(idsIn(text)).toEqual(ids);
});
