/** The customers' commands as a program of their own, as it is installed without a server. */
import { CUSTOMER_COMMANDS, CUSTOMER_GROUPS } from './customer/commands.ts';
import type { Programme } from './terminal/program.ts';
import type { World } from './terminal/world.ts';

const FIRST_STEPS = `First steps:
  export CONVEYANCE_URL=https://…     where the server is
  export CONVEYANCE_TOKEN=…           or CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET
  conveyance properties list          what you may export
  conveyance COMMAND --help           everything about one command, with examples`;

export const PROGRAMME: Programme<World> = {
  name: 'conveyance',
  description: 'Bulk exports of property data, as a customer of a Conveyance server.',
  sections: [{ title: 'Export data:', commands: CUSTOMER_COMMANDS }],
  groups: CUSTOMER_GROUPS,
  firstSteps: FIRST_STEPS,
};
