/** Around every page: where one can go, who is signed in, and whether the server is there. */
import { Alert, AppShell, Burger, Button, Group, NavLink, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { useDisclosure, useNetwork } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { become, queryClient } from '../server/queries.ts';
import { type Session, signOut } from '../server/session.ts';
import { Keys } from './keys.tsx';

const PAGES: readonly (readonly [path: string, name: string])[] = [
  ['/', 'Exports'],
  ['/new', 'New export'],
  ['/explore', 'Explore'],
  ['/lists', 'Lists'],
  ['/schedules', 'Schedules'],
  ['/usage', 'Usage'],
  ['/keys', 'API keys'],
  ['/webhooks', 'Webhooks'],
  ['/dictionary', 'Dictionary'],
];

/** Of whoever looks after the server: no page of a customer's. */
const OPERATOR_PAGES: typeof PAGES = [
  ['/', 'Accounts'],
  ['/queue', 'Queue'],
  ['/data', 'Data'],
  ['/deliveries', 'Deliveries'],
  ['/audit', 'Audit'],
  ['/system', 'System'],
];

function Navigation({ pages, close }: { readonly pages: typeof PAGES; readonly close: () => void }) {
  const [location] = useLocation();
  const isHere = (path: string) =>
    path === '/'
      ? location === '/' || /^\/(?:jobs|files|accounts)(?:\/|$)/.test(location)
      : location === path || location.startsWith(`${path}/`);
  return (
    <Stack gap={2} justify="space-between" h="100%">
      <div>
        {pages.map(([path, name]) => (
          <NavLink
            key={path}
            component={Link}
            href={path}
            label={name}
            active={isHere(path)}
            aria-current={isHere(path) ? 'page' : undefined}
            onClick={close}
            variant="filled"
          />
        ))}
      </div>
      <div>
        <NavLink href="/docs/exports" label="Guide" />
        <NavLink href="/docs" label="API reference" />
        <NavLink href="/docs/start" label="For programs" />
      </div>
    </Stack>
  );
}

function Account({ session }: { readonly session: Session }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isDark =
    colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  const leave = useMutation({
    mutationFn: signOut,
    onSettled: () => become(null),
  });
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" visibleFrom="sm" truncate maw="16rem">
        {session.account_name} · {session.role}
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => setColorScheme(isDark ? 'light' : 'dark')}>
        {isDark ? 'Light' : 'Dark'}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => leave.mutate()} loading={leave.isPending}>
        Sign out
      </Button>
    </Group>
  );
}

/** Back on the network, whatever is shown is asked for again. */
function OfflineBanner() {
  const { online } = useNetwork();
  const wasAway = useRef(false);
  useEffect(() => {
    if (online && wasAway.current) void queryClient.invalidateQueries();
    wasAway.current = !online;
  }, [online]);
  if (online) return null;
  return (
    <Alert color="orange" variant="outline" mb="md" role="status" title="You are offline">
      What you see may be old. Exports go on; the page catches up by itself.
    </Alert>
  );
}

export function Frame({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure();
  const isOperator = session.role === 'operator';
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="skip" href="#content">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Text fw={600}>Conveyance</Text>
          </Group>
          <Account session={session} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <Navigation pages={isOperator ? OPERATOR_PAGES : PAGES} close={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content">
        <OfflineBanner />
        {children}
      </AppShell.Main>
      {!isOperator && <Keys />}
    </AppShell>
  );
}
