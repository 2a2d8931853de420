/** A door with one route, which tells what the upload held. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import Fastify from 'fastify';
import type { Upload } from '../../src/core/ports/intake.ts';
import { discardUnreadBodies } from '../../src/http/bodies/unread-body.ts';
import { receiveUpload } from '../../src/http/dialects/reonomy/upload.ts';
import { toErrorAnswer } from '../../src/http/server/errors.ts';
import { leaveBodiesUnread } from '../../src/http/server/routes.ts';
import { cutSlowUploads, UPLOAD_TERMS, type UploadTerms } from '../../src/http/server/upload-rate.ts';
import { type IntakeWorld, intakeWorld } from '../intake/forms.ts';

export interface UploadDoor extends IntakeWorld {
  readonly port: number;
  readonly url: string;
}

/** What the route answers. */
export interface Received {
  readonly jobType: string | null;
  readonly metadata: string | null;
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly bytes: number;
  readonly sha256: string;
}

async function describeUpload({ jobType, metadata, file }: Upload): Promise<Received> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file.path)) hash.update(chunk);
  const { filename, contentType, bytes } = file;
  return { jobType, metadata, filename, contentType, bytes, sha256: hash.digest('hex') };
}

export async function uploadDoor(terms: UploadTerms = UPLOAD_TERMS): Promise<UploadDoor> {
  const world = await intakeWorld();
  const app = Fastify();
  leaveBodiesUnread(app);
  cutSlowUploads(app, terms);
  discardUnreadBodies(app);
  app.setErrorHandler((error, _request, reply) => {
    const { status, body } = toErrorAnswer(error);
    return reply.code(status).send(body);
  });
  app.post('/v2/jobs/file', async (request) => {
    const upload = await receiveUpload(world, request);
    try {
      return await describeUpload(upload);
    } finally {
      await upload.dispose();
    }
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...world,
    url: `${origin}/v2/jobs/file`,
    port: Number(new URL(origin).port),
    async [Symbol.asyncDispose]() {
      await app.close();
      await world[Symbol.asyncDispose]();
    },
  };
}
