import type { Edition } from './edition.ts'
import type { Field, FieldOfUse, Form, Use } from './field.ts'
import { longFormOf } from './short-form.ts'

/** What an edition says of its form. */
export type FormDocument = Pick<Edition, 'form' | 'checks' | 'vocabulary'>

const forms = new WeakMap<FormDocument, Form>()

/** The form of an edition in its long form, made once for each; the short form (`vocabulary`) is read into it. */
export function formOf(edition: FormDocument): Form {
  const known = forms.get(edition)
  if (known) return known
  const { form, checks = [], vocabulary } = edition
  const made = vocabulary ? longFormOf(vocabulary) : { fields: form ?? [], checks }
  forms.set(edition, made)
  return made
}

/** The field in which the engine reads something; none, if the form does not ask for it. */
export function fieldFor<U extends Use>(edition: FormDocument, use: U): FieldOfUse<U> | undefined {
  const isOfUse = (field: Field): field is FieldOfUse<U> => 'as' in field && field.as === use
  return formOf(edition).fields.find(isOfUse)
}

/** The terms that a field for something offers; none, if there is no such field. */
export function termsFor(edition: FormDocument, use: 'parts' | 'effects' | 'designations') {
  return fieldFor(edition, use)?.of ?? []
}
