/** A new export: a report in three steps, or a job from a file or a search. */
import { Alert, Center, Loader, SegmentedControl, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useSearchParams } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { ErrorNote } from '../../parts/error-note.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { exportQuery, sessionQuery } from '../../server/queries.ts';
import { draftOf, EMPTY_DRAFT } from './draft.ts';
import { ReportSteps } from './report-steps.tsx';

const DetailsForm = lazy(() => import('./details-form.tsx').then((module) => ({ default: module.DetailsForm })));
const SearchForm = lazy(() => import('./search-form.tsx').then((module) => ({ default: module.SearchForm })));
const MatchForm = lazy(() => import('./match-form.tsx').then((module) => ({ default: module.MatchForm })));

const KINDS = [
  ['report', 'Report'],
  ['details', 'Details'],
  ['search', 'Search'],
  ['match', 'Match'],
] as const;
const WHAT: Readonly<Record<string, string>> = {
  report: 'Rents, occupancy and availability, day by day.',
  details: 'Owners, sales, mortgages, taxes and tenants of properties.',
  search: 'Properties by what is known about them.',
  match: 'A file of addresses or coordinates, to which the properties are found.',
};

/** Properties that another page hands over, such as those that a match has found. */
export interface HandedOver {
  readonly ids: readonly number[];
}

function Duplicate({ id }: { readonly id: string }) {
  const { data: job, error } = useQuery(exportQuery(id));
  if (error !== null) return <ErrorNote error={error} />;
  return job === undefined ? <Skeleton h={320} /> : <ReportSteps begin={draftOf(job)} />;
}

interface FormProps {
  readonly kind: string;
  /** The job that is to be made again. */
  readonly from: string | null;
  readonly list: string | null;
}

function Form({ kind, from, list }: FormProps) {
  const handed = useHistoryState<HandedOver | null>();
  const ids = handed?.ids ?? [];
  if (kind === 'details') return <DetailsForm ids={ids} />;
  if (kind === 'search') return <SearchForm />;
  if (kind === 'match') return <MatchForm />;
  return from === null ? <ReportSteps begin={{ ...EMPTY_DRAFT, ids, list }} /> : <Duplicate id={from} />;
}

function Kinds() {
  const [parameters, setParameters] = useSearchParams();
  const given = parameters.get('kind') ?? '';
  const kind = Object.hasOwn(WHAT, given) ? given : 'report';
  return (
    <>
      <SegmentedControl
        aria-label="Kind of export"
        value={kind}
        onChange={(value) => setParameters(value === 'report' ? {} : { kind: value })}
        data={KINDS.map(([value, label]) => ({ value, label }))}
        mb="xs"
      />
      <p>{WHAT[kind]}</p>
      <Suspense
        fallback={
          <Center h={200}>
            <Loader aria-label="Loading" />
          </Center>
        }
      >
        <Form kind={kind} from={parameters.get('from')} list={parameters.get('list')} />
      </Suspense>
    </>
  );
}

export function NewExportPage() {
  const { data: session } = useQuery(sessionQuery);
  return (
    <>
      <PageTitle title="New export" />
      {session?.role === 'viewer' ? (
        <Alert color="orange" variant="outline" title="You may see exports, not make them">
          Ask whoever invited you for an invitation as a member.
        </Alert>
      ) : (
        <Kinds />
      )}
    </>
  );
}
