using Culvert.Server.Accounts;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;
using Npgsql;
using NpgsqlTypes;

namespace Culvert.Server.Storage.Postgres;

/// <summary>Keeps what nodes share in PostgreSQL, with its clock. Does not own the source of connections.</summary>
/// <remarks>Every method is one statement or one batch, and so one transaction at read committed.</remarks>
internal sealed class PostgresNodeStore(NpgsqlDataSource source) : INodeStore
{
    /// <summary>An hour: by then no cache of any node holds what an entry is about.</summary>
    private const string ControlMilliseconds = "3600000";

    public ValueTask<long> TakeLeaseAsync(string name, TimeSpan length, CancellationToken cancellationToken) =>
        RunAsync(
            [
                Command("delete from nodes where name = $1", Text(name)),
                Command(
                    $"insert into nodes (name, expires_at) values ($1, {NodeSchema.Now} + $2) returning incarnation",
                    Text(name),
                    Time(length)),
            ],
            FirstNumberAsync,
            cancellationToken);

    public ValueTask<bool> RenewLeaseAsync(
        long incarnation, TimeSpan length, CancellationToken cancellationToken) => DidAsync(
            [
                Command(
                    $"update nodes set expires_at = {NodeSchema.Now} + $2 where incarnation = $1",
                    Number(incarnation),
                    Time(length)),
                Command($"delete from control where at < {NodeSchema.Now} - {ControlMilliseconds}"),
            ],
            cancellationToken);

    public async ValueTask RetireAsync(long incarnation, CancellationToken cancellationToken) => await DidAsync(
        [Command("delete from nodes where incarnation = $1", Number(incarnation))], cancellationToken);

    public ValueTask<IReadOnlyList<LiveNode>> ListLiveAsync(CancellationToken cancellationToken) => ListAsync(
        Command(
            $"""
            with clock as (select {NodeSchema.Now} as now),
                gone as (delete from nodes where expires_at <= (select now from clock))
            select incarnation, name from nodes where expires_at > (select now from clock) order by incarnation
            """),
        static reader => new LiveNode(reader.GetInt64(0), reader.GetString(1)),
        cancellationToken);

    public ValueTask<bool> WritePresenceAsync(
        long incarnation, long version, IReadOnlyList<PresenceChange> changes, CancellationToken cancellationToken)
    {
        // Of several changes of one user in one room the last counts.
        var last = changes.GroupBy(change => (change.RoomId, change.UserId)).Select(group => group.Last()).ToArray();
        var came = last.Where(change => change.IsHere).ToArray();
        var left = last.Where(change => !change.IsHere).ToArray();
        return DidAsync(
            [
                // Locks the row: it stays until the rest is written.
                Command(
                    "update nodes set presence_version = $2 where incarnation = $1",
                    Number(incarnation),
                    Number(version)),
                Command(
                    """
                    delete from presence p using unnest($2, $3) as c (room_id, user_id)
                    where p.incarnation = $1 and p.room_id = c.room_id and p.user_id = c.user_id
                    """,
                    Number(incarnation),
                    Numbers(left.Select(change => change.RoomId)),
                    Numbers(left.Select(change => change.UserId))),
                Command(
                    """
                    insert into presence (incarnation, room_id, user_id, user_name)
                    select n.incarnation, c.room_id, c.user_id, c.user_name
                    from nodes n, unnest($2, $3, $4) as c (room_id, user_id, user_name)
                    where n.incarnation = $1
                    on conflict (incarnation, room_id, user_id) do update set user_name = excluded.user_name
                    """,
                    Number(incarnation),
                    Numbers(came.Select(change => change.RoomId)),
                    Numbers(came.Select(change => change.UserId)),
                    new NpgsqlParameter<string[]> { TypedValue = [.. came.Select(change => change.UserName)] }),
            ],
            cancellationToken);
    }

    public async ValueTask<NodePresence> ReadPresenceAsync(long incarnation, CancellationToken cancellationToken)
    {
        var version = 0L;
        var here = await ListAsync(
            Command(
                """
                select n.presence_version, p.room_id, p.user_id, p.user_name
                from nodes n left join presence p on p.incarnation = n.incarnation
                where n.incarnation = $1
                """,
                Number(incarnation)),
            PresenceChange? (reader) =>
            {
                version = reader.GetInt64(0);
                return reader.IsDBNull(1)
                    ? null
                    : new PresenceChange(reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3), IsHere: true);
            },
            cancellationToken);
        return new NodePresence(version, [.. here.OfType<PresenceChange>()]);
    }

    public ValueTask<IReadOnlyList<ControlEntry>> ReadControlAsync(
        long afterId, int limit, CancellationToken cancellationToken) => ListAsync(
            Command("select id, body from control where id > $1 order by id limit $2", Number(afterId), Number(limit)),
            static reader => new ControlEntry(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)),
            cancellationToken);

    public ValueTask<long> LastControlAsync(CancellationToken cancellationToken) =>
        RunAsync([Command("select last_id from control_head")], FirstNumberAsync, cancellationToken);

    public ValueTask<bool> AddTicketAsync(
        CredentialHash hash, SharedTicket ticket, TicketLimits limits, CancellationToken cancellationToken) => DidAsync(
            [
                Command(
                    $"""
                    insert into tickets (hash, user_id, body, expires_at)
                    select $1, $2, $3, {NodeSchema.Now} + $4
                    from (select count(*) as overall, count(*) filter (where user_id = $2) as own
                        from tickets where expires_at > {NodeSchema.Now}) as t
                    where t.own < $5 and t.overall < $6
                    """,
                    Bytes(hash.ToArray()),
                    Number(ticket.UserId),
                    Bytes(ticket.Body),
                    Time(limits.Lifetime),
                    Number(limits.PerUser),
                    Number(limits.Overall)),
                Command($"delete from tickets where expires_at <= {NodeSchema.Now}"),
            ],
            cancellationToken);

    public async ValueTask<SharedTicket?> TakeTicketAsync(CredentialHash hash, CancellationToken cancellationToken)
    {
        var taken = await ListAsync(
            Command(
                $"delete from tickets where hash = $1 returning user_id, body, expires_at > {NodeSchema.Now}",
                Bytes(hash.ToArray())),
            static reader => reader.GetBoolean(2)
                ? new SharedTicket(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1))
                : null,
            cancellationToken);
        return taken.SingleOrDefault();
    }

    public IReadOnlyList<string> ReadFormKeys() => Guard(() =>
    {
        using var command = source.CreateCommand("select xml from form_keys order by name");
        using var reader = command.ExecuteReader();
        var keys = new List<string>();
        while (reader.Read())
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    });

    public void WriteFormKey(string name, string xml) => Guard(() =>
    {
        using var command = source.CreateCommand(
            "insert into form_keys values ($1, $2) on conflict (name) do update set xml = excluded.xml");
        command.Parameters.Add(Text(name));
        command.Parameters.Add(Text(xml));
        return command.ExecuteNonQuery();
    });

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };

    private static NpgsqlParameter<long[]> Numbers(IEnumerable<long> values) => new() { TypedValue = [.. values] };

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<long> Time(TimeSpan value) => Number((long)value.TotalMilliseconds);

    private static NpgsqlParameter<ReadOnlyMemory<byte>> Bytes(ReadOnlyMemory<byte> value) =>
        new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    private static async ValueTask<long> FirstNumberAsync(NpgsqlDataReader reader)
    {
        // Commands of the batch before this one return no rows, and are passed over.
        while (!await reader.ReadAsync())
        {
            await reader.NextResultAsync();
        }

        return reader.GetInt64(0);
    }

    private ValueTask<IReadOnlyList<T>> ListAsync<T>(
        NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<T>>(
            [command],
            async reader =>
            {
                var rows = new List<T>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    rows.Add(read(reader));
                }

                return rows;
            },
            cancellationToken);

    /// <summary>True when the first command changed a row.</summary>
    private ValueTask<bool> DidAsync(NpgsqlBatchCommand[] commands, CancellationToken cancellationToken) => RunAsync(
        commands,
        async reader =>
        {
            while (await reader.NextResultAsync(cancellationToken))
            {
                // Each command has to have run before its count is known.
            }

            return commands[0].RecordsAffected > 0;
        },
        cancellationToken);

    private async ValueTask<T> RunAsync<T>(
        NpgsqlBatchCommand[] commands,
        Func<NpgsqlDataReader, ValueTask<T>> read,
        CancellationToken cancellationToken)
    {
        try
        {
            await using var batch = source.CreateBatch();
            foreach (var command in commands)
            {
                batch.BatchCommands.Add(command);
            }

            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            var result = await read(reader);

            // An error of a later command shows only here.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }

            return result;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            throw Failure(exception);
        }
    }

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            throw Failure(exception);
        }
    }

    private static StoreException Failure(Exception exception) => new(
        exception.Message, exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull }, exception);
}
