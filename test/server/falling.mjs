import { runChild } from '../../dist/server/child.js'

// A process of ours that falls in one of the ways in which one may. Runs from the build.
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
  await falls[process.argv[2]]()
  return { stop: () => Promise.resolve() }
})
