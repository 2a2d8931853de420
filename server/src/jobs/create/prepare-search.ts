import type { Deps } from '../../core/ports/deps.ts';
import { requireDataVersion } from '../../warehouse/current.ts';
import type { Prepare, SearchJobRequest } from './prepared.ts';

/** A search costs nothing, so no property is reserved. */
export function prepareSearch({ db }: Pick<Deps, 'db'>, { search }: SearchJobRequest): Prepare {
  return async () => ({
    asked: { kind: 'search', spec: search },
    version: await requireDataVersion({ db }),
    propertyIds: new Float64Array(),
  });
}
