/** A report in three steps: what, which, review. What is written in one stays when another is looked at. */
import { Button, Group, Stepper } from '@mantine/core';
import { useCallback, useState } from 'react';
import { type Draft, hasProperties } from './draft.ts';
import { ReviewStep } from './review-step.tsx';
import { WhatStep } from './what-step.tsx';
import { WhichStep } from './which-step.tsx';

const LAST_STEP = 2;

function isWhole(draft: Draft): boolean {
  return hasProperties(draft) && draft.from !== '';
}

export function ReportSteps({ begin }: { readonly begin: Draft }) {
  const [draft, setDraft] = useState(begin);
  const [step, setStep] = useState(isWhole(begin) ? LAST_STEP : 0);
  const change = useCallback((changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes })), []);
  const go = (to: number) => {
    setStep(to);
    // The next step begins at its top, wherever the button was that led to it.
    window.scrollTo(0, 0);
  };
  const mayReview = hasProperties(draft);
  return (
    <>
      <Stepper active={step} onStepClick={go} size="sm" mb="lg">
        <Stepper.Step label="What">
          <WhatStep draft={draft} change={change} />
        </Stepper.Step>
        <Stepper.Step label="Which">
          <WhichStep ids={draft.ids} list={draft.list} change={change} />
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
