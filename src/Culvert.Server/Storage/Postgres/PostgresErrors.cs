using System.Net.Sockets;
using System.Security.Authentication;
using Culvert.Server.Rooms;
using Npgsql;

namespace Culvert.Server.Storage.Postgres;

/// <summary>Turns what Npgsql throws into <see cref="StoreException"/>, and tells what can be tried again.</summary>
internal static class PostgresErrors
{
    /// <summary>The transaction met another one and was undone; it may well succeed now.</summary>
    /// <param name="exception">What ended it.</param>
    /// <param name="isSerializable">
    /// Then a key that is taken means the same: the transaction looked and saw the key free.
    /// </param>
    public static bool IsConflict(Exception exception, bool isSerializable) =>
        exception is PostgresException { SqlState: var state }
        && (state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            || (isSerializable && state == PostgresErrorCodes.UniqueViolation));

    public static Exception Translate(Exception exception) => exception switch
    {
        PostgresException error => new StoreException(
            $"The database failed: {error.MessageText} (PostgreSQL error {error.SqlState}).", IsFull(error), error),
        _ when IsUnreachable(exception) => new StoreException(
            $"The database cannot be reached: {Cause(exception)}", full: false, exception),
        _ => exception,
    };

    /// <summary>True for what a server that is away, or that does not let us in, makes of a connection.</summary>
    public static bool IsUnreachable(Exception exception) =>
        exception is NpgsqlException or IOException or TimeoutException or SocketException or AuthenticationException;

    /// <summary>
    /// True for an answer that a statement failed, with all of its transaction. What ends the session is none: that may
    /// come after a commit.
    /// </summary>
    public static bool IsRefusal(Exception exception) =>
        exception is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>The commit was sent and no answer came.</summary>
    public static StoreException Unknown(Exception exception) => new(
        $"The connection to the database broke while it committed, so nobody knows whether it did: {Cause(exception)}",
        full: false,
        exception);

    /// <summary>The sentence that says most. None of them holds a password.</summary>
    public static string Cause(Exception exception) => exception switch
    {
        PostgresException error => error.MessageText,
        { InnerException: { } inner } => Cause(inner),
        _ => exception.Message,
    };

    private static bool IsFull(PostgresException error) =>
        error.SqlState == PostgresErrorCodes.DiskFull;
}
