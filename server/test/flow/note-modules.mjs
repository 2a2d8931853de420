// node --import THIS PROGRAM: writes down which files the program loads, one URL a line, in the file that NOTED_MODULES names.
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

export async function load(url, context, nextLoad) {
  appendFileSync(process.env.NOTED_MODULES, `${url}\n`);
  return nextLoad(url, context);
}

// Hooks run in a thread of their own, which loads this file too.
if (isMainThread) register(import.meta.url);
