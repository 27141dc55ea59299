import { findEditionFaults } from './edition-faults.ts'
import { Edition, EditionId } from './edition.ts'
import { layerWords } from './layer-words.ts'
import { layOver, pathInLayer } from './layers.ts'
import { readDocument, type Whole } from './read-document.ts'

/** The text of an edition and what its file is called. */
export type EditionText = { text: string; name: string }

/** Finds the document of an edition by its id, for those that are laid over it. */
export type FindEdition = (id: string) => EditionText | undefined

/** How many documents may be laid over each other. */
const layersAtMost = 5

/**
 * Reads an edition from its YAML text. Everything that can be wrong with it is found here: the form, the conditions, the
 * ways through the stages. A document that says `extends` is laid over that edition, which `find` gives, and read as the whole
 * that comes of it. Throws a `DocumentError`; `name` is the file's, for its message.
 */
export function readEdition(text: string, name = 'edition', find: FindEdition = () => undefined): Edition {
  return readLayer({ text, name }, find, [])
}

function readLayer({ text, name }: EditionText, find: FindEdition, above: readonly string[]): Edition {
  return readDocument(text, name, {
    schema: Edition,
    find: findEditionFaults,
    complete: (value) => wholeOf(value, find, above),
  })
}

function wholeOf(value: unknown, find: FindEdition, above: readonly string[]): Whole {
  if (typeof value !== 'object' || value === null || !('extends' in value)) return { value, faults: [] }
  const { extends: base, ...layer } = value
  const wrong = (words: { zh: string; en: string }) => ({ value, faults: [{ path: ['extends'], ...words }] })
  const id = EditionId.safeParse(base)
  if (!id.success) return wrong(layerWords.notAnId())
  const ids = [...above, 'id' in layer ? String(layer.id) : '']
  if (ids.includes(id.data)) return wrong(layerWords.circle([...ids, id.data]))
  if (ids.length >= layersAtMost) return wrong(layerWords.tooDeep(layersAtMost))
  const found = find(id.data)
  if (!found) return wrong(layerWords.noBase(id.data))
  const whole = layOver(readLayer(found, find, ids), layer)
  return { ...whole, placeOf: (path) => pathInLayer(whole.value, layer, path) }
}
