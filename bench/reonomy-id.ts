import { createHash } from 'node:crypto';
import { PROPERTY_ID_NAMESPACE } from '../server/dist/core/details.js';

/** UUID version 5, by Node's own hash. */
export function uuidOf(propertyId: number): string {
  const namespace = Buffer.from(PROPERTY_ID_NAMESPACE.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(namespace).update(String(propertyId)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
