import { setup } from '../local/setup.mjs'

await setup({ quiet: true })
await import('../dist/cli/zhigai.js')
