/** Which exports are shown: what is typed shows at once, the list follows when there is time for it, and the address when nobody types any more. */
import { REPORT_TYPES } from '@conveyance/sdk';
import { Group, NativeSelect, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { ExportFilter } from '../../server/queries.ts';
import { type Filter, isFileKind, NO_FILTER, STATUSES } from './rows.ts';

/** The longest that somebody pauses within a word. */
const TYPED_MS = 300;
/** By the field of a filter, its name in the address. */
const NAMES = { status: 'status', text: 'q', kind: 'report', from: 'from', to: 'to' } as const;
const FIELDS = ['status', 'text', 'kind', 'from', 'to'] as const;

function inAddress(parameters: URLSearchParams): Filter {
  const field = (name: keyof Filter) => parameters.get(NAMES[name]) ?? NO_FILTER[name];
  return {
    status: field('status'),
    text: field('text'),
    kind: field('kind'),
    from: field('from'),
    to: field('to'),
  };
}

function isSame(left: Filter, right: Filter): boolean {
  return FIELDS.every((field) => left[field] === right[field]);
}

const STATUSES_OF: Readonly<Record<string, ExportFilter['statuses']>> = {
  running: ['submitted'],
  succeeded: ['succeeded'],
  failed: ['failed', 'cancelled'],
};

/** The same as the server takes it. */
function asked({ status, text, kind, from, to }: Filter): ExportFilter {
  const statuses = STATUSES_OF[status];
  const reportType = REPORT_TYPES.find((type) => type === kind);
  return {
    ...(statuses !== undefined && { statuses }),
    ...(reportType !== undefined && { reportType }),
    ...(from !== '' && { createdFrom: from }),
    ...(to !== '' && { createdTo: to }),
    ...(text.trim() !== '' && { search: text.trim() }),
  };
}

export function useFilters() {
  const [parameters, setParameters] = useSearchParams();
  const address = parameters.toString();
  const given = inAddress(parameters);
  const [filter, setFilter] = useState<Filter>(given);
  const written = useRef(filter);
  // A link, or the way back, names another view than the one that was written into the address here.
  useEffect(() => {
    const other = inAddress(new URLSearchParams(address));
    if (isSame(other, written.current)) return;
    written.current = other;
    setFilter(other);
  }, [address]);
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
    const fields = FIELDS.map((field) => [NAMES[field], next[field] === NO_FILTER[field] ? '' : next[field]]);
    write({ ...Object.fromEntries(fields), page: '' });
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
    /** For what is shown already: a key that is pressed meanwhile comes first. */
    applied: useDeferredValue(filter),
    /** For the server, which knows the other pages too: as in the address. */
    asked: asked(given),
    hasReports: !isFileKind(given.kind),
    page,
    goTo: (to: number) => write({ page: to === 1 ? '' : String(to) }),
  };
}

const CHOICES = STATUSES.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }));
const KINDS = [
  { value: 'all', label: 'All kinds' },
  { value: 'property', label: 'Property reports' },
  { value: 'units', label: 'Units reports' },
  { value: 'floorplans', label: 'Floorplans reports' },
  { value: 'property-details', label: 'Details' },
  { value: 'search', label: 'Searches' },
  { value: 'match', label: 'Matches' },
];

interface FilterProps {
  readonly filter: Filter;
  readonly change: (changes: Partial<Filter>) => void;
}

export function Filters({ filter, change }: FilterProps) {
  const day = (name: 'from' | 'to', label: string) => (
    <TextInput
      type="date"
      aria-label={label}
      title={label}
      value={filter[name]}
      onChange={({ currentTarget }) => change({ [name]: currentTarget.value })}
      w="8.75rem"
    />
  );
  return (
    <Group mb="sm" gap="xs">
      <TextInput
        data-filter
        aria-label="Filter"
        placeholder="Filter: name, report, id"
        value={filter.text}
        onChange={({ currentTarget }) => change({ text: currentTarget.value })}
        maxLength={255}
        w={{ base: '100%', xs: 190 }}
      />
      <SegmentedControl
        aria-label="Status"
        value={filter.status}
        onChange={(status) => change({ status })}
        data={CHOICES}
        transitionDuration={0}
      />
      <NativeSelect
        aria-label="Kind"
        value={filter.kind}
        onChange={({ currentTarget }) => change({ kind: currentTarget.value })}
        data={KINDS}
        w="9.25rem"
      />
      <Group gap={4} wrap="nowrap">
        <Text size="sm">Made</Text>
        {day('from', 'Made on this day or later')}
        <span aria-hidden="true">–</span>
        {day('to', 'Made on this day or earlier')}
      </Group>
    </Group>
  );
}
