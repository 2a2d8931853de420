/** What can be done by one key. None works while something is being written, and all can be switched off. */
import { Kbd, Modal, Stack, Switch, Table } from '@mantine/core';
import { useDisclosure, useHotkeys, useLocalStorage } from '@mantine/hooks';
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

function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('a.job-row')];
  const at = rows.findIndex((row) => row.matches(':focus'));
  rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

export function Keys() {
  const [, navigate] = useLocation();
  const [opened, { open, close }] = useDisclosure();
  const [isOn, setOn] = useLocalStorage({ key: 'conveyance-keys', defaultValue: true });
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
