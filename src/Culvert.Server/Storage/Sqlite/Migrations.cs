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

    private static readonly string[] Steps = [Schema1.Sql, Schema2.Sql, Schema3.Sql, Schema4.Sql];

    /// <summary>The schema version this program writes.</summary>
    public static int Latest => Steps.Length;

    /// <summary>Brings the open database up to <see cref="Latest"/>.</summary>
    /// <exception cref="StoreOpenException">The file is another program's, or of a newer version.</exception>
    public static void Run(SqliteSession session, string path, TimeProvider time, ILogger logger)
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
                    InsertOwner(inner, time);
                }

                inner.Execute($"pragma user_version = {number}");
                return true;
            });
            Log.Migrated(logger, number, path);
        }
    }

    /// <summary>The account behind the owner token: without a password nobody can sign in as it.</summary>
    private static void InsertOwner(SqliteSession session, TimeProvider time)
    {
        const string Sql = """
            insert into users (id, name, name_key, role, password_hash, disabled, created_at, stamp)
            values (1, 'owner', 'owner', 2, null, 0, ?1, '')
            """;

        session.Prepare(Sql).Bind(1, time.GetUtcNow().ToUnixTimeMilliseconds()).Run();
    }
}
