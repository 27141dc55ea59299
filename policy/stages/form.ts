import type { z } from 'zod'
import { applicationSchema, type Application } from '../edition/application.ts'
import type { Edition } from '../edition/edition.ts'

/** An event that brings a new form of the application. */
export const form = {
  payload: (edition: Edition) => ({ application: applicationSchema(edition) as z.ZodType<Application> }),
  probe: (application: Application) => ({ application }),
  bringsForm: true,
} as const
