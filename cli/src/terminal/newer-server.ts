/** Whether the server is newer than this command line, as its answers tell. */
import type { World } from './world.ts';

const VERSION_HEADER = 'x-conveyance-version';
const PACKAGE_PATH = '/client/conveyance-cli.tgz';
const VERSION_FORM = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/;

/** True if both are versions of a release and the first is the later one. */
export function isNewer(version: string, than: string): boolean {
  const [left, right] = [VERSION_FORM.exec(version), VERSION_FORM.exec(than)];
  if (left === null || right === null) return false;
  for (const place of [1, 2, 3]) {
    const difference = Number(left[place]) - Number(right[place]);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

export class ServerVersion {
  #version: string | null = null;

  readonly hear: NonNullable<World['onAnswer']> = ({ headers }) => {
    this.#version ??= headers.get(VERSION_HEADER);
  };

  /** What to tell the user, if the server is newer. */
  advice({ version: own, env }: Pick<World, 'version' | 'env'>): string | null {
    if (this.#version === null || !isNewer(this.#version, own)) return null;
    const url = env['CONVEYANCE_URL'] ?? '';
    const place = URL.canParse(url) ? `${new URL(url).origin}${PACKAGE_PATH}` : PACKAGE_PATH;
    return `The server is of version ${this.#version}, this command line of ${own}. To update it: npm i -g ${place}`;
  }
}
