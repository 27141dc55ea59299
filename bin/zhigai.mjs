import { setup } from './setup.mjs'

await setup({ quiet: true })
await import('../dist/bin/zhigai.js')
