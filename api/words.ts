import { z } from 'zod'

/** A name or a sentence in both languages. */
export const Words = z.object({ zh: z.string(), en: z.string() })
