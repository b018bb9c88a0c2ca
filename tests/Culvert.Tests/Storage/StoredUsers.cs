using Culvert.Server.Storage.Sql;

namespace Culvert.Tests.Storage;

/// <summary>Puts <see cref="TestUsers"/> into a database; the owner is there already.</summary>
internal static class StoredUsers
{
    public static Task AddAsync(SqlDatabase database) => database.WriteAsync(
        static session =>
        {
            const string Sql = """
                insert into users (id, name, name_key, role, disabled, created_at, stamp)
                values (?1, ?2, ?2, 0, 0, 0, '')
                """;

            for (var id = TestUsers.Alice; id < TestUsers.Names.Length; id++)
            {
                session.Prepare(Sql).Bind(1, id).Bind(2, TestUsers.Names[id]).Run();
            }

            return true;
        },
        null,
        CancellationToken.None);
}
