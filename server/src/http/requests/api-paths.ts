/** Paths as clients send them: with a slash too many, which means the same path, or near one that exists, which the answer names. */
import { mostAlike } from '../../core/input/nearest.ts';

/** Of an operation, in the router's form: `/jobs/:job_id`. */
interface ServedPath {
  readonly method: string;
  readonly path: string;
}

/** Everything that is served below a base. */
export interface ServedPaths {
  /** A prefix of a dialect; empty where the whole server is meant. */
  readonly base: string;
  readonly paths: readonly ServedPath[];
}

/** Segments that point elsewhere: what they mean is not ours to guess. */
const POINTS_ELSEWHERE = /(?:^|\/)\.{1,2}(?:\/|$)/;

function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

/**
 * The URL without doubled slashes and without one at the end of its path, if it is under one of the prefixes; any other stays as it
 * is. Base URLs are often written with a slash at their end, and `%2F` is a character of a segment.
 */
export function withoutStraySlashes(url: string, prefixes: readonly string[]): string {
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  if (!path.includes('//') && !path.endsWith('/')) return url;
  const tidy = path.replaceAll(/\/{2,}/g, '/').replace(/\/$/, '');
  if (POINTS_ELSEWHERE.test(path) || !prefixes.some((prefix) => isUnder(tidy, prefix))) return url;
  return at < 0 ? tidy : tidy + url.slice(at);
}

function isParameter(segment: string): boolean {
  return segment.startsWith(':');
}

/** Without the segments that are parameters of the template: any value may stand there. */
function fixedPart(path: string, template: string): string {
  const parameters = template.split('/').map(isParameter);
  return path
    .split('/')
    .filter((_segment, index) => parameters[index] !== true)
    .join('/');
}

/** `/jobs/{job_id}`, as documents write it. */
function shownPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

/** Longer than every path that is served, with its parameters. A path may have 16 KiB, and it is taken apart for each template. */
const LONGEST_COMPARED = 512;

/** The served path that most likely was meant; null if none is near. */
function nearestPath(whole: string, served: readonly ServedPath[]): string | null {
  const path = whole.slice(0, LONGEST_COMPARED);
  const templates = [...new Set(served.map((each) => each.path))].filter((template) => template !== '/');
  // What is left of each template, beside what is left of the path there.
  const pairs = templates.map((template) => [fixedPart(path, template), fixedPart(template, template)] as const);
  return templates[mostAlike(pairs)] ?? null;
}

/** ` (nearest: GET, POST /v2/jobs/file)` to follow a path where nothing is; empty if none is near. */
export function nearestPathHint(path: string, { base, paths }: ServedPaths): string {
  const found = nearestPath(path.slice(base.length), paths);
  if (found === null) return '';
  const methods = [...new Set(paths.filter((each) => each.path === found).map(({ method }) => method))].sort();
  return ` (nearest: ${methods.join(', ')} ${base}${shownPath(found)})`;
}

/** `; POST is taken by /v2/jobs/file` to follow a path that does not take the method; empty if none is near. */
export function otherPathHint(method: string, path: string, { base, paths }: ServedPaths): string {
  const taking = paths.filter((each) => each.method === method);
  const found = nearestPath(path.slice(base.length), taking);
  return found === null ? '' : `; ${method} is taken by ${base}${shownPath(found)}`;
}
