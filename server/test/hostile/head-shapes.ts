/** Requests without a body, of every shape: it is in their address and their headers, which are at most 16 KiB together. */
import type { Shape } from './shapes.ts';

/** By `MAX_HEADER_BYTES` of `http/server/fastify.ts`, less the good request's own. */
const HEAD_BYTES = 15 * 1024;

/** What a request has more than a good one. */
export interface More {
  /** Behind the address. */
  readonly query?: string;
  readonly headers?: readonly string[];
}

function repeated(piece: (index: number) => string, limit: number): string {
  let text = '';
  for (let index = 0; text.length + piece(index).length < limit; index++) text += piece(index);
  return text;
}

/** @param names of the parameters that the route documents @param room in bytes */
export function headsOf(shape: Shape, names: readonly string[], goodBytes: number): readonly More[] {
  const room = HEAD_BYTES - goodBytes;
  const [name = 'a'] = names;
  switch (shape) {
    case 'deep':
      return [{ query: `a${repeated(() => '[a]', room)}=1` }, { query: `${name}=${repeated(() => '/..', room)}` }];
    case 'wide':
      return [
        ...[name, ...names.slice(1)].map((each) => ({ query: `${each}=${repeated((index) => `${index},`, room)}1` })),
        { query: repeated((index) => `${name}=${index}&`, room) },
      ];
    case 'long-names':
      return [{ query: `${'a'.repeat(room - 10)}=1` }, { headers: [`x-${'a'.repeat(room - 10)}: 1`] }];
    case 'many-names':
      return [
        { query: repeated((index) => `n${index}=1&`, room) },
        {
          headers: repeated((index) => `\r\nn${index}:1`, room)
            .split('\r\n')
            .slice(1),
        },
      ];
    case 'many-parts':
      return [
        { headers: [`range: bytes=${repeated((index) => `${2 * index}-${2 * index},`, room - 20)}0-0`] },
        { headers: [`if-none-match: ${repeated((index) => `"${index}",`, room - 20)}"a"`] },
        { headers: [`cookie: ${repeated((index) => `c${index}=1;`, room - 20)}`] },
      ];
    case 'blanks':
      return [
        { headers: [`x-blank: a${' '.repeat(room - 20)}b`] },
        { query: `${name}=${repeated(() => '%20', room)}` },
        { headers: [`range:${' '.repeat(room - 30)}bytes=0-0`] },
      ];
    case 'half-sent':
    case 'slow':
      return [{ headers: [`x-long: ${'a'.repeat(room - 20)}`] }];
    case 'parallel':
      return [{}];
  }
}
