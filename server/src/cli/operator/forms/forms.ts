/** Customers' commands that operators have too: directly on the data, and of all accounts. */
import type { Command } from '@conveyance/cli/terminal';
import type { World } from '../../world/world.ts';
import type { Form } from './form.ts';
import { JOB_FORMS } from './jobs.ts';
import { WEBHOOK_FORMS } from './webhooks.ts';

const FORMS: ReadonlyMap<string, Form> = new Map(
  [...JOB_FORMS, ...WEBHOOK_FORMS].map((form) => [form.command.name, form]),
);

/** The customer's command. If operators have one of the same name, it takes their options too, and runs as theirs if an account is given. */
export function orAsOperator(customer: Command): Command<World> {
  const form = FORMS.get(customer.name);
  if (form === undefined) return customer;
  const { command, options } = form;
  return {
    ...customer,
    options: { ...customer.options, ...options },
    examples: [...customer.examples, ...command.examples],
    start: (typed, out, world) =>
      (['account', 'operator'].some((name) => (typed.options[name] ?? []).length > 0) ? command : customer).start(
        typed,
        out,
        world,
      ),
  };
}
