using Culvert.Server.Storage.Sqlite;

namespace Culvert.Tests.Storage;

/// <summary>Puts <see cref="TestUsers"/> into a database; the owner is there already.</summary>
internal static class SqliteUsers
{
    public static Task AddAsync(SqliteDatabase database) => database.WriteAsync(
        connection =>
        {
            for (var id = TestUsers.Alice; id < TestUsers.Names.Length; id++)
            {
                using var command = connection.CreateCommand();
                command.CommandText = """
                    insert into users (id, name, name_key, role, disabled, created_at, stamp)
                    values ($id, $name, $name, 0, 0, 0, '')
                    """;
                command.Parameters.AddWithValue("$id", id);
                command.Parameters.AddWithValue("$name", TestUsers.Names[id]);
                command.ExecuteNonQuery();
            }

            return true;
        },
        CancellationToken.None);
}
