import { afterEach, describe } from 'vitest';
import { type IntakeWorld, intakeWorld } from '../intake/forms.ts';
import { intakeContract } from './intake.contract.ts';

describe('the parsers of our own are an Intake', () => {
  let world: IntakeWorld | undefined;
  afterEach(() => world?.[Symbol.asyncDispose]());
  intakeContract(async () => {
    world = await intakeWorld();
    return world;
  });
});
