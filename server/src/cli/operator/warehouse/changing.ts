/** What the commands that make a data version have in common. */
import { type Stages, text } from '@conveyance/cli/terminal';
import { CHANGE_STAGES, type ChangeWatch } from '../../../warehouse/rewrite/new-version.ts';
import { YES } from '../../world/confirm.ts';
import { DATA_DIR } from '../operator.ts';

export const CHANGING = {
  ...YES,
  note: text('<text>', { description: 'Why; `warehouse versions` shows it.' }),
  ...DATA_DIR,
};

/** The change as one stage whose line says what is being done. */
export function inStages<Result>(
  stages: Stages,
  title: string,
  signal: AbortSignal,
  work: (watch: ChangeWatch) => Promise<Result>,
): Promise<Result> {
  return stages.run(title, (stage) =>
    work({
      signal,
      onStage: (name, done, total) =>
        stage.progress(CHANGE_STAGES.indexOf(name) + (total === 0 ? 0 : done / total), CHANGE_STAGES.length, name),
    }),
  );
}
