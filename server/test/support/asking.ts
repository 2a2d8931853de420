/** An engine in place of the real one: whoever asks it, in whatever way, gets the same answers. */
import type { Engine } from '../../src/core/ports/engine.ts';
import { withinTime } from '../../src/core/turns/time-limit.ts';

export function asking(run: Engine['run']): Pick<Engine, 'run' | 'lookUp'> {
  return {
    run,
    lookUp: (_turn, work) =>
      work((program, limit) => withinTime(limit, (signal) => run(program, { lane: 'load' }, { signal }))),
  };
}
