/** One customer: its quota, its people and keys, and whether it may come in. */
import {
  Anchor,
  Button,
  Group,
  NativeSelect,
  Paper,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Instant } from '../../parts/instant.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { accountQuery, operate, quotaQuery } from '../../server/admin.ts';
import type { AccountDetails, Credential } from '../../server/admin-wire.ts';
import { queryClient } from '../../server/queries.ts';
import { formatNumber } from '../../text/format.ts';
import { AccountState } from './accounts.tsx';
import { GrantsCard } from './grants-card.tsx';

function refresh(): void {
  void queryClient.invalidateQueries({ queryKey: ['operator'] });
}

function limitText(limit: number | null): string {
  return limit === null ? 'no limit' : formatNumber(limit);
}

function QuotaCard({ id }: { readonly id: string }) {
  const { data, error } = useQuery(quotaQuery(id));
  const set = useMutation({
    mutationFn: (limit: number | null) => operate.setQuota(id, limit),
    onSuccess: refresh,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = String(new FormData(event.currentTarget).get('limit')).trim();
    set.mutate(given === '' ? null : Number(given));
  };
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        Quota
      </Title>
      {data !== undefined && (
        <Text>
          {data.quota_limit === null
            ? `${formatNumber(data.quota_usage)} properties this month, no limit`
            : `${formatNumber(data.quota_usage)} of ${formatNumber(data.quota_limit)} properties this month`}
        </Text>
      )}
      <form onSubmit={submit}>
        <Group align="end" my="sm">
          <TextInput name="limit" label="Properties a month" inputMode="numeric" placeholder="Empty: no limit" />
          <Button type="submit" variant="default" loading={set.isPending}>
            Set the quota
          </Button>
        </Group>
      </form>
      <ErrorNote error={set.error ?? error} />
      <ul className="plain-list" aria-label="What it was">
        {data?.history.map(({ at, quota_limit: limit, by }) => (
          <li key={at}>
            <Text size="sm">
              {limitText(limit)}, set <Instant iso={at} /> by <span className="mono">{by}</span>
            </Text>
          </li>
        ))}
      </ul>
    </Paper>
  );
}

function InviteCard({ id }: { readonly id: string }) {
  const [role, setRole] = useState('member');
  const invite = useMutation({ mutationFn: () => operate.invite(id, role) });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        Invite somebody
      </Title>
      <Group align="end" mb="sm">
        <NativeSelect
          label="Who may"
          value={role}
          onChange={({ currentTarget }) => setRole(currentTarget.value)}
          data={[
            { value: 'member', label: 'see and make exports' },
            { value: 'viewer', label: 'only see and fetch' },
          ]}
        />
        <Button variant="default" onClick={() => invite.mutate()} loading={invite.isPending}>
          Make a link
        </Button>
      </Group>
      <ErrorNote error={invite.error} />
      {invite.data !== undefined && (
        <Text size="sm" role="status">
          Works once, within 24 hours, for whoever has it: <span className="mono">{invite.data.link}</span>{' '}
          <CopyButton text={invite.data.link} what="link" />
        </Text>
      )}
    </Paper>
  );
}

function SuspendCard({ account }: { readonly account: AccountDetails }) {
  const { account_id: id, state } = account;
  const [isSure, setSure] = useState(false);
  const change = useMutation({
    mutationFn: () => (state === 'suspended' ? operate.resume(id) : operate.suspend(id)),
    onSuccess: () => {
      setSure(false);
      refresh();
    },
  });
  const press = () => (state === 'active' && !isSure ? setSure(true) : change.mutate());
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        Way in
      </Title>
      <Text size="sm" mb="sm">
        {state === 'suspended'
          ? 'None of its keys, sessions and links opens anything. Nothing is lost.'
          : 'Suspended, none of its keys, sessions and links opens anything, within five seconds. Running exports go on.'}
      </Text>
      <Button variant="default" color="red" onClick={press} loading={change.isPending} disabled={state === 'deleted'}>
        {state === 'suspended' ? 'Resume the account' : isSure ? 'Yes, suspend it' : 'Suspend the account'}
      </Button>
      <ErrorNote error={change.error} />
    </Paper>
  );
}

function endOf({ revoked_at: revoked, expires_at: expires }: Credential) {
  const end = revoked ?? expires;
  return end === null ? '' : <Instant iso={end} />;
}

function Credentials({ credentials }: Pick<AccountDetails, 'credentials'>) {
  if (credentials.length === 0) return <Text>It has no key, no token and nobody yet.</Text>;
  return (
    <WideTable label="Credentials" heads={['Credential', 'Name', 'Scopes', 'Made', 'Last used', 'Ends or ended']}>
      {credentials.map((each) => (
        <Table.Tr key={each.credential_id}>
          <Table.Td className="mono">{each.access_key ?? `${each.kind} ${each.credential_id}`}</Table.Td>
          <Table.Td>{each.name}</Table.Td>
          <Table.Td>{each.scopes.join(', ')}</Table.Td>
          <Table.Td>
            <Instant iso={each.created_at} />
          </Table.Td>
          <Table.Td>
            {each.last_used_at === null ? 'never' : <Instant iso={each.last_used_at} />} {each.last_address}
          </Table.Td>
          <Table.Td>{endOf(each)}</Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}

export function AccountPage({ id }: { readonly id: string }) {
  const { data, error, isPending } = useQuery(accountQuery(id));
  return (
    <>
      <PageTitle title={data?.name ?? 'Account'}>{data !== undefined && <AccountState state={data.state} />}</PageTitle>
      <Anchor component={Link} href="/" underline="always" size="sm">
        All accounts
      </Anchor>
      <ErrorNote error={error} />
      {isPending && <Skeleton h={240} />}
      {data !== undefined && (
        <Stack mt="md">
          <Text>
            {`Sees ${data.property_count === null ? 'all properties' : `${formatNumber(data.property_count)} properties`}, made `}
            <Instant iso={data.created_at} /> · <span className="mono">{id}</span>
          </Text>
          {data.state !== 'deleted' && (
            <>
              <QuotaCard id={id} />
              <GrantsCard id={id} />
              <InviteCard id={id} />
            </>
          )}
          <SuspendCard account={data} />
          <Credentials credentials={data.credentials} />
        </Stack>
      )}
    </>
  );
}
