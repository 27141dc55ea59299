import { date, optionalText, schemaOf, text, type RecordOf } from './fields.ts'

/** How far a scheduled job has come: everything before this instant is done. `_id` is the job; of `poll/…`, when workers were last seen to ask for tasks; of `worker/…`, when a worker last said that it is there; of `ended/…`, when somebody took up a case that is over. */
export type WatermarkRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  at: date,
  /** Who has taken up an ended case, as a name of its own for each time. */
  holder: optionalText,
}

export const watermarkSchema = schemaOf<WatermarkRecord>('watermarks', fields)
