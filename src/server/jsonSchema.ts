/** A JSON Schema (2020-12, as OpenAPI 3.1 uses it). */
export type Schema = Record<string, unknown>;

/** Exactly these fields; one that is missing here, or is none of the type, does not compile. */
export const object = <Shape>(
  properties: { [Key in keyof Required<Shape>]: Schema },
  optional: (keyof Shape)[] = [],
): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key as keyof Shape)),
  additionalProperties: false,
});
/** Any number of these. */
export const list = (items: Schema): Schema => ({ type: 'array', items });
/** Values by names that nobody knows before. */
export const byName = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
/** One of these words. */
export const oneOf = (...values: (string | null)[]): Schema => ({ enum: values });
/** What stands under this name. */
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
/** The same, or null. */
export const orNull = (schema: Schema): Schema =>
  typeof schema.type === 'string' ? { ...schema, type: [schema.type, 'null'] } : { oneOf: [schema, { type: 'null' }] };

/** Kinds of values. */
export const string: Schema = { type: 'string' };
export const boolean: Schema = { type: 'boolean' };
export const number: Schema = { type: 'number' };
export const integer: Schema = { type: 'integer' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const usd: Schema = { type: 'number', minimum: 0, description: 'US dollars' };
export const share: Schema = { type: 'number', minimum: 0, maximum: 1 };
export const time: Schema = { type: 'string', format: 'date-time' };
