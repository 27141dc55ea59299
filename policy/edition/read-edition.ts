import { findEditionFaults } from './edition-faults.ts'
import { Edition } from './edition.ts'
import { readDocument } from './read-document.ts'

/**
 * Reads an edition from its YAML text. Everything that can be wrong with it is found here: the form, the conditions, the
 * ways through the stages. Throws a `DocumentError`; `name` is the file's, for its message.
 */
export function readEdition(text: string, name = 'edition'): Edition {
  return readDocument(text, name, { schema: Edition, find: findEditionFaults })
}
