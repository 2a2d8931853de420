/** Headers of sixteen unlike exports: which of their columns are proposed as they should be, and that the proposal loads. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proposeMapping } from '../../src/warehouse/propose/propose-mapping.ts';
import { HEADERS, type Judged, judge, readAnswers } from './propose-answers.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const LEAST_SHARE = 0.9;

async function propose(file: string, text?: string) {
  const path = await world.write(file, text ?? (await readFile(join(HEADERS, file))));
  const signal = new AbortController().signal;
  return proposeMapping(world.deps, { paths: [path], table: null, format: {} }, { signal });
}

describe('a proposal', () => {
  it(`is right about ${LEAST_SHARE * 100} % of the columns of each of sixteen exports`, async () => {
    const results: (Judged & { readonly file: string })[] = [];
    for (const [file, answers] of await readAnswers()) results.push({ file, ...judge(await propose(file), answers) });
    const sum = (field: 'right' | 'of') => results.reduce((total, result) => total + result[field], 0);
    const lines = results.flatMap(({ file, right, of, wrong }) => [
      `${file}: ${right} of ${of}`,
      ...wrong.map((each) => `  ${each}`),
    ]);
    process.stdout.write(`${[...lines, `columns proposed right: ${sum('right')} of ${sum('of')}`].join('\n')}\n`);
    expect(results).toHaveLength(16);
    expect(results.filter(({ right, of }) => right < LEAST_SHARE * of)).toEqual([]);
  });

  it('finds the header below titles, and the forms of cells', async () => {
    const [units] = await propose('unit-availability.csv');
    expect(units?.format).toMatchObject({ headerLine: 4, forms: { numbers: 'point', dates: 'mdy' } });
    const [buildings] = await propose('spreadsheet.csv');
    expect(buildings?.format).toMatchObject({
      headerLine: 4,
      separator: ';',
      forms: { numbers: 'comma', dates: 'dmy' },
    });
  });

  it('says what must be done to cells: percent, years among words, lists, words of a status', async () => {
    const stepsOf = async (file: string) =>
      Object.fromEntries(
        (await propose(file)).flatMap(({ columns }) => columns.map(({ ours, fit }) => [ours.name, fit.steps])),
      );
    const sheet = await stepsOf('spreadsheet.csv');
    expect(sheet).toMatchObject({ occupancy_pct: { unit: 'percent' }, year_built: { take: 'year' } });
    const feed = await stepsOf('pricing-feed.tsv');
    expect(feed).toMatchObject({ amenities: { list: '|' }, unit_status: { values: { pending: 'applied' } } });
    // With its sign a percent needs no word.
    expect((await stepsOf('market-properties.csv'))['leased_pct']).toEqual({});
  });

  it('is none for a file that is like no table', async () => {
    await expect(propose('songs.csv', 'title,artist\nHelp!,The Beatles\n')).rejects.toMatchObject({
      code: 'load_refused',
    });
  });
});
