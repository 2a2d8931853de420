/** Which line is which: by colour, and by its dashes. */
interface LegendProps {
  readonly labels: readonly string[];
}

export function Legend({ labels }: LegendProps) {
  return (
    <ul className="plain-list legend">
      {labels.map((label, series) => (
        <li key={label}>
          <svg width={28} height={10} aria-hidden="true">
            <path d="M0 5H28" className={`line series-${series}`} />
          </svg>{' '}
          {label}
        </li>
      ))}
    </ul>
  );
}
