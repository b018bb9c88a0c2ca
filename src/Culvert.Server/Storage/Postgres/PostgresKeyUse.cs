using Culvert.Server.Storage.Sql;

namespace Culvert.Server.Storage.Postgres;

/// <summary>What the key of a message was used for: its message, and the hash of its first text; null once erased.</summary>
internal readonly record struct PostgresKeyUse(AppendResult Message, byte[]? Hash);
