export {
  type AddressKeep,
  type Anonymizer,
  anonymizeAddress,
  createAnonymizer,
  type Rotation,
} from "./address/anonymize.js";
export { isAddress, isCidr, isLoopback, subscriberOf } from "./address/parse.js";
export {
  createAddressResolver,
  type HeaderReader,
  type ResolverOptions,
  resolveClientAddress,
  type TrustProxy,
} from "./address/resolve.js";
export { type AppGrammar, type AppPattern, readApp } from "./agent/app.js";
export {
  type AgentReader,
  type AgentReaderOptions,
  CLIENT_HINTS,
  type ClientInfo,
  createAgentReader,
  parseUserAgent,
} from "./agent/parse.js";
export {
  type AddressChange,
  type Client,
  type ClientChange,
  compareClients,
  type Program,
  programOf,
  type VersionChange,
} from "./compare.js";
