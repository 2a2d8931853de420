/** Figures of groups, one bar below the other. */
import type { SummaryChart } from '@conveyance/sdk';
import { useElementSize } from '@mantine/hooks';
import { formatFigure, unitWords } from '../text/units.ts';
import { groupName } from './findings.ts';
import { Readable } from './readable.tsx';
import { scaleTo } from './scale.ts';

const ROW = 26;
const BAR = 16;
const HEAD = 24;
/** For the figure behind the longest bar. */
const FIGURE = 72;
const LABEL_SHARE = 0.34;
const MOST_LABEL = 220;
/** Of a letter, about. */
const LETTER = 7.2;

function fitted(label: string, width: number): string {
  const most = Math.max(4, Math.floor(width / LETTER));
  return label.length > most ? `${label.slice(0, most - 1)}…` : label;
}

export function BarChart({ chart }: { readonly chart: SummaryChart }) {
  const { ref, width } = useElementSize();
  const { groups, measures, title, axis } = chart;
  const unit = measures[0]?.unit ?? 'number';
  const labels = Math.min(MOST_LABEL, width * LABEL_SHARE);
  const greatest = Math.max(...groups.map(({ values }) => values[0] ?? 0), 0) || 1;
  const length = scaleTo({ low: 0, high: greatest }, 0, Math.max(1, width - labels - FIGURE));
  const say = (at: number) => {
    const { label = null, values = [] } = groups[at] ?? {};
    const figures = measures.map(
      (measure, index) => `${measure.label} ${formatFigure(values[index] ?? null, measure.unit)}`,
    );
    return `${groupName(label)}: ${figures.join(', ')}`;
  };
  return (
    <div ref={ref}>
      <Readable label={`${title}, in ${unitWords(unit)}.`} count={groups.length} say={say}>
        {(at, point) => (
          <svg width="100%" height={HEAD + groups.length * ROW} aria-hidden="true">
            <text x={0} y={12} className="axis">
              {axis}
            </text>
            <text x={labels} y={12} className="axis">
              {measures[0]?.label}
            </text>
            {groups.map(({ label, values }, index) => (
              <g
                key={groupName(label)}
                onPointerMove={() => point(index)}
                className={at === index ? 'pointed' : undefined}
              >
                <rect x={0} y={HEAD + index * ROW} width={Math.max(0, width)} height={ROW} className="row" />
                <text x={0} y={HEAD + index * ROW + ROW / 2} dy="0.32em" className="name">
                  {fitted(groupName(label), labels)}
                </text>
                <rect
                  x={labels}
                  y={HEAD + index * ROW + (ROW - BAR) / 2}
                  width={Math.max(1, length(values[0] ?? 0))}
                  height={BAR}
                  className="bar series-0"
                />
                <text
                  x={labels + length(values[0] ?? 0) + 6}
                  y={HEAD + index * ROW + ROW / 2}
                  dy="0.32em"
                  className="name"
                >
                  {formatFigure(values[0] ?? null, unit)}
                </text>
              </g>
            ))}
          </svg>
        )}
      </Readable>
    </div>
  );
}
