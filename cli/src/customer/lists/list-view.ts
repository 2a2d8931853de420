/** Lists as the command line shows them. */
import type { SavedListCount, SavedListSummary } from '@conveyance/sdk';
import type { Instant, Output } from '../../terminal/output.ts';
import { formatCounted, formatTable } from '../../terminal/table.ts';

/** On one line, however it was written. */
function contentOf({ filter, property_count: count }: SavedListSummary): string {
  return filter === null ? formatCounted(count ?? 0, 'property id') : filter.trim().replaceAll(/\s+/g, ' ');
}

const FILTER_CHARACTERS = 60;

function shortened(text: string): string {
  return text.length <= FILTER_CHARACTERS ? text : `${text.slice(0, FILTER_CHARACTERS - 1)}…`;
}

function nowOf({ count, left_out: leftOut }: SavedListCount): string {
  const properties = formatCounted(count, 'property', 'properties');
  return leftOut === 0 ? properties : `${properties}; ${formatCounted(leftOut, 'id')} left out`;
}

/** @param count what it means now, where that is known. */
export function printList(out: Output, list: SavedListSummary, count: SavedListCount | null = null): void {
  const rows = [
    ['list', list.list_id],
    ['name', list.name],
    [list.filter === null ? 'ids' : 'filter', contentOf(list)],
    ...(count === null ? [] : [['now', nowOf(count)]]),
    ['changed', out.instant(list.updated_at)],
  ];
  out.data(count === null ? list : { ...list, now: count }, formatTable(rows));
}

export function listTable(lists: readonly SavedListSummary[], instant: Instant): string {
  const rows = lists.map((list) => [list.name, shortened(contentOf(list)), instant(list.updated_at), list.list_id]);
  return formatTable([['NAME', 'PROPERTIES', 'CHANGED', 'LIST'], ...rows]);
}
