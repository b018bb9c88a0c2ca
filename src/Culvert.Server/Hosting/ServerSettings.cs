using System.Net;
using Culvert.Server.Accounts;
using Culvert.Server.Fanout.Redis;
using Culvert.Server.Storage.Postgres;
using Microsoft.Extensions.Configuration;

namespace Culvert.Server.Hosting;

/// <summary>Turns the configuration into options, or says in one line what is wrong with it.</summary>
internal static class ServerSettings
{
    private const int MaxNodeName = 100;

    /// <param name="configuration">All sources, see <see cref="SettingSource.Load"/>.</param>
    /// <param name="others">Reads the options of further areas; anything nobody reads is refused.</param>
    /// <exception cref="SettingException">An option is unknown or bad.</exception>
    public static ServerOptions Read(IConfigurationRoot configuration, Action<SettingReader>? others = null)
    {
        var reader = new SettingReader(configuration);
        var options = ReadServer(reader);
        others?.Invoke(reader);
        reader.RefuseUnknown();
        return options;
    }

    private static ServerOptions ReadServer(SettingReader reader)
    {
        var standard = new ServerOptions();
        var demo = reader.Flag("demo", standard.Demo);
        var durability = reader.Choice("durability", standard.Durability);
        return new ServerOptions
        {
            Listen = reader.List(
                "listen", standard.Listen, ListenAddress.Allowed, text => ListenAddress.TryParse(text, out _)),
            Data = reader.Text("data", standard.Data),
            Store = ReadStore(reader),
            Bus = ReadBus(reader),
            Node = ReadNode(reader),
            Demo = demo,
            Verbose = reader.Flag("verbose", standard.Verbose),
            StopTimeout = reader.Time(
                "stopTimeout", standard.StopTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            Durability = durability,
            Accounts = ReadAccounts(reader, demo),
            Rooms = RoomSettings.Read(reader, durability),
            Pipes = PipeSettings.Read(reader),
            Tunnels = TunnelSettings.Read(reader),
            Files = FileSettings.Read(reader),
            Http = ReadHttp(reader),
        };
    }

    /// <summary>The value may hold a password, so a bad one is not repeated.</summary>
    private static string? ReadStore(SettingReader reader)
    {
        var store = reader.Text("store");
        return store is null || PostgresDatabase.IsConnectionString(store)
            ? store
            : throw reader.BadSecret(
                "store", "a connection string such as Host=db;Database=culvert;Username=culvert;Password=...");
    }

    /// <summary>As <see cref="ReadStore"/>.</summary>
    private static string? ReadBus(SettingReader reader)
    {
        var bus = reader.Text("bus");
        if (bus is not null && !RedisAddress.TryParse(bus, out _))
        {
            throw reader.BadSecret("bus", $"the address of a Redis: {RedisAddress.Allowed}");
        }

        return bus is null || reader.Text("store") is not null
            ? bus
            : throw reader.BadSecret("bus", "it together with a store on PostgreSQL, which the nodes share");
    }

    private static string? ReadNode(SettingReader reader)
    {
        var node = reader.Text("node");
        return node is null || (node.Length <= MaxNodeName && node.All(sign => sign is > ' ' and <= '~'))
            ? node
            : throw reader.Bad("node", node, $"1 to {MaxNodeName} signs of ASCII without blanks");
    }

    private static AccountOptions ReadAccounts(SettingReader reader, bool demo)
    {
        var standard = new AccountOptions();
        var second = TimeSpan.FromSeconds(1);
        var minute = TimeSpan.FromMinutes(1);
        return new AccountOptions
        {
            Registration = reader.Choice(
                "accounts:registration", demo ? RegistrationPolicy.Open : standard.Registration),
            PasswordIterations = reader.Int32(
                "accounts:passwordIterations", standard.PasswordIterations, 10_000, 10_000_000),
            PasswordThreads = reader.Int32("accounts:passwordThreads", standard.PasswordThreads, 1, 64),
            PasswordQueue = reader.Int32("accounts:passwordQueue", standard.PasswordQueue, 1, 10_000),
            SignInFailures = reader.Int32("accounts:signInFailures", standard.SignInFailures, 1, 10_000),
            SignInWindow = reader.Time("accounts:signInWindow", standard.SignInWindow, second, TimeSpan.FromDays(1)),
            SignInFailuresOverall = reader.Int32(
                "accounts:signInFailuresOverall", standard.SignInFailuresOverall, 10, 1_000_000),
            RegistrationsPerHour = reader.Int32(
                "accounts:registrationsPerHour", standard.RegistrationsPerHour, 1, 100_000),
            SessionIdle = reader.Time("accounts:sessionIdle", standard.SessionIdle, minute, TimeSpan.FromDays(400)),
            SessionLifetime = reader.Time(
                "accounts:sessionLifetime", standard.SessionLifetime, minute, TimeSpan.FromDays(400)),
            SessionsPerUser = reader.Int32("accounts:sessionsPerUser", standard.SessionsPerUser, 1, 1_000),
            TokensPerUser = reader.Int32("accounts:tokensPerUser", standard.TokensPerUser, 1, 10_000),
            CredentialCache = reader.Int32("accounts:credentialCache", standard.CredentialCache, 100, 10_000_000),
            CredentialRefresh = reader.Time(
                "accounts:credentialRefresh", standard.CredentialRefresh, second, TimeSpan.FromHours(1)),
            TicketLifetime = reader.Time(
                "accounts:ticketLifetime", standard.TicketLifetime, second, TimeSpan.FromSeconds(30)),
            Tickets = reader.Int32("accounts:tickets", standard.Tickets, 10, 1_000_000),
            TicketsPerUser = reader.Int32("accounts:ticketsPerUser", standard.TicketsPerUser, 1, 10_000),
            AllowedOrigins = reader.List(
                "accounts:allowedOrigins",
                standard.AllowedOrigins,
                "origins such as https://app.example, without a path",
                IsOrigin),
        };
    }

    private static HttpOptions ReadHttp(SettingReader reader)
    {
        var standard = new HttpOptions();
        var second = TimeSpan.FromSeconds(1);
        return new HttpOptions
        {
            MaxConnections = reader.Int32("http:maxConnections", standard.MaxConnections, 1, 1_000_000),
            MaxConnectionsPerAddress = reader.Int32(
                "http:maxConnectionsPerAddress", standard.MaxConnectionsPerAddress, 0, 1_000_000),
            MaxHeaderBytes = (int)reader.Bytes("http:maxHeaderBytes", standard.MaxHeaderBytes, 1 << 10, 1 << 20),
            MaxHeaders = reader.Int32("http:maxHeaders", standard.MaxHeaders, 10, 1_000),
            MaxRequestLineBytes = (int)reader.Bytes(
                "http:maxRequestLineBytes", standard.MaxRequestLineBytes, 256, 64 << 10),
            MaxBodyBytes = reader.Bytes("http:maxBodyBytes", standard.MaxBodyBytes, 1 << 10, 1 << 30),
            HeaderTimeout = reader.Time(
                "http:headerTimeout", standard.HeaderTimeout, second, TimeSpan.FromMinutes(10)),
            KeepAlive = reader.Time("http:keepAlive", standard.KeepAlive, second, TimeSpan.FromHours(1)),
            SendTimeout = reader.Time("http:sendTimeout", standard.SendTimeout, second, TimeSpan.FromHours(1)),
            MinBodyRate = reader.Bytes("http:minBodyRate", standard.MinBodyRate, 0, 1 << 30),
            TrustedProxies = reader.List(
                "http:trustedProxies",
                standard.TrustedProxies,
                "IP addresses or networks such as 10.0.0.0/8",
                text => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _)),
        };
    }

    public static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme is "http" or "https")
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase);
}
