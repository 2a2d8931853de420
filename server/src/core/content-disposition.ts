/** Names that we give are of this form; another would have to be encoded. */
const PLAIN_FILENAME = /^[A-Za-z0-9 ._-]+$/;

/** RFC 6266. Always a download: a browser must not run what a customer's data says. */
export function contentDisposition(filename: string): string {
  const plain = PLAIN_FILENAME.test(filename);
  return plain ? `attachment; filename="${filename}"` : `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`;
}
