/** Reads a contract in OpenAPI into the notation of `golden/apartmentiq-operations.ts`. */

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface ErrorExample {
  readonly error: string;
  readonly message: string;
}

interface PublishedAnswer {
  readonly headers?: Readonly<Record<string, { readonly schema: Schema }>>;
  readonly content?: {
    readonly 'application/json': {
      readonly schema: Schema;
      readonly example?: ErrorExample;
      readonly examples?: Readonly<Record<string, { readonly value: ErrorExample }>>;
    };
  };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Schema;
}

interface PublishedOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, PublishedAnswer>>;
}

export interface PublishedContract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, PublishedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

function typeName({ $ref, type, format, items }: Schema): string {
  if ($ref !== undefined) return $ref.replace('#/components/schemas/', '');
  if (items !== undefined) return `${typeName(items)}[]`;
  return format === undefined ? String(type) : `${type} ${format}`;
}

export function fieldsOf({ properties = {}, required = [] }: Schema): readonly string[] {
  return Object.entries(properties).map(
    ([name, schema]) => `${name}${required.includes(name) ? '!' : ''}: ${typeName(schema)}`,
  );
}

function notedAnswer({ headers = {}, content }: PublishedAnswer): readonly string[] {
  const { schema, example, examples = {} } = content?.['application/json'] ?? {};
  const shown = [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)];
  return [
    ...Object.entries(headers).map(([name, header]) => `${name}: ${typeName(header.schema)}`),
    ...(schema === undefined ? [] : [typeName(schema)]),
    ...shown.map(({ error, message }) => `${error}: ${message}`),
  ];
}

export function notedOperation({ operationId, parameters = [], requestBody, responses }: PublishedOperation) {
  return {
    id: operationId,
    parameters: parameters.map(
      ({ in: place, name, required, schema }) => `${place} ${name}${required ? '!' : ''}: ${typeName(schema)}`,
    ),
    body: fieldsOf(requestBody?.content['application/json'].schema ?? {}),
    answers: Object.fromEntries(Object.entries(responses).map(([status, answer]) => [status, notedAnswer(answer)])),
  };
}
