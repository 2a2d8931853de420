/** Which properties there are, and what to do with those that are chosen. */
import type { PropertySummary } from '@conveyance/sdk';
import { Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useLocation } from 'wouter';
import { PageTitle } from '../parts/page-title.tsx';
import { sessionQuery } from '../server/queries.ts';
import { formatNumber } from '../text/format.ts';
import { FindProperties } from './new/find-properties.tsx';
import { SaveAsList } from './new/save-as-list.tsx';

const FoundMap = lazy(() => import('../charts/found-map.tsx').then((each) => ({ default: each.FoundMap })));

function picture(properties: readonly PropertySummary[]) {
  return (
    <Suspense fallback={<Skeleton h={320} />}>
      <FoundMap properties={properties} />
    </Suspense>
  );
}

function GoOn({ ids }: { readonly ids: readonly number[] }) {
  const [, navigate] = useLocation();
  const what = `${formatNumber(ids.length)} ${ids.length === 1 ? 'property' : 'properties'}`;
  return (
    <Group>
      <Button disabled={ids.length === 0} onClick={() => navigate('/new', { state: { ids } })}>
        Make a report of the {what}
      </Button>
      <Button
        variant="default"
        disabled={ids.length === 0}
        onClick={() => navigate('/new?kind=details', { state: { ids } })}
      >
        Fetch their details
      </Button>
      {ids.length > 0 && <SaveAsList ids={ids} />}
    </Group>
  );
}

export function ExplorePage() {
  const [ids, setIds] = useState<readonly number[]>([]);
  const { data: session } = useQuery(sessionQuery);
  return (
    <>
      <PageTitle title="Explore" />
      <Stack>
        <Text>Looking properties up costs no quota: only what you export counts.</Text>
        <Paper withBorder p="md">
          <FindProperties ids={ids} setIds={setIds} picture={picture} />
        </Paper>
        {session?.role === 'member' && <GoOn ids={ids} />}
      </Stack>
    </>
  );
}
