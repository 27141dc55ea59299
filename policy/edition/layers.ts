import type { DocumentFault } from './document-fault.ts'
import { layerWords } from './layer-words.ts'
import { isMapping, type Mapping } from './mapping.ts'

type Path = (string | number)[]

/** What a layer makes of its base, and what is wrong with the layer itself. */
export type Laid = { value: unknown; faults: DocumentFault[] }

/**
 * Lays one document over another: mappings key by key; lists of things that have an `id` (bodies: a `name`) thing by thing,
 * new ones at the end; anything else takes the place of what stood there. `drop: true` takes a thing or a key out.
 */
export function layOver(base: unknown, layer: unknown): Laid {
  const faults: DocumentFault[] = []
  return { value: lay(base, layer, [], faults), faults }
}

function lay(base: unknown, layer: unknown, path: Path, faults: DocumentFault[]): unknown {
  if (isMapping(layer)) return layMapping(isMapping(base) ? base : {}, layer, path, faults)
  const key = Array.isArray(layer) && Array.isArray(base) ? keyOf(base, layer) : undefined
  return key === undefined ? layer : layList(base as Mapping[], layer as Mapping[], { key, path, faults })
}

function layMapping(base: Mapping, layer: Mapping, path: Path, faults: DocumentFault[]): Mapping {
  const result = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(layer)) {
    const at = [...path, key]
    if (!isDropped(value, at, faults)) result.set(key, lay(result.get(key), value, at, faults))
    else if (!result.delete(key)) faults.push({ path: at, ...layerWords.nothingToDrop(key) })
  }
  return Object.fromEntries(result)
}

function layList(
  base: Mapping[],
  layer: Mapping[],
  { key, path, faults }: { key: string; path: Path; faults: DocumentFault[] },
): Mapping[] {
  const result = new Map(base.map((each) => [each[key], each]))
  for (const [index, each] of layer.entries()) {
    const at = [...path, index]
    const name = each[key]
    if (!isDropped(each, at, faults, key))
      result.set(name, layMapping(result.get(name) ?? {}, each, at, faults))
    else if (!result.delete(name)) faults.push({ path: at, ...layerWords.nothingToDrop(String(name)) })
  }
  return [...result.values()]
}

/** Whether something is taken out; then nothing else is said of it, but which it is. */
function isDropped(value: unknown, path: Path, faults: DocumentFault[], key?: string): boolean {
  if (!isMapping(value) || !Object.hasOwn(value, 'drop')) return false
  const others = Object.keys(value).filter((each) => each !== 'drop' && each !== key)
  if (value['drop'] !== true || others.length > 0) faults.push({ path, ...layerWords.dropAlone() })
  return true
}

/**
 * Where in a layer something stands of which the path in the whole document is known: as deep as the layer says anything of
 * it, and where it says nothing, at `extends`.
 */
export function pathInLayer(whole: unknown, layer: unknown, path: Path): Path {
  const found: Path = []
  let [there, here] = [whole, layer]
  for (const step of path) {
    const next = stepInto(there, here, step)
    if (next === undefined) break
    found.push(next)
    there = childOf(there, step)
    here = childOf(here, next)
  }
  return found.length > 0 ? found : ['extends']
}

function stepInto(whole: unknown, layer: unknown, step: string | number): string | number | undefined {
  if (isMapping(layer)) return Object.hasOwn(layer, step) ? step : undefined
  if (!Array.isArray(layer) || !Array.isArray(whole)) return undefined
  const key = keyOf(whole, layer)
  if (key === undefined) return Object.hasOwn(layer, step) ? step : undefined
  const wanted = childOf(childOf(whole, step), key)
  const index = layer.findIndex((each) => childOf(each, key) === wanted)
  return index === -1 ? undefined : index
}

function childOf(value: unknown, step: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined
}

/** By what the things of two lists are told apart; undefined, if one of them has no name. */
function keyOf(base: unknown[], layer: unknown[]): string | undefined {
  if (base.length === 0 || layer.length === 0) return undefined
  return ['id', 'name'].find((key) =>
    [...base, ...layer].every((each) => isMapping(each) && typeof each[key] === 'string'),
  )
}
