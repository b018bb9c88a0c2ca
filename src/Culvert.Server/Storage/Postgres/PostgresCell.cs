namespace Culvert.Server.Storage.Postgres;

/// <summary>One value of a row that was read: a number, or bytes.</summary>
internal readonly record struct PostgresCell(long Number, byte[]? Bytes, bool IsNull);
