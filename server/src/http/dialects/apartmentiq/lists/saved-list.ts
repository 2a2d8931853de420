/** What the routes of lists share: how a list is answered, and its refusals. */
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { SavedList } from '../../../../core/lists/saved-list.ts';
import { listedIds, type WrittenList } from '../../../../properties/lists/lists.ts';
import { textWithIds } from '../../../../wire/apartmentiq/batch-job.ts';
import { savedListFields, type savedListSchema } from '../../../../wire/apartmentiq/lists/saved-list.ts';
import { refused } from '../../../server/answers.ts';
import type { Door } from '../../../server/operation.ts';
import { sendText } from '../jobs/batch-job.ts';

type More = Pick<z.infer<typeof savedListSchema>, 'warnings'>;

/** Answers with the list and its ids, which are streamed if there are many. */
export async function sendList(
  { deps }: Door,
  reply: FastifyReply,
  list: SavedList,
  more: More = {},
): Promise<unknown> {
  const fields = { ...savedListFields(list), ...more };
  const ids = list.propertyCount === null ? null : await listedIds(deps, list);
  if (ids === null) return { ...fields, property_ids: null };
  return sendText(reply, textWithIds(fields, ids), list.propertyCount ?? 0);
}

/** The same of one that was made or changed. @param ignored a sentence for each field of the request that nobody read. */
export function sendWritten(
  door: Door,
  reply: FastifyReply,
  { list, warnings }: WrittenList,
  ignored: readonly string[],
): Promise<unknown> {
  const all = [...ignored, ...warnings];
  return sendList(door, reply, list, all.length > 0 ? { warnings: all } : {});
}

export const LIST_NOT_FOUND = refused(
  'List not found',
  'not_found',
  'List with the specified id or name does not exist',
);

export const BODY_REFUSALS = {
  413: refused('Body too large', 'payload_too_large', 'The request body is larger than this call reads'),
  415: refused(
    'Body is not JSON',
    'unsupported_media_type',
    'the Content-Type is text/plain; this call takes application/json',
  ),
} as const;
