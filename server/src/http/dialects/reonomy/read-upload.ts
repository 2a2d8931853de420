/** An upload as the inside's values: which kind of job it asks for, and what of it. */
import { ConveyanceError } from '../../../core/errors.ts';
import type { Deps } from '../../../core/ports/deps.ts';
import type { Upload } from '../../../core/ports/intake.ts';
import type { FileJobRequest, MatchJobRequest } from '../../../jobs/create/prepared.ts';
import { detailsRequestFaults, parseDetailsRequest } from '../../../wire/reonomy/details-request.ts';
import { parseJobType } from '../../../wire/reonomy/file-job.ts';
import { parseMatchRequest } from '../../../wire/reonomy/match-request.ts';
import { parseSearchRequest } from '../../../wire/reonomy/search.ts';

type Reading = Pick<Deps, 'intake'>;

async function readMatch({ intake }: Reading, { file, metadata }: Upload): Promise<MatchJobRequest> {
  if (metadata === null) {
    throw new ConveyanceError(
      'invalid_parameter',
      'metadata is required for a match job: a JSON object with headers and mapping',
    );
  }
  const fields = await intake.parseObject(metadata, 'metadata');
  const rows = await intake.readRows(file.path);
  try {
    return { kind: 'match', match: parseMatchRequest(fields, rows.columns), rows, file };
  } catch (error) {
    await rows.close();
    throw error;
  }
}

/** Throws `invalid_parameter` for what is wrong with the upload; with the rows of a match, whoever reads them finds it. */
export async function readUpload({ intake }: Reading, upload: Upload): Promise<FileJobRequest> {
  const kind = parseJobType(upload.jobType);
  const { path } = upload.file;
  switch (kind) {
    case 'property-details': {
      const { propertyIds, fields } = await intake.readDetailsSpec(path, detailsRequestFaults);
      return { kind, propertyIds, details: parseDetailsRequest(fields) };
    }
    case 'search':
      return { kind, search: parseSearchRequest(await intake.readObject(path, 'file')) };
    case 'match':
      return readMatch({ intake }, upload);
  }
}
