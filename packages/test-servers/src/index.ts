export { findPostgres, type PostgresServer, startPostgres } from "./postgres.js";
export { findRedis, type RedisServer, startRedis } from "./redis.js";
