import { mongo, type Model } from 'mongoose'

/** A document as MongoDB itself has it. */
export type Document = mongo.BSON.Document & { _id: string }

/** The collection without mongoose, which casts each document once more: for what our own code has made, and for each event. */
export function nativeOf<T>(model: Model<T>): mongo.Collection<Document> {
  const { db } = model.db
  if (!db) throw new mongo.MongoNotConnectedError('the record is closed')
  return db.collection<Document>(model.collection.name)
}
