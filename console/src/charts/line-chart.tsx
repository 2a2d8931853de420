/** Figures over days. */
import type { SummaryChart } from '@conveyance/sdk';
import { useElementSize } from '@mantine/hooks';
import type { PointerEvent } from 'react';
import { formatFigure, unitWords } from '../text/units.ts';
import { Legend } from './legend.tsx';
import { Readable } from './readable.tsx';
import { axisOf, scaleTo, spreadIndexes } from './scale.ts';

const HEIGHT = 260;
const TOP = 24;
const BOTTOM = 28;
const LEFT = 64;
const RIGHT = 16;
/** The width of a day’s text beside the next. */
const TICK_WIDTH = 110;
const DOT = 3.5;

type Group = SummaryChart['groups'][number];

/** Runs of values without a gap between them. */
function linePath(groups: readonly Group[], measure: number, x: (at: number) => number, y: (value: number) => number) {
  let isDrawing = false;
  return groups
    .map(({ values }, at) => {
      const value = values[measure] ?? null;
      const command = isDrawing ? 'L' : 'M';
      isDrawing = value !== null;
      // A value between two gaps is a dot, which is a line of no length.
      return value === null ? '' : `${command}${x(at).toFixed(1)} ${y(value).toFixed(1)}${command === 'M' ? 'h0' : ''}`;
    })
    .join('');
}

export function LineChart({ chart }: { readonly chart: SummaryChart }) {
  const { ref, width } = useElementSize();
  const { groups, measures, title } = chart;
  const unit = measures[0]?.unit ?? 'number';
  const axis = axisOf(groups.flatMap(({ values }) => values.filter((value) => value !== null)));
  const right = Math.max(LEFT + 1, width - RIGHT);
  const x = scaleTo({ low: 0, high: Math.max(1, groups.length - 1) }, LEFT, right);
  const y = scaleTo(axis, HEIGHT - BOTTOM, TOP);
  const say = (at: number) => {
    const figures = measures.map(
      ({ label }, measure) => `${label} ${formatFigure(groups[at]?.values[measure] ?? null, unit)}`,
    );
    return `${groups[at]?.label}: ${figures.join(', ')}`;
  };
  const nearest = ({ currentTarget, clientX }: PointerEvent<SVGSVGElement>) => {
    const share = (clientX - currentTarget.getBoundingClientRect().left - LEFT) / (right - LEFT);
    return Math.min(groups.length - 1, Math.max(0, Math.round(share * (groups.length - 1))));
  };
  return (
    <>
      <div ref={ref}>
        <Readable label={`${title}, by day, in ${unitWords(unit)}.`} count={groups.length} say={say}>
          {(at, point) => (
            <svg width="100%" height={HEIGHT} aria-hidden="true" onPointerMove={(event) => point(nearest(event))}>
              <text x={0} y={12} className="axis">
                {unitWords(unit)}
              </text>
              {axis.ticks.map((tick) => (
                <g key={tick}>
                  <line x1={LEFT} x2={right} y1={y(tick)} y2={y(tick)} className="grid" />
                  <text x={LEFT - 8} y={y(tick)} dy="0.32em" textAnchor="end" className="axis">
                    {formatFigure(tick, unit)}
                  </text>
                </g>
              ))}
              {spreadIndexes(groups.length, Math.max(2, Math.floor((right - LEFT) / TICK_WIDTH) + 1)).map((index) => (
                <text
                  key={index}
                  x={x(index)}
                  y={HEIGHT - 8}
                  textAnchor={index === 0 ? 'start' : index === groups.length - 1 ? 'end' : 'middle'}
                  className="axis"
                >
                  {groups[index]?.label}
                </text>
              ))}
              {measures.map(({ label }, measure) => (
                <path key={label} d={linePath(groups, measure, x, y)} className={`line series-${measure}`} />
              ))}
              {at !== null && <line x1={x(at)} x2={x(at)} y1={TOP} y2={HEIGHT - BOTTOM} className="cursor" />}
              {at !== null &&
                measures.map(({ label }, measure) => {
                  const value = groups[at]?.values[measure] ?? null;
                  if (value === null) return null;
                  return <circle key={label} cx={x(at)} cy={y(value)} r={DOT} className={`dot series-${measure}`} />;
                })}
            </svg>
          )}
        </Readable>
      </div>
      {measures.length > 1 && <Legend labels={measures.map(({ label }) => label)} />}
    </>
  );
}
