export { type CollectorClient, type CollectorClientOptions, createCollectorClient } from "./client.js";
export type {
  ConnectionDocument,
  SeenClient,
  ServerDocument,
  SessionUserDocument,
  SignInDocument,
} from "./documents.js";
export { type Clock, type Feed, type FeedOptions, type Stop, startFeed } from "./feed.js";
