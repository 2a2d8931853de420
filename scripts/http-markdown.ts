/** `docs/http.md`: every route, and who may call it. */

interface Described {
  readonly method: string;
  /** In the router's form. */
  readonly path: string;
  readonly document: { readonly description: string };
}

type DescribedOperation = Described &
  (
    | { readonly scope: string | null } // of a dialect, with its credential
    | { readonly opensWith?: string } // for anyone, or for whoever has what opens it
  );

export interface RouteGroup {
  readonly title: string;
  readonly introduction: string;
  /** The prefix of each path; empty at the root. */
  readonly bases: readonly string[];
  readonly operations: readonly DescribedOperation[];
}

const PREFACE = `# HTTP routes

Every route of the server, and who may call it. The shapes of requests and answers are in [openapi.json](openapi.json), which the
server serves at \`/openapi.json\`; every error is in [errors.md](errors.md).

## How much at once

Beside the rate, which [the settings](configuration.md) tell, each process of the server shares what it has. Accounts take turns, so that
hundreds of requests of one do not stand in front of another's. What is beyond a share is answered 429, what is beyond everyone's 503, both
with \`Retry-After\`.

| | at once | in addition wait |
|---|---|---|
| requests of an account | 32 | 1,000 |
| of these, look-ups, searches, estimates, resolving and reading of an account | 2 | 20 |
| jobs of an account that are being created | 2 | 20 |
| uploads of an access key | 1 | none |
| event streams of a credential; of an account | 20; 100 | none |
| connections of an address, this machine excepted | half of all | none |

The time limit of a look-up counts from when it begins; one that takes longer is answered 503.

## Who gets what

| a request | is answered |
|---|---|
| without a credential, or with one that is malformed, altered, expired or revoked | 401, before anything else in it is looked at |
| with a valid credential that lacks the scope | 403, for a bearer token with the scope in \`WWW-Authenticate\` |
| with the scope, naming what belongs to another account (of a batch job: to another access key) | 404, byte for byte as if it did not exist (403 for a property that the account may not see) |
| with the scope, for a list, a count or events | what the account itself has, and nothing else |
| for a file, with a signed link that is altered or expired | 403, whatever credential comes with it |
| with a method that the path does not take | 405, with \`Allow\`, and the path that takes it, if one is near |
| for a path that does not exist | 404, with the nearest that does |
| with \`account_id\` in the query of Bulk Data Export | as without it, if it is the account’s own; else 403 |
| with a parameter in the query that the call does not have | by a look-up, a search and the list of webhook deliveries: 400, with the nearest; by other lists: 400 if it is nearly a known one, asks for a page or names a field of what is listed; else as without it |
| with a parameter twice | 400, unless the call ignores it or takes a list |

A bearer token is what \`POST /oauth/token\` gives for an access key and its secret, or a personal token; revoking the key or the
token ends it within 5 seconds. A token can be requested with fewer scopes than its key has. All scopes of the
key but \`admin\` are meant by \`scope=api\` and by an empty scope. A \`GET\` also answers to \`HEAD\`.

Under the prefixes below, a slash at the end of a path or a doubled one changes nothing. JSON is read under any \`Content-Type\` but a form’s, and
without one; it must be UTF-8 and not compressed.
`;

function needs(operation: DescribedOperation): string {
  if (!('scope' in operation)) return operation.opensWith ?? 'nothing';
  return operation.scope === null ? 'any credential' : `\`${operation.scope}\``;
}

function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
}

function groupMarkdown({ title, introduction, bases, operations }: RouteGroup): string {
  const under = bases.filter((base) => base !== '').map((base) => `\`${base}\``);
  const rows = operations.map((operation) => {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{key}');
    const sentence = firstSentence(operation.document.description).replaceAll('|', '\\|');
    return `| ${operation.method} | \`${path}\` | ${needs(operation)} | ${sentence} |`;
  });
  return `## ${title}

${introduction} ${under.length === 0 ? 'At the root.' : `Under ${under.join(' and ')}.`}

| method | path | needs | what it does |
|---|---|---|---|
${rows.join('\n')}
`;
}

export function httpMarkdown(groups: readonly RouteGroup[], scopes: Readonly<Record<string, string>>): string {
  const meanings = Object.entries(scopes).map(([scope, meaning]) => `| \`${scope}\` | ${meaning} |`);
  return [PREFACE, ['| scope | may |', '|---|---|', ...meanings, ''].join('\n'), ...groups.map(groupMarkdown)].join(
    '\n',
  );
}
