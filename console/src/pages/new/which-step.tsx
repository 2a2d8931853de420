/** Which properties: found by place or name, given by their ids, or those of a saved list. */
import { Badge, Button, Group, Stack, Tabs } from '@mantine/core';
import { useCallback } from 'react';
import { ListPicker } from '../../parts/list-picker.tsx';
import { formatNumber } from '../../text/format.ts';
import { FindProperties } from './find-properties.tsx';
import { PasteIds, UploadIds } from './given-ids.tsx';
import { SaveAsList } from './save-as-list.tsx';

interface Choice {
  readonly ids: readonly number[];
  readonly list: string | null;
}

interface WhichProps {
  readonly ids: readonly number[];
  /** The chosen list; left out where lists cannot be chosen. */
  readonly list?: string | null;
  readonly change: (choice: Choice) => void;
}

function Chosen({ ids, list = null, change }: WhichProps) {
  const isAny = ids.length > 0 || list !== null;
  return (
    <Group>
      <Badge variant="dot" tt="none" fw={500}>
        {list === null ? `${formatNumber(ids.length)} chosen` : list === '@all' ? 'Everything' : `List ${list}`}
      </Badge>
      {isAny && (
        <Button size="compact-sm" variant="default" onClick={() => change({ ids: [], list: null })}>
          Choose none
        </Button>
      )}
      {ids.length > 0 && <SaveAsList ids={ids} />}
    </Group>
  );
}

export function WhichStep({ ids, list, change }: WhichProps) {
  const setIds = useCallback((next: readonly number[]) => change({ ids: next, list: null }), [change]);
  const hasLists = list !== undefined;
  return (
    <Stack>
      <Chosen ids={ids} list={list ?? null} change={change} />
      <Tabs defaultValue={hasLists && list !== null ? 'list' : 'search'} keepMounted={false}>
        <Tabs.List className="one-line">
          <Tabs.Tab value="search">Search</Tabs.Tab>
          <Tabs.Tab value="paste">Paste ids</Tabs.Tab>
          <Tabs.Tab value="upload">Upload a list</Tabs.Tab>
          {hasLists && <Tabs.Tab value="list">Saved list</Tabs.Tab>}
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
        {hasLists && (
          <Tabs.Panel value="list" pt="sm">
            <ListPicker
              label="List"
              list={list}
              choose={(chosen) => chosen !== null && change({ ids: [], list: chosen })}
            />
          </Tabs.Panel>
        )}
      </Tabs>
    </Stack>
  );
}
