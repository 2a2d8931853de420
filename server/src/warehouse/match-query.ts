/** The engine's program of a match: rows in, verdicts out, in one private instance. */
import {
  ADDRESS_PARAMETERS,
  COORDINATE_PARAMETERS,
  type MatchParameter,
  type MatchSpec,
} from '../core/file-job-spec.ts';
import type { Grants } from '../core/ports/database/accounts.ts';
import { type InputTable, PROPERTY_UUID, type Program } from '../core/ports/engine.ts';
import type { MatchParameters, ProcedureCall } from '../core/ports/procedure.ts';
import type { ResultRow } from '../core/rows.ts';
import { grantedInputs } from '../reports/granted.ts';
import type { MatchIndex } from './match-index.ts';

/** What is handed to the procedure: the cells of these parameters. */
export interface MatchQuestion {
  readonly parameters: readonly MatchParameter[];
  readonly columns: InputTable['columns'];
}

const COLUMN_NAMES: Readonly<Record<MatchParameter, string>> = {
  address_line_1: 'address',
  address_city: 'city',
  address_state: 'state',
  address_postal: 'zip',
  latitude: 'latitude',
  longitude: 'longitude',
};

function questionOf(mode: MatchSpec['mode']): MatchQuestion {
  const parameters = mode === 'address' ? ADDRESS_PARAMETERS : COORDINATE_PARAMETERS;
  const cells = parameters.map((parameter) => ({ name: COLUMN_NAMES[parameter], type: 'text' as const }));
  return { parameters, columns: cells };
}

const EVIDENCE = `, confidence, codes, matched_address,
  list_transform(candidates, lambda candidate: ${PROPERTY_UUID}(candidate)) AS candidates`;

/**
 * Verdicts in the order of the rows, with the public ids of their properties, which the engine computes as it does at a load: 0.25 s of
 * a core for 100,000, beside 0.45 with node:crypto. Evidence is two thirds of the time that verdicts take.
 */
function answersQuery(explain: boolean): string {
  return `SELECT status, reason, CASE WHEN property_id IS NOT NULL THEN ${PROPERTY_UUID}(property_id) END AS reonomy_id
    ${explain ? EVIDENCE : ''} FROM verdicts ORDER BY row`;
}

export interface MatchProgram {
  readonly question: MatchQuestion;
  program(asked: InputTable): Program;
  /** Out of what the program answered: `reonomy_id`, `status`, `reason`, and with `explain` the evidence of each row. */
  answersOf(answers: readonly (readonly ResultRow[])[]): readonly ResultRow[];
}

function lookUp(mode: MatchSpec['mode'], parameters: MatchParameters, radiusMeters: number): ProcedureCall {
  return mode === 'address'
    ? { procedure: 'match-addresses', input: 'asked', parameters }
    : { procedure: 'match-points', input: 'asked', parameters: { ...parameters, radiusMeters } };
}

/** A property that the account may not see is not there. */
export function matchProgram(
  { mode, explain }: Pick<MatchSpec, 'mode' | 'explain'>,
  { tables }: MatchIndex,
  grants: Grants,
  radiusMeters: number,
): MatchProgram {
  return {
    question: questionOf(mode),
    program: (asked) => ({
      tables,
      inputs: {
        asked,
        ...grantedInputs(grants),
      },
      directories: [],
      steps: [lookUp(mode, { grantedOnly: grants !== 'all', explain }, radiusMeters), { sql: answersQuery(explain) }],
    }),
    answersOf: (answers) => answers[1] ?? [],
  };
}
