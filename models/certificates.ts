import { count, optionalText, schemaOf, text, type RecordOf } from './fields.ts'

/** An entry of the public library; `_id` is the certificate number. */
export type CertificateRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  /** The number as it is looked up, in the coarser form of `policy/edition/comparable.ts`. */
  numberKey: text,
  project: text,
  name: text,
  uscc: text,
  enterprise: text,
  district: text,
  category: text,
  edition: text,
  year: count,
  certifiedOn: text,
  completedOn: optionalText,
  revokedOn: optionalText,
}

export const certificateSchema = schemaOf<CertificateRecord>('certificates', fields)
// The certificate of a case, of which there is one.
certificateSchema.index({ project: 1 }, { unique: true })
// A number as somebody has typed it.
certificateSchema.index({ numberKey: 1 })
// The library, newest first: all of it, and a district's. What counts towards the targets of a year is read from the first alone.
certificateSchema.index({ certifiedOn: -1, _id: -1, district: 1, revokedOn: 1 })
certificateSchema.index({ district: 1, certifiedOn: -1, _id: -1 })
// Whether an enterprise's project is certified.
certificateSchema.index({ uscc: 1, certifiedOn: -1 })
