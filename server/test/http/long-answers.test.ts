import { EventEmitter } from 'node:events';
import type { FastifyReply } from 'fastify';
import { expect, it } from 'vitest';
import { Admission } from '../../src/core/turns/admission.ts';
import { awaitLongAnswer, IDS_IN_ONE_PIECE, LONG_ANSWERS } from '../../src/http/server/long-answers.ts';

const MANY = IDS_IN_ONE_PIECE + 1;
const caller = { accountId: 'a', credentialId: 'c', scopes: [] };

/** A reply whose connection ends when it is told to. */
function reply() {
  const raw = new EventEmitter();
  return { reply: { raw } as unknown as FastifyReply, close: () => raw.emit('close') };
}

it('has an account’s further long answers wait until one of them is out, and short ones not', async () => {
  const admission = new Admission({ ...LONG_ANSWERS, perHolder: 1 });
  const [first, second] = [reply(), reply()];
  await awaitLongAnswer(admission, caller, first.reply, MANY);
  await awaitLongAnswer(admission, caller, reply().reply, IDS_IN_ONE_PIECE);
  let isSecondOut = false;
  const waiting = awaitLongAnswer(admission, caller, second.reply, MANY).then(() => {
    isSecondOut = true;
  });
  await awaitLongAnswer(admission, { ...caller, accountId: 'b' }, reply().reply, MANY);
  expect(isSecondOut).toBe(false);
  first.close();
  await waiting;
  second.close();
  expect(admission.usedBy('a')).toBe(0);
});

it('forgets who goes away while he waits', async () => {
  const admission = new Admission({ ...LONG_ANSWERS, perHolder: 1 });
  const [first, second] = [reply(), reply()];
  await awaitLongAnswer(admission, caller, first.reply, MANY);
  const waiting = awaitLongAnswer(admission, caller, second.reply, MANY);
  second.close();
  await expect(waiting).rejects.toThrow('the client is gone');
  expect(admission.counts).toEqual({ used: 1, waiting: 0 });
});
