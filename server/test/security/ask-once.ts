/** An engine that is not asked twice. */
import type { Ask, Engine, InputTable, Program } from '../../src/core/ports/engine.ts';
import type { Row } from '../../src/core/rows.ts';
import { NEVER } from '../webhooks/receiver.ts';

/** The rows of inputs as lists: they can be compared, and read again. */
async function listed(inputs: Program['inputs']): Promise<Program['inputs']> {
  const lists: Record<string, InputTable> = {};
  for (const [name, { columns, batches }] of Object.entries(inputs)) {
    const read: (readonly Row[])[] = [];
    for await (const rows of batches) read.push(rows);
    lists[name] = { columns, batches: read };
  }
  return lists;
}

/**
 * Gives what was asked before the answer that it had. Of thousands of requests that differ in what does not come so far, most bring
 * the same question, and it takes ten times as long as all the rest of the request. For data that does not change.
 */
export function askOnce(engine: Engine): void {
  const run = engine.run.bind(engine);
  const lookUp = engine.lookUp.bind(engine);
  const answers = new Map<string, ReturnType<typeof run>>();
  async function remembered(program: Program, how: unknown, put: (question: Program) => ReturnType<typeof run>) {
    const question = { ...program, inputs: await listed(program.inputs) };
    const text = JSON.stringify([question, how], (_name, value) => (typeof value === 'bigint' ? `${value}n` : value));
    const answer = answers.get(text) ?? put(question);
    answers.set(text, answer);
    return answer;
  }
  const rememberingRun: Engine['run'] = (program, how) =>
    remembered(program, how, (question) => run(question, how, { signal: NEVER }));
  const rememberingLookUp: Engine['lookUp'] = (turn, work) =>
    lookUp(turn, (ask) => {
      const once: Ask = (program, limit) => remembered(program, turn.size, (question) => ask(question, limit));
      return work(once);
    });
  Object.assign(engine, { run: rememberingRun, lookUp: rememberingLookUp });
}
