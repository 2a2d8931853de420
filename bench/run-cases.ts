/** Runs what the command line asks for; `bench.ts` starts it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CASES } from './cases/cases.ts';
import { benchEstimate } from './estimate.ts';
import { benchFormats } from './formats.ts';
import type { BenchCase } from './frame/figures.ts';
import { keepResult } from './frame/results.ts';
import { sayFigures } from './frame/say-figures.ts';
import { benchMetering } from './metering.ts';
import { say } from './statistics.ts';

/** They print what they measure, and nothing of it is kept. */
const BY_HAND: Readonly<Record<string, () => Promise<void>>> = {
  estimate: benchEstimate,
  metering: benchMetering,
  formats: benchFormats,
};

const MS_PER_SECOND = 1000;
const isQuick = process.argv.includes('--quick');
const isKept = process.argv.includes('--write');

async function runCase(each: BenchCase): Promise<void> {
  const start = performance.now();
  const figures = await each.run({ quick: isQuick });
  if (figures.rows.length === 0) throw new Error(`${each.name} gave no figure`);
  sayFigures(each, figures, { quick: isQuick });
  say(`  ${((performance.now() - start) / MS_PER_SECOND).toFixed()} s for all of it`);
  if (isKept) await keepResult(each, figures);
}

async function writePage(): Promise<void> {
  const child = spawn(process.execPath, [new URL('../.build/generate.js', import.meta.url).pathname], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('the page could not be written');
}

const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const names = [...CASES.map(({ name }) => name), ...(isQuick || isKept ? [] : Object.keys(BY_HAND))];
const unknown = named.filter((name) => !names.includes(name));
if (unknown.length > 0 || (isQuick && isKept)) {
  const fault = unknown.length > 0 ? `no benchmark ${unknown.join(', ')}` : 'what --quick measures is not kept';
  process.stderr.write(`${fault}; there are: ${names.join(', ')}\n`);
  process.exitCode = 2;
} else {
  for (const name of named.length > 0 ? named : names) {
    const found = CASES.find((each) => each.name === name);
    try {
      await (found === undefined ? BY_HAND[name]?.() : runCase(found));
    } catch (error) {
      // The others are measured nevertheless: a whole run takes long.
      process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    }
  }
  if (isKept) await writePage();
}
