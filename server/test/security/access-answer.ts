/** A request of the matrix, and what came back. */
import { isDeepStrictEqual } from 'node:util';
import type { FastifyInstance, InjectOptions } from 'fastify';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Of one request, not of what was asked. */
const VOLATILE_HEADERS = new Set([
  'date',
  'x-request-id',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-ratelimit-reset-after',
]);

export async function ask(http: FastifyInstance, options: InjectOptions): Promise<Answer> {
  const { statusCode, headers, payload } = await http.inject(options);
  return { status: statusCode, headers, body: payload };
}

/** How much of a stream of events is read. */
export interface Listening {
  /** Events that come without anything happening. */
  readonly atOnce: number;
  /** Brings about one more; null where nobody waits for one. */
  readonly stir: (() => Promise<unknown>) | null;
}

/** For answers that may never end by themselves: breaks off behind the last event that was to come. */
export async function listen(
  http: FastifyInstance,
  options: InjectOptions,
  { atOnce, stir }: Listening,
): Promise<Answer> {
  const response = await http.inject({ ...options, payloadAsStream: true });
  const { statusCode, headers } = response;
  let body = '';
  let stirred = false;
  for await (const chunk of response.stream()) {
    body += String(chunk);
    const events = body.split('\nevent: job\n').length - 1;
    if (events < atOnce) continue;
    if (events > atOnce || stir === null) break;
    if (!stirred) await stir();
    stirred = true;
  }
  return { status: statusCode, headers, body };
}

function comparable({ headers }: Answer): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, VOLATILE_HEADERS.has(name) ? 'some value' : value]),
  );
}

/** What is wrong, in words; nothing when the two are deeply equal. */
export function same(what: string, actual: unknown, expected: unknown): readonly string[] {
  if (isDeepStrictEqual(actual, expected)) return [];
  return [`${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`];
}

/** The two tell nothing apart: status, body byte for byte, the same headers with the same values. */
export function indistinguishable(answer: Answer, twin: Answer): readonly string[] {
  return [
    ...same('the status', answer.status, twin.status),
    ...same('the body', answer.body, twin.body),
    ...same('the set of headers', comparable(answer), comparable(twin)),
  ];
}

/** By so many of its last characters, a text is found in one pass: its first ones are the hour in which an id was made. */
const KEY_LENGTH = 8;

class TextIndex {
  readonly #short: readonly string[];
  readonly #byEnd = new Map<string, string[]>();

  constructor(texts: readonly string[]) {
    this.#short = texts.filter(({ length }) => length < KEY_LENGTH);
    for (const text of texts) {
      if (text.length < KEY_LENGTH) continue;
      const key = text.slice(-KEY_LENGTH);
      const others = this.#byEnd.get(key);
      if (others === undefined) this.#byEnd.set(key, [text]);
      else others.push(text);
    }
  }

  foundIn(whole: string): readonly string[] {
    const found = new Set(this.#short.filter((text) => whole.includes(text)));
    for (let end = KEY_LENGTH; end <= whole.length; end++) {
      const texts = this.#byEnd.get(whole.slice(end - KEY_LENGTH, end)) ?? [];
      for (const text of texts) if (whole.endsWith(text, end)) found.add(text);
    }
    return [...found];
  }
}

/** Thousands of texts are looked for in thousands of answers. */
const indices = new WeakMap<readonly string[], TextIndex>();

function indexOf(texts: readonly string[]): TextIndex {
  const index = indices.get(texts) ?? new TextIndex(texts);
  indices.set(texts, index);
  return index;
}

/** Which of these texts the answer contains, in its headers or in its body. */
export function leaks({ headers, body }: Answer, secrets: readonly string[]): readonly string[] {
  const found = indexOf(secrets).foundIn(`${JSON.stringify(headers)}\n${body}`);
  return found.map((secret) => `the answer contains ${secret}`);
}
