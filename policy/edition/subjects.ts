import { z } from 'zod'
import type { Edition } from './edition.ts'

/** What a form is about: what its fields are called follows from it (`field-labels.ts`). */
export type Subject = { of?: 'application' | 'enterprise'; edition?: Edition }

/** The forms that are about something. */
export const subjects = z.registry<Subject>()
