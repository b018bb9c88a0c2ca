using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Culvert.Chat.Search.Indexing;
using Culvert.Chat.Storage;
using Culvert.Chat.Storage.Sql;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Hosting;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
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
    /// <param name="store">The PostgreSQL database that holds the rooms instead; null for none.</param>
    /// <param name="order">What to write.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Stops between two transactions; what is written stays.</param>
    /// <returns>How many messages the room has now.</returns>
    /// <exception cref="IOException">It was not done; the message says why.</exception>
    public static async Task<long> RunAsync(
        string directory,
        string? store,
        SeedOrder order,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        try
        {
            // The writes of a measurement's data need not survive a power cut one by one.
            var options = new ServerOptions { Data = directory, Store = store, Durability = Durability.Process };
            await using var stores = Stores.Open(options, TimeProvider.System, NullLoggerFactory.Instance);
            var authors = await UsersAsync(stores.Accounts, order.Users, cancellationToken);
            var room = await RoomAsync(stores.Rooms, order.Room, cancellationToken);
            await WriteAsync(stores.Rooms, room, order, authors, progress, cancellationToken);
            return await IndexAsync(stores, room, progress, cancellationToken);
        }
        catch (Exception exception) when (exception is StoreOpenException or StoreException or SettingException)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    internal static string NameOf(int user) => string.Create(CultureInfo.InvariantCulture, $"member{user + 1}");

    private static async Task<List<(long Id, byte[] Name)>> UsersAsync(
        IAccountStore accounts, int count, CancellationToken cancellationToken)
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
        IRoomStore store, string name, CancellationToken cancellationToken)
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
        IRoomStore store,
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
        Stores stores,
        RoomRecord room,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var index = new SqlIndexStore(stores.Database, WordIndexes.Of(stores.Database));
        var reader = new RoomReader(stores.Rooms, index, new UserDirectory(stores.Accounts));
        var last = (await stores.Rooms.FindRoomAsync(room.NameKey, cancellationToken))?.LastSeq ?? 0;
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
