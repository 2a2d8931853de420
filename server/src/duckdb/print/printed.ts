import type { Parameters } from '../../core/ports/engine.ts';

export interface Printed {
  readonly sql: string;
  /** In addition to those of the plan. */
  readonly parameters: Parameters;
}
