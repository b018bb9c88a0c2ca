using System.Numerics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Hosting;

/// <summary>Reads the options of rooms.</summary>
internal static class RoomSettings
{
    public static RoomOptions Read(SettingReader reader, Durability durability)
    {
        var standard = new RoomOptions();
        var second = TimeSpan.FromSeconds(1);
        var day = TimeSpan.FromDays(1);
        int Int32(string key, int fallback, int min, int max) => reader.Int32("rooms:" + key, fallback, min, max);
        int Bytes(string key, int fallback, int min, int max) =>
            (int)reader.Bytes("rooms:" + key, fallback, min, max);
        TimeSpan Time(string key, TimeSpan fallback, TimeSpan max) =>
            reader.Time("rooms:" + key, fallback, second, max);
        return new RoomOptions
        {
            MaxMessageBytes = Bytes("maxMessageBytes", standard.MaxMessageBytes, 1 << 10, 16 << 20),
            RingEvents = PowerOfTwo(reader, "rooms:ringEvents", standard.RingEvents),
            RingBytes = Bytes("ringBytes", standard.RingBytes, 64 << 10, 64 << 20),
            QuantumBytes = Bytes("quantumBytes", standard.QuantumBytes, 4 << 10, 256 << 10),
            PageBytes = Bytes("pageBytes", standard.PageBytes, 4 << 10, 256 << 10),
            PageReads = Int32("pageReads", standard.PageReads, 1, 64),
            MaxRoomsPerConnection = Int32("maxRoomsPerConnection", standard.MaxRoomsPerConnection, 1, 1024),
            MaxInFlight = Int32("maxInFlight", standard.MaxInFlight, 1, 4096),
            MaxPendingAppends = Int32("maxPendingAppends", standard.MaxPendingAppends, 1000, 1_000_000),
            MaxPendingBytes = Bytes("maxPendingBytes", (int)standard.MaxPendingBytes, 1 << 20, 1 << 30),
            PublishPerSecond = Int32("publishPerSecond", standard.PublishPerSecond, 1, 1_000_000),
            PublishBurst = Int32("publishBurst", standard.PublishBurst, 1, 1_000_000),
            RepeatInterval = reader.Time(
                "rooms:repeatInterval", standard.RepeatInterval, TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            CommandsPerSecond = Int32("commandsPerSecond", standard.CommandsPerSecond, 1, 1_000_000),
            CommandsBurst = Int32("commandsBurst", standard.CommandsBurst, 1, 1_000_000),
            MaxConnectionsPerUser = Int32("maxConnectionsPerUser", standard.MaxConnectionsPerUser, 1, 1_000_000),
            Heartbeat = Time("heartbeat", standard.Heartbeat, TimeSpan.FromMinutes(5)),
            PingInterval = Time("pingInterval", standard.PingInterval, TimeSpan.FromMinutes(10)),
            PongTimeout = Time("pongTimeout", standard.PongTimeout, TimeSpan.FromMinutes(10)),
            StallTimeout = Time("stallTimeout", standard.StallTimeout, TimeSpan.FromHours(1)),
            UnloadAfter = Time("unloadAfter", standard.UnloadAfter, day),
            MaxLoadedRooms = Int32("maxLoadedRooms", standard.MaxLoadedRooms, 10, 10_000_000),
            PresenceInterval = reader.Time(
                "rooms:presenceInterval",
                standard.PresenceInterval,
                TimeSpan.FromMilliseconds(100),
                TimeSpan.FromMinutes(1)),
            RoomsPerUserPerDay = Int32("roomsPerUserPerDay", standard.RoomsPerUserPerDay, 0, 1_000_000),
            WriterLoops = Int32("writerLoops", standard.WriterLoops, 0, 64),
            Durability = durability == Durability.Disk ? "disk" : "process",
        };
    }

    private static int PowerOfTwo(SettingReader reader, string key, int fallback)
    {
        var value = reader.Int32(key, fallback, 16, 65_536);
        return BitOperations.IsPow2(value)
            ? value
            : throw reader.Bad(key, reader.Text(key, ""), "a power of two from 16 to 65536");
    }
}
