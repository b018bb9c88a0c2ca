using Culvert.Server.Accounts;
using Culvert.Server.Files;
using Culvert.Server.Pipes;
using Culvert.Server.Rooms;
using Culvert.Server.Tunnels;

namespace Culvert.Server.Hosting;

/// <summary>Everything <c>culvert serve</c> can be told. Each area documents its own part.</summary>
public sealed record ServerOptions
{
    /// <summary>
    /// Addresses, as <c>http://host:port</c>; the host is an IP address, <c>localhost</c> or <c>*</c>, port 0 any free
    /// one. Default <c>http://127.0.0.1:8080</c>: nobody else reaches a server that was only tried out.
    /// </summary>
    public IReadOnlyList<string> Listen { get; init; } = ["http://127.0.0.1:8080"];

    /// <summary>The directory of everything that has to last. Made if it is missing. Default <c>./data</c>.</summary>
    public string Data { get; init; } = "./data";

    /// <summary>
    /// Where rooms, messages and accounts are kept: a connection string of Npgsql for a PostgreSQL database, which
    /// several nodes may share; null, the default, for a SQLite file in <see cref="Data"/>. May hold a password: never
    /// shown.
    /// </summary>
    public string? Store { get; init; }

    /// <summary>
    /// What tells the nodes that share <see cref="Store"/> of each other's messages at once: the address of a Redis;
    /// null, the default, for PostgreSQL itself. May hold a password: never shown.
    /// </summary>
    public string? Bus { get; init; }

    /// <summary>
    /// What this node is called among those that share <see cref="Store"/>; each needs a name of its own, and keeps it
    /// over restarts. Null, the default, for the name of the machine and the port.
    /// </summary>
    public string? Node { get; init; }

    /// <summary>
    /// True to make rooms and users to try things with, and to leave registration open. Default false.
    /// </summary>
    public bool Demo { get; init; }

    /// <summary>True to log the life of each connection too. Default false.</summary>
    public bool Verbose { get; init; }

    /// <summary>The time to stop in once told to, 100 ms to 1 minute. Default 5 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Users, sessions and tokens.</summary>
    public AccountOptions Accounts { get; init; } = new();

    /// <summary>What an acknowledged message survives. Default disk: also a power cut.</summary>
    public Durability Durability { get; init; } = Durability.Disk;

    /// <summary>Rooms and their connections.</summary>
    public RoomOptions Rooms { get; init; } = new();

    /// <summary>Paths that are joined to other ends.</summary>
    public PipeOptions Pipes { get; init; } = new();

    /// <summary>Agents that connect machines behind this server's one port.</summary>
    public TunnelServerOptions Tunnels { get; init; } = new();

    /// <summary>The files that are served on every path that is not the server's own. Default none.</summary>
    public SiteOptions Files { get; init; } = new();

    /// <summary>The HTTP server.</summary>
    public HttpOptions Http { get; init; } = new();
}
