/** Whether what is shown follows what happens: silent about nothing but the usual. */
import { Text } from '@mantine/core';
import type { Following } from '../server/live.ts';

const WORDS: Readonly<Record<Following, string>> = {
  live: 'Live',
  reconnecting: 'Reconnecting…',
  polling: 'Updated every 5 seconds',
};

export function FollowingNote({ following }: { readonly following: Following }) {
  return (
    <Text size="sm" role="status">
      {WORDS[following]}
    </Text>
  );
}
