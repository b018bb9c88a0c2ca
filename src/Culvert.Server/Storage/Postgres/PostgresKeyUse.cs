using Culvert.Server.Storage.Sql;

namespace Culvert.Server.Storage.Postgres;

/// <summary>What the key of a message was used for.</summary>
/// <param name="Message">What a second use is answered with.</param>
/// <param name="Hash">Of its first text; null once that is erased.</param>
internal readonly record struct PostgresKeyUse(AppendResult Message, byte[]? Hash);
