/** What a run tells the command that started it, in the file that HOSTILE_REPORT names. */
import { rename, writeFile } from 'node:fs/promises';

const { HOSTILE_REPORT } = process.env;

/** Whole or not at all: the command reads it while the run goes on. */
export async function writeReport<Report>(report: Report): Promise<void> {
  if (HOSTILE_REPORT === undefined) return;
  await writeFile(`${HOSTILE_REPORT}.part`, JSON.stringify(report));
  await rename(`${HOSTILE_REPORT}.part`, HOSTILE_REPORT);
}
