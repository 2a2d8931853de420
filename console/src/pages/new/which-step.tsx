/** Which properties: found by place or name, or given by their ids. */
import { Badge, Button, Group, Stack, Tabs } from '@mantine/core';
import { useCallback } from 'react';
import { formatNumber } from '../../text/format.ts';
import { FindProperties } from './find-properties.tsx';
import { PasteIds, UploadIds } from './given-ids.tsx';

interface WhichProps {
  readonly ids: readonly number[];
  readonly change: (changes: { readonly ids: readonly number[] }) => void;
}

export function WhichStep({ ids, change }: WhichProps) {
  const setIds = useCallback((next: readonly number[]) => change({ ids: next }), [change]);
  return (
    <Stack>
      <Group>
        <Badge variant="dot" tt="none" fw={500}>
          {formatNumber(ids.length)} chosen
        </Badge>
        {ids.length > 0 && (
          <Button size="compact-sm" variant="default" onClick={() => setIds([])}>
            Choose none
          </Button>
        )}
      </Group>
      <Tabs defaultValue="search" keepMounted={false}>
        <Tabs.List className="one-line">
          <Tabs.Tab value="search">Search</Tabs.Tab>
          <Tabs.Tab value="paste">Paste ids</Tabs.Tab>
          <Tabs.Tab value="upload">Upload a list</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="search">
          <FindProperties ids={ids} setIds={setIds} />
        </Tabs.Panel>
        <Tabs.Panel value="paste">
          <PasteIds setIds={setIds} />
        </Tabs.Panel>
        <Tabs.Panel value="upload">
          <UploadIds setIds={setIds} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
