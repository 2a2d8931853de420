/** Arguments can be listed by every user of the machine, and stay in a shell's history: no command takes a secret there. */
import { expect, test } from 'vitest';
import { PROGRAMME } from '../../src/cli/commands.ts';

const SECRET_WORDS = /secret|password|token|whsec|credential/i;

interface Declared {
  readonly name: string;
  readonly placeholder?: string | null;
}

/** True for an option or argument whose value would be the secret itself: a switch has no value, and a file's name is none. */
function isSecret({ name, placeholder = '' }: Declared): boolean {
  return placeholder !== null && placeholder !== '<file>' && SECRET_WORDS.test(`${name} ${placeholder}`);
}

test('no command takes a secret as the value of an option or as an argument', () => {
  const commands = PROGRAMME.sections.flatMap((section) => section.commands);
  const declared = commands.flatMap(({ name: command, options, arguments: args }) => [
    ...Object.entries(options).map(([name, { placeholder }]) => ({ command, name, placeholder })),
    ...Object.keys(args).map((name) => ({ command, name })),
  ]);
  expect(declared.length).toBeGreaterThan(50);
  expect(declared.filter(isSecret)).toEqual([]);
  // The control: this is what there was.
  expect(isSecret({ name: 'secret', placeholder: '<whsec_…>' })).toBe(true);
  expect(declared).toContainEqual({ command: 'webhooks listen', name: 'secretFile', placeholder: '<file>' });
});
