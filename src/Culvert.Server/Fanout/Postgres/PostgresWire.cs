using Npgsql;

namespace Culvert.Server.Fanout.Postgres;

/// <summary>Carries frames by <c>NOTIFY</c> on one channel, as text: a payload holds less than 8,000 bytes.</summary>
/// <remarks>
/// NOTIFY takes a lock of the whole server while its transaction commits, so what came meanwhile goes in one
/// transaction, and that one does not wait for the disk.
/// </remarks>
internal sealed class PostgresWire(NpgsqlDataSource source, string channel, TimeProvider time) : IBusWire
{
    // Base64 of these is 7,900 signs.
    private const int PayloadBytes = 5_925;

    public string Name => "PostgreSQL";

    public int MaxFrameBytes => PayloadBytes;

    public async Task<IBusListener> ListenAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            return await PostgresListener.ListenAsync(connection, channel, time, cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<IBusSpeaker> SpeakAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand("set synchronous_commit = off", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return new PostgresSpeaker(connection, channel);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
