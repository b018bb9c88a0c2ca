using Npgsql;

namespace Culvert.Server.Fanout.Postgres;

/// <summary>A connection that notifies one channel.</summary>
internal sealed class PostgresSpeaker(NpgsqlConnection connection, string channel) : IBusSpeaker
{
    public async Task SendAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken)
    {
        if (frames.Count == 0)
        {
            await using var ask = new NpgsqlCommand("select 1", connection);
            await ask.ExecuteNonQueryAsync(cancellationToken);
            return;
        }

        // One transaction; the server delivers in the order of the calls.
        await using var command = new NpgsqlCommand(
            "select pg_notify($1, payload) from unnest($2) with ordinality as all_(payload, place) order by place",
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = channel });
        command.Parameters.Add(
            new NpgsqlParameter<string[]> { TypedValue = [.. frames.Select(frame => Convert.ToBase64String(frame))] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
