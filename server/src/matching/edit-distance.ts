/**
 * Typing errors between two words: letters changed, left out, added, or two neighbours swapped (optimal string alignment).
 * Words are short and the budget is at most three, so that three rows of small numbers are all it needs.
 */

const LONGEST = 64;
const rows = [new Uint8Array(LONGEST + 1), new Uint8Array(LONGEST + 1), new Uint8Array(LONGEST + 1)] as const;

/** The number of errors, or `limit + 1` for more than `limit`. Words over 64 letters count as different. */
export function editDistance(left: string, right: string, limit: number): number {
  if (left === right) return 0;
  if (Math.abs(left.length - right.length) > limit || left.length > LONGEST || right.length > LONGEST) return limit + 1;
  let [before, above, row]: [Uint8Array, Uint8Array, Uint8Array] = [rows[0], rows[1], rows[2]];
  for (let j = 0; j <= right.length; j++) above[j] = j;
  for (let i = 1; i <= left.length; i++) {
    row[0] = i;
    let least = i;
    for (let j = 1; j <= right.length; j++) {
      const cost = cellCost(left, right, i, j, above, row, before);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [before, above, row] = [above, row, before];
  }
  return Math.min(above[right.length] ?? 0, limit + 1);
}

function cellCost(
  left: string,
  right: string,
  i: number,
  j: number,
  above: Uint8Array,
  row: Uint8Array,
  before: Uint8Array,
): number {
  const a = left.charCodeAt(i - 1);
  const b = right.charCodeAt(j - 1);
  let cost = (above[j - 1] ?? 0) + (a === b ? 0 : 1);
  cost = Math.min(cost, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
  if (i > 1 && j > 1 && a === right.charCodeAt(j - 2) && b === left.charCodeAt(i - 2)) {
    cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
  }
  return cost;
}

export function isOneEditApart(left: string, right: string): boolean {
  return editDistance(left, right, 1) === 1;
}
