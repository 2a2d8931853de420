/** Which exports are shown: what is typed shows at once, the list follows when there is time for it, and the address when nobody types any more. */
import { Group, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { FILTERS } from './rows.ts';

/** The longest that somebody pauses within a word. */
const TYPED_MS = 300;

export interface Filter {
  readonly status: string;
  readonly text: string;
}

function inAddress(parameters: URLSearchParams): Filter {
  return { status: parameters.get('status') ?? 'all', text: parameters.get('q') ?? '' };
}

export function useFilters() {
  const [parameters, setParameters] = useSearchParams();
  const [filter, setFilter] = useState<Filter>(() => inAddress(parameters));
  const written = useRef(filter);
  const { status: givenStatus, text: givenText } = inAddress(parameters);
  // A link, or the way back, names another view than the one that was written into the address here.
  useEffect(() => {
    const { status, text } = written.current;
    if (givenStatus === status && givenText === text) return;
    written.current = { status: givenStatus, text: givenText };
    setFilter(written.current);
  }, [givenStatus, givenText]);
  const write = (changes: Readonly<Record<string, string>>) =>
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === '') after.delete(name);
          else after.set(name, value);
        }
        return after;
      },
      { replace: true },
    );
  const writeFilter = useDebouncedCallback((next: Filter) => {
    written.current = next;
    write({ status: next.status === 'all' ? '' : next.status, q: next.text, page: '' });
  }, TYPED_MS);
  const change = (changes: Partial<Filter>) => {
    const next = { ...filter, ...changes };
    setFilter(next);
    writeFilter(next);
  };
  const page = Math.max(1, Math.floor(Number(parameters.get('page') ?? '1')) || 1);
  return {
    filter,
    change,
    /** For the list: a key that is pressed meanwhile comes first. */
    applied: useDeferredValue(filter),
    page,
    goTo: (to: number) => write({ page: to === 1 ? '' : String(to) }),
  };
}

const CHOICES = FILTERS.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }));

interface FilterProps {
  readonly filter: Filter;
  readonly change: (changes: Partial<Filter>) => void;
}

export function Filters({ filter, change }: FilterProps) {
  return (
    <Group mb="sm">
      <TextInput
        data-filter
        aria-label="Filter"
        placeholder="Filter: name, report, date, id"
        value={filter.text}
        onChange={({ currentTarget }) => change({ text: currentTarget.value })}
        w={{ base: '100%', xs: 280 }}
      />
      <SegmentedControl
        aria-label="Status"
        value={filter.status}
        onChange={(status) => change({ status })}
        data={CHOICES}
        transitionDuration={0}
      />
    </Group>
  );
}
