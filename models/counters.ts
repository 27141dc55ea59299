import { count, schemaOf, text, type RecordOf } from './fields.ts'

/** The last serial taken of a body's certificates. */
export type CounterRecord = RecordOf<typeof fields>

const fields = { _id: text, last: count }

export const counterSchema = schemaOf<CounterRecord>('counters', fields)
