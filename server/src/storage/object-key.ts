import { ConveyanceError } from '../core/errors.ts';

const MAX_KEY_LENGTH = 1024;
/** What every file system takes. No leading dot: hides nothing, leaves nothing (`..`), and keeps `.scratch` apart. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_.=-]{0,199}$/;

/** True for keys of safe segments joined by slashes. This is the only place that checks keys. */
export function isObjectKey(key: string): boolean {
  return key.length <= MAX_KEY_LENGTH && key.split('/').every((segment) => SEGMENT.test(segment));
}

/** The key itself. Throws `internal`: the program makes the keys, so a bad one is its fault. */
export function judgeKey(key: string): string {
  if (!isObjectKey(key)) throw new ConveyanceError('internal', `an object key is not safe: ${JSON.stringify(key)}`);
  return key;
}

/** A key of one segment. */
export function judgeName(name: string): string {
  if (!SEGMENT.test(name)) throw new ConveyanceError('internal', `a scratch name is not safe: ${JSON.stringify(name)}`);
  return name;
}

/** The beginning of keys: nothing, or whole segments and possibly the beginning of another. */
export function judgePrefix(prefix: string): string {
  if (prefix !== '') judgeKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
  return prefix;
}

export function notFound(key: string): ConveyanceError {
  return new ConveyanceError('not_found', `there is no object ${key}`);
}
