import { z } from 'zod'

/** Control, format and invisible characters, and halves of surrogate pairs: nothing that a person writes or can see. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/u
const message = 'contains characters that cannot be seen (control, zero-width, direction marks)'

/** One line that a person writes, without spaces around it. */
export function line(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !unseen.test(text), message)
}

/** What a person writes, in as many lines as it takes. */
export function paragraph(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !unseen.test(text.replaceAll(/[\n\r\t]/g, '')), message)
}
