/** The API reference: Scalar's, with everything that it needs on this server. */
import { DOCS_PATH, renderPage } from './layout.ts';

export const BUNDLE_NAME = 'scalar.js';
export const START_NAME = 'reference.js';

/** The package has its whole program as one file beside its entry. */
export const BUNDLE_URL = new URL('js/standalone.js', import.meta.resolve('@scalar/fastify-api-reference'));

/** No fonts, no counting, no assistant, no other program: each of them would call somebody else's server. */
export const START = `Scalar.createApiReference('#reference', {
  url: '/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  documentDownloadType: 'json',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
});
`;

export function referencePage(): string {
  return renderPage({
    title: 'API reference · Conveyance',
    isText: false,
    body: `<div id="reference"></div>
<noscript><p>The reference needs JavaScript. <a href="/openapi.json">openapi.json</a> is the document that it shows.</p></noscript>
<script src="${DOCS_PATH}${BUNDLE_NAME}"></script>
<script src="${DOCS_PATH}${START_NAME}"></script>`,
  });
}
