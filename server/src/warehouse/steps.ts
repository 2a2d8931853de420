import type { Parameters, ProgramStep } from '../core/ports/engine.ts';
import type { ResultRow } from '../core/rows.ts';

/** A program under construction: statements in order, and where in the answers those of the questions will be. */
export class Steps {
  readonly list: ProgramStep[] = [];

  add(sql: string, parameters: Parameters = {}): void {
    this.list.push({ sql, parameters });
  }

  append(steps: readonly ProgramStep[]): void {
    this.list.push(...steps);
  }

  /** Adds a question. Returns a function that finds its rows in the program's answers. */
  ask(sql: string, parameters: Parameters = {}): (answers: Answers) => readonly ResultRow[] {
    const index = this.list.length;
    this.add(sql, parameters);
    return (answers) => answers[index] ?? [];
  }
}

export type Answers = readonly (readonly ResultRow[])[];
