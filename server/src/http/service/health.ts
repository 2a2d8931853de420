/** For what keeps the process alive, and for what sends it traffic. */
import { z } from 'zod';
import type { OpenOperation } from '../server/operation.ts';

const NOT_READY_RETRY_SECONDS = 5;

const livenessSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });
const readinessSchema = z
  .object({ ready: z.boolean(), checks: z.record(z.string(), z.boolean()) })
  .meta({ id: 'Readiness' });

export const getLiveness: OpenOperation = {
  method: 'GET',
  path: '/livez',
  document: {
    operationId: 'getLiveness',
    tag: 'Service',
    summary: 'Liveness',
    description: 'Answers as long as the process can answer; looks at nothing else.',
    responses: { 200: { description: 'The process lives', schema: livenessSchema } },
  },
  async answer() {
    return { status: 'ok' };
  },
};

export const getReadiness: OpenOperation = {
  method: 'GET',
  path: '/readyz',
  document: {
    operationId: 'getReadiness',
    tag: 'Service',
    summary: 'Readiness',
    description: 'Whether the server can take work just now, and what it looked at to know.',
    responses: {
      200: { description: 'Ready', schema: readinessSchema },
      503: { description: 'Not ready; `checks` tells what is missing', schema: readinessSchema },
    },
  },
  async answer({ readiness }, { reply }) {
    const { ready, checks } = await readiness();
    if (!ready) reply.code(503).header('retry-after', NOT_READY_RETRY_SECONDS);
    return { ready, checks };
  },
};
