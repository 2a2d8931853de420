/** Memory that is lent to an answer: it is not given back while anybody may still read it. */
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LentStream } from '../../src/http/service/lent-stream.ts';

const PIECE = Buffer.from('piece');

/** A stream over these pieces, and what became of it. */
function lend(count: number) {
  let [left, isGivenBack] = [count, false];
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const response = new Writable({ write: (_chunk, _encoding, callback) => callback() });
  const pieces = {
    next: async () => (left-- > 0 ? PIECE : null),
    close: async () => {
      isGivenBack = true;
    },
  };
  const stream = new LentStream({ pieces, bytes: count * PIECE.length, response, over });
  return { stream, response, end, isGivenBack: () => isGivenBack };
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await turn();
}

test('gives its memory back when the answer is over, and not when all of it was passed on', async () => {
  const { stream, response, end, isGivenBack } = lend(3);
  stream.pipe(response);
  await finished(stream);
  await settled();
  // The socket may still have the last piece.
  expect(stream.destroyed).toBe(true);
  expect(isGivenBack()).toBe(false);
  end();
  await settled();
  expect(isGivenBack()).toBe(true);
});

test('nor when it is given up in the middle', async () => {
  const { stream, end, isGivenBack } = lend(3);
  stream.destroy();
  await settled();
  expect(isGivenBack()).toBe(false);
  end();
  await settled();
  expect(isGivenBack()).toBe(true);
});
