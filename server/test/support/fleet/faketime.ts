/** Nodes whose clocks are wrong: Debian's libfaketime before the program. */
import { existsSync } from 'node:fs';
import type { Settings } from './node-process.ts';

const PLACES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
  (machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`,
);
const library = PLACES.find((path) => existsSync(path));

export const faketimeMissing: string | null =
  library === undefined ? 'libfaketime not found: apt-get install faketime' : null;

/** @param minutes that the clock is fast. What measures spans is left as it is. */
export function skewed(minutes: number): Settings {
  return {
    LD_PRELOAD: library ?? '',
    FAKETIME: `${minutes < 0 ? '-' : '+'}${Math.abs(minutes)}m`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
}
