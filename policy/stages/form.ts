import type { Application } from '../edition/application.ts'
import { applicationSchema } from '../edition/form-schema.ts'
import type { Edition } from '../edition/edition.ts'

/** An event that brings a new form of the application. */
export const form = {
  payload: (edition: Edition) => ({ application: applicationSchema(edition) }),
  probe: (application: Application) => ({ application }),
  bringsForm: true,
} as const
