import type { Deps } from '../../core/ports/deps.ts';
import type { Upload } from '../../core/ports/intake.ts';
import { requireDataVersion } from '../../warehouse/current.ts';
import { parseSearchRequest } from '../../wire/reonomy/search.ts';
import type { Prepare } from './prepared.ts';

/** A search costs nothing, so that no property is reserved. */
export async function prepareSearch({ db, intake }: Pick<Deps, 'db' | 'intake'>, { file }: Upload): Promise<Prepare> {
  const { settings } = parseSearchRequest(await intake.readObject(file.path, 'file'));
  return async () => ({
    asked: { kind: 'search', spec: { settings } },
    version: await requireDataVersion({ db }),
    propertyIds: new Float64Array(),
  });
}
