import type { Enterprise } from '../policy/edition/application.ts'
import { count, field, flag, schemaOf, text } from './fields.ts'

/** What the register says of an enterprise; `_id` is its credit code. */
export type EnterpriseRecord = Omit<Enterprise, 'uscc'> & { _id: string; revision: number }

export const enterpriseSchema = schemaOf<EnterpriseRecord>('enterprises', {
  _id: text,
  name: text,
  district: text,
  registeredInCity: flag,
  legalPerson: flag,
  industry: text,
  size: text,
  codeException: field({ type: String }),
  revision: count,
})
