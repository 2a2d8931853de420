/** How text looks on a terminal, and whether it may. */
import type { OutputStream, World } from './world.ts';

export type Style = (text: string) => string;

/** ANSI styles, or none if colours are not wanted. */
export interface Styles {
  readonly bold: Style;
  readonly dim: Style;
  readonly red: Style;
  readonly green: Style;
  readonly cyan: Style;
}

const ESCAPE = '\u001B[';

function ansi(on: number, off: number): Style {
  return (text) => `${ESCAPE}${on}m${text}${ESCAPE}${off}m`;
}

const plain: Style = (text) => text;
const PLAIN: Styles = { bold: plain, dim: plain, red: plain, green: plain, cyan: plain };
const COLOURED: Styles = {
  bold: ansi(1, 22),
  dim: ansi(2, 22),
  red: ansi(31, 39),
  green: ansi(32, 39),
  cyan: ansi(36, 39),
};

/** True where a terminal can redraw a line. */
export function isInteractive(stream: OutputStream, env: World['env']): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** https://no-color.org: set and not empty means no colours. */
export function hasColours(stream: OutputStream, env: World['env']): boolean {
  return isInteractive(stream, env) && !env['NO_COLOR'];
}

/** Styles for messages on the stream. */
export function stylesFor(stream: OutputStream, env: World['env']): Styles {
  return hasColours(stream, env) ? COLOURED : PLAIN;
}
