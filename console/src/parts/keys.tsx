/** What can be done by one key. None works while something is being written, and all can be switched off. */
import { Kbd, Modal, Stack, Switch, Table } from '@mantine/core';
import { useDisclosure, useHotkeys, useLocalStorage } from '@mantine/hooks';
import { useEffect } from 'react';
import { useLocation } from 'wouter';

const KEYS: readonly (readonly [key: string, what: string])[] = [
  ['c', 'New export'],
  ['/', 'Filter the list'],
  ['j', 'Next export of the list'],
  ['k', 'Previous export of the list'],
  ['Enter', 'Open the export'],
  ['e', 'Exports'],
  ['?', 'This list'],
];
/** After a `g`. */
const PLACES: readonly (readonly [key: string, path: string, name: string])[] = [
  ['e', '/', 'exports'],
  ['n', '/new', 'new export'],
  ['x', '/explore', 'explore'],
  ['l', '/lists', 'lists'],
  ['s', '/schedules', 'schedules'],
  ['u', '/usage', 'usage'],
  ['k', '/keys', 'API keys'],
  ['w', '/webhooks', 'webhooks'],
  ['d', '/dictionary', 'dictionary'],
];
const LONGEST_PAUSE_MS = 1_500;

function isWriting({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** One key, and then another: before the single ones, of which some are the same. */
function useGoTo(isOn: boolean, navigate: (path: string) => void): void {
  useEffect(() => {
    let begunAt = Number.NEGATIVE_INFINITY;
    const press = (event: KeyboardEvent) => {
      const { key, timeStamp, ctrlKey, metaKey, altKey } = event;
      const path = timeStamp - begunAt < LONGEST_PAUSE_MS ? PLACES.find(([each]) => each === key)?.[1] : undefined;
      begunAt = Number.NEGATIVE_INFINITY;
      if (ctrlKey || metaKey || altKey || isWriting(event)) return;
      if (key === 'g') begunAt = timeStamp;
      if (path === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      navigate(path);
    };
    if (isOn) window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, [isOn, navigate]);
}

function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('a.job-row')];
  const at = rows.findIndex((row) => row.matches(':focus'));
  rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

export function Keys() {
  const [, navigate] = useLocation();
  const [opened, { open, close }] = useDisclosure();
  const [isOn, setOn] = useLocalStorage({ key: 'conveyance-keys', defaultValue: true });
  useGoTo(isOn, navigate);
  useHotkeys(
    isOn
      ? [
          ['c', () => navigate('/new')],
          ['e', () => navigate('/')],
          ['/', () => document.querySelector<HTMLElement>('[data-filter]')?.focus()],
          ['j', () => step(1)],
          ['k', () => step(-1)],
          ['shift+?', open],
        ]
      : [],
  );
  return (
    <Modal opened={opened} onClose={close} title="Keys" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Table>
          <Table.Tbody>
            {KEYS.map(([key, what]) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <Kbd>{key}</Kbd>
                </Table.Td>
                <Table.Td>{what}</Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Td>
                <Kbd>g</Kbd>
              </Table.Td>
              <Table.Td>and then {PLACES.map(([key, , name]) => `${key}: ${name}`).join(', ')}</Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
        <Switch
          checked={isOn}
          onChange={({ currentTarget }) => setOn(currentTarget.checked)}
          label="Single keys work"
        />
      </Stack>
    </Modal>
  );
}
