import type { Deps } from '../../core/ports/deps.ts';
import { requireDataVersion } from '../../warehouse/current.ts';
import type { Prepare, SearchJobRequest } from './prepared.ts';

/** A search costs nothing, so no property is reserved. */
export function prepareSearch({ db, policy }: Pick<Deps, 'db' | 'policy'>, { search }: SearchJobRequest): Prepare {
  const { searchPrecision } = policy;
  return async () => ({
    asked: { kind: 'search', spec: { ...search, ...(searchPrecision === 'steps' && { precision: searchPrecision }) } },
    version: await requireDataVersion({ db }),
    propertyIds: new Float64Array(),
  });
}
