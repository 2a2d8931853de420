/**
 * Typing errors between two words: letters changed, left out, added, or two neighbours swapped (optimal string alignment).
 * Words are short, most pairs differ in their first or last letters, and the budget is at most three.
 */

const LONGEST = 64;
/** In shorter words one other letter makes another word. */
export const SHORTEST_MISTYPED = 4;

/** The number of errors, or `limit + 1` for more than `limit`. Words over 64 letters count as different. */
export function editDistance(left: string, right: string, limit: number): number {
  if (left === right) return 0;
  if (Math.abs(left.length - right.length) > limit || left.length > LONGEST || right.length > LONGEST) return limit + 1;
  const shorter = Math.min(left.length, right.length);
  let same = 0;
  while (same < shorter && left.charCodeAt(same) === right.charCodeAt(same)) same++;
  let leftEnd = left.length;
  let rightEnd = right.length;
  while (leftEnd > same && rightEnd > same && left.charCodeAt(leftEnd - 1) === right.charCodeAt(rightEnd - 1)) {
    leftEnd--;
    rightEnd--;
  }
  const [leftLetters, rightLetters] = [leftEnd - same, rightEnd - same];
  if (leftLetters === 0 || rightLetters === 0) return leftLetters + rightLetters;
  if (limit === 1) return isOneError(left.slice(same, leftEnd), right.slice(same, rightEnd)) ? 1 : 2;
  return alignment(left.slice(same, leftEnd), right.slice(same, rightEnd), limit);
}

/** Of parts that differ in their first and in their last letter: one letter changed, or two swapped. */
function isOneError(left: string, right: string): boolean {
  if (left.length !== right.length || left.length > 2) return false;
  return left.length === 1 || (left[0] === right[1] && left[1] === right[0]);
}

function alignment(left: string, right: string, limit: number): number {
  const width = right.length + 1;
  let [before, above, row] = [new Uint8Array(width), new Uint8Array(width), new Uint8Array(width)];
  for (let j = 0; j < width; j++) above[j] = j;
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
