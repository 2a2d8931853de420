/** What lines are read as, in words for tests. */
import { readLine } from '../../src/matching/read/line.ts';
import { repairNumbers } from '../../src/matching/read/number-repair.ts';
import { streetLine } from '../../src/matching/read/street.ts';
import { words } from '../../src/matching/read/text.ts';
import { Words } from '../../src/matching/words.ts';

/** `number | street | unit | rest` of each reading. `closed`: no town stands in the line. */
export function readings(text: string, closed: boolean): readonly string[] {
  return readLine(new Words(repairNumbers(words(text))), closed).map(({ number, street, unit, rest }) =>
    [number.text, streetLine(street), unit, rest.join(' ')].join(' | '),
  );
}

export const likeliest = (text: string, closed = true) => readings(text, closed)[0] ?? 'unreadable';
