import { z } from 'zod'
import { runChild } from '../../server/child.ts'

// A process of ours that falls in one of the ways in which one may.
const fault = () => new Error('no room for "欧阳若兰", 13812345678')
const falls = {
  atOnce: () => Promise.reject(fault()),
  later: () =>
    void setTimeout(() => {
      throw fault()
    }),
  unheard: () => void setTimeout(() => void Promise.reject(fault())),
}
await runChild(async () => {
  const way = z.enum(['atOnce', 'later', 'unheard']).parse(process.argv[2])
  await falls[way]()
  return { stop: () => Promise.resolve() }
})
