/**
 * The rows, in the browser’s own elements: fifty of them in components of a library take longer to draw than a finger notices. One handler
 * follows their links, and a row is drawn anew when its own job changes, and not before.
 */
import { Paper, Progress } from '@mantine/core';
import { type MouseEvent, memo, useState } from 'react';
import { useLocation, useRouter } from 'wouter';
import { Instant } from '../../parts/instant.tsx';
import { Status } from '../../parts/status.tsx';
import type { Row } from './rows.ts';

interface ActionProps {
  readonly row: Row;
  /** The same function for as long as the list is shown. */
  readonly act: (row: Row) => void;
}

const WORDS = { cancel: 'Cancel', download: 'Download', duplicate: 'Duplicate' } as const;

/** What ends something is asked for twice. */
function Action({ row, act }: ActionProps) {
  const [isSure, setSure] = useState(false);
  const isCancel = row.action === 'cancel';
  if (row.action === null) return null;
  const words = isSure ? 'Yes, cancel' : WORDS[row.action];
  const press = () => {
    if (isCancel && !isSure) setSure(true);
    else act(row);
  };
  return (
    <button type="button" className="row-button" aria-label={`${words} ${row.what}`} onClick={press}>
      {words}
    </button>
  );
}

interface RowProps extends ActionProps {
  readonly mayChange: boolean;
  /** Of the console, before every path. */
  readonly base: string;
}

const RowView = memo(function RowView({ row, base, act, mayChange }: RowProps) {
  return (
    <li className="job-line">
      <a className="job-row" href={base + row.href} data-path={row.href}>
        <span className="cut">{row.what}</span>
        <span className="small cut">{row.range}</span>
        <Status status={row.status} />
        <span className="job-result">
          {row.percent !== null && (
            <Progress value={row.percent} w={80} aria-label={`${Math.floor(row.percent)} % of ${row.what}`} />
          )}
          <span className="small cut">{row.note}</span>
          <span className="small dimmed job-age">
            <Instant iso={row.createdAt} />
          </span>
        </span>
      </a>
      {(row.action === 'download' || mayChange) && <Action row={row} act={act} />}
    </li>
  );
});

/** A click that asks for another window, or for a menu, is the browser’s. */
function isPlain({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey;
}

interface ListProps extends Pick<RowProps, 'act' | 'mayChange'> {
  readonly rows: readonly Row[];
}

export const List = memo(function List({ rows, act, mayChange }: ListProps) {
  const [, navigate] = useLocation();
  const { base } = useRouter();
  const follow = (event: MouseEvent<HTMLUListElement>) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-path]') : null;
    const path = link?.dataset['path'];
    if (path === undefined || !isPlain(event)) return;
    event.preventDefault();
    navigate(path);
  };
  return (
    <Paper withBorder>
      <div className="job-row job-head" aria-hidden="true">
        <span>What</span>
        <span>Days or file</span>
        <span>Status</span>
        <span>Result</span>
      </div>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys press the links in it, which click */}
      <ul className="plain-list" aria-label="Exports" onClick={follow}>
        {rows.map((row) => (
          <RowView key={row.id} row={row} base={base} act={act} mayChange={mayChange} />
        ))}
      </ul>
    </Paper>
  );
});
