import { Schema, type SchemaDefinition } from 'mongoose'

/** Options of every collection: nothing unknown is stored or asked for, nothing is made on the side. */
const strict = {
  strict: 'throw',
  strictQuery: 'throw',
  autoIndex: false,
  autoCreate: false,
  minimize: false,
  versionKey: false,
} as const

declare const read: unique symbol

/** A field as mongoose defines it, and the type as which it is read: mongoose infers no union of literals and no shape of JSON. */
export type Field<T> = { readonly [read]?: T }

/** A document with these fields. */
export type RecordOf<F> = { -readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** The schema of a collection that has a field for each of its record, and no other. */
export function schemaOf<T>(collection: string, fields: Record<keyof T, Field<unknown>>): Schema<T> {
  return new Schema<T>(fields as SchemaDefinition<T>, { ...strict, collection })
}

/** A field of a definition that is none of those below. */
export function field<T>(definition: object): Field<T> {
  return definition
}

export const text = field<string>({ type: String, required: true })
/** Text that may be empty, which mongoose takes for a missing value where one is required. */
export const anyText = field<string>({ type: String, default: '' })
export const optionalText = field<string | null>({ type: String, default: null })
export const texts = field<string[]>({ type: [String], required: true })
export const date = field<Date>({ type: Date, required: true })
export const optionalDate = field<Date | null>({ type: Date, default: null })
export const count = field<number>({ type: Number, required: true })
export const optionalCount = field<number | null>({ type: Number, default: null })
export const flag = field<boolean>({ type: Boolean, required: true })

/** One of a few words. */
export const word = <T extends string>(): Field<T> => field({ type: String, required: true })
export const optionalWord = <T extends string>(): Field<T | null> => field({ type: String, default: null })
export const json = <T>(): Field<T> => field({ type: Schema.Types.Mixed, required: true })
export const optionalJson = <T>(): Field<T | null> => field({ type: Schema.Types.Mixed, default: null })
/** A list that is empty where nothing was said. */
export const jsons = <T>(): Field<T[]> => field({ type: Schema.Types.Mixed, required: true, default: [] })
