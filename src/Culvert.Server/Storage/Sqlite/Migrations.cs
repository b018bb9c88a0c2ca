using Culvert.Server.Storage.Sql;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>The numbered, forward-only steps from an empty file to the schema this version uses.</summary>
/// <remarks>
/// Step n takes <c>user_version</c> from n - 1 to n in one transaction. Never change a released step.
/// </remarks>
internal static partial class Migrations
{
    /// <summary><c>CULV</c>: tells our files from other programs' databases.</summary>
    public const long ApplicationId = 0x43554C56;

    /// <summary>The statements of each step. FTS5 keeps no copy of the words: search_rows has them.</summary>
    public static readonly IReadOnlyList<string> Steps =
    [
        Schema1.Sql + "pragma application_id = 1129663574;",
        Schema2.Sql,
        Schema3.Sql,
        Schema4.Sql + """
            create virtual table search_words using fts5(
                words, content = 'search_rows', content_rowid = 'id', tokenize = 'ascii', columnsize = 0);
            """,
    ];

    /// <summary>The schema version this program writes.</summary>
    public static int Latest => Steps.Count;

    /// <summary>Brings the open database up to <see cref="Latest"/>.</summary>
    /// <exception cref="StoreOpenException">The file is another program's, or of a newer version.</exception>
    public static void Run(SqlSession session, string path, TimeProvider time, ILogger logger)
    {
        var version = session.QueryInt64("pragma user_version");
        var application = session.QueryInt64("pragma application_id");
        var isNew = version == 0 && application == 0 && session.QueryInt64("select count(*) from sqlite_schema") == 0;
        if (!isNew && application != ApplicationId)
        {
            throw new StoreOpenException(
                $"{path} is a database of another program: move it away, or choose another directory with --data.");
        }

        if (version > Latest)
        {
            throw new StoreOpenException(
                $"{path} was written by a newer version of Culvert (its schema is {version}, this version knows "
                + $"{Latest}): start that version or a later one, or restore a backup made with this one.");
        }

        if (session.QueryInt64("select count(*) from pragma_module_list where name = 'fts5'") == 0)
        {
            throw new StoreOpenException(
                $"SQLite {SqliteLibrary.Version} was built without FTS5, which search needs: install a build that has "
                + "it (Debian's libsqlite3-0 does), or remove it so that the bundled one is used.");
        }

        for (var step = (int)version + 1; step <= Latest; step++)
        {
            var number = step;
            session.Write(inner =>
            {
                inner.Execute(Steps[number - 1]);
                if (number == 1)
                {
                    UserRows.InsertOwner(inner, time);
                }

                inner.Execute($"pragma user_version = {number}");
                return true;
            });
            Log.Migrated(logger, number, path);
        }
    }
}
