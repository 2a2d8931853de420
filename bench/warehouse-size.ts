/** The same small job on a warehouse and on one ten times larger: a job should cost what it returns. */
import { runJob, smallJob, startServer } from './server.ts';
import { inTurns, milliseconds, say, spread } from './statistics.ts';

const PROPERTIES = 120;
const TIMES_LARGER = 10;
const WARM_UP_ROUNDS = 5;
const ROUNDS = 60;

export async function benchWarehouseSize(): Promise<void> {
  const small = await startServer({ size: 'demo', properties: PROPERTIES });
  const large = await startServer({ size: 'bench', properties: PROPERTIES * TIMES_LARGER });
  try {
    const subjects = [small, large].map((server) => () => runJob(server, smallJob('csv')));
    await inTurns(WARM_UP_ROUNDS, subjects);
    const [ofSmall = [], ofLarge = []] = await inTurns(ROUNDS, subjects);
    const [here, there] = [spread(ofSmall), spread(ofLarge)];
    say(`a job of 3 properties and 31 days, ${ROUNDS} times in turns`);
    say(`  ${PROPERTIES} properties × 1 year     p50 ${milliseconds(here.p50)}`);
    say(`  ${PROPERTIES * TIMES_LARGER} properties × 1 year    p50 ${milliseconds(there.p50)}`);
    say(`  ratio ${(there.p50 / here.p50).toFixed(2)} (at most 1.3 is wanted)`);
  } finally {
    await large.close();
    await small.close();
  }
}
