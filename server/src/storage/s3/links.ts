/** Links that the bucket itself honours. */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { contentDisposition } from '../../core/content-disposition.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { HandedOutLink, LinkSigner, ServerLinks } from '../../core/ports/links.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { judgeKey } from '../object-key.ts';
import type { S3Connection } from './client.ts';
import { telling } from './faults.ts';

/**
 * A bucket knows no SHA-256 of an object that came in parts, so the link tells it. Amazon S3 ignores parameters that begin with `x-`, and
 * the signature covers them.
 */
const DIGEST = 'x-sha256';

function hasQuery(request: unknown): request is { query: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'query' in request;
}

export interface StoreLinksOptions {
  readonly connection: S3Connection;
  /** For links to this server. */
  readonly server: ServerLinks;
  readonly clock: Clock;
}

async function presign(
  connection: S3Connection,
  { key, filename, contentType, sha256, expiresAt }: HandedOutLink,
  now: Date,
) {
  const command = new GetObjectCommand({
    Bucket: connection.bucket,
    Key: `${connection.prefix}${judgeKey(key)}`,
    ResponseContentDisposition: contentDisposition(filename),
    ResponseContentType: contentType,
  });
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (hasQuery(request)) request.query[DIGEST] = sha256;
      return next(args);
    },
    { step: 'build', name: 'tellDigest' },
  );
  // Some milliseconds have passed since that time was reckoned.
  const expiresIn = Math.ceil((expiresAt.getTime() - now.getTime()) / MS_PER_SECOND);
  return getSignedUrl(connection.client, command, { expiresIn, signingDate: now });
}

/**
 * Signs for the bucket while the credentials are lasting ones: a link that is signed with temporary ones dies with them, in an hour
 * instead of a week, so that this server signs and serves then, as it does for the console's page. Links of the server are verified in
 * any case.
 */
export function createStoreLinks({ connection, server, clock }: StoreLinksOptions): LinkSigner {
  return {
    async sign(link) {
      // The policy of the console's page lets it load from its own origin alone.
      if (link.isForPage === true) return server.sign(link);
      const { sessionToken, expiration } = await telling(connection.client.config.credentials());
      const isTemporary = sessionToken !== undefined || expiration !== undefined;
      return isTemporary ? server.sign(link) : presign(connection, link, clock());
    },
    verify: (url) => server.verify(url),
  };
}
