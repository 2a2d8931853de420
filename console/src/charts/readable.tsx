/** A drawing that can be gone through by keyboard: what a pointer is shown is said, and arrow keys move the pointer. */
import { type KeyboardEvent, type ReactNode, useState } from 'react';

interface ReadableProps {
  /** What is drawn, in a sentence. */
  readonly label: string;
  readonly count: number;
  /** What stands at a place, in words. */
  readonly say: (index: number) => string;
  readonly children: (at: number | null, point: (at: number | null) => void) => ReactNode;
}

function moved(key: string, at: number | null, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(count - 1, (at ?? -1) + 1);
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(0, (at ?? count) - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

export function Readable({ label, count, say, children }: ReadableProps) {
  const [at, point] = useState<number | null>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') point(null);
    const next = moved(event.key, at, count);
    if (next === null || count === 0) return;
    event.preventDefault();
    point(next);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: no element of a form
    <div
      role="group"
      aria-roledescription="chart"
      aria-label={`${label} Arrow keys go through it.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys go through it
      tabIndex={0}
      className="drawing"
      onKeyDown={onKeyDown}
      onBlur={() => point(null)}
      onPointerLeave={() => point(null)}
    >
      {children(at, point)}
      <div className="readout" role="status">
        {at === null ? '\u00a0' : say(at)}
      </div>
    </div>
  );
}
