/** What each column of the headers is, as people who know such files say, and how a proposal is held against it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProposedFile } from '../../src/warehouse/propose/propose-mapping.ts';

export const HEADERS = join(import.meta.dirname, 'headers');

const LEFT_OUT = '-';
const PERCENT = ' percent';

interface Answer {
  /** Each is right: `table.column`, a column of any table, or `-`. */
  readonly targets: readonly string[];
  readonly isPercent: boolean;
}

/** By file, by column of the file. */
type Answers = ReadonlyMap<string, ReadonlyMap<string, Answer>>;

export interface Judged {
  readonly right: number;
  readonly of: number;
  /** Columns about which the proposal is wrong, with what it says of them. */
  readonly wrong: readonly string[];
}

function answer(text: string): Answer {
  const isPercent = text.endsWith(PERCENT);
  const targets = (isPercent ? text.slice(0, -PERCENT.length) : text).split(' | ');
  return { targets, isPercent };
}

export async function readAnswers(): Promise<Answers> {
  const text = await readFile(join(HEADERS, 'answers.txt'), 'utf8');
  const sections = text.split('\n\n').slice(1);
  return new Map(
    sections.map((section) => {
      const [file = '', ...lines] = section.trim().split('\n');
      const columns = lines.map((line): readonly [string, Answer] => {
        const [theirs, what] = line.split('\t');
        if (theirs === undefined || what === undefined) throw new Error(`no answer: ${line}`);
        return [theirs, answer(what)];
      });
      return [file, new Map(columns)];
    }),
  );
}

/** A column is right if everything that it is said to fill is, and if percents are said to be percents. */
export function judge(proposed: readonly ProposedFile[], answers: ReadonlyMap<string, Answer>): Judged {
  const wrong = [...answers].flatMap(([theirs, { targets, isPercent }]) => {
    const said = proposed.flatMap(({ table, columns }) =>
      columns.filter((column) => column.theirs === theirs).map(({ ours, fit }) => ({ table, ours, fit })),
    );
    const isRight =
      said.length === 0
        ? targets.includes(LEFT_OUT)
        : said.every(
            ({ table, ours, fit }) =>
              (targets.includes(ours.name) || targets.includes(`${table.name}.${ours.name}`)) &&
              (!isPercent || fit.steps.unit === 'percent'),
          );
    const words = said.map(({ table, ours, fit }) => `${table.name}.${ours.name} ${fit.steps.unit ?? ''}`.trim());
    return isRight ? [] : [`${theirs}: ${words.join(' + ') || 'nothing'}, not ${targets.join(' or ')}`];
  });
  return { right: answers.size - wrong.length, of: answers.size, wrong };
}
