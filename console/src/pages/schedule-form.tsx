/** An export that is made again and again: what a finished one was, and when. */
import {
  type ReportJob,
  SCHEDULE_FREQUENCIES,
  SCHEDULE_RANGES,
  type ScheduleFrequency,
  type ScheduleRange,
  type ScheduleRequest,
  WEEKDAYS,
  type Weekday,
} from '@conveyance/sdk';
import { Button, Group, NumberInput, Paper, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { ErrorNote } from '../parts/error-note.tsx';
import { ListPicker } from '../parts/list-picker.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { client } from '../server/client.ts';
import { exportQuery, queryClient, schedulesQuery } from '../server/queries.ts';
import { formatNumber } from '../text/format.ts';
import { requestOf } from '../text/request-of.ts';

const RANGE_WORDS: Readonly<Record<ScheduleRange, string>> = {
  previous_month: 'the month before',
  previous_week: 'the week before',
  yesterday: 'the day before',
  trailing_n_days: 'a number of days before',
};
/** What somebody who repeats an export so often wants of it, unless he says otherwise. */
const USUAL_RANGE: Readonly<Record<ScheduleFrequency, ScheduleRange>> = {
  monthly: 'previous_month',
  weekly: 'previous_week',
  daily: 'yesterday',
};
const LAST_DAY_OF_MONTH = 31;
const MOST_DAYS = 3_660;

interface Plan {
  readonly name: string;
  readonly frequency: ScheduleFrequency;
  readonly day: number;
  readonly weekday: Weekday;
  readonly time: string;
  readonly zone: string;
  readonly range: ScheduleRange;
  readonly days: number;
  /** What each run exports as it is then; null for the properties of the export. */
  readonly list: string | null;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function requestFrom(job: ReportJob, plan: Plan): ScheduleRequest {
  const { start_date: _from, end_date: _to, property_ids: ids, ...request } = requestOf(job);
  const { frequency, range, name, list } = plan;
  return {
    ...request,
    ...(list === null ? { property_ids: ids } : { property_list: list }),
    ...(name.trim() !== '' && { name: name.trim() }),
    frequency,
    ...(frequency === 'monthly' && { day_of_month: plan.day }),
    ...(frequency === 'weekly' && { weekday: plan.weekday }),
    time: plan.time,
    time_zone: plan.zone,
    range,
    ...(range === 'trailing_n_days' && { days: plan.days }),
  };
}

interface FieldsProps {
  readonly plan: Plan;
  readonly change: (changes: Partial<Plan>) => void;
}

function When({ plan, change }: FieldsProps) {
  const setFrequency = (value: string | null) => {
    const frequency = SCHEDULE_FREQUENCIES.find((each) => each === value) ?? 'monthly';
    change({ frequency, range: USUAL_RANGE[frequency] });
  };
  return (
    <Group align="end">
      <Select
        label="How often"
        data={SCHEDULE_FREQUENCIES.map((value) => ({ value, label: capital(value) }))}
        value={plan.frequency}
        onChange={setFrequency}
        allowDeselect={false}
      />
      {plan.frequency === 'monthly' && (
        <NumberInput
          label="On day"
          min={1}
          max={LAST_DAY_OF_MONTH}
          w="6rem"
          value={plan.day}
          onChange={(day) => change({ day: Number(day) })}
        />
      )}
      {plan.frequency === 'weekly' && (
        <Select
          label="On"
          data={WEEKDAYS.map((value) => ({ value, label: capital(value) }))}
          value={plan.weekday}
          onChange={(value) => change({ weekday: WEEKDAYS.find((each) => each === value) ?? 'monday' })}
          allowDeselect={false}
        />
      )}
      <TextInput
        type="time"
        label="At"
        value={plan.time}
        onChange={({ currentTarget }) => change({ time: currentTarget.value })}
      />
      <TextInput
        label="Time zone"
        value={plan.zone}
        onChange={({ currentTarget }) => change({ zone: currentTarget.value })}
      />
    </Group>
  );
}

function Days({ plan, change }: FieldsProps) {
  return (
    <Group align="end">
      <Select
        label="Days of each export"
        data={SCHEDULE_RANGES.map((value) => ({ value, label: RANGE_WORDS[value] }))}
        value={plan.range}
        onChange={(value) => change({ range: SCHEDULE_RANGES.find((each) => each === value) ?? 'previous_month' })}
        allowDeselect={false}
      />
      {plan.range === 'trailing_n_days' && (
        <NumberInput
          label="How many days"
          min={1}
          max={MOST_DAYS}
          value={plan.days}
          onChange={(days) => change({ days: Number(days) })}
        />
      )}
    </Group>
  );
}

function ScheduleForm({ job }: { readonly job: ReportJob }) {
  const [, navigate] = useLocation();
  const [plan, setPlan] = useState<Plan>(() => ({
    name: job.name ?? '',
    frequency: 'monthly',
    day: 1,
    weekday: 'monday',
    time: '07:00',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    range: USUAL_RANGE.monthly,
    days: 7,
    list: null,
  }));
  const change = (changes: Partial<Plan>) => setPlan((before) => ({ ...before, ...changes }));
  const create = useMutation({
    mutationFn: () => client.schedules.create(requestFrom(job, plan)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: schedulesQuery.queryKey });
      navigate('/schedules');
    },
  });
  const { length: properties } = job.property_ids;
  return (
    <Paper withBorder p="lg" maw={760}>
      <Stack>
        <Text>
          {capital(job.report_type)}, {job.output_format}: as in this export.
        </Text>
        <ListPicker
          label="Properties"
          none={`As in this export: ${formatNumber(properties)} ${properties === 1 ? 'property' : 'properties'}`}
          list={plan.list}
          choose={(list) => change({ list })}
        />
        <When plan={plan} change={change} />
        <Days plan={plan} change={change} />
        <TextInput
          label="Name"
          description="Your own word for it; may stay empty."
          maw="20rem"
          value={plan.name}
          onChange={({ currentTarget }) => change({ name: currentTarget.value })}
        />
        <Text size="sm" c="dimmed">
          A run waits until the data has reached the last of its days, for two days at most.
        </Text>
        <ErrorNote error={create.error} />
        <Group>
          <Button onClick={() => create.mutate()} loading={create.isPending}>
            Repeat it
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

export function NewSchedulePage() {
  const [parameters] = useSearchParams();
  const { data: job, error } = useQuery(exportQuery(parameters.get('from') ?? ''));
  return (
    <>
      <PageTitle title="Repeat an export" />
      <ErrorNote error={error} />
      {job === undefined && error === null && <Skeleton h={320} />}
      {job !== undefined && <ScheduleForm job={job} />}
    </>
  );
}
