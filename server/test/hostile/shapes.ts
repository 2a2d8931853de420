/** The shapes that a hostile request may have. Each is as large as the server's own limits let it be. */

/** The shape, and what it means of a body; of a request without one, of its address and headers. */
export const SHAPES = {
  // First: some of the others delete what good requests name.
  parallel: 'good requests, as many at once as one credential may send',
  deep: 'nested as deep as it goes',
  wide: 'one list of very many values',
  'long-names': 'few names, each very long',
  'many-names': 'very many names, no two alike',
  'many-parts': 'very many small parts: objects, parts of a form, ranges, headers',
  blanks: 'nearly all of it white space',
  'half-sent': 'the first half, and then nothing more',
  slow: 'as slowly as is still allowed',
} as const;

export type Shape = keyof typeof SHAPES;

export const SHAPE_NAMES = Object.keys(SHAPES) as readonly Shape[];

export function isShape(name: string): name is Shape {
  return name in SHAPES;
}

/** Repeats pieces, each with its number, between two texts, up to so many bytes in all, or until one is empty. */
export function filled(limit: number, before: string, piece: (index: number) => string, after: string): Buffer {
  const bytes = Buffer.alloc(limit, ' ');
  const most = limit - Buffer.byteLength(after);
  let at = bytes.write(before);
  for (let index = 0; at < most; index++) {
    const text = piece(index);
    if (text === '' || at + text.length > most) break;
    // Pieces are ASCII: their length is their bytes.
    at += bytes.write(text, at, 'latin1');
  }
  at += bytes.write(after, at);
  return bytes.subarray(0, at);
}

/** Behind the first, with a comma. */
export function listed(text: (index: number) => string): (index: number) => string {
  return (index) => (index === 0 ? '' : ',') + text(index);
}
