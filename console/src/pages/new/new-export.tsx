/** A new export in three steps: what, which, review. What is written in one stays when another is looked at. */
import { Alert, Button, Group, Skeleton, Stepper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useSearchParams } from 'wouter';
import { ErrorNote } from '../../parts/error-note.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { exportQuery, sessionQuery } from '../../server/queries.ts';
import { type Draft, draftOf, EMPTY_DRAFT } from './draft.ts';
import { ReviewStep } from './review-step.tsx';
import { WhatStep } from './what-step.tsx';
import { WhichStep } from './which-step.tsx';

const LAST_STEP = 2;

function Steps({ begin }: { readonly begin: Draft }) {
  const [draft, setDraft] = useState(begin);
  const [step, setStep] = useState(begin.ids.length > 0 ? LAST_STEP : 0);
  const change = useCallback((changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes })), []);
  const go = (to: number) => {
    setStep(to);
    // The next step begins at its top, wherever the button was that led to it.
    window.scrollTo(0, 0);
  };
  const mayReview = draft.ids.length > 0;
  return (
    <>
      <Stepper active={step} onStepClick={go} size="sm" mb="lg">
        <Stepper.Step label="What">
          <WhatStep draft={draft} change={change} />
        </Stepper.Step>
        <Stepper.Step label="Which">
          <WhichStep draft={draft} change={change} />
        </Stepper.Step>
        <Stepper.Step label="Review" allowStepSelect={mayReview}>
          <ReviewStep draft={draft} change={change} />
        </Stepper.Step>
      </Stepper>
      <Group>
        {step > 0 && (
          <Button variant="default" onClick={() => go(step - 1)}>
            Back
          </Button>
        )}
        {step < LAST_STEP && (
          <Button onClick={() => go(step + 1)} disabled={step === 1 && !mayReview}>
            Next
          </Button>
        )}
      </Group>
    </>
  );
}

function Duplicate({ id }: { readonly id: string }) {
  const { data: job, error } = useQuery(exportQuery(id));
  if (error !== null) return <ErrorNote error={error} />;
  return job === undefined ? <Skeleton h={320} /> : <Steps begin={draftOf(job)} />;
}

export function NewExportPage() {
  const [parameters] = useSearchParams();
  const { data: session } = useQuery(sessionQuery);
  const from = parameters.get('from');
  const isViewer = session?.role === 'viewer';
  return (
    <>
      <PageTitle title="New export" />
      {isViewer && (
        <Alert color="orange" variant="outline" title="You may see exports, not make them">
          Ask whoever invited you for an invitation as a member.
        </Alert>
      )}
      {!isViewer && (from === null ? <Steps begin={EMPTY_DRAFT} /> : <Duplicate id={from} />)}
    </>
  );
}
