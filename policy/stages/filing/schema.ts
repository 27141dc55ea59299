import { z } from 'zod'
import { stage } from '../parts.ts'

/** What an edition says of a stage of this kind. */
export const Filing = z.strictObject({ kind: z.literal('filing'), ...stage, withdrawable: z.boolean() })
