/** Checks that confidences mean what they say: how many of the answers with one confidence are right. */

export interface JudgedAnswer {
  readonly mode: 'address' | 'point';
  readonly status: string;
  readonly reason: string;
  /** As the result has it. */
  readonly confidence: string;
  readonly isRight: boolean;
}

type Row = Readonly<Record<string, string>>;

function listed(cell: string | undefined): readonly string[] {
  return (cell ?? '').split('|').filter(Boolean);
}

/** By the rules of the set: `|` separates answers of which any is right, and a MISS has no id and has its reason. */
export function judge(query: Row, answer: Row): JudgedAnswer {
  const { status = '', miss_reason: reason = '', id = '', confidence = '' } = answer;
  const isMiss = status === 'MISS';
  const isRight =
    listed(query['expected_status']).includes(status) &&
    (isMiss
      ? id === '' && listed(query['expected_reason']).includes(reason)
      : listed(query['expected_id']).includes(id));
  return { mode: query['lat'] || query['lon'] ? 'point' : 'address', status, reason, confidence, isRight };
}

/** Of the standard normal distribution: 95 % lie within. */
const Z = 1.96;

/** Wilson's interval: what share may be behind `right` of `rows`, even if all of them are. */
function shareBetween(right: number, rows: number): readonly [low: number, high: number] {
  const share = right / rows;
  const scale = 1 + Z ** 2 / rows;
  const middle = share + Z ** 2 / (2 * rows);
  const spread = Z * Math.sqrt((share * (1 - share)) / rows + (Z / (2 * rows)) ** 2);
  return [(middle - spread) / scale, Math.min(1, (middle + spread) / scale)];
}

const RESIDENCES = ['SFR', 'Condo Property (SFR)'];
/** For points the confidence is a distance, which no two share. */
const POINT_STEPS = 20;

/** What is reported together, and the confidence as reported. */
function binOf({ mode, status, reason, confidence }: JudgedAnswer): readonly [answer: string, claimed: string] {
  const answer = status === 'MISS' ? `MISS ${RESIDENCES.includes(reason) ? 'of a residence' : reason}` : status;
  // It is divided by the number of properties that tie: which of them was meant is not known here.
  if (status === 'PARTIAL') return [answer, 'a share'];
  if (mode === 'address') return [answer, confidence];
  const step = Math.min(Math.floor(Number(confidence) * POINT_STEPS), POINT_STEPS - 1);
  return [`point: ${answer}`, `${(step / POINT_STEPS).toFixed(2)} to ${((step + 1) / POINT_STEPS).toFixed(2)}`];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** As Markdown: answers in the order of their names, the highest confidence first. */
export function calibrationTable(answers: readonly JudgedAnswer[]): string {
  const bins = new Map<string, { answer: string; claimed: string; rows: number; right: number }>();
  for (const judged of answers) {
    const [answer, claimed] = binOf(judged);
    const key = `${answer}|${claimed}`;
    const bin = bins.get(key) ?? { answer, claimed, rows: 0, right: 0 };
    bins.set(key, { ...bin, rows: bin.rows + 1, right: bin.right + (judged.isRight ? 1 : 0) });
  }
  const ordered = [...bins.values()].sort(
    (left, right) => left.answer.localeCompare(right.answer, 'en') || right.claimed.localeCompare(left.claimed, 'en'),
  );
  const lines = ordered.map(({ answer, claimed, rows, right }) => {
    const [low, high] = shareBetween(right, rows);
    return `| ${answer} | ${claimed} | ${rows} | ${right} | ${percent(right / rows)} | ${percent(low)} to ${percent(high)} |`;
  });
  return ['| answer | confidence | rows | right | share | 95 % interval |', '|---|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}
