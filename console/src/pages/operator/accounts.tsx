/** Customers: who there is, and a new one. */
import { Anchor, Badge, Button, Group, Paper, Skeleton, Table, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { accountsQuery, operate } from '../../server/admin.ts';
import type { Account } from '../../server/admin-wire.ts';
import { queryClient } from '../../server/queries.ts';
import { formatNumber } from '../../text/format.ts';

const COLOURS: Readonly<Record<Account['state'], string>> = { active: 'green', suspended: 'orange', deleted: 'gray' };

export function AccountState({ state }: Pick<Account, 'state'>) {
  return (
    <Badge variant="dot" tt="none" fw={500} miw="max-content" color={COLOURS[state]}>
      {state}
    </Badge>
  );
}

function NewAccount() {
  const [, navigate] = useLocation();
  const create = useMutation({
    mutationFn: (name: string) => operate.createAccount(name),
    onSuccess: ({ account_id: id }) => {
      void queryClient.invalidateQueries({ queryKey: ['operator', 'accounts'] });
      navigate(`/accounts/${id}`);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.mutate(String(new FormData(event.currentTarget).get('name')));
  };
  return (
    <Paper withBorder p="md" mb="md">
      <form onSubmit={submit}>
        <Group align="end">
          <TextInput name="name" label="New account" placeholder="The customer’s name" required maxLength={200} />
          <Button type="submit" loading={create.isPending}>
            Create the account
          </Button>
        </Group>
        <ErrorNote error={create.error} />
      </form>
    </Paper>
  );
}

function Row({ account }: { readonly account: Account }) {
  const { account_id: id, name, state, quota_usage: used, quota_limit: limit } = account;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} href={`/accounts/${id}`} underline="always" size="sm">
          {name}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <AccountState state={state} />
      </Table.Td>
      <Table.Td className="number">
        {formatNumber(used)}
        {limit === null ? ', no limit' : ` of ${formatNumber(limit)}`}
      </Table.Td>
      <Table.Td className="number">{formatNumber(account.jobs_running)}</Table.Td>
      <Table.Td className="number">{formatNumber(account.jobs_waiting)}</Table.Td>
      <Table.Td className="mono">{id}</Table.Td>
    </Table.Tr>
  );
}

export function AccountsPage() {
  const [name, setName] = useState('');
  const { data, error, isPending, ...more } = useInfiniteQuery(accountsQuery(name));
  const accounts = data?.pages.flatMap((page) => page.accounts);
  return (
    <>
      <PageTitle title="Accounts" />
      <NewAccount />
      <TextInput
        mb="sm"
        w={{ base: '100%', xs: 280 }}
        aria-label="Filter by name"
        placeholder="Filter by name"
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <ErrorNote error={error} />
      {isPending && <Skeleton h={160} />}
      {accounts?.length === 0 && (
        <Empty what="No account has such a name." command='conveyance accounts create "Acme Analytics"' />
      )}
      {accounts !== undefined && accounts.length > 0 && (
        <WideTable label="Accounts" heads={['Name', 'State', 'Properties this month', 'Running', 'Waiting', 'Id']}>
          {accounts.map((account) => (
            <Row key={account.account_id} account={account} />
          ))}
        </WideTable>
      )}
      <MoreButton {...more} what="accounts" />
    </>
  );
}
