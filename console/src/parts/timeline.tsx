/** What became of a job, and how long each step took. */
import { Text } from '@mantine/core';
import { formatAfter, formatTime, formatUtc } from '../text/format.ts';
import type { Step } from '../text/steps-of.ts';

export function Timeline({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <ol className="timeline" aria-label="What became of it">
      {steps.map(({ name, at }, index) => {
        const before = steps[index - 1];
        return (
          <li key={name}>
            <Text size="sm" fw={600}>
              {name}
            </Text>
            <Text size="sm" c="dimmed">
              <time dateTime={at} title={formatUtc(at)}>
                {formatTime(at)}
              </time>
              {before !== undefined && ` · ${formatAfter(before.at, at)}`}
            </Text>
          </li>
        );
      })}
    </ol>
  );
}
