/** The tabs of a page; on a narrow window, which has no room for them, a choice. */
import { NativeSelect, Tabs } from '@mantine/core';

export interface Tab {
  readonly value: string;
  readonly label: string;
}

interface TabStripProps {
  readonly tabs: readonly Tab[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Within `Tabs`. */
export function TabStrip({ tabs, value, onChange }: TabStripProps) {
  return (
    <>
      <Tabs.List mb="md" className="one-line" visibleFrom="sm">
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.value} value={tab.value}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <NativeSelect
        hiddenFrom="sm"
        mb="md"
        label="Show"
        data={tabs.map((tab) => ({ ...tab }))}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </>
  );
}
