/** Lines of JSON from the command line are lines to every reader. */
import { expect, it } from 'vitest';
import { jsonLine } from '../src/terminal/output.ts';

it('escapes what other programs break lines at, and keeps the value', () => {
  const value = { name: 'a\u2028b\u2029c\u0085d\ne' };
  expect(jsonLine(value)).not.toMatch(/[\u2028\u2029\u0085\n]/);
  expect(JSON.parse(jsonLine(value))).toEqual(value);
});
