import type { Deps } from '../core/ports/deps.ts';
import type { Intake } from '../core/ports/intake.ts';
import { readRows } from './csv/rows.ts';
import { writeRows } from './csv/write-rows.ts';
import { readDetailsSpec } from './json/details-spec.ts';
import { readExportBody } from './json/export-body.ts';
import { parseObject, readObject } from './json/read-object.ts';
import { receiveForm } from './multipart/receive-form.ts';

/** Parsers of our own (docs/adr/0016-parsers-of-our-own.md). Uploads go to the store's scratch. */
export function createIntake(deps: Pick<Deps, 'store' | 'ids'>): Intake {
  return {
    receiveForm: (form) => receiveForm(deps, form),
    readDetailsSpec,
    readExportBody,
    readObject,
    parseObject,
    readRows,
    writeRows,
  };
}
