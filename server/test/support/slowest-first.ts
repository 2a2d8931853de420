/** Which test files start first: two workers end together when none of them begins a long file as its last. */
import { relative, resolve } from 'node:path';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

const ROOT = resolve(import.meta.dirname, '../../..');

/** A clean clone has no durations of an earlier run to go by. */
const SLOWEST: readonly string[] = ['server/test/hostile/hostile.test.ts', 'server/test/cli/end-to-end.test.ts'];

export class SlowestFirst extends BaseSequencer {
  /** Files of one project behind each other: a worker is kept for as long as the next file is of the same. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const place = SLOWEST.indexOf(relative(ROOT, moduleId));
      if (place >= 0) return place;
      return project.name === 'inside' ? SLOWEST.length + 1 : SLOWEST.length;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
