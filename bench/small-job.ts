/** From POST to `succeeded` for 3 properties and 31 days, compared with the bare engine's time for the same query. */
import { bareExport } from './bare-engine.ts';
import { runJob, smallJob, startServer } from './server.ts';
import { inTurns, milliseconds, say, spread } from './statistics.ts';

const WARM_UP_ROUNDS = 5;
const ROUNDS = 100;

export async function benchSmallJob(): Promise<void> {
  const server = await startServer({ size: 'demo' });
  try {
    const bare = await bareExport(server, smallJob('csv'));
    const subjects = [
      bare,
      ...(['csv', 'jsonl', 'parquet'] as const).map((format) => () => runJob(server, smallJob(format))),
    ];
    await inTurns(WARM_UP_ROUNDS, subjects);
    const times = await inTurns(ROUNDS, subjects);
    const [engine, ...formats] = times.map(spread);
    if (engine === undefined) return;
    say(`POST to succeeded, 3 properties, 31 days, idle demo server, ${ROUNDS} jobs each`);
    say(`  bare engine, csv   p50 ${milliseconds(engine.p50)}   p99 ${milliseconds(engine.p99)}`);
    for (const [index, format] of ['csv', 'jsonl', 'parquet'].entries()) {
      const { p50, p99 } = formats[index] ?? engine;
      say(
        `  job, ${format.padEnd(13)} p50 ${milliseconds(p50)}   p99 ${milliseconds(p99)}   ${(p50 / engine.p50).toFixed(1)} × the bare engine`,
      );
    }
  } finally {
    await server.close();
  }
}
