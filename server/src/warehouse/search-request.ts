/** A search as it is sent, at once or as a job: `{"settings": {…}}`. */
import { ConveyanceError } from '../core/errors.ts';
import { parseSearchSettings, type SearchCondition } from '../reports/search-settings.ts';

export interface SearchRequest {
  /** As the customer wrote them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly conditions: readonly SearchCondition[];
}

/** Throws `invalid_parameter` with every fault, naming for an unknown setting the nearest known one. */
export function parseSearchRequest(body: unknown): SearchRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ConveyanceError('invalid_parameter', 'a search must be a JSON object with settings');
  }
  if (!('settings' in body)) {
    throw new ConveyanceError('invalid_parameter', 'settings is required: an object with the criteria of the search');
  }
  const { settings } = body;
  const conditions = parseSearchSettings(settings);
  // `parseSearchSettings` takes nothing but an object.
  return { settings: settings as Readonly<Record<string, unknown>>, conditions };
}
