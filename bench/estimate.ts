/** Estimates compared with the jobs that they are about: how long they take, and how wrong they are. */
import type { ReportRequest } from '@conveyance/sdk';
import { Conveyance } from '@conveyance/sdk';
import { issueToken } from '../server/dist/core/logins/credentials.js';
import { askRows, type LookUpTurn } from '../server/dist/core/ports/engine.js';
import { estimateJob } from '../server/dist/jobs/estimate/estimate.js';
import { RowStatistics } from '../server/dist/jobs/estimate/row-statistics.js';
import { parseReportRequest } from '../server/dist/wire/apartmentiq/report-request.js';
import { type BenchServer, FIRST_IDS, smallJob, startServer } from './server.ts';
import { inTurns, milliseconds, say, spread } from './statistics.ts';

const ROUNDS = 10;
const FORMATS = ['csv', 'jsonl', 'parquet'] as const;
const REPORTS = ['property', 'units', 'floorplans'] as const;
const DAYS = { month: '2025-12-01', year: '2025-01-01' } as const;
const LAST_DAY = '2025-12-31';
/** The fixed cost of a look at the data: an estimate without statistics takes two. */
const NOTHING = { tables: {}, inputs: {}, sql: 'SELECT 1', parameters: {} };
const NOBODY: LookUpTurn = { accountId: 'nobody', size: 'small' };
const PATIENCE = { ms: 60_000, tooLong: 'The engine does not answer' };

/** An account without results, so that no estimate is corrected by one. */
async function newcomer({ app }: BenchServer): Promise<Conveyance> {
  const { id } = await app.deps.db.accounts.create({ id: app.deps.ids(), name: 'newcomer', grants: 'all' });
  return new Conveyance({
    url: app.url,
    token: await issueToken(app.deps, { accountId: id, scopes: ['exports:write'] }),
  });
}

async function knownIds({ app: { deps } }: BenchServer): Promise<readonly number[]> {
  const version = await deps.db.warehouse.current();
  return version === null ? [] : [...(await deps.db.warehouse.propertyIds(version.version))];
}

/** The verb behind the door: with its own statistics, which are made when the door's are, and with none. */
async function ruleOf({ app: { deps } }: BenchServer, report: (typeof REPORTS)[number]) {
  const version = await deps.db.warehouse.current();
  if (version === null) throw new Error('nothing is loaded');
  const statistics = new RowStatistics(deps);
  const { id } = await deps.db.accounts.create({ id: deps.ids(), name: 'reader', grants: 'all' });
  const caller = { accountId: id, credentialId: '', scopes: ['exports:write'] as const };
  return {
    async made() {
      const start = performance.now();
      statistics.of(report, version);
      await statistics.made();
      return performance.now() - start;
    },
    read: (request: ReportRequest) =>
      estimateJob(
        { ...deps, statistics: { of: () => null } },
        caller,
        parseReportRequest(request, () => true),
      ),
  };
}

export async function benchEstimate(): Promise<void> {
  const server = await startServer({ size: 'demo' });
  try {
    const all = await knownIds(server);
    const client = await newcomer(server);
    const { engine } = server.app.deps;
    const extents = [
      { ids: FIRST_IDS, from: DAYS.month },
      { ids: all, from: DAYS.month },
      { ids: all, from: DAYS.year },
    ];
    say(`estimates, idle demo server of ${all.length} properties, ${ROUNDS} times; errors beside the job`);
    for (const report_type of REPORTS) {
      const rule = await ruleOf(server, report_type);
      await client.exports.estimate({ ...smallJob('csv'), report_type });
      say(`  ${report_type.padEnd(10)} statistics made in ${milliseconds(await rule.made())}`);
      for (const { ids, from } of extents) {
        const request = (output_format: ReportRequest['output_format']): ReportRequest => ({
          report_type,
          output_format,
          start_date: from,
          end_date: LAST_DAY,
          property_ids: ids,
        });
        const [idle = [], reading = [], times = []] = await inTurns(ROUNDS, [
          () => engine.lookUp(NOBODY, (ask) => askRows(ask, NOTHING, PATIENCE)),
          () => rule.read(request('csv')),
          () => client.exports.estimate(request('csv')),
        ]);
        const estimate = await client.exports.estimate(request('csv'));
        const errors: string[] = [];
        for (const format of FORMATS) {
          const { job_id: id } = await server.client.exports.create(request(format));
          const { result } = await server.client.exports.wait(id);
          const error = estimate.estimated_bytes_by_format[format] / (result?.bytes ?? Number.NaN) - 1;
          errors.push(`${format} ${(error * 100).toFixed(1)} %`);
        }
        const { p50, p99 } = spread(times);
        const [nothing, read] = [spread(idle), spread(reading)];
        say(
          `  ${report_type.padEnd(10)} ${String(ids.length).padStart(3)} properties from ${from}, ${estimate.estimated_rows} rows:  p50 ${milliseconds(p50)}   p99 ${milliseconds(p99)}   (read anew: p50 ${milliseconds(read.p50)}, asking the engine nothing: p50 ${milliseconds(nothing.p50)})   ${errors.join(', ')}`,
        );
      }
    }
  } finally {
    await server.close();
  }
}
