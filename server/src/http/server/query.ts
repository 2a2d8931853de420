/** What is wrong with the query of a request: judged by what the operation declares, before the operation runs. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '../../core/access.ts';
import { ConveyanceError, isConveyanceError, refuseFaults } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import { isObject } from '../../core/input/objects.ts';
import { repeatedFaults, unknownQueryFaults } from '../../wire/query.ts';
import type { Dialect } from './dialect.ts';
import { type ProtectedOperation, queryParameters } from './operation.ts';

function timesOf({ query }: FastifyRequest): ReadonlyMap<string, number> {
  const values = Object.entries(query as Readonly<Record<string, string | readonly string[]>>);
  return new Map(values.map(([name, value]) => [name, typeof value === 'string' ? 1 : value.length]));
}

/** The fields of the objects that an answer lists. */
function rowFieldsOf({ document, listed }: ProtectedOperation): readonly string[] {
  if (listed !== undefined) return Object.keys(listed.shape);
  const schema = document.responses[200]?.schema;
  const lists = schema instanceof z.ZodObject ? Object.values(schema.shape) : [];
  return lists.flatMap((list) =>
    list instanceof z.ZodArray && list.element instanceof z.ZodObject ? Object.keys(list.element.shape) : [],
  );
}

function isList(field: unknown): boolean {
  return field instanceof z.ZodOptional ? isList(field.unwrap()) : field instanceof z.ZodArray;
}

/** "`account_id` equal to the caller's own is accepted, another is 403." */
function checkAccount(caller: Caller, name: string, value: string | undefined): void {
  if (value === undefined || value.toLowerCase() === caller.accountId) return;
  if (value === '') throw new ConveyanceError('invalid_parameter', `${name} must not be empty`);
  throw new ConveyanceError(
    'forbidden',
    `This credential acts for its own account alone; leave ${name} out, or give the id that the list of accounts shows`,
  );
}

/** The same in a body: clients send it there as well. Of fields that the operation declares, the operation judges the value. */
function checkBodyAccount(caller: Caller, name: string, { document }: ProtectedOperation, body: unknown): void {
  if (!isObject(body) || !Object.hasOwn(body, name) || Object.hasOwn(document.body?.schema.shape ?? {}, name)) return;
  const value = body[name];
  if (value !== null) checkAccount(caller, name, typeof value === 'string' ? value : JSON.stringify(value));
}

/** The faults that the operation finds in the values, to be told together with those of the names. */
function valueFaults({ readQuery }: ProtectedOperation, values: Readonly<Record<string, string>>): readonly Fault[] {
  try {
    readQuery?.(values);
    return [];
  } catch (error) {
    if (!isConveyanceError(error, 'invalid_parameter')) throw error;
    return error.errors ?? [error.message];
  }
}

/** Throws `forbidden` for another account, in the query or in the body, and `invalid_parameter` with every fault of the query. */
export function checkQuery(
  { accountParameter }: Pick<Dialect, 'accountParameter'>,
  operation: ProtectedOperation,
  request: FastifyRequest,
  caller: Caller,
): void {
  if (accountParameter !== undefined) checkBodyAccount(caller, accountParameter, operation, request.body);
  const times = timesOf(request);
  if (times.size === 0) return;
  const { query, body } = operation.document;
  const own = Object.entries(query?.shape ?? {});
  const account = accountParameter === undefined ? [] : [accountParameter];
  const known = [...own.map(([name]) => name), ...account];
  const single = [...own.filter(([, field]) => !isList(field)).map(([name]) => name), ...account];
  const values = queryParameters(request);
  const repeated = repeatedFaults(times, single);
  if (accountParameter !== undefined && repeated.length === 0) {
    checkAccount(caller, accountParameter, values[accountParameter]);
  }
  const { unknownQuery: rule } = operation;
  const terms = rule && {
    rule,
    known,
    rowFields: rowFieldsOf(operation),
    bodyFields: Object.keys(body?.schema.shape ?? {}),
  };
  const unknown = terms === undefined ? [] : unknownQueryFaults([...times.keys()], terms);
  const faults = [...unknown, ...repeated];
  if (faults.length > 0) refuseFaults([...faults, ...valueFaults(operation, values)]);
}
