namespace Culvert.Server.Diagnostics;

/// <summary>
/// Where each area's log event ids begin. An area owns the thousand from its number on; an id once given is never used
/// for another event, so that operators can match on it across versions.
/// </summary>
internal static class EventIds
{
    public const int Hosting = 1000;
    public const int Accounts = 2000;
    public const int Rooms = 3000;
    public const int Storage = 4000;
    public const int Fanout = 5000;
    public const int Transports = 6000;
    public const int Streams = 7000;
    public const int Pipes = 8000;
    public const int Tunnels = 9000;
    public const int Files = 10000;
    public const int Front = 11000;
    public const int Chat = 12000;
    public const int Nodes = 13000;
}
