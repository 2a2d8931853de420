/** The option `--map` of commands that read operators' files. */
import { texts, usage } from '@conveyance/cli/terminal';

export const MAP = {
  map: texts('<ours=theirs>', {
    description: 'What one of our columns is called in the file. Can be repeated.',
  }),
};

/** `--map rent=asking_rent` as our names to theirs. */
export function parseColumnNames(maps: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const word of maps) {
    const at = word.indexOf('=');
    const [ours, theirs] = [word.slice(0, at), word.slice(at + 1)];
    if (at < 1 || theirs === '') throw usage(`--map must be COLUMN=their_column; got "${word}"`);
    if (names.has(ours)) throw usage(`--map names the column ${ours} twice`);
    names.set(ours, theirs);
  }
  return names;
}
