/** `POST /jobs/file`: an uploaded file to a file job. */
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../../core/access.ts';
import { FILE_JOB_KINDS, type FileJob } from '../../../core/job.ts';
import { createFileJob, requireFreeKey } from '../../../jobs/create/file-job.ts';
import { EXAMPLE_JOB_ID } from '../../../wire/fields.ts';
import { fileJobFields, fileJobFormSchema, fileJobSchema } from '../../../wire/reonomy/file-job.ts';
import type { Door, ProtectedOperation } from '../../server/operation.ts';
import { REONOMY_UNAUTHORIZED, reonomyForbiddenOrUsedUp, reonomyRefusal, reonomyRefusals } from './answers.ts';
import { readUpload } from './read-upload.ts';
import { announcedBytes, receiveUpload } from './upload.ts';

async function createJob({ deps }: Door, request: FastifyRequest, caller: Caller): Promise<FileJob> {
  await requireFreeKey(deps, caller);
  const upload = await receiveUpload(deps, request);
  try {
    return await createFileJob(deps, caller, () => readUpload(deps, upload), upload.file.filename);
  } finally {
    await upload.dispose();
  }
}

export const createFileJobOperation: ProtectedOperation = {
  permission: 'create jobs',
  method: 'POST',
  path: '/jobs/file',
  readsBody: true,
  document: {
    operationId: 'createFileJob',
    tag: 'Batch Jobs',
    summary: 'Submit Batch Job',
    description:
      'A job from an uploaded file. `property-details` takes a JSON specification (at most 1,000,000 property ids), `search` a JSON ' +
      'file with `settings`, `match` a CSV file of at most 100,000 rows with `metadata`. Batch jobs of an access key run one after the ' +
      'other: while one has not ended, the next is refused with `JobInProgress`. Let the HTTP library write the `Content-Type` header.',
    body: { contentTypes: ['multipart/form-data'], schema: fileJobFormSchema },
    responses: {
      201: { description: 'The job; its `status` is null here', schema: fileJobSchema },
      400: reonomyRefusals('The form, its file or its metadata cannot be what was meant.', [
        ['file_part_missing', "The form has no file in a part named 'file'"],
        ['invalid_parameter', `job_type must be one of: ${FILE_JOB_KINDS.join(', ')}; got "details"`],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: REONOMY_UNAUTHORIZED,
      403: reonomyForbiddenOrUsedUp('create jobs'),
      413: reonomyRefusal('The file is too large', 'payload_too_large', 'The file is larger than 64 MiB'),
      429: reonomyRefusals('Too many requests, or a job that has not ended.', [
        [
          'job_in_progress',
          `Job ${EXAMPLE_JOB_ID} of this access key has not ended yet; submit the next one when its status is SUCCESS or FAILURE`,
        ],
        ['rate_limited', 'This credential may send 5 requests a second; wait and go on'],
      ]),
    },
  },
  async answer(door, { request, reply, caller }) {
    const job = await door.uploads.receive(caller, announcedBytes(request), () => createJob(door, request, caller));
    reply.code(201);
    return fileJobFields(job, { now: door.deps.clock(), isNew: true });
  },
};
