/** Signing in and out. These routes are the console's own, so the SDK has none of them. */
import { ApiError } from '@conveyance/sdk';

export interface Session {
  readonly id: string;
  readonly account_id: string;
  readonly account_name: string;
  readonly role: 'viewer' | 'member' | 'operator';
  readonly scopes: readonly string[];
  readonly expires_at: string;
}

export type SignIn =
  | { readonly invitation: string }
  | { readonly access_key: string; readonly secret: string }
  | { readonly token: string };

const PATH = '/console/session';

function textOf(body: unknown, field: string): string | null {
  if (typeof body !== 'object' || body === null) return null;
  const value: unknown = Reflect.get(body, field);
  return typeof value === 'string' ? value : null;
}

export async function refusalOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const error = textOf(body, 'error') ?? `HTTP ${response.status}`;
  return new ApiError({
    status: response.status,
    error,
    message: textOf(body, 'message') ?? error,
    errors: [],
    requestId: response.headers.get('x-request-id'),
    retryAfterSeconds: null,
    quota: null,
  });
}

async function call(method: string, body?: SignIn): Promise<Response> {
  const headers = { 'x-conveyance-console': '1', ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(PATH, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw await refusalOf(response);
  return response;
}

/** Null if nobody is signed in. */
export async function readSession(): Promise<Session | null> {
  try {
    return await (await call('GET')).json();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export async function signIn(proof: SignIn): Promise<Session> {
  return (await call('POST', proof)).json();
}

export async function signOut(): Promise<void> {
  await call('DELETE');
}
