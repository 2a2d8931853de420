/** JSON bodies of every shape, made out of a good one. */
import { filled, listed, type Shape } from './shapes.ts';

/** What the server lets a body hold: `MAX_DEPTH` and `MAX_CONTAINERS` of `http/server/json-body.ts`. */
const DEEPEST = 32;
const MOST_CONTAINERS = 10_000;
const LONG_NAMES = 4;
const BLANKS = ' '.repeat(1024);

/** Stands where a body is opened up. */
const HERE = 'here';

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text before and behind a place of the good body. */
function around(body: unknown): readonly [before: string, after: string] {
  const [before = '', after = ''] = JSON.stringify(body).split(JSON.stringify(HERE));
  return [before, after];
}

/** Where more names can be: on top, and in each object that the good body has there. */
function objectPlaces(good: JsonObject): readonly (readonly [string, string])[] {
  const inside = Object.entries(good).filter(([, value]) => isObject(value));
  const objects = [
    { ...good, [HERE]: HERE },
    ...inside.map(([name, value]) => ({ ...good, [name]: { ...(value as JsonObject), [HERE]: HERE } })),
  ];
  return objects.map((body) => {
    const [before, after] = JSON.stringify(body).split(`"${HERE}":"${HERE}"`);
    return [before ?? '', after ?? ''];
  });
}

/** Values of a list like those that it has, each another one. */
function like(sample: unknown): (index: number) => string {
  if (typeof sample === 'number') return (index) => String(99_000_000 + index);
  if (typeof sample === 'string' && /^[0-9a-f]{8}-/.test(sample)) {
    return (index) => `"${index.toString(16).padStart(8, '0')}-6539-4e9e-8a63-2bcd811ef0ec"`;
  }
  return (index) => `"a${index}"`;
}

/** The first list of the good body, on top or in an object there, with very many values; one of nobody's where it has none. */
function wide(good: JsonObject, limit: number): Buffer {
  for (const [name, value] of Object.entries(good)) {
    const [before, after] = around({ ...good, [name]: HERE });
    if (Array.isArray(value)) return filled(limit, `${before}[`, listed(like(value[0])), `]${after}`);
    const inner = isObject(value) ? Object.entries(value).find(([, each]) => Array.isArray(each)) : undefined;
    if (inner === undefined) continue;
    const [innerName, list] = inner;
    const [open, close] = around({ ...good, [name]: { ...(value as JsonObject), [innerName]: HERE } });
    return filled(limit, `${open}[`, listed(like((list as readonly unknown[])[0])), `]${close}`);
  }
  const [before, after] = around({ ...good, list: HERE });
  return filled(limit, `${before}[`, listed(String), `]${after}`);
}

function deep(good: JsonObject, limit: number): readonly Buffer[] {
  const [before, after] = around({ ...good, deep: HERE });
  // Two levels are around them.
  const levels = DEEPEST - 2;
  const chains = Math.floor((MOST_CONTAINERS - 10) / levels);
  const room = Math.floor((limit - before.length - after.length) / chains) - 2 * levels - 10;
  const inner = room > 0 ? `"${'a'.repeat(room)}"` : '';
  const chain = '['.repeat(levels) + inner + ']'.repeat(levels);
  const legal = filled(limit, `${before}[`, (index) => (index < chains ? listed(() => chain)(index) : ''), `]${after}`);
  const bottomless = Buffer.alloc(limit, '[');
  return [legal, bottomless];
}

/** Bodies of the shape, at most so many bytes long. None for shapes that are a way to send. */
export function jsonBodies(shape: Shape, payload: unknown, limit: number): readonly Buffer[] {
  const good = isObject(payload) ? payload : {};
  switch (shape) {
    case 'deep':
      return deep(good, limit);
    case 'wide':
      return [wide(good, limit)];
    case 'long-names':
      return objectPlaces(good).map(([before, after]) => {
        const length = Math.floor((limit - before.length - after.length) / LONG_NAMES) - 10;
        return filled(
          limit,
          before,
          (i) => (i < LONG_NAMES ? listed(() => `"${i}${'a'.repeat(length)}":1`)(i) : ''),
          after,
        );
      });
    case 'many-names':
      return objectPlaces(good).map(([before, after]) =>
        filled(
          limit,
          before,
          listed((index) => `"n${index}":0`),
          after,
        ),
      );
    case 'many-parts': {
      const [before, after] = around({ ...good, parts: HERE });
      return [
        filled(
          limit,
          `${before}[`,
          listed(() => '{}'),
          `]${after}`,
        ),
      ];
    }
    case 'blanks': {
      const [before, after] = around({ ...good, blank: HERE });
      return [filled(limit, before, () => BLANKS, `0${after}`)];
    }
    case 'half-sent':
    case 'slow':
      return [wide(good, limit)];
    case 'parallel':
      return [Buffer.from(payload === undefined ? '' : JSON.stringify(payload))];
  }
}
