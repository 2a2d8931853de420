/** What a caller is told who may not do something: the sentences of both contracts. */
import { type Permission, PermissionDenied, PropertiesDenied } from '../core/access.ts';
import type { ConveyanceError } from '../core/errors.ts';

export const REFUSALS: Readonly<Record<Permission, string>> = {
  'create jobs': 'You do not have permission to create batch jobs',
  'view jobs': 'You do not have permission to view batch jobs',
  'cancel jobs': 'You do not have permission to cancel batch jobs',
  'download results': 'You do not have permission to download results for this job',
  'view usage': 'You do not have permission to view usage',
  'view schedules': 'You do not have permission to view schedules',
  'change schedules': 'You do not have permission to create or change schedules',
  'view lists': 'You do not have permission to view lists',
  'change lists': 'You do not have permission to create or change lists',
  'view webhook deliveries': 'You do not have permission to view webhook deliveries',
  'send webhooks': 'You do not have permission to send webhooks',
  'view webhook secrets': 'You do not have permission to view webhook secrets',
  'rotate webhook secrets': 'You do not have permission to rotate webhook secrets',
  'view access keys': 'You do not have permission to view access keys',
  'change access keys': 'You do not have permission to create or change access keys',
  'look up properties': 'You do not have permission to look up properties',
  'search properties': 'You do not have permission to search properties',
  'read properties': 'You do not have permission to read properties',
  'resolve properties': 'You do not have permission to resolve properties',
  'operate the server': 'You do not have permission to operate the server',
};

/** To whoever asks for ids of others, or for ids that nobody has: `errors` names them. */
export const PROPERTIES_REFUSED = 'You do not have permission to access the specified properties';

/** The error's sentence: the contract's own if it has one, else that of the inside. */
export function sentenceOf(error: ConveyanceError): string {
  if (error instanceof PropertiesDenied) return PROPERTIES_REFUSED;
  return error instanceof PermissionDenied ? REFUSALS[error.permission] : error.message;
}
