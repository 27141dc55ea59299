import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createReader } from '../../api/http/stream-reader.ts'

const message = (id: string, text = `${id};`) => ({ id, text })
const roomy = { bytes: 1_000_000, messages: 1_000 }

it('tells first what was missed, then what came meanwhile, each once, then what comes', async () => {
  const reader = createReader(roomy)
  reader.hear(message('b'))
  reader.hear(message('c'))
  expect(await reader.retell([message('a'), message('b')])).toBe(true)
  reader.hear(message('b'))
  reader.settle()
  reader.hear(message('b'))
  reader.hear(message('d'))
  expect(String(reader.out.read())).toBe('a;b;c;d;')
})

it('waits with what was missed until there is room', async () => {
  const reader = createReader(roomy)
  let isTold = false
  const batch = reader.retell([message('a', 'a'.repeat(200_000))]).then((goesOn) => (isTold = goesOn))
  await turn()
  expect(isTold).toBe(false)
  reader.out.resume()
  await batch
  expect(isTold).toBe(true)
})

it('does not wait for somebody who has left', async () => {
  const reader = createReader(roomy)
  const batch = reader.retell([message('a', 'a'.repeat(200_000))])
  reader.out.destroy()
  expect(await batch).toBe(false)
  expect(await reader.retell([message('b')])).toBe(false)
  reader.settle()
  reader.hear(message('c'))
  reader.write(':\n\n')
})

it('cuts off who does not read', () => {
  const reader = createReader({ bytes: 1_000, messages: 10 })
  reader.settle()
  reader.hear(message('a', 'a'.repeat(900)))
  expect(reader.out.destroyed).toBe(false)
  reader.hear(message('b', 'b'.repeat(200)))
  expect(reader.out.destroyed).toBe(true)
})

it('cuts off who is told of more than it can be told in time', () => {
  const reader = createReader({ bytes: 1_000, messages: 2 })
  for (const id of ['a', 'b']) reader.hear(message(id))
  expect(reader.out.destroyed).toBe(false)
  reader.hear(message('c'))
  expect(reader.out.destroyed).toBe(true)
})
