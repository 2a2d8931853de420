import { describe, expect, it } from 'vitest';
import { readSettings, renamedSettings, SETTINGS } from '../src/config.ts';
import type { Setting } from '../src/setting.ts';

const RENAMED = Object.entries<Setting<unknown>>(SETTINGS).flatMap(([name, { variable, formerly }]) =>
  formerly === undefined ? [] : [{ name, variable, formerly }],
);

describe('settings that have a new name', () => {
  it('exist', () => {
    expect(RENAMED.map(({ formerly }) => formerly)).toEqual([
      'CONVEYANCE_BATCH_LINK_TTL_SECONDS',
      'CONVEYANCE_BATCH_RATE_LIMIT_PER_SECOND',
    ]);
  });

  it.each(RENAMED)('$variable is read under $formerly too, and that is told', ({ name, variable, formerly }) => {
    const environment = { [formerly]: '77' };
    expect(readSettings(environment)).toMatchObject({ [name]: 77 });
    expect(renamedSettings(environment)).toEqual([{ variable: formerly, instead: variable }]);
  });

  it.each(RENAMED)('$variable may stand beside $formerly when both say the same', ({ name, variable, formerly }) => {
    expect(readSettings({ [formerly]: '77', [variable]: '77' })).toMatchObject({ [name]: 77 });
    expect(readSettings({ [formerly]: '', [variable]: '78' })).toMatchObject({ [name]: 78 });
  });

  it.each(RENAMED)('$variable that differs from $formerly is refused', ({ variable, formerly }) => {
    expect(() => readSettings({ [formerly]: '77', [variable]: '78' })).toThrow(
      `${variable} and ${formerly}, its former name, are set to different values: remove ${formerly}`,
    );
  });

  it('are not told of where only the new name is used', () => {
    expect(renamedSettings(Object.fromEntries(RENAMED.map(({ variable }) => [variable, '77'])))).toEqual([]);
  });

  it('do not take the name of another setting', () => {
    const variables = Object.values<Setting<unknown>>(SETTINGS).map(({ variable }) => variable);
    expect(RENAMED.filter(({ formerly }) => variables.includes(formerly))).toEqual([]);
  });
});
