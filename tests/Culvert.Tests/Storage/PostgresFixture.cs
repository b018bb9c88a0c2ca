using Culvert.Server.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Storage;

/// <summary>Verbs of the tests that are about PostgreSQL.</summary>
internal static class PostgresFixture
{
    public static PostgresDatabase Open(string connectionString) => PostgresDatabase.Open(
        connectionString, new PostgresTuning { Readers = 2 }, TimeProvider.System, NullLogger.Instance);
}
