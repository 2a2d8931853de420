/** Requests of an account beyond its share wait without their bodies, and hold up nobody else's. */
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RequestTurns } from '../../src/http/requests/request-turns.ts';
import { JOBS, type TestDoor, testDoor } from './door.ts';

const OF_ACCOUNT = 32;

/** As much of an answer as a turn looks at. */
class Answer extends EventEmitter {
  closed = false;

  end(event: 'finish' | 'close'): void {
    this.closed = event === 'close';
    this.emit(event);
  }

  get raw(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function full() {
  const turns = new RequestTurns();
  const answers = Array.from({ length: OF_ACCOUNT }, () => new Answer());
  for (const { raw } of answers) await turns.begin('a', raw);
  const began: string[] = [];
  const begin = (accountId: string, answer = new Answer()) =>
    turns.begin(accountId, answer.raw).then(
      () => void began.push(accountId),
      (error: unknown) => void began.push(String(error)),
    );
  return { turns, answers, began, begin };
}

describe('a request', () => {
  test.each(['finish', 'close'] as const)('has its turn when another of its account ends by %s', async (event) => {
    const { answers, began, begin } = await full();
    void begin('a');
    await begin('b');
    expect(began).toEqual(['b']);
    answers[0]?.end(event);
    answers[0]?.end('close');
    await settle();
    expect(began).toEqual(['b', 'a']);
    void begin('a');
    await settle();
    expect(began).toHaveLength(2);
  });

  test('whose client leaves takes no turn', async () => {
    const { answers, began, begin } = await full();
    const leaving = new Answer();
    const left = begin('a', leaving);
    void begin('a');
    leaving.end('close');
    await left;
    expect(began[0]).toContain('left before it was its turn');
    answers[0]?.end('finish');
    await settle();
    expect(began[1]).toBe('a');
  });

  test('that became a stream makes room', async () => {
    const { turns, answers, began, begin } = await full();
    void begin('a');
    turns.end(answers[0]?.raw ?? new Answer().raw);
    await settle();
    expect(began).toEqual(['a']);
  });
});

describe('over HTTP', () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await testDoor();
  });
  afterAll(() => door[Symbol.asyncDispose]());

  test('hundreds of an account are all answered, and another’s before most of them', async () => {
    const [crowd, single] = [await door.customer(), await door.customer()];
    let answered = 0;
    const many = Array.from({ length: 400 }, async () => {
      const { statusCode } = await door.as(crowd).get(JOBS);
      answered += 1;
      return statusCode;
    });
    expect((await door.as(single).get(JOBS)).statusCode).toBe(200);
    const before = answered;
    expect(new Set(await Promise.all(many))).toEqual(new Set([200]));
    expect(before).toBeLessThan(200);
  });
});
