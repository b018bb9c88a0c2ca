using Culvert.Chat.Storage.Postgres;
using Culvert.Chat.Storage.Sql;
using Culvert.Chat.Storage.Sqlite;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;

namespace Culvert.Chat.Storage;

/// <summary>Chooses how words are searched.</summary>
internal static class WordIndexes
{
    /// <summary>The index of the engine that the database is.</summary>
    public static IWordIndex Of(SqlDatabase database) =>
        database is SqliteDatabase ? new SqliteWordIndex() : new PostgresWordIndex();
}
