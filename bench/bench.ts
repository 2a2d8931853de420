/** `npm run bench -- NAME …`: figures compared with a named peer, taken in the same run. Without a name, all of them. Flags are the benchmarks' own. */
import { benchCreates } from './creates.ts';
import { benchDetails } from './details.ts';
import { benchEstimate } from './estimate.ts';
import { benchFormats } from './formats.ts';
import { benchLargeExport } from './large-export.ts';
import { benchListeners } from './listeners.ts';
import { benchLoad, benchReplaceDay } from './load.ts';
import { benchMatch } from './match.ts';
import { benchMetering } from './metering.ts';
import { benchSmallJob } from './small-job.ts';
import { benchStatus } from './status.ts';
import { benchWarehouseSize } from './warehouse-size.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<unknown>>> = {
  creates: benchCreates,
  details: benchDetails,
  estimate: benchEstimate,
  metering: benchMetering,
  formats: benchFormats,
  'large-export': benchLargeExport,
  listeners: benchListeners,
  load: benchLoad,
  match: benchMatch,
  'replace-day': benchReplaceDay,
  'small-job': benchSmallJob,
  status: benchStatus,
  'warehouse-size': benchWarehouseSize,
};

const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = named.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHMARKS).join(', ')}\n`);
  process.exitCode = 2;
} else {
  for (const name of named.length > 0 ? named : Object.keys(BENCHMARKS)) await BENCHMARKS[name]?.();
}
