import { formatRelative, formatUtc } from '../text/format.ts';

/** A time as people say it, with the exact one behind it. */
export function Instant({ iso }: { readonly iso: string }) {
  return (
    <time dateTime={iso} title={formatUtc(iso)}>
      {formatRelative(iso)}
    </time>
  );
}
