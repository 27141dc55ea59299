import { setup } from './setup.mjs'

await setup()
await import('../dist/bin/start.js')
