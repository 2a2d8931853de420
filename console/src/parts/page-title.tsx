import { Group, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

/** The head of a page, which the browser's tab repeats. */
export function PageTitle({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  useDocumentTitle(`${title} · Conveyance`);
  return (
    <Group justify="space-between" mb="md">
      <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Title>
      {children}
    </Group>
  );
}
