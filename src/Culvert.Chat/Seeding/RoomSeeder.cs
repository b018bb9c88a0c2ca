using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Culvert.Chat.Search.Indexing;
using Culvert.Chat.Storage.Sql;
using Culvert.Chat.Storage.Sqlite;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Chat.Seeding;

/// <summary>Fills a room of a stopped server with many messages, for measurements, and indexes them.</summary>
public static class RoomSeeder
{
    private const int BatchMessages = 500;

    // The time between the first and the last message.
    private static readonly TimeSpan Span = TimeSpan.FromDays(700);

    /// <summary>Writes the messages; what is in the room already stays in front of them.</summary>
    /// <param name="directory">The data directory; made when it is missing.</param>
    /// <param name="order">What to write.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Stops between two transactions; what is written stays.</param>
    /// <returns>How many messages the room has now.</returns>
    /// <exception cref="IOException">It was not done; the message says why.</exception>
    public static async Task<long> RunAsync(
        string directory, SeedOrder order, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        try
        {
            // The writes of a measurement's data need not survive a power cut one by one.
            var tuning = new SqliteTuning { Durability = SqliteDurability.Process };
            await using var database = SqliteDatabase.Open(
                directory, tuning, TimeProvider.System, NullLogger.Instance);
            var store = new SqlRoomStore(database);
            var accounts = new SqlAccountStore(database);
            var authors = await UsersAsync(accounts, order.Users, cancellationToken);
            var room = await RoomAsync(store, order.Room, cancellationToken);
            await WriteAsync(store, room, order, authors, progress, cancellationToken);
            return await IndexAsync(database, store, accounts, room, progress, cancellationToken);
        }
        catch (Exception exception) when (exception is StoreOpenException or StoreException)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    internal static string NameOf(int user) => string.Create(CultureInfo.InvariantCulture, $"member{user + 1}");

    private static async Task<List<(long Id, byte[] Name)>> UsersAsync(
        SqlAccountStore accounts, int count, CancellationToken cancellationToken)
    {
        List<(long, byte[])> users = [];
        for (var number = 0; number < count; number++)
        {
            var name = NameOf(number);
            NameRules.TryNormaliseUser(name, out var key, out _);
            var user = await accounts.FindUserAsync(key, cancellationToken)
                ?? await accounts.CreateUserAsync(
                    new UserRecord { Name = name, NameKey = key, CreatedAt = Now }, cancellationToken)
                ?? throw new InvalidOperationException($"{name} is neither there nor free.");
            users.Add((user.Id, Encoding.UTF8.GetBytes(name)));
        }

        return users;
    }

    private static async Task<RoomRecord> RoomAsync(
        SqlRoomStore store, string name, CancellationToken cancellationToken)
    {
        if (!NameRules.TryNormaliseRoom(name, out var key, out var problem))
        {
            throw new IOException(problem);
        }

        if (await store.FindRoomAsync(key, cancellationToken) is { } found)
        {
            return found;
        }

        var room = new RoomRecord
        {
            Id = Now << 8,
            Name = name,
            NameKey = key,
            Kind = RoomKind.Public,
            Epoch = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 10),
            CreatorId = UserRecord.OwnerId,
            CreatedAt = Now,
        };
        await store.CreateRoomAsync(room, cancellationToken);
        return room;
    }

    private static async Task WriteAsync(
        SqlRoomStore store,
        RoomRecord room,
        SeedOrder order,
        List<(long Id, byte[] Name)> authors,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var texts = new TextMaker(order.Languages, order.Users, seed: 20_261_122);
        var begin = Now - (long)Span.TotalMilliseconds;
        var batch = new List<Append>(BatchMessages);
        for (var written = 0L; written < order.Messages; written += batch.Count)
        {
            batch.Clear();
            while (batch.Count < BatchMessages && written + batch.Count < order.Messages)
            {
                var (id, name) = authors[texts.Next(authors.Count)];
                batch.Add(new SeedAppend
                {
                    RoomId = room.Id,
                    Kind = EventKind.Message,
                    ActorId = id,
                    ActorName = name,
                    Data = texts.NextData(room.LastSeq + written + batch.Count + 1),
                });
            }

            var at = begin + (long)(Span.TotalMilliseconds * written / order.Messages);
            await store.AppendAsync(batch, at, cancellationToken);
            progress?.Report(0.3 * written / order.Messages);
        }
    }

    /// <summary>As the server does, but without giving way to anybody.</summary>
    private static async Task<long> IndexAsync(
        SqliteDatabase database,
        SqlRoomStore store,
        SqlAccountStore accounts,
        RoomRecord room,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var index = new SqlIndexStore(database, new SqliteWordIndex());
        var reader = new RoomReader(store, index, new UserDirectory(accounts));
        var last = (await store.FindRoomAsync(room.NameKey, cancellationToken))?.LastSeq ?? 0;
        while (true)
        {
            var (step, drop, _) = await reader.ReadAsync(room.Id, 5 * BatchMessages, cancellationToken);
            if (step is not null)
            {
                await index.ApplyAsync([step], cancellationToken);
                progress?.Report(0.3 + (0.7 * step.Then.NextOffset / Math.Max(last, step.Then.NextOffset)));
            }
            else if (drop is not null)
            {
                await index.DropAsync(drop, BatchMessages, cancellationToken);
            }
            else
            {
                return last;
            }
        }
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
