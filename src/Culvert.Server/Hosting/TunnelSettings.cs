using Culvert.Protocol.Multiplexing;
using Culvert.Server.Tunnels;
using Culvert.Server.Tunnels.Targets;

namespace Culvert.Server.Hosting;

/// <summary>Reads the options of tunnels.</summary>
internal static class TunnelSettings
{
    private const string Globs = "names, with * for any characters, such as game-*";

    public static TunnelServerOptions Read(SettingReader reader)
    {
        var standard = new TunnelServerOptions();
        var (second, hour) = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        return new TunnelServerOptions
        {
            Allow = reader.List(
                "tunnels:allow",
                standard.Allow,
                "targets such as db.internal:5432, *.internal:80-90, 10.0.0.0/8:* or name:game-*",
                text => TargetRule.Parse(text) is not null),
            Names = ReadNames(reader),
            Public = reader.List("tunnels:public", standard.Public, Globs, TargetRule.IsGlob),
            MaxSessions = reader.Int32("tunnels:maxSessions", standard.MaxSessions, 1, 100_000),
            MaxSessionsPerUser = reader.Int32(
                "tunnels:maxSessionsPerUser", standard.MaxSessionsPerUser, 1, 100_000),
            MaxStreams = reader.Int32("tunnels:maxStreams", standard.MaxStreams, 1, 9_000),
            MaxNames = reader.Int32("tunnels:maxNames", standard.MaxNames, 1, 10_000),
            MaxStreamWindow = (int)reader.Bytes(
                "tunnels:maxStreamWindow", standard.MaxStreamWindow, MultiplexerOptions.InitialWindow, 1 << 30),
            SessionBudget = reader.Bytes("tunnels:sessionBudget", standard.SessionBudget, 1 << 20, 1L << 34),
            WindowBudget = reader.Bytes("tunnels:windowBudget", standard.WindowBudget, 0, 1L << 40),
            PingInterval = reader.Time("tunnels:pingInterval", standard.PingInterval, second, hour),
            PongTimeout = reader.Time("tunnels:pongTimeout", standard.PongTimeout, second, hour),
            DialTimeout = reader.Time("tunnels:dialTimeout", standard.DialTimeout, second, hour),
            Idle = reader.Time("tunnels:idle", standard.Idle, TimeSpan.Zero, TimeSpan.FromDays(30)),
        };
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadNames(SettingReader reader)
    {
        var rights = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var glob in reader.Names("tunnels:names"))
        {
            if (!TargetRule.IsGlob(glob))
            {
                throw reader.Bad("tunnels:names", glob, Globs);
            }

            rights[glob] = reader.List($"tunnels:names:{glob}", [], "users, or * for anybody", _ => true);
        }

        return rights;
    }
}
