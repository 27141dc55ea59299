import { Schema } from 'mongoose'

/** Options of every collection: nothing unknown is stored or asked for, nothing is made on the side. */
export const strict = {
  strict: 'throw',
  strictQuery: 'throw',
  autoIndex: false,
  autoCreate: false,
  minimize: false,
  versionKey: false,
} as const
export const text = { type: String, required: true } as const
export const optionalText = { type: String, default: null } as const
export const date = { type: Date, required: true } as const
export const optionalDate = { type: Date, default: null } as const
export const count = { type: Number, required: true } as const
export const flag = { type: Boolean, required: true } as const
export const texts = { type: [String], required: true } as const
export const json = { type: Schema.Types.Mixed, required: true } as const
export const optionalJson = { type: Schema.Types.Mixed, default: null } as const
