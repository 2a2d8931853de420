/** Files without a fault are read by all threads at once; they and all others must mean the same. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Program } from '../../src/core/ports/engine.ts';
import { AS_DECLARED, openWorld, openWorldEngine, type World, type WorldEngine } from './world.ts';

let engine: WorldEngine;
let world: World;

beforeAll(async () => {
  engine = await openWorldEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  world = await openWorld({ shared: engine });
  await world.load([await world.write('properties.csv', 'property_id,city\n1,Rome\n2,Bonn\n')]);
});
afterEach(() => world.close());

const COLUMNS = 'property_id,date,available_units,avg_rent,concession_details';

/** Loads the lines, and tells whether they were read one by one. */
async function load(text: string) {
  const programs: Program[] = [];
  const { run } = world.deps.engine;
  const path = await world.write('property_days.csv', text);
  const report = await world.load(
    [path],
    { maxRejects: 100, format: AS_DECLARED },
    {
      ...world.deps,
      engine: {
        ...world.deps.engine,
        run: (program, how, watch) => {
          programs.push(program);
          return run(program, how, watch);
        },
      },
    },
  );
  const oneByOne = programs.some(({ steps }) =>
    steps.some((step) => 'sql' in step && step.sql.includes('lines_broken')),
  );
  const rows = await world.rows(
    'property_days',
    'SELECT property_id, date::VARCHAR AS date, available_units, avg_rent, concession_details FROM property_days ORDER BY ALL',
  );
  return { oneByOne, rejected: report.rejected, reasons: report.rejectSums.map(({ reason }) => reason), rows };
}

const SOUND = '2,2025-01-31,7,1.5,plain';

/** The row alone, and beside a row with a fault, which has the file read line by line. */
async function bothWays(line: string) {
  const alone = await load(`${COLUMNS}\n${line}\n`);
  const beside = await load(`${COLUMNS}\n${line}\n${SOUND}\n9,2025-01-01,1,1,no such property\n`);
  return { alone, beside };
}

describe('plain cells have the same value in both ways', () => {
  it.each([
    '1,2025-01-01,7,1500.25,text',
    '1,2025-01-01,7.0,1500.,text',
    '1.0,2025-01-01,-0,-0,',
    '"1","2025-01-01","7","0.005",""',
    '1,2025-01-01,,,',
    '1,2025-01-01,7,1.005,"a, b ""c"""',
    '1,2025-12-31,7,99999999999.999,ünïcode ½ 😀',
    '1,2025-01-01,7,1500.25, spaces stay ',
  ])('%s', async (line) => {
    const { alone, beside } = await bothWays(line);
    expect([alone.oneByOne, alone.rejected]).toEqual([false, 0]);
    expect([beside.oneByOne, beside.rejected]).toEqual([true, 1]);
    expect(beside.rows.slice(0, 1)).toEqual(alone.rows);
  });
});

describe('what the engine alone would take for something else is read line by line', () => {
  it.each([
    ['1,2025-01-01,12.5,1,', 1],
    ['1,2025-01-01,1_000,1,', 1],
    ['1,2025-01-01,7,1_000,', 1],
    ['1,2025/01/01,7,1,', 1],
    ['1,2025-1-1,7,1,', 1],
    ['1,2025-02-30,7,1,', 1],
    ['1,2025-01-01,99999999999,1,', 1],
    ['1,2025-01-01,7,1,a "good" place', 1],
    ['1,2025-01-01,7,1, "text"', 1],
    ['1,2025-01-01,7,1,"text" ', 1],
    ['1,2025-01-01,7,1,nul\0', 1],
    ['1,2025-01-01,7,nan,', 1],
    ['1,2025-01-01,7,1', 1],
    ['1,2025-01-01,7,1,x,y', 1],
    ['1,2099-12-31,7,1,', 1],
    ['1,1599-01-01,7,1,', 1],
    ['1,2025-01-01,-7,1,', 1],
    ['9,2025-01-01,7,1,', 1],
    [',2025-01-01,7,1,', 1],
    ['1,2025-01-01,7,1,\n1,2025-01-01,8,2,', 1],
    ['1,2025-01-01,7,1e2,', 0],
    [' 1 ,2025-01-01, 7,1,', 0],
    ['1,2025-01-01,7,1,"two\nlines"', 0],
  ])('%j', async (line, rejected) => {
    const { oneByOne, ...found } = await load(`${COLUMNS}\n${line}\n${SOUND}\n`);
    expect(oneByOne).toBe(true);
    expect(found.rejected).toBe(rejected);
    expect(found.rows).toHaveLength(1 + line.split('\n1').length - rejected);
  });
});

it('blank lines, a byte order mark, other separators and line ends are plain', async () => {
  const lines = [COLUMNS, '', '1,2025-01-01,7,1,x', '', '2,2025-01-01,7,1,y'].join('\r\n');
  expect(await load(`\n\ufeff${lines}`.slice(1))).toMatchObject({ oneByOne: false, rejected: 0, rows: [{}, {}] });
  expect(await load(`\n\n${lines.replaceAll('\r', '').replaceAll(',', ';')}`)).toMatchObject({
    oneByOne: false,
    rejected: 0,
    rows: [{}, {}],
  });
});

it('lines that end with carriage returns alone are refused', async () => {
  await expect(load(`${COLUMNS}\r1,2025-01-01,7,1,x\r2,2025-01-01,7,1,y\r`)).rejects.toMatchObject({
    code: 'load_refused',
  });
});
