/** `docs/match-codes.md`: what may differ in a match, what it costs, and the confidence that remains. */

interface CodeDescription {
  readonly points: string;
  readonly meaning: string;
}

const PREFACE = `# Match codes

\`match_codes\` says how an answer of [matching](match.md) differs from the address that was asked for: codes separated by spaces, none
if the address matched as typed. Each difference costs points, which add up; the property with the fewest wins. An address that differs in any
other way is another address.

| code | points | meaning |
|---|---|---|
`;

/**
 * @param bands from the lowest cost on: up to how many points, and the confidence.
 * @param weakConfidence what thin evidence multiplies it by.
 */
export function matchCodesMarkdown(
  codes: Readonly<Record<string, CodeDescription>>,
  bands: readonly (readonly [highestCost: number, confidence: number])[],
  weakConfidence: number,
): string {
  const codeRows = Object.entries(codes).map(
    ([code, { points, meaning }]) => `| \`${code}\` | ${points} | ${meaning} |`,
  );
  const bandRows = bands.map(([highest, confidence], index) => {
    const lowest = index === 0 ? 0 : (bands[index - 1]?.[0] ?? 0) + 1;
    return `| ${lowest === highest ? highest : `${lowest} to ${highest}`} | ${confidence} |`;
  });
  return `${PREFACE}${codeRows.join('\n')}

## Confidence by points

For a row that found one property. If several tie, it is divided by their number: how likely it is that this one was meant. On thin
evidence, such as that of a \`PARTIAL\` with one candidate, it is multiplied by ${weakConfidence}.

| points | \`match_confidence\` |
|---|---|
${bandRows.join('\n')}

[How often they are right](match.md#confidence) has been measured.
`;
}
